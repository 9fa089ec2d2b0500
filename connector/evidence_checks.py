"""What the last check of a chain found, kept so that no page need walk it; and the owner's wish for another check.

Takes: what a check found. Gives: the row that the console's pages read. A chain may be long: who asks does not wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.evidence import Checked
from connector.salons import Account
from connector.tables import EvidenceCheck

#: after so long whoever began has died
TAKES_AT_MOST = timedelta(minutes=10)
_MAKE = sa.text(
    "INSERT INTO evidence_check (salon, lines, pruned) VALUES (:salon, 0, 0) ON CONFLICT (salon) DO NOTHING"
)


@dataclass(frozen=True)
class Kept:
    """The last check of a salon's chain: when, by whom (`night`, `owner`), and the first line that does not hold."""

    checked_at: datetime
    by: str
    lines: int
    pruned: int
    broken_at: int | None
    why: str | None

    @property
    def whole(self) -> bool:
        """Whether the chain held."""
        return self.broken_at is None


@dataclass(frozen=True)
class Standing:
    """What is known of a chain without walking it: the last check, and since when a new one is waited for."""

    kept: Kept | None = None
    asked_at: datetime | None = None


def standing(db: Session, salon: str) -> Standing:
    """What is kept of a salon's chain."""
    row = db.get(EvidenceCheck, salon)
    if row is None:
        return Standing()
    if row.checked_at is None:
        return Standing(None, row.asked_at)
    kept = Kept(row.checked_at, row.by or "night", row.lines, row.pruned, row.broken_at, row.why)
    return Standing(kept, row.asked_at)


def ask(db: Session, salon: str, *, now: datetime) -> None:
    """Have the chain checked soon; one wish is enough, however often it is said."""
    row = _row(db, salon)
    row.asked_at = row.asked_at or now
    db.add(row)
    db.flush()


def asked(db: Session, *, now: datetime) -> list[str]:
    """The salons whose owner waits for a check that nobody has begun."""
    return list(db.exec(select(EvidenceCheck.salon).where(*_open(now)).order_by(EvidenceCheck.salon)))


def take(db: Session, salon: str, *, now: datetime) -> bool:
    """Begin with a check that was asked for; False where another worker has it, or nobody waits for it any more."""
    begun = sa.update(EvidenceCheck).where(col(EvidenceCheck.salon) == salon, *_open(now))
    return bool(db.connection().execute(begun.values(begun_at=now)).rowcount)


def keep(db: Session, account: Account, found: Checked, *, by: str, at: datetime) -> None:
    """Keep what a check found in place of the one before; who waited for one has it now."""
    row = _row(db, account.slug)
    row.checked_at, row.by, row.asked_at, row.begun_at = at, by, None, None
    row.lines, row.pruned, row.broken_at, row.why = found.lines, found.pruned, found.broken_at, found.why
    db.add(row)
    db.flush()


def _row(db: Session, salon: str) -> EvidenceCheck:
    """A salon's row, made where there is none, for whoever comes first of several at once."""
    db.connection().execute(_MAKE, {"salon": salon})
    return db.exec(select(EvidenceCheck).where(EvidenceCheck.salon == salon)).one()


def _open(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    nobody = col(EvidenceCheck.begun_at).is_(None) | (col(EvidenceCheck.begun_at) <= now - TAKES_AT_MOST)
    return (col(EvidenceCheck.asked_at).is_not(None), nobody)
