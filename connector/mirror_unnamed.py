"""Clients whose identifiers were removed: what identified them goes here too, and the periods of the rest run on.

A keyed hash of a contact point is personal data for whoever holds the key, and so is a history of visits under one id
(law.md, section 8). From the moment of the removal back nothing is left but what the rest is counted from: the client's
row, receipts, and that something was asked. Answers and contact points stay for thirty days, so that a late no finds
what it is about. Then only standing noes are left, under every index, as of an erased client; and ids that were merged
with it lose the same, since only then it is certain which they are.

In whatever order events come, the same is left: what is dated up to the cut is taken away, or not let in.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from connector import categories, contacts, mirror_consents, mirror_entries
from connector.categories import Erasure
from connector.mirror_graves import LATE
from connector.salons import Account
from connector.tables import UtcDateTime

#: kinds of entries that what is kept is still counted from, or that have a period of their own
COUNTED = frozenset(categories.OWN["entry"].but)

_AT = sa.bindparam("at", type_=UtcDateTime)
_CUT = sa.text(
    "INSERT INTO unnamed (salon, client_key, at, client) VALUES (:salon, :key, :at, :client)"
    " ON CONFLICT (salon, client_key) DO UPDATE SET at = excluded.at, client = excluded.client"
    " WHERE excluded.at > unnamed.at"
).bindparams(_AT)
_EMPTY = tuple(
    sa.text(
        f"DELETE FROM {own.table} WHERE salon = :salon AND client = :client AND at <= :at"  # noqa: S608 -- ours
        + "".join(f" AND kind <> '{kind}'" for kind in own.but)
    ).bindparams(_AT)
    for own in categories.unnamed(Erasure.AT_ONCE)
)
_SETTLE = tuple(
    sa.text(
        f"DELETE FROM {own.table} WHERE salon = :salon AND client = :client AND at <= :at"  # noqa: S608 -- ours
    ).bindparams(_AT)
    for own in categories.unnamed(Erasure.LATE)
)
_SETTLED = sa.text(
    "UPDATE unnamed SET client = NULL WHERE salon = :salon AND client_key = :key AND at <= :at"
).bindparams(_AT)
_LATE = (
    sa.text(
        "SELECT client, at FROM unnamed WHERE salon = :salon AND client IS NOT NULL AND at <= :at ORDER BY client"
    )
    .bindparams(_AT)
    .columns(client=sa.String, at=UtcDateTime())
)
_MERGED = (
    sa.text(
        'SELECT client, "into" AS target FROM merge'
        ' WHERE salon = :salon AND at <= :at AND (client IN :clients OR "into" IN :clients)'
    )
    .bindparams(_AT, sa.bindparam("clients", expanding=True))
    .columns(client=sa.String, target=sa.String)
)
_REMOVED = (
    sa.text("SELECT client_key, at FROM unnamed WHERE salon = :salon AND client_key IN :keys")
    .bindparams(sa.bindparam("keys", expanding=True))
    .columns(client_key=sa.String, at=UtcDateTime())
)
_NAMED = (
    sa.text(
        "SELECT client, MAX(at) AS at FROM contact WHERE salon = :salon AND client IN :clients GROUP BY client"
    )
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(client=sa.String, at=UtcDateTime())
)


def cut(db: Session, account: Account, client: str, *, at: datetime) -> None:
    """Take away what links to a person until then; of several cuts the last counts."""
    values = {"salon": account.slug, "client": client, "at": at}
    db.connection().execute(_CUT, values | {"key": account.keys.client_key(client)})
    for statement in _EMPTY:
        db.connection().execute(statement, values)
    mirror_entries.forget_words(db, account, client, until=at)


def settle(db: Session, account: Account, now: datetime) -> int:
    """After thirty days leave only standing noes, under every index that the client was known by; give how many."""
    rows = db.connection().execute(_LATE, {"salon": account.slug, "at": now - LATE})
    groups = [(sorted(_group(db, account, row.client, row.at)), row.at) for row in rows.all()]
    for group, _ in groups:
        noes = [no for one in group for no in mirror_consents.standing_noes(db, account.slug, one)]
        contacts.outlive(db, account, group, noes)
    for group, at in groups:  # a group's noes are read before any of its answers goes
        for one in group:
            cut(db, account, one, at=at)
            values = {"salon": account.slug, "client": one, "key": account.keys.client_key(one), "at": at}
            for statement in (*_SETTLE, _SETTLED):
                db.connection().execute(statement, values)
    return len(groups)


def removed_at(db: Session, account: Account, people: Mapping[str, Iterable[str]]) -> dict[str, datetime]:
    """When the identifiers of these people (all ids, by the one that each goes on as) were removed.

    Somebody who was named anew since, under any of the ids, is somebody again.
    """
    keys = {account.keys.client_key(root): root for root in people}
    rows = db.connection().execute(_REMOVED, {"salon": account.slug, "keys": list(keys)}).all()
    if not rows:
        return {}
    removed = {keys[row.client_key]: row.at for row in rows}
    clients = sorted({one for root in removed for one in people[root]})
    named = db.connection().execute(_NAMED, {"salon": account.slug, "clients": clients})
    named_at = {row.client: row.at for row in named}
    return {
        root: at
        for root, at in removed.items()
        if not any(one in named_at and named_at[one] > at for one in people[root])
    }


def _group(db: Session, account: Account, client: str, at: datetime) -> set[str]:
    """A client with everybody who was merged with it by then."""
    known, fresh = {client}, {client}
    while fresh:
        parameters = {"salon": account.slug, "at": at, "clients": sorted(fresh)}
        rows = db.connection().execute(_MERGED, parameters)
        fresh = {end for row in rows for end in (row.client, row.target)} - known
        known |= fresh
    return known
