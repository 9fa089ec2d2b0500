"""Sessions of browsers: a random token in a cookie, its hash in a row; ended by time, by logging out, or by hand.

First the password makes a half session, good for ten minutes and for the code page only; the code makes it
whole under a new token. A session may have an errand: what this one browser is setting up, and nobody else may see.
It begins with a proof and another token, so that a cookie that was copied before it has no part in it, and ends soon.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.tables import LoginSession, Ownership
from connector.vault import token_hash

IDLE = timedelta(minutes=30)
WHOLE_FOR = timedelta(hours=12)
HALF_FOR = timedelta(minutes=10)
#: an errand: to find a phone, install a code app, and read the picture
ERRAND_FOR = timedelta(minutes=30)
#: how exactly it is known when a session was last used: each page would write else
_GRAIN = timedelta(minutes=1)


class Errand(StrEnum):
    """What a browser is setting up: another code app, then new recovery codes that it was not shown yet."""

    APP = "app"
    CODES = "codes"


@dataclass(frozen=True)
class LoggedIn:
    """A browser that logged in; `salon` is the one it looks at, None where its owner speaks for none (any more)."""

    token_hash: str
    owner: UUID
    salon: str | None
    is_whole: bool
    made_at: datetime
    seen_at: datetime
    errand: Errand | None = None


@dataclass(frozen=True)
class Device:
    """A browser in the owner's list. It is named by a hash of its token's hash, which opens nothing."""

    ref: str
    agent: str | None
    made_at: datetime
    seen_at: datetime
    is_this: bool


def start(db: Session, owner: UUID, *, now: datetime, agent: str | None = None) -> str:
    """Begin a half session after the password; give its token."""
    return _begin(db, owner, until=now + HALF_FOR, now=now, agent=agent, is_whole=False)


def make_whole(
    db: Session, half: LoggedIn, *, now: datetime, agent: str | None = None, errand: Errand | None = None
) -> str:
    """Begin a whole session after the code, in place of the one before; give its token."""
    end(db, half.token_hash)
    until, salon = now + WHOLE_FOR, half.salon if half.is_whole else None
    return _begin(
        db, half.owner, until=until, now=now, agent=agent, is_whole=True, errand=errand, salon=salon
    )


def recover(db: Session, half: LoggedIn, *, now: datetime, agent: str | None = None) -> str:
    """Begin a session after a recovery code: half as before, it may set up another code app. Gives its token.

    Every other session of the owner ends: the phone that is lost may hold one.
    """
    end_all(db, half.owner)
    until = now + ERRAND_FOR
    return _begin(db, half.owner, until=until, now=now, agent=agent, is_whole=False, errand=Errand.APP)


def end_errand(db: Session, session: LoggedIn) -> None:
    """This browser is done with what it set up."""
    one = col(LoginSession.token_hash) == session.token_hash
    db.connection().execute(sa.update(LoginSession).where(one).values(errand=None))


def find(db: Session, token: str, *, now: datetime) -> LoggedIn | None:
    """The session of this token, unless it is over: unused for 30 minutes, or 12 hours old."""
    row = db.get(LoginSession, token_hash(token), populate_existing=True)
    if row is None or now >= row.ends_at or now >= row.seen_at + IDLE:
        return None
    mine = list(
        db.exec(select(Ownership.salon).where(Ownership.owner == row.owner).order_by(col(Ownership.salon)))
    )
    salon = row.salon if row.salon in mine else next(iter(mine), None)
    is_soon = now < row.made_at + ERRAND_FOR
    errand = Errand(row.errand) if row.errand is not None and is_soon else None
    return LoggedIn(row.token_hash, row.owner, salon, row.is_whole, row.made_at, row.seen_at, errand)


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


def devices(db: Session, session: LoggedIn, *, now: datetime) -> list[Device]:
    """Every browser in which the owner is logged in now: this one first, then the one that was used last."""
    rows = db.exec(
        select(LoginSession)
        .where(
            LoginSession.owner == session.owner,
            LoginSession.ends_at > now,
            LoginSession.seen_at > now - IDLE,
            col(LoginSession.is_whole),
        )
        .execution_options(populate_existing=True)
    )
    found = [
        Device(
            _ref(row.token_hash), row.agent, row.made_at, row.seen_at, row.token_hash == session.token_hash
        )
        for row in rows
    ]
    return sorted(sorted(found, key=lambda one: one.seen_at, reverse=True), key=lambda one: not one.is_this)


def end_device(db: Session, owner: UUID, ref: str) -> bool:
    """End one of an owner's own sessions; False where there is none of that name (any more)."""
    mine = db.exec(select(LoginSession.token_hash).where(LoginSession.owner == owner))
    found = next((hashed for hashed in mine if _ref(hashed) == ref), None)
    if found is None:
        return False
    end(db, found)
    return True


def end_others(db: Session, session: LoggedIn) -> int:
    """End every session of this owner but this one; give how many."""
    others = sa.delete(LoginSession).where(
        col(LoginSession.owner) == session.owner, col(LoginSession.token_hash) != session.token_hash
    )
    return db.connection().execute(others).rowcount


def end_all(db: Session, owner: UUID, *, salon: str | None = None) -> None:
    """End every session of an owner; with `salon` those that look at it, or at whichever comes first."""
    which = sa.delete(LoginSession).where(col(LoginSession.owner) == owner)
    if salon is not None:
        which = which.where((col(LoginSession.salon) == salon) | col(LoginSession.salon).is_(None))
    db.connection().execute(which)


def sweep(db: Session, *, now: datetime) -> int:
    """Forget sessions that are over; give how many."""
    over = sa.delete(LoginSession).where(
        (col(LoginSession.ends_at) <= now) | (col(LoginSession.seen_at) <= now - IDLE)
    )
    return db.connection().execute(over).rowcount


def _ref(hashed: str) -> str:
    return token_hash(hashed)[:16]


def _begin(
    db: Session,
    owner: UUID,
    *,
    until: datetime,
    now: datetime,
    agent: str | None,
    is_whole: bool,
    errand: Errand | None = None,
    salon: str | None = None,
) -> str:
    token = secrets.token_urlsafe(32)
    row = LoginSession(
        token_hash=token_hash(token),
        owner=owner,
        salon=salon,
        is_whole=is_whole,
        errand=None if errand is None else errand.value,
        made_at=now,
        seen_at=now,
        ends_at=until,
        agent=agent,
    )
    db.add(row)
    db.flush()
    return token
