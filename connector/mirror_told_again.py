"""Erased clients who are told of again, where the booking system cannot be asked: a list shows them, or no longer does.

Elsewhere a look at the record settles it. Here the next list does: who is not on it any more is gone once more.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.salons import Account
from connector.tables import Tombstone


def among(db: Session, account: Account, clients: Iterable[str]) -> set[str]:
    """Who of these was erased, and is told of again."""
    told = _told(db, account)
    return {client for client in clients if account.keys.client_key(client) in told} if told else set()


def keep_only(db: Session, account: Account, listed: Iterable[str]) -> None:
    """Forget of all others that they were told of again: a whole list, which is not older, does not have them."""
    gone = _told(db, account) - {account.keys.client_key(client) for client in listed}
    for key in gone:
        db.connection().execute(
            sa.update(Tombstone)
            .where(col(Tombstone.salon) == account.slug, col(Tombstone.client_key) == key)
            .values(told_after=None)
        )


def _told(db: Session, account: Account) -> set[str]:
    told = select(Tombstone.client_key).where(
        Tombstone.salon == account.slug, col(Tombstone.told_after).is_not(None)
    )
    return set(db.exec(told))
