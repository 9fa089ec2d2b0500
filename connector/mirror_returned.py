"""Clients who were erased, and of whom something later is told: listed, and answered by somebody who has looked.

Ids are never used again (booking contract, section 1), so that it cannot be: either a deletion was told of by mistake,
or what is told is of nobody any more. Only somebody who looks into the booking system knows which.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence
from connector.salons import Account
from connector.states import CALLED_OFF
from connector.tables import Client, Job, Tombstone
from policies.decisions import JobKind
from webhooks.events import DeletedBy

OURS = DeletedBy.OVIKELLO.value
#: what somebody who has looked can answer, and the word that the evidence has for it
KEEP, GONE = "keep", "gone"
_ANSWERS = {KEEP: "kept", GONE: "gone"}


@dataclass(frozen=True)
class Returned:
    """One of them: `client` is None once the id is forgotten; `by` is who deleted, `ovikello` where we did."""

    client: str | None
    client_key: str
    by: str
    at: datetime
    told_after: datetime


#: a new round of the erasure was begun since
_TAKEN_UP = (
    select(Job.id)
    .where(
        Job.salon == Tombstone.salon,
        Job.client_key == Tombstone.client_key,
        Job.kind == JobKind.ERASE,
        col(Job.round) > 1,
        col(Job.state).not_in([state.value for state in CALLED_OFF]),
        col(Job.moved_at) >= col(Tombstone.told_after),
    )
    .correlate(Tombstone)
    .exists()
)
_WAITS = col(Tombstone.told_after).is_not(None)


def listed(db: Session, account: Account) -> list[Returned]:
    """Everybody who waits for an answer, the latest first."""
    stones = db.exec(
        select(Tombstone)
        .where(Tombstone.salon == account.slug, _waits(account))
        .order_by(col(Tombstone.told_after).desc(), col(Tombstone.client_key))
    )
    return [
        Returned(one.client, one.client_key, one.by, one.at, one.told_after)
        for one in stones
        if one.told_after is not None
    ]


def count(db: Session, account: Account) -> int:
    """How many wait for an answer."""
    waiting = select(sa.func.count()).where(Tombstone.salon == account.slug, _waits(account))
    return db.exec(waiting).one()


def keep(db: Session, account: Account, client: str, *, now: datetime) -> bool:
    """The client is there after all: the tombstone goes, and the next list brings the record. Never one of our own."""
    return answer(db, account, account.keys.client_key(client), KEEP, now=now)


def leave(db: Session, account: Account, client: str, *, now: datetime) -> bool:
    """The client is gone: it is a finding again only where something still later is told."""
    return answer(db, account, account.keys.client_key(client), GONE, now=now)


def answer(
    db: Session,
    account: Account,
    client_key: str,
    word: str,
    *,
    now: datetime,
    told_after: datetime | None = None,
) -> bool:
    """`keep` or `leave` whoever bears this keyed name, whose id may be forgotten; False where nobody waits for it.

    With `told_after` the answer is good for what was told up to then, and for nothing later.
    """
    waiting = (
        (col(Tombstone.salon) == account.slug)
        & (col(Tombstone.client_key) == client_key)
        & (col(Tombstone.told_after) == told_after if told_after else col(Tombstone.told_after).is_not(None))
    )
    if word == KEEP:
        change: sa.Delete | sa.Update = sa.delete(Tombstone).where(waiting, col(Tombstone.by) != OURS)
    else:
        change = sa.update(Tombstone).where(waiting).values(told_after=None)
    evidence.take_turn(db, account)
    if not db.connection().execute(change).rowcount:
        return False
    line = {"what": "came_back", "client": client_key, "answer": _ANSWERS[word]}
    evidence.append(db, account, line, now=now)
    return True


def found_again(db: Session, account: Account, *, since: date) -> int:
    """How many who were only missing were found again, and are looked after as before."""
    back = select(sa.func.count()).select_from(Client)
    return db.exec(back.where(Client.salon == account.slug, col(Client.found_again_on) >= since)).one()


def _waits(account: Account) -> sa.ColumnElement[bool]:
    """Who is to be answered about.

    A booking system that erased a client and has the record again is worth a finding, whatever follows. Where it is
    done by hand the row was left, or missed: it is proposed anew, which says it all.
    """
    return _WAITS if account.dialect.has_interface else _WAITS & ~_TAKEN_UP
