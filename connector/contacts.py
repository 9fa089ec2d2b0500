"""Contact points as blind indexes, and the noes that outlive a client under them.

A contact point alone never decides who somebody is (mother and son share a phone): an index carries a no to
marketing over that contact point, and nothing else; and whether that is right is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

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
_REFUSE = sa.text(
    'INSERT INTO refusal (salon, "index", purpose, channel, at) VALUES (:salon, :index, :purpose, :channel, :at)'
    ' ON CONFLICT (salon, "index", purpose, channel) DO UPDATE SET at = excluded.at WHERE excluded.at > refusal.at'
).bindparams(_AT)
#: what the owner can say of somebody who has the contact point of somebody erased
SAME, SOMEBODY_ELSE = "same", "somebody_else"
#: the beginning of such a question
QUESTION = "contact:"


@dataclass(frozen=True)
class Reached:
    """Under which contact points a client was told of, and when."""

    client: str
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    at: datetime


def keep(db: Session, account: Account, reached: Iterable[Reached]) -> None:
    """Remember under which contact points clients were ever known, and since when."""
    rows = [
        {"salon": account.slug, "client": one.client, "index": index, "kind": kind, "at": one.at}
        for one in reached
        for kind, index in (
            ("email", _email_index(account, one.email)),
            ("phone", _phone_index(account, one.phone)),
        )
        if index is not None
    ]
    if rows:
        _KEEP.run(db, rows)


def known(db: Session, account: Account, client: str) -> list[tuple[str, str]]:
    """Every index under which a client was known, with its kind."""
    rows = db.connection().execute(_KNOWN, {"salon": account.slug, "client": client})
    return [(row[0], row[1]) for row in rows]


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


def _email_index(account: Account, email: str | None) -> str | None:
    return account.keys.email_index(email) if email and email.strip() else None


def _phone_index(account: Account, phone: str | None) -> str | None:
    return account.keys.phone_index(phone) if phone else None
