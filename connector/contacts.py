"""Contact points as blind indexes, and the noes that outlive a client under them.

A contact point alone never decides who somebody is (mother and son share a phone): an index carries a no to
marketing over that contact point, and nothing else; and whether that is right is asked.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from connector.database_many import Among, Rows
from connector.database_statement import Statement
from connector.salons import Account
from connector.tables import UtcDateTime

#: the channels that reach a client through a contact point
CHANNELS = {"email": ("email",), "phone": ("sms", "phone")}

_AT = sa.bindparam("at", type_=UtcDateTime)
_KEEP = Statement(
    'INSERT INTO contact (salon, client, "index", kind, at) VALUES (:salon, :client, :index, :kind, :at)'
    ' ON CONFLICT (salon, client, "index") DO UPDATE SET at = excluded.at WHERE excluded.at < contact.at'
)
_KNOWN = sa.text('SELECT "index", kind FROM contact WHERE salon = :salon AND client = :client ORDER BY 1')
#: of many clients, as a list tells of them
_ALL_KNOWN = Among(
    'SELECT client, "index", at FROM contact WHERE salon = :salon AND client {among}',
    client=str,
    index=str,
    at=datetime,
)
_ROWS = Rows("contact", keys=3, salon=str, client=str, index=str, kind=str, at=datetime)
_REFUSE = sa.text(
    'INSERT INTO refusal (salon, "index", purpose, channel, at) VALUES (:salon, :index, :purpose, :channel, :at)'
    ' ON CONFLICT (salon, "index", purpose, channel) DO UPDATE SET at = excluded.at WHERE excluded.at > refusal.at'
).bindparams(_AT)
#: what the owner can say of somebody who has the contact point of somebody erased
SAME, SOMEBODY_ELSE = "same", "somebody_else"
#: the beginning of such a question
QUESTION = "contact:"


class Point(NamedTuple):
    """A contact point under which a client was told of at some moment, by its blind index."""

    client: str
    blind: str
    kind: str
    at: datetime


def points(
    account: Account, client: str, *, email: str | None, phone: str | None, at: datetime
) -> list[Point]:
    """The contact points under which an event tells of a client."""
    found = _by_kind(account, email, phone).items()
    return [Point(client, index, kind, at) for kind, index in found]


def indexes(account: Account, *, email: str | None, phone: str | None) -> set[str]:
    """The same of whoever it may be: the indexes alone."""
    return set(_by_kind(account, email, phone).values())


def _by_kind(account: Account, email: str | None, phone: str | None) -> dict[str, str]:
    found = {}
    if email and email.strip():
        found["email"] = account.keys.email_index(email)
    if phone and (index := account.keys.phone_index(phone)) is not None:
        found["phone"] = index
    return found


def keep(db: Session, account: Account, told: Iterable[Point]) -> None:
    """Remember under which contact points a client was ever known, and since when."""
    rows = [
        {"salon": account.slug, "client": one.client, "index": one.blind, "kind": one.kind, "at": one.at}
        for one in told
    ]
    if rows:
        _KEEP.later(db, rows)


def keep_all(db: Session, account: Account, told: Sequence[Point]) -> None:
    """The same of many clients."""
    if not told:
        return
    known = {
        (row.client, row.index): row.at
        for row in _ALL_KNOWN.rows(db, account.slug, {one.client: None for one in told})
    }
    _ROWS.add(db, [(account.slug, *one) for one in told if one[:2] not in known])
    keep(db, account, [one for one in told if one[:2] in known and one.at < known[one[:2]]])


def known(db: Session, account: Account, client: str) -> list[tuple[str, str]]:
    """Every index under which a client was known, with its kind."""
    rows = db.connection().execute(_KNOWN, {"salon": account.slug, "client": client})
    return [(row[0], row[1]) for row in rows]


def outlive(
    db: Session, account: Account, clients: Iterable[str], noes: Sequence[tuple[str, str, datetime]]
) -> None:
    """Let noes (purpose, channel, when) outlive one client under every index that any of these ids was known by."""
    for index, kind in sorted({point for client in clients for point in known(db, account, client)}):
        refuse(db, account, index, kind, noes)


def refuse(
    db: Session, account: Account, index: str, kind: str, noes: Iterable[tuple[str, str, datetime]]
) -> None:
    """Let noes (purpose, channel, when) outlive their client under an index that they can act on."""
    rows = [
        {"salon": account.slug, "index": index, "purpose": purpose, "channel": channel, "at": at}
        for purpose, channel, at in noes
        if channel in CHANNELS[kind]
    ]
    if rows:
        db.connection().execute(_REFUSE, rows)
