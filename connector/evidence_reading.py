"""A part of a chain, for a page: the latest lines, those around one of them, and how far the chain reaches.

What a line says is read as it stands, whatever somebody may have put there: one that cannot be read says nothing.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from connector import evidence
from connector.evidence import Head
from connector.evidence_rows import as_they_stand, number
from connector.salons import Account
from connector.tables import Job

_COLUMNS = "SELECT seq, body, digest FROM evidence WHERE salon = :salon"
_BEFORE = sa.text(f"{_COLUMNS} AND seq < :before ORDER BY seq DESC LIMIT :limit")
_AROUND = sa.text(f"{_COLUMNS} AND seq BETWEEN :first AND :last ORDER BY seq")
_FIRST = sa.text(f"{_COLUMNS} ORDER BY seq LIMIT 1")
_PRUNED_UNTIL = sa.text("SELECT MAX(seq) FROM evidence_checkpoint WHERE salon = :salon")
#: no chain has as many lines
END = 2**62


@dataclass(frozen=True)
class Told:
    """One line, and what it says; nothing where it cannot be read."""

    seq: int
    digest: str
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime | None:
        """When it was written."""
        try:
            at = datetime.fromisoformat(self.said["at"])
        except (KeyError, TypeError, ValueError):
            return None
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at


@dataclass(frozen=True)
class Reach:
    """How far a chain reaches: its head, its first line that is there, and up to which line older ones were pruned."""

    head: Head | None
    first: Told | None
    pruned_to: int | None

    @property
    def lines(self) -> int:
        """How many lines are there at most: what was pruned in between is counted by a check alone."""
        return 0 if self.head is None or self.first is None else self.head.seq - self.first.seq + 1


def latest(db: Session, account: Account, *, before: int = END, limit: int) -> list[Told]:
    """So many lines that come before one of them, the newest first."""
    with as_they_stand(db):
        rows = db.connection().execute(_BEFORE, {"salon": account.slug, "before": before, "limit": limit})
        return [_told(row) for row in rows]


def around(db: Session, account: Account, seq: int) -> list[Told]:
    """A line with two before it and one after it, as far as they are there."""
    with as_they_stand(db):
        rows = db.connection().execute(_AROUND, {"salon": account.slug, "first": seq - 2, "last": seq + 1})
        return [_told(row) for row in rows]


def reach(db: Session, account: Account) -> Reach:
    """How far the chain reaches."""
    with as_they_stand(db):
        first = db.connection().execute(_FIRST, {"salon": account.slug}).one_or_none()
        pruned_to = db.connection().execute(_PRUNED_UNTIL, {"salon": account.slug}).scalar()
    until = None if pruned_to is None else number(pruned_to)
    return Reach(evidence.head(db, account), None if first is None else _told(first), until)


def client_of_job(db: Session, account: Account, job_id: UUID) -> str | None:
    """The keyed name of a job's client, which outlives its id; None where there is no such job."""
    return db.exec(select(Job.client_key).where(Job.id == job_id, Job.salon == account.slug)).first()


def _told(row: Any) -> Told:
    try:
        said = json.loads(evidence.raw(row.body))
    except (ValueError, RecursionError):
        said = {}
    return Told(number(row.seq), evidence.raw(row.digest).hex(), said if isinstance(said, dict) else {})
