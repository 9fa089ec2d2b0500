"""A job's looks as a page shows them: when each is due, and what it found once it was made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from connector.tables import Job, Look


@dataclass(frozen=True)
class Looked:
    """One look; `looked_at` is None while it is still to be made; `grade` is how good a proof it is."""

    nth: int
    due_at: datetime
    looked_at: datetime | None
    found: str | None
    grade: str | None = None


def of(db: Session, job_id: UUID, round_: int) -> list[Looked]:
    """A round's looks, in order."""
    statement = (
        select(Look.nth, Look.due_at, Look.looked_at, Look.found, Look.grade)
        .where(Look.job == job_id, Look.round == round_)
        .order_by(col(Look.nth))
    )
    return [Looked(*row) for row in db.exec(statement)]


def of_all(db: Session, job_ids: Iterable[UUID]) -> dict[UUID, list[Looked]]:
    """The looks of several jobs, each of its present round, in one statement."""
    statement = (
        select(Look.job, Look.nth, Look.due_at, Look.looked_at, Look.found, Look.grade)
        .join(Job, (col(Job.id) == col(Look.job)) & (col(Job.round) == col(Look.round)))
        .where(col(Look.job).in_(list(job_ids)))
        .order_by(col(Look.nth))
    )
    found: dict[UUID, list[Looked]] = {}
    for job, *look in db.exec(statement):
        found.setdefault(job, []).append(Looked(*look))
    return found
