"""Whose night has come: each salon's own 03:00, claimed by one row, so that of several workers one wins."""

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import database, salons_policies
from connector.program import Program
from connector.tables import Night, Salon

HOUR = time(3)
#: a night that was begun this long ago, and of which nothing is left, is begun again
ABANDONED_AFTER = timedelta(hours=1)

_MAKE = sa.text(
    'INSERT INTO night (salon, "on") VALUES (:salon, :on) ON CONFLICT (salon, "on") DO NOTHING'
).bindparams(sa.bindparam("on", type_=sa.Date))


def claim(program: Program, slug: str) -> date | None:
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
        return day if db.connection().execute(mine).rowcount else None


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
