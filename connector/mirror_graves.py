"""Tombstones: no event brings an erased client back, and an erased client's noes still hold.

A tombstone is found by the keyed name of the client's id. For thirty days after it the id, the consent records and the
blind indexes stay, so that a late no finds its contact points; then only standing noes are left, under indexes.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from connector import categories, contacts, facts_group, mirror_clients, mirror_consents, vault_ids
from connector.categories import Erasure
from connector.mirror_marks import Grave
from connector.salons import Account
from connector.tables import UtcDateTime

#: longer than any booking system's retries
LATE = timedelta(days=30)
#: `by` of a tombstone that nobody told of: `mirror_missing` withdraws it where something later is told
MISSING = "missing"

_TYPES = {"at": UtcDateTime(), "latest_at": UtcDateTime(), "told_after": UtcDateTime()}
_BOUND = [sa.bindparam(name, type_=kind) for name, kind in _TYPES.items()]
_ADD = sa.text(
    "INSERT INTO tombstone (salon, client_key, at, by, client, latest_at, told_after)"
    " VALUES (:salon, :key, :at, :by, :client, :latest_at, :told_after)"
).bindparams(*_BOUND)
_ADD_UNKNOWN = sa.text(
    "INSERT INTO tombstone (salon, client_key, at, by) VALUES (:salon, :key, :at, :by)"
    " ON CONFLICT (salon, client_key) DO UPDATE SET at = excluded.at, by = excluded.by, kept = NULL"
    " WHERE tombstone.by = 'missing'"
).bindparams(sa.bindparam("at", type_=UtcDateTime))
_CHANGE = sa.text(
    "UPDATE tombstone SET at = :at, by = :by, latest_at = :latest_at, told_after = :told_after"
    " WHERE salon = :salon AND client_key = :key"
).bindparams(*_BOUND)
#: everything that tells of a client only while it is one
_EMPTY = tuple(
    sa.text(f"DELETE FROM {table} WHERE salon = :salon AND client = :client")  # noqa: S608 -- names of our own
    for table in categories.erased(Erasure.AT_ONCE)
)
#: what goes after thirty days, and which of its rows are a client's
_LATER = tuple(
    (table, '(client = :client OR "into" = :client)' if table == "merge" else "client = :client")
    for table in categories.erased(Erasure.LATE)
)
#: what stays for late noes, as long as it is from before
_TRIM = tuple(
    sa.text(f"DELETE FROM {table} WHERE salon = :salon AND {whose} AND at > :at").bindparams(  # noqa: S608
        sa.bindparam("at", type_=UtcDateTime)
    )
    for table, whose in _LATER
)
_LATE = sa.text(
    "SELECT client, by FROM tombstone WHERE salon = :salon AND client IS NOT NULL AND at <= :at ORDER BY client"
).bindparams(sa.bindparam("at", type_=UtcDateTime))
_GOES_ON = sa.text(
    'SELECT 1 FROM merge m JOIN client c ON c.salon = m.salon AND c.client = m."into"'
    " WHERE m.salon = :salon AND m.client = :client"
)
_SETTLE = (
    *(sa.text(f"DELETE FROM {table} WHERE salon = :salon AND {whose}") for table, whose in _LATER),  # noqa: S608
    sa.text("UPDATE tombstone SET client = NULL, kept = NULL WHERE salon = :salon AND client = :client"),
)


def bury(db: Session, account: Account, client: str, grave: Grave | None, *, at: datetime, by: str) -> None:
    """Erase a client here. Of several deletions the earliest counts, whatever came in between.

    What was known under this id may have held its other ids back, or gone with them: they are judged anew.
    """
    for other in sorted(facts_group.others(db, account.slug, client)):
        # a day early rather than too late in some time zone
        mirror_clients.wake(db, account, other, today=at.date() - timedelta(days=1))
    if grave is None:
        latest_at = mirror_clients.latest_at(db, account, client)
        _write(db, account, client, Grave(at, by, False, latest_at), statement=_ADD)
    else:
        at, by = min((grave.at, grave.by), (at, by))
        _write(db, account, client, Grave(at, by, grave.is_settled, grave.latest_at), statement=_CHANGE)
    key = {"salon": account.slug, "client": client}
    for statement in _EMPTY:
        db.connection().execute(statement, key)
    for statement in _TRIM:
        db.connection().execute(statement, key | {"at": at})


def bury_unknown(db: Session, account: Account, key: str, *, at: datetime, by: str) -> None:
    """Erase a client of whom only the keyed name is known: nothing is kept of it, and nothing is let in any more."""
    db.connection().execute(_ADD_UNKNOWN, {"salon": account.slug, "key": key, "at": at, "by": by})


def note(db: Session, account: Account, client: str, grave: Grave, *, at: datetime) -> None:
    """Remember that an event told of an erased client; dated after the tombstone it is a finding."""
    if grave.latest_at is None or at > grave.latest_at:
        told = Grave(grave.at, grave.by, grave.is_settled, at)
        _write(db, account, client, told, statement=_CHANGE)


def settle(db: Session, account: Account, now: datetime) -> int:
    """After thirty days leave only standing noes, under every index; give how many clients were settled.

    A client that goes on as another one that is there keeps its answers: they are the other one's too.
    """
    late = db.connection().execute(_LATE, {"salon": account.slug, "at": now - LATE}).all()
    settled = 0
    for client, by in late:
        if by == MISSING and vault_ids.is_left_behind(client) and _may_be_found(account, now):
            continue
        key = {"salon": account.slug, "client": client}
        if db.connection().execute(_GOES_ON, key).first() is not None:
            continue
        noes = mirror_consents.standing_noes(db, account.slug, client)
        contacts.outlive(db, account, [client], noes)
        for statement in _SETTLE:
            db.connection().execute(statement, key)
        settled += 1
    return settled


def _may_be_found(account: Account, now: datetime) -> bool:
    """Whether somebody of a system that was left may still be found in the new one: for thirty days from its list."""
    return account.awaits_list or account.connected_at > now - LATE


def _write(db: Session, account: Account, client: str, grave: Grave, *, statement: sa.TextClause) -> None:
    told_after = grave.latest_at if grave.latest_at is not None and grave.latest_at > grave.at else None
    values = {
        "salon": account.slug,
        "key": account.keys.client_key(client),
        "at": grave.at,
        "by": grave.by,
        "latest_at": grave.latest_at,
        "told_after": told_after,
    }
    db.connection().execute(statement, values if statement is _CHANGE else values | {"client": client})
