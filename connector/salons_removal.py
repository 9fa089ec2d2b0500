"""The end of a salon: everything of it is destroyed, and nothing of any other."""

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, func, select

from connector.states import State
from connector.tables import Invitation, Job, LoginSession, Owner, Ownership, RecoveryCode, Salon

#: a call is out, or may have been done: whoever destroys the job now will never know
ON_THEIR_WAY = (State.SENDING, State.UNKNOWN, State.PENDING)


def on_their_way(db: Session, slug: str) -> int:
    """How many jobs have a call out of which nobody knows yet what came of it."""
    jobs = select(func.count()).select_from(Job).where(Job.salon == slug, col(Job.state).in_(ON_THEIR_WAY))
    return db.exec(jobs).one()


def destroy(db: Session, slug: str) -> None:
    """Destroy every row of a salon, its keys, and the owners who spoke for no other salon. Never commits.

    Its keys stand in older backups too, wrapped by the installation's: those have to be destroyed as well.
    """
    alone = _owners_of_this_alone(db, slug)
    connection = db.connection()
    for table in reversed(SQLModel.metadata.sorted_tables):
        for condition in _belongs(table, slug, alone):
            connection.execute(sa.delete(table).where(condition))


def _owners_of_this_alone(db: Session, slug: str) -> list[UUID]:
    elsewhere = select(Ownership.owner).where(Ownership.salon != slug)
    here = select(Ownership.owner).where(Ownership.salon == slug, col(Ownership.owner).not_in(elsewhere))
    return list(db.exec(here))


def _belongs(table: sa.Table, slug: str, alone: list[UUID]) -> Iterator[sa.ColumnElement[bool]]:
    """Which rows of a table go with the salon."""
    if table.name == Salon.__tablename__:
        yield table.c.slug == slug
    elif table.name == Owner.__tablename__:
        yield table.c.id.in_(alone)
    elif "salon" in table.c:
        yield table.c.salon == slug
    elif "job" in table.c:
        yield table.c.job.in_(select(Job.id).where(Job.salon == slug))
    if table.name in {Invitation.__tablename__, LoginSession.__tablename__, RecoveryCode.__tablename__}:
        yield table.c.owner.in_(alone)
