"""Sealed cards: name, phone and e-mail address of clients whose booking system cannot be asked for them.

Each is sealed under a random key of its own, and that key with the salon's. The row goes with its client, and so does
the key: what lies in an older backup then opens for nobody who has that client's row no more.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from unicodedata import normalize

import sqlalchemy as sa
from sqlmodel import Session

from connector import vault, vault_ids, vault_phones
from connector.database_many import Among, Rows
from connector.database_statement import Statement
from connector.salons import Account
from connector.vault import CannotOpen

#: what the id of a client begins with whose list has no numbers: nobody but Ovikello knows it
OWN_ID = "list-"
#: of a name that is looked for; of one that has more, only what was typed is
MOST_WORDS = 4
_COLUMNS: dict[str, type] = {
    "salon": str,
    "client": str,
    "key": bytes,
    "body": bytes,
    "digest": str,
    "by_name": str,
    "by_phone": str,
    "by_email": str,
    "at": datetime,
}
_ROWS = Rows("card", keys=2, **_COLUMNS)
_KNOWN = Statement(
    "SELECT client, digest, by_name, by_phone, by_email FROM card WHERE salon = :salon",
    client=str,
    digest=str,
    by_name=str,
    by_phone=str,
    by_email=str,
)
_OF = Among(
    "SELECT client, key, body FROM card WHERE salon = :salon AND client {among}",
    client=str,
    key=bytes,
    body=bytes,
)
_DROP = sa.text("DELETE FROM card WHERE salon = :salon AND client = :client")


@dataclass(frozen=True)
class Seen:
    """Who a client is, for the owner's eyes."""

    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)


class Marks(NamedTuple):
    """By what a person is found again: keyed hashes of a name, of a name with a phone, of one with an address."""

    name: str | None
    phone: str | None
    email: str | None


class Kept(NamedTuple):
    """A card that is there, unopened."""

    client: str
    digest: str
    by_name: str | None
    by_phone: str | None
    by_email: str | None


def is_own(client: str) -> bool:
    """Whether nobody but Ovikello knows this id; of a system that the salon has left, too."""
    return vault_ids.as_told(client).startswith(OWN_ID)


def marks(account: Account, name: str | None, phone: str | None, email: str | None) -> Marks:
    """The marks of a person; differences of case, spaces, ways of writing a number and of composing a letter vanish."""
    if name is None:
        return Marks(None, None, None)
    keyed, plain = account.keys.keyed, " ".join(normalize("NFC", name).casefold().split())
    number = vault_phones.e164(phone) if phone else None
    return Marks(
        keyed(f"card:{plain}"),
        keyed(f"card:{plain}\n{number}") if number else None,
        keyed(f"card:{plain}\n{normalize('NFC', email).casefold()}") if email else None,
    )


def turned(account: Account, name: str | None, phone: str | None, email: str | None) -> list[Marks]:
    """The marks of a person whose name's parts may stand in another order: "Aalto Anna", "Aalto, Anna"."""
    return [marks(account, one, phone, email) for one in sorted(_ways(name or ""))]


def as_typed(account: Account, name: str) -> set[str]:
    """The marks of every way in which a list may write a name that somebody looks for."""
    ways = _ways(name) if len(_words(name)) <= MOST_WORDS else set[str]()
    return {mark for way in {name, *ways} if (mark := marks(account, way, None, None).name)}


def _ways(name: str) -> set[str]:
    """Every way in which a list may write this name: the family name first or last, or before a comma."""
    words = _words(name)
    if not words:
        return set()
    parts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    turned = {
        way for front, back in parts for way in (f"{back} {front}", f"{back}, {front}", f"{front}, {back}")
    }
    return turned | {" ".join(words)}


def _words(name: str) -> list[str]:
    return name.replace(",", " ").split()


def known(db: Session, account: Account) -> dict[str, Kept]:
    """Every card of a salon, unopened, by client."""
    return {row.client: Kept(*row) for row in _KNOWN.rows(db, {"salon": account.slug})}


def of(db: Session, account: Account, clients: Iterable[str]) -> dict[str, Seen]:
    """Some cards, opened, by client; those that there are."""
    found = {}
    for row in _OF.rows(db, account.slug, clients):
        try:
            key = account.keys.unseal(bytes(row.key), _place(row.client))
            said = json.loads(vault.unseal(key, bytes(row.body), _place(row.client)))
        except CannotOpen:  # somebody moved it here from another client's row
            continue
        found[row.client] = Seen(said.get("name"), said.get("phone"), said.get("email"))
    return found


def sealed(
    account: Account, client: str, card: Seen, found_by: Marks, known: Mapping[str, Kept], at: datetime
) -> tuple[object, ...] | None:
    """A card as a row; None where the one that is kept says the same."""
    said = {"name": card.name, "phone": card.phone, "email": card.email}
    body = json.dumps({name: value for name, value in said.items() if value}).encode()
    digest = account.keys.keyed(f"card-digest:{client}\n{body.decode()}")
    if client in known and known[client].digest == digest:
        return None
    key, place = os.urandom(32), _place(client)
    wrapped, closed = account.keys.seal(key, place), vault.seal(key, body, place)
    return (account.slug, client, wrapped, closed, digest, *found_by, at)


def keep(db: Session, rows: Sequence[tuple[object, ...]], known: Iterable[str]) -> None:
    """Keep these rows, of different clients; `known` are clients of whom there is one."""
    there = set(known)
    _ROWS.add(db, [row for row in rows if row[1] not in there])
    _ROWS.change(db, [row for row in rows if row[1] in there])


def drop(db: Session, account: Account, clients: Iterable[str]) -> None:
    """Destroy these cards, and their keys."""
    rows = [{"salon": account.slug, "client": client} for client in clients]
    if rows:
        db.connection().execute(_DROP, rows)


def _place(client: str) -> str:
    return f"card:{client}"
