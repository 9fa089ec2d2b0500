"""Whose night has come: each salon's own 03:00, claimed by one row, so that of several workers one wins.

Whoever has it tells in that row, as the work goes on, that it does. Nobody tells it for a worker that is dead or hangs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import database, salons_policies
from connector.program import Program
from connector.tables import Night, Salon

HOUR = time(3)
#: a night of which nothing was heard for so long is begun again, by whoever comes
ABANDONED_AFTER = timedelta(hours=1)
#: how often a night that goes on tells so; no step of it takes nearly as long as what is between the two
TOLD_EVERY = timedelta(minutes=5)

_MAKE = sa.text(
    'INSERT INTO night (salon, "on") VALUES (:salon, :on) ON CONFLICT (salon, "on") DO NOTHING'
).bindparams(sa.bindparam("on", type_=sa.Date))


class LostTurn(Exception):
    """Another worker has this night now: nothing was heard of us for too long."""


@dataclass
class Turn:
    """A worker's turn at one salon's night. `at`: when it was begun, or last told to go on."""

    program: Program
    slug: str
    on: date
    at: datetime

    def keep(self) -> None:
        """Tell that the night goes on, where that is due; never within a transaction. Raises LostTurn."""
        if self.program.now() - self.at < TOLD_EVERY:
            return
        with database.write(self.program.engine) as db:
            at = self.hold(db)
        self.at = at

    def hold(self, db: Session) -> datetime:
        """Have the night for as long as this transaction goes on: nobody begins it meanwhile. Raises LostTurn."""
        now = self.program.now()
        mine = sa.update(Night).where(
            col(Night.salon) == self.slug, col(Night.on) == self.on, col(Night.claimed_at) == self.at
        )
        if not db.connection().execute(mine.values(claimed_at=now)).rowcount:
            raise LostTurn
        return now


@dataclass(frozen=True)
class Going:
    """How a night tells that it goes on: to who looks on, and in the row of its turn, if it has one."""

    progress: Callable[[str], None]
    turn: Turn | None = None

    def tell(self, line: str) -> None:
        """One step more, in words."""
        self.progress(line)
        self.keep()

    def keep(self) -> None:
        """One step more. Raises LostTurn."""
        if self.turn is not None:
            self.turn.keep()

    def hold(self, db: Session) -> None:
        """For what only whoever has the night may write. Raises LostTurn."""
        if self.turn is not None:
            self.turn.hold(db)


def claim(program: Program, slug: str) -> Turn | None:
    """Claim a salon's night if its hour has come; None where it has not, or where somebody has it.

    Before the first scheduled night (the day after the salon was connected) there is none. A night that was
    missed is caught up as soon as anybody asks on that day.
    """
    now = program.now()
    with database.read(program.engine) as db:
        day = _come(db, slug, now)
        if day is None or not _is_free(db.get(Night, (slug, day)), now):
            return None
    with database.write(program.engine) as db:
        db.connection().execute(_MAKE, {"salon": slug, "on": day})
        mine = (
            sa.update(Night)
            .where(
                col(Night.salon) == slug,
                col(Night.on) == day,
                col(Night.claimed_at).is_(None)
                | ((col(Night.claimed_at) <= now - ABANDONED_AFTER) & col(Night.ran_at).is_(None)),
            )
            .values(claimed_at=now, ran_at=None)
        )
        is_mine = bool(db.connection().execute(mine).rowcount)
    return Turn(program, slug, day, now) if is_mine else None


def _come(db: Session, slug: str, now: datetime) -> date | None:
    """The salon's day, once its hour has come."""
    policy, salon = salons_policies.newest(db, slug), db.get(Salon, slug)
    if policy is None or salon is None:
        return None
    local = now.astimezone(policy.time_zone)
    is_come = local.time() >= HOUR and local.date() >= salon.first_night_on
    return local.date() if is_come else None


def _is_free(night: Night | None, now: datetime) -> bool:
    if night is None or night.claimed_at is None:
        return True
    return night.ran_at is None and night.claimed_at <= now - ABANDONED_AFTER
