"""Hints: clients of whom a delivery told that something happened, and whose records are to be fetched.

Where nothing is signed, or a payload tells only half, what it says is no more than a reason to look. A hint is a row;
however many come of one client, its record is fetched once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import jobs_seen
from connector.salons import Account
from connector.tables import Hint, UtcDateTime

#: whoever tells is still at it, and may tell more: the record is asked for a little later
AFTER = timedelta(seconds=5)
#: where there was no answer
AGAIN = timedelta(minutes=2)
_PUT = sa.text(
    "INSERT INTO hint (salon, client, hinted_at, due_at) VALUES (:salon, :client, :now, :due)"
    " ON CONFLICT (salon, client) DO UPDATE SET hinted_at = excluded.hinted_at, due_at = excluded.due_at"
).bindparams(*(sa.bindparam(name, type_=UtcDateTime) for name in ("now", "due")))


def put(db: Session, account: Account, clients: Iterable[str], *, now: datetime) -> None:
    """Have these clients' records fetched soon, where they can be asked for."""
    if account.base_url is None:
        return
    for client in sorted(set(clients)):
        if client != account.walk_in and jobs_seen.can_be_named(account, client):
            values = {"salon": account.slug, "client": client, "now": now, "due": now + AFTER}
            db.connection().execute(_PUT, values)


def due(db: Session, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Salon and client of those whose turn it is, the oldest first."""
    found = (
        sa.select(col(Hint.salon), col(Hint.client))
        .where(col(Hint.due_at) <= now)
        .order_by(col(Hint.due_at), col(Hint.salon), col(Hint.client))
        .limit(limit)
    )
    return [(row.salon, row.client) for row in db.connection().execute(found)]


def done(db: Session, salon: str, client: str, *, asked_at: datetime) -> None:
    """The record was fetched; a hint that came since it was asked for stays."""
    mine = (col(Hint.salon) == salon, col(Hint.client) == client, col(Hint.hinted_at) <= asked_at)
    db.connection().execute(sa.delete(Hint).where(*mine))


def put_off(db: Session, salon: str, client: str, *, now: datetime) -> None:
    """There was no answer: later."""
    mine = (col(Hint.salon) == salon, col(Hint.client) == client, col(Hint.due_at) <= now)
    db.connection().execute(sa.update(Hint).where(*mine).values(due_at=now + AGAIN))


def forget(db: Session, account: Account, *, before: datetime) -> None:
    """The whole list was walked through since then: whoever was hinted at has been seen."""
    old = sa.delete(Hint).where(col(Hint.salon) == account.slug, col(Hint.hinted_at) < before)
    db.connection().execute(old)
