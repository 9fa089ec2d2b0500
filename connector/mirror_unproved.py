"""Clients who were erased by somebody's word alone: by what they are known again, until a list has proved it.

Where the booking system cannot be asked, an erasure by hand is only said to be done. Names and numbers end with it
(sealed_cards.py), but without their keyed hashes nobody could tell whether the next list has the same person under
another number or address. So those lie sealed in the tombstone: until a list proves it, for thirty days at most, as
long as the blind indexes do that wait for a late no (mirror_graves.py).
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import mirror_missing, sealed_cards, vault_ids
from connector.mirror_missing import Rows
from connector.salons import Account
from connector.sealed_cards import Kept
from connector.tables import Card, Tombstone
from webhooks.events import DeletedBy

_OURS = DeletedBy.OVIKELLO.value


def marks_of(db: Session, account: Account, client: str) -> Rows | None:
    """By what a client who is still there is known; None where there is no card."""
    card = db.get(Card, (account.slug, client))
    if card is None:
        return None
    return {"marks": [{"by_name": card.by_name, "by_phone": card.by_phone, "by_email": card.by_email}]}


def keep(db: Session, account: Account, client: str, marks: Rows) -> None:
    """Keep in the tombstone by what a client was known."""
    sealed = mirror_missing.seal(account, client, marks)
    _change(db, account, [client], sealed)


def of(db: Session, account: Account) -> dict[str, Kept]:
    """By what each of them is known, as if there were a card; nobody of a system that the salon has left."""
    stones = select(Tombstone.client, Tombstone.kept).where(
        Tombstone.salon == account.slug, Tombstone.by == _OURS, col(Tombstone.kept).is_not(None)
    )
    found = {}
    for client, kept in db.exec(stones):
        if client is not None and kept is not None and not vault_ids.is_left_behind(client):
            (row,) = mirror_missing.opened(account, client, kept)["marks"]
            found[client] = Kept(client, "", row["by_name"], row["by_phone"], row["by_email"])
    return found


def prove(db: Session, account: Account, clients: Iterable[str]) -> None:
    """A list has shown of these clients that they are gone, or that they are there: the rest of them ends."""
    _change(db, account, clients, None)


def is_open(db: Session, account: Account, client: str, client_key: str) -> bool:
    """Whether no list can have proved yet that a client is gone, who was said to be erased.

    After thirty days none can any more where only Ovikello has a number for somebody: by what is nobody known.
    """
    stone = db.get(Tombstone, (account.slug, client_key))
    if stone is None or stone.by != _OURS:
        return False
    if stone.client is None:
        return sealed_cards.is_own(client)
    return stone.kept is not None


def _change(db: Session, account: Account, clients: Iterable[str], kept: bytes | None) -> None:
    for client in clients:
        mine = (
            (col(Tombstone.salon) == account.slug)
            & (col(Tombstone.client_key) == account.keys.client_key(client))
            & (col(Tombstone.by) == _OURS)
        )
        db.connection().execute(sa.update(Tombstone).where(mine).values(kept=kept))
