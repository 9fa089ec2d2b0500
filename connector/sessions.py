"""Sessions of browsers: a random token in a cookie, its hash in a row; ended by time, by logging out, or by hand.

First the password makes a half session, good for ten minutes and for the code page only; the code makes it
whole under a new token.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.tables import LoginSession, Ownership
from connector.vault import token_hash

IDLE = timedelta(minutes=30)
WHOLE_FOR = timedelta(hours=12)
HALF_FOR = timedelta(minutes=10)
#: how exactly it is known when a session was last used: each page would write else
_GRAIN = timedelta(minutes=1)


@dataclass(frozen=True)
class LoggedIn:
    """A browser that logged in; `salon` is the one it looks at, None where its owner speaks for none (any more)."""

    token_hash: str
    owner: UUID
    salon: str | None
    is_whole: bool
    made_at: datetime
    seen_at: datetime


def start(db: Session, owner: UUID, *, now: datetime, agent: str | None = None) -> str:
    """Begin a half session after the password; give its token."""
    return _begin(db, owner, until=now + HALF_FOR, now=now, agent=agent, is_whole=False)


def make_whole(db: Session, half: LoggedIn, *, now: datetime, agent: str | None = None) -> str:
    """Begin a whole session after the code, in place of the half one; give its token."""
    end(db, half.token_hash)
    return _begin(db, half.owner, until=now + WHOLE_FOR, now=now, agent=agent, is_whole=True)


def find(db: Session, token: str, *, now: datetime) -> LoggedIn | None:
    """The session of this token, unless it is over: unused for 30 minutes, or 12 hours old."""
    row = db.get(LoginSession, token_hash(token), populate_existing=True)
    if row is None or now >= row.ends_at or now >= row.seen_at + IDLE:
        return None
    mine = list(
        db.exec(select(Ownership.salon).where(Ownership.owner == row.owner).order_by(col(Ownership.salon)))
    )
    salon = row.salon if row.salon in mine else next(iter(mine), None)
    return LoggedIn(row.token_hash, row.owner, salon, row.is_whole, row.made_at, row.seen_at)


def is_to_touch(session: LoggedIn, *, now: datetime) -> bool:
    """Whether it is time to write down that the session is in use."""
    return now >= session.seen_at + _GRAIN


def touch(db: Session, session: LoggedIn, *, now: datetime) -> None:
    """The session is in use; never moved back."""
    db.connection().execute(
        sa.update(LoginSession)
        .where(col(LoginSession.token_hash) == session.token_hash, col(LoginSession.seen_at) < now)
        .values(seen_at=now)
    )


def look_at(db: Session, session: LoggedIn, salon: str) -> bool:
    """Look at another salon of the same owner; False where it is not theirs."""
    if db.get(Ownership, (session.owner, salon)) is None:
        return False
    db.connection().execute(
        sa.update(LoginSession).where(col(LoginSession.token_hash) == session.token_hash).values(salon=salon)
    )
    return True


def end(db: Session, hashed: str) -> None:
    """Log this browser out; its token opens nothing from now on."""
    db.connection().execute(sa.delete(LoginSession).where(col(LoginSession.token_hash) == hashed))


def sweep(db: Session, *, now: datetime) -> int:
    """Forget sessions that are over; give how many."""
    over = sa.delete(LoginSession).where(
        (col(LoginSession.ends_at) <= now) | (col(LoginSession.seen_at) <= now - IDLE)
    )
    return db.connection().execute(over).rowcount


def _begin(
    db: Session, owner: UUID, *, until: datetime, now: datetime, agent: str | None, is_whole: bool
) -> str:
    token = secrets.token_urlsafe(32)
    row = LoginSession(
        token_hash=token_hash(token),
        owner=owner,
        is_whole=is_whole,
        made_at=now,
        seen_at=now,
        ends_at=until,
        agent=agent,
    )
    db.add(row)
    db.flush()
    return token
