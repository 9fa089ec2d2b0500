"""A job's looks as a page shows them: when each is due, and what it found once it was made."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from connector.tables import Look


@dataclass(frozen=True)
class Looked:
    """One look; `looked_at` is None while it is still to be made."""

    nth: int
    due_at: datetime
    looked_at: datetime | None
    found: str | None


def of(db: Session, job_id: UUID, round_: int) -> list[Looked]:
    """A round's looks, in order."""
    statement = (
        select(Look.nth, Look.due_at, Look.looked_at, Look.found)
        .where(Look.job == job_id, Look.round == round_)
        .order_by(col(Look.nth))
    )
    return [Looked(*row) for row in db.exec(statement)]
