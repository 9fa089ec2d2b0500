"""Contact points as blind indexes, and the noes that outlive a client under them.

A contact point alone never decides who somebody is (mother and son share a phone): an index carries a no to
marketing over that contact point, and nothing else; and whether that is right is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from connector import mirror_consents
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
#: noes under an index, and clients under it of whom nothing else is left: they were erased within thirty days
_HITS = (
    sa.text(
        "SELECT c.kind AS kind, c.at AS since, r.purpose AS purpose, r.channel AS channel, r.at AS at, NULL AS gone"
        ' FROM contact c JOIN refusal r ON r.salon = c.salon AND r."index" = c."index"'
        " WHERE c.salon = :salon AND c.client IN :clients"
        " UNION ALL SELECT c.kind, c.at, NULL, NULL, NULL, d.client FROM contact c"
        ' JOIN contact d ON d.salon = c.salon AND d."index" = c."index" AND d.client <> c.client'
        " LEFT JOIN client k ON k.salon = d.salon AND k.client = d.client"
        " WHERE c.salon = :salon AND c.client IN :clients AND k.client IS NULL"
    )
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(
        kind=sa.String,
        since=UtcDateTime(),
        purpose=sa.String,
        channel=sa.String,
        at=UtcDateTime(),
        gone=sa.String,
    )
)
_ANSWERED = (
    sa.text(
        "SELECT question, answer FROM owner_answer WHERE salon = :salon AND client IN :clients"
        " AND question LIKE 'contact:%'"
    )
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(question=sa.String, answer=sa.String)
)
#: what the owner can say of somebody who has the contact point of somebody erased
SAME, SOMEBODY_ELSE = "same", "somebody_else"
#: the beginning of such a question
QUESTION = "contact:"


@dataclass(frozen=True)
class Hit:
    """A no of somebody erased that is known under a contact point of a client's.

    `was_there`: the client had it already when the no was said, so that the two were there side by side.
    """

    kind: str
    purpose: str
    channel: str
    at: datetime
    was_there: bool


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


def refused(db: Session, salon: str, clients: Iterable[str]) -> list[tuple[str, str, datetime]]:
    """The noes (purpose, channel, when) that clients' contact points carry from somebody erased.

    They hold for who came later, unless the owner says that it is somebody else; for who was there beside the erased
    one (mother and son) they do not, unless the owner says that the two are the same.
    """
    some = list(clients)
    found = _hits(db, salon, some)
    said = _said(db, salon, some) if found else {}
    return [
        (hit.purpose, hit.channel, hit.at)
        for hit in found
        if said.get(hit.kind, SOMEBODY_ELSE if hit.was_there else SAME) == SAME
    ]


def asked(db: Session, salon: str, clients: Iterable[str]) -> frozenset[str]:
    """The kinds of contact point by which it is to be asked whether a client is somebody who was erased."""
    some = list(clients)
    found = _hits(db, salon, some)
    return frozenset({hit.kind for hit in found} - _said(db, salon, some).keys()) if found else frozenset()


def _hits(db: Session, salon: str, clients: list[str]) -> list[Hit]:
    found: list[Hit] = []
    for row in db.connection().execute(_HITS, {"salon": salon, "clients": clients}).all():
        if row.gone is None:
            noes = [(row.purpose, row.channel, row.at)]
        else:
            noes = mirror_consents.standing_noes(db, salon, row.gone)
        found += [
            Hit(row.kind, purpose, channel, at, row.since <= at)
            for purpose, channel, at in noes
            if channel in CHANNELS[row.kind]
        ]
    return found


def _said(db: Session, salon: str, clients: list[str]) -> dict[str, str]:
    """What the owner answered, by kind of contact point."""
    rows = db.connection().execute(_ANSWERED, {"salon": salon, "clients": clients})
    return {row.question.removeprefix(QUESTION): row.answer for row in rows}


def _email_index(account: Account, email: str | None) -> str | None:
    return account.keys.email_index(email) if email and email.strip() else None


def _phone_index(account: Account, phone: str | None) -> str | None:
    return account.keys.phone_index(phone) if phone else None
