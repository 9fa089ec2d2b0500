"""How packages end: used up, by their time, by their owner's hand, for another copy, by a restore.

Their sealed bytes are destroyed then, and the row stays for what the owner sees: when it ended, and by what.
"""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence, exports_evidence, exports_kept, sealed_links
from connector.exports_evidence import Befell
from connector.salons import Account
from connector.states import State
from connector.tables import Job, Package
from policies.decisions import JobKind

#: so long the job still knows whose export it was, so that another one can be asked for from its page
KEPT_FOR = timedelta(days=30)


def end(db: Session, account: Account, row: Package, by: str, *, now: datetime) -> bool:
    """Destroy what is in a package; False where that was done before."""
    if not sealed_links.destroy(db, row, by, now=now, also={"waiting": None}):
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
    for row in sealed_links.standing(db, Package, account):
        end(db, account, row, by, now=now)


def end_over(db: Session, account: Account, *, now: datetime) -> int:
    """Destroy the packages of a salon whose time is over; give how many."""
    evidence.take_turn(db, account)
    over = sealed_links.standing(db, Package, account, over_at=now)
    return sum(end(db, account, row, "time", now=now) for row in over)


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
