"""How packages end: used up, by their time, by their owner's hand, for another copy, by a restore.

Their sealed bytes are destroyed then, and the row stays for what the owner sees: when it ended, and by what.
"""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence, exports_evidence, exports_kept
from connector.exports_evidence import Befell
from connector.salons import Account
from connector.states import State
from connector.tables import Job, Package
from policies.decisions import JobKind

#: so long the job still knows whose export it was, so that another one can be asked for from its page
KEPT_FOR = timedelta(days=30)


def end(db: Session, account: Account, row: Package, by: str, *, now: datetime) -> bool:
    """Destroy what is in a package; False where that was done before."""
    ended = (
        sa.update(Package)
        .where(col(Package.id) == row.id, col(Package.body).is_not(None))
        .values(ended_at=now, ended_by=by, body=None, waiting=None)
    )
    if not db.connection().execute(ended).rowcount:
        return False
    exports_evidence.tell(db, account, row, Befell.DESTROYED, {"by": by, "opened": row.opened}, now=now)
    return True


def destroy(db: Session, account: Account, job: UUID, *, now: datetime) -> bool:
    """The owner ends a job's package early; False where there is none to end."""
    evidence.take_turn(db, account)
    return any([end(db, account, row, "owner", now=now) for row in exports_kept.rows_of(db, account, job)])


def give_up(db: Session, account: Account, client_key: str, *, now: datetime) -> None:
    """Destroy the copies of a client whose job was given up for another one."""
    left = (
        select(Package)
        .join(Job, col(Job.id) == col(Package.job))
        .where(Package.salon == account.slug, Job.client_key == client_key, Job.state == State.EXPIRED)
    )
    for row in db.exec(left).all():
        end(db, account, row, "again", now=now)


def end_all(db: Session, account: Account, by: str, *, now: datetime) -> None:
    """Destroy every package of a salon that can still be opened."""
    statement = select(Package).where(Package.salon == account.slug, col(Package.body).is_not(None))
    for row in db.exec(statement).all():
        end(db, account, row, by, now=now)


def over(db: Session, now: datetime, *, salon: str | None = None) -> dict[str, list[UUID]]:
    """The packages whose time is over, by salon."""
    statement = select(Package.salon, Package.id).where(
        col(Package.body).is_not(None), col(Package.ends_at) <= now
    )
    if salon is not None:
        statement = statement.where(Package.salon == salon)
    found: dict[str, list[UUID]] = {}
    for slug, package in db.exec(statement.order_by(col(Package.ends_at))):
        found.setdefault(slug, []).append(package)
    return found


def end_over(db: Session, account: Account, packages: list[UUID], *, now: datetime) -> int:
    """Destroy these packages of a salon, whose time is over; give how many."""
    evidence.take_turn(db, account)
    rows = db.exec(
        select(Package).where(
            Package.salon == account.slug, col(Package.id).in_(packages), Package.ends_at <= now
        )
    )
    return sum(end(db, account, row, "time", now=now) for row in rows.all())


def forget_clients(db: Session, account: Account, *, now: datetime) -> None:
    """Destroy the sealed ids of clients whose export was made thirty days ago, and whose package is gone."""
    open_ = sa.exists().where(col(Package.job) == col(Job.id), col(Package.body).is_not(None))
    # the kind stands in the statement itself, for the index of exports alone
    is_export = col(Job.kind) == sa.literal_column(f"'{JobKind.EXPORT.value}'")
    done = (is_export, col(Job.state) == State.VERIFIED, col(Job.client).is_not(None))
    forgotten = (
        sa.update(Job)
        .where(col(Job.salon) == account.slug, *done, col(Job.moved_at) <= now - KEPT_FOR, ~open_)
        .values(client=None)
    )
    db.connection().execute(forgotten)
