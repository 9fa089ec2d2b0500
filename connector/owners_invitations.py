"""Invitation links: open for three days, good once, kept as a hash alone.

Whoever runs Ovikello makes links that set up a log-in. One that a salon's owner made (`salon`) gives a right at that
salon when it is taken up: by setting up a log-in, or by somebody who has one and says so. It never sets up the log-in
of somebody who speaks for another salon: whoever holds the link would speak for that one too.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.tables import Invitation, Owner, Ownership
from connector.vault import token_hash

INVITED_FOR = timedelta(days=3)


class Link(StrEnum):
    """How an invitation link stands, for whoever holds it."""

    OPEN = "open"
    TAKE_UP = "take_up"  # its person has a log-in already
    WAITS = "waits"  # its person has another link to open first, for another salon
    USED = "used"  # or taken back, or a newer one stands in its place
    OVER = "over"
    UNKNOWN = "unknown"


def invite(db: Session, owner: UUID, *, now: datetime, salon: str | None = None) -> str:
    """Make a link; with `salon` one that gives a right there when it is taken up."""
    token = secrets.token_urlsafe(32)
    db.add(Invitation(token_hash=token_hash(token), owner=owner, salon=salon, ends_at=now + INVITED_FOR))
    db.flush()
    return token


def link(db: Session, token: str, *, now: datetime) -> Link:
    """How a link stands."""
    row = db.get(Invitation, token_hash(token), populate_existing=True)
    if row is None:
        return Link.UNKNOWN
    if row.used_at is not None:
        return Link.USED
    if row.ends_at <= now:
        return Link.OVER
    is_set_up = db.exec(select(Owner.is_totp_active).where(Owner.id == row.owner)).one()
    if is_set_up:
        return Link.USED if row.salon is None else Link.TAKE_UP
    speaks_for = set(db.exec(select(Ownership.salon).where(Ownership.owner == row.owner)))
    return Link.WAITS if row.salon is not None and speaks_for - {row.salon} else Link.OPEN


def invited(db: Session, token: str, *, now: datetime) -> UUID | None:
    """Who sets up a log-in by this link; None where it is unknown, over or used, or not there for that."""
    return whose(db, token) if link(db, token, now=now) is Link.OPEN else None


def whose(db: Session, token: str) -> UUID | None:
    """Whom a link was made for, however it stands."""
    row = db.get(Invitation, token_hash(token))
    return None if row is None else row.owner


def salon_of(db: Session, token: str) -> str | None:
    """The salon whose owner made a link; None where whoever runs Ovikello did."""
    row = db.get(Invitation, token_hash(token))
    return None if row is None else row.salon


def hold(db: Session, token: str) -> None:
    """Have nobody else use a link, or take it back, until the transaction ends."""
    db.exec(select(Invitation.owner).where(Invitation.token_hash == token_hash(token)).with_for_update())


def until(db: Session, owner: UUID, *, now: datetime) -> datetime | None:
    """Until when somebody who is not set up can open a link; None where there is none that is open."""
    ends = db.exec(select(Invitation.ends_at).where(Invitation.owner == owner, *_open(now)))
    return max(ends, default=None)


def of_salon(db: Session, salon: str, *, now: datetime) -> dict[UUID, datetime]:
    """Whom a salon's owners have invited, and until when the newest link of each is open."""
    rows = db.exec(
        select(Invitation.owner, Invitation.ends_at)
        .where(Invitation.salon == salon, *_open(now))
        .order_by(col(Invitation.ends_at))
    )
    return dict(rows.all())


def close(db: Session, owner: UUID, *, now: datetime, salon: str | None = None) -> int:
    """An owner's links open nothing any more; with `salon` those that its owners made. Gives how many."""
    theirs = sa.update(Invitation).where(col(Invitation.owner) == owner, col(Invitation.used_at).is_(None))
    if salon is not None:
        theirs = theirs.where(col(Invitation.salon) == salon)
    return db.connection().execute(theirs.values(used_at=now)).rowcount


def address(public_url: str | None, token: str) -> str:
    """A link as it is handed over; without OVIKELLO_PUBLIC_URL that of a `serve` on this machine."""
    return f"{public_url or 'http://127.0.0.1:8127'}/invitation/{token}"


def _open(now: datetime) -> Iterator[sa.ColumnElement[bool]]:
    yield col(Invitation.used_at).is_(None)
    yield col(Invitation.ends_at) > now
