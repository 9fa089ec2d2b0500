"""The end of a salon: everything of it is destroyed, and nothing of any other."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, func, select

from connector import owners_people
from connector.states import State
from connector.tables import Job, Owner, Salon

#: a call is out, or may have been done: whoever destroys the job now will never know
ON_THEIR_WAY = (State.SENDING, State.UNKNOWN, State.PENDING)


def on_their_way(db: Session, slug: str) -> int:
    """How many jobs have a call out of which nobody knows yet what came of it."""
    jobs = select(func.count()).select_from(Job).where(Job.salon == slug, col(Job.state).in_(ON_THEIR_WAY))
    return db.exec(jobs).one()


def destroy(db: Session, slug: str) -> None:
    """Destroy every row of a salon, its keys, and the people whom no other salon knows. Never commits.

    Its keys stand in older backups too, wrapped by the installation's: those have to be destroyed as well.
    """
    connection, people = db.connection(), _people(db, slug)
    for table in reversed(SQLModel.metadata.sorted_tables):
        condition = _belongs(table, slug)
        if condition is not None:
            connection.execute(sa.delete(table).where(condition))
    db.expire_all()
    for person in people:
        owners_people.forget(db, person)


def _people(db: Session, slug: str) -> set[UUID]:
    """Everybody whom a row of the salon names: who speaks for it, is invited, or ever did something."""
    return {
        person
        for table in SQLModel.metadata.sorted_tables
        if "salon" in table.c
        for key in table.foreign_keys
        if key.column.table.name == Owner.__tablename__
        for person in db.connection().execute(sa.select(key.parent).where(table.c.salon == slug)).scalars()
        if person is not None
    }


def _belongs(table: sa.Table, slug: str) -> sa.ColumnElement[bool] | None:
    """Which rows of a table go with the salon; None where none do."""
    if table.name == Salon.__tablename__:
        return table.c.slug == slug
    if "salon" in table.c:
        return table.c.salon == slug
    if "job" in table.c:
        return table.c.job.in_(select(Job.id).where(Job.salon == slug))
    return None
