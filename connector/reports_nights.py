"""Nights as they were kept: the last one, those before it, and the last that judged."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from connector.tables import Night

#: of the latest nights, so many are looked through for one that judged
_LOOKED_THROUGH = 60


@dataclass(frozen=True)
class KeptNight:
    """One night: when it was claimed and ran, and what was kept of it (None: it has not come to an end)."""

    on: date
    claimed_at: datetime | None
    ran_at: datetime | None
    report: Mapping[str, Any] | None

    @property
    def at(self) -> datetime | None:
        """When it ran, or began."""
        return self.ran_at or self.claimed_at

    @property
    def is_fresh(self) -> bool:
        """Whether it judged."""
        return self.report is not None and bool(self.report["fresh"])


def of(db: Session, salon: str, on: date) -> KeptNight | None:
    """The night of a day; None where there is none."""
    night = db.get(Night, (salon, on))
    return None if night is None else _kept(night)


def latest(db: Session, salon: str, *, limit: int = 1, skip: int = 0) -> list[KeptNight]:
    """The latest nights, the last one first."""
    nights = select(Night).where(Night.salon == salon).order_by(col(Night.on).desc())
    return [_kept(night) for night in db.exec(nights.offset(skip).limit(limit))]


def count(db: Session, salon: str) -> int:
    """How many nights are kept."""
    return db.exec(select(func.count()).select_from(Night).where(Night.salon == salon)).one()


def beside(db: Session, salon: str, on: date) -> tuple[date | None, date | None]:
    """The nights before and after one of a day."""
    before = db.exec(select(func.max(Night.on)).where(Night.salon == salon, Night.on < on)).one()
    after = db.exec(select(func.min(Night.on)).where(Night.salon == salon, Night.on > on)).one()
    return before, after


def last_judged(db: Session, salon: str) -> date | None:
    """The day of the last night that judged; None where none did lately."""
    for step in range(_LOOKED_THROUGH):
        found = latest(db, salon, skip=step)
        if not found:
            return None
        if found[0].is_fresh:
            return found[0].on
    return None


def _kept(night: Night) -> KeptNight:
    report = None if night.report is None else json.loads(night.report)
    return KeptNight(night.on, night.claimed_at, night.ran_at, report)
