"""What became of packages, as their owner sees it: which wait for them, which were given, which are over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.salons import Account
from connector.tables import Job, Package


@dataclass(frozen=True)
class Kept:
    """A package as its owner sees it."""

    ends_at: datetime
    shown_at: datetime | None
    opened: int
    openings_left: int
    opened_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None

    @property
    def is_over(self) -> bool:
        """Whether it was destroyed."""
        return self.ended_at is not None

    @property
    def waits(self) -> bool:
        """Whether its link is still to be shown."""
        return not self.is_over and self.shown_at is None


def of_job(db: Session, account: Account, job: UUID) -> Kept | None:
    """A job's newest package, whatever became of it."""
    rows = rows_of(db, account, job)
    return None if not rows else seen(rows[-1])


def waiting(db: Session, account: Account, *, now: datetime) -> list[UUID]:
    """The jobs whose package is made and whose link nobody was shown yet, the oldest package first."""
    unshown = (
        select(Package.job)
        .where(Package.salon == account.slug, col(Package.waiting).is_not(None), col(Package.ends_at) > now)
        .order_by(col(Package.made_at))
    )
    return list(db.exec(unshown))


def given(db: Session, account: Account, jobs: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these jobs whose package's link the owner was shown."""
    shown = select(Package.job).where(
        Package.salon == account.slug, col(Package.job).in_(list(jobs)), col(Package.shown_at).is_not(None)
    )
    return frozenset(db.exec(shown))


def given_since(db: Session, account: Account, client_key: str, since: datetime) -> int:
    """How many copies of a client's details were given since then."""
    counted = (
        select(sa.func.count())
        .select_from(Package)
        .join(Job, col(Job.id) == col(Package.job))
        .where(Package.salon == account.slug, Job.client_key == client_key, col(Package.shown_at) >= since)
    )
    return db.exec(counted).one()


def rows_of(db: Session, account: Account, job: UUID) -> list[Package]:
    """The packages of a job as they stand in this transaction, the newest last: each round makes one."""
    statement = select(Package).where(Package.salon == account.slug, Package.job == job)
    statement = statement.order_by(col(Package.made_at), col(Package.id))
    return list(db.exec(statement.execution_options(populate_existing=True)))


def seen(row: Package) -> Kept:
    """A package's row as its owner sees it."""
    return Kept(
        ends_at=row.ends_at,
        shown_at=row.shown_at,
        opened=row.opened,
        openings_left=row.openings_left,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )
