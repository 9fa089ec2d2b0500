"""Bookings, invoices, prepaid values, feedbacks, raffles, requests, incidents: a row for each client told of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from connector import mirror_registers as registers
from connector.database_statement import Statement
from connector.mirror_registers import Registers, Stamp
from connector.mirror_told_entries import EntryTold
from connector.salons import Account
from connector.tables import UtcDateTime

_TYPES = {"first_at": UtcDateTime(), "at": UtcDateTime()}
_READ = Statement(
    "SELECT facts, sealed, first_at, at FROM entry"
    " WHERE salon = :salon AND kind = :kind AND entry = :entry AND client = :client",
    **{"facts": str, "sealed": bytes, "first_at": datetime, "at": datetime},
)
_ADD = Statement(
    "INSERT INTO entry (salon, kind, entry, client, facts, sealed, first_at, at)"
    " VALUES (:salon, :kind, :entry, :client, :facts, :sealed, :first_at, :at)"
)
_CHANGE = Statement(
    "UPDATE entry SET facts = :facts, sealed = :sealed, first_at = :first_at, at = :at"
    " WHERE salon = :salon AND kind = :kind AND entry = :entry AND client = :client"
)
#: the entries that were ever told of these clients, with what was told of the same entries otherwise; a raffle's
#: other clients say nothing of these
_OF = (
    sa.text(
        "SELECT DISTINCT e.kind AS kind, e.entry AS entry, e.client AS client, e.facts AS facts,"
        " e.first_at AS first_at, e.at AS at"
        # "cross" has SQLite begin with the clients; it would rather walk through all that the salon ever had
        " FROM entry own CROSS JOIN entry e WHERE own.salon = :salon AND own.client IN :clients"
        " AND e.salon = own.salon AND e.kind = own.kind AND e.entry = own.entry"
        " AND (e.kind <> 'raffle' OR e.client = own.client OR e.client = '')"
    )
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(kind=sa.String, entry=sa.String, client=sa.String, facts=sa.String, **_TYPES)
)
_WORDS = sa.text(
    "SELECT kind, entry, facts FROM entry WHERE salon = :salon AND client = :client AND sealed IS NOT NULL"
)
_WORDLESS = sa.text(
    "UPDATE entry SET facts = :facts, sealed = NULL"
    " WHERE salon = :salon AND kind = :kind AND entry = :entry AND client = :client"
)
#: kinds whose ids belong to many clients at once: another client's row says nothing of this one
_SHARED = frozenset({"raffle"})


@dataclass(frozen=True)
class Kept:
    """An entry as all that was told of it makes it: `fields` by name, each with its value and when it was told."""

    kind: str
    entry: str
    fields: dict[str, tuple[Any, datetime]]
    first_at: datetime
    at: datetime

    def value(self, name: str) -> Any:
        """What a field says; None where it was never told."""
        return self.fields[name][0] if name in self.fields else None


def find(db: Session, account: Account, told: EntryTold) -> Any:
    """The row of an entry as it was told of this client before, or None."""
    return _READ.row(db, _key(account, told))


def tell(db: Session, account: Account, told: EntryTold, row: Any, stamp: Stamp, *, at: datetime) -> None:
    """Write what was told of one entry, of which this row was found."""
    facts: Registers = registers.load(row.facts) if row else {}
    sealed = row.sealed if row else None
    for name, value in told.fields.items():
        registers.put(facts, name, value, stamp)
    if told.words is not None and _is_later(facts.get("words"), stamp):
        registers.put(facts, "words", True, stamp)
        sealed = account.keys.seal(told.words.encode(), place(told.kind, told.entry))
    values = {
        "facts": registers.dump(facts),
        "sealed": sealed,
        "first_at": min(row.first_at, at) if row else at,
        "at": max(row.at, at) if row else at,
    }
    (_ADD if row is None else _CHANGE).later(db, _key(account, told) | values)


def forget_words(db: Session, account: Account, client: str, *, until: datetime) -> None:
    """Destroy what a client said in free text, as far as it was told until then."""
    rows = db.connection().execute(_WORDS, {"salon": account.slug, "client": client}).all()
    for row in rows:
        facts: Registers = registers.load(row.facts)
        if "words" in facts and registers.at_of(facts["words"][2]) <= until:
            del facts["words"]
            key = {"salon": account.slug, "kind": row.kind, "entry": row.entry, "client": client}
            db.connection().execute(_WORDLESS, key | {"facts": registers.dump(facts)})


def place(kind: str, entry: str) -> str:
    """What the words of an entry are sealed for."""
    return f"entry:{kind}:{entry}"


def of(db: Session, salon: str, people: Iterable[Sequence[str]]) -> list[list[Kept]]:
    """The entries of each of some people, known by one id or several; read for all of them at once.

    The newest telling that names a client says whose an entry is.
    """
    groups = [frozenset(ids) for ids in people]
    told: dict[tuple[str, str], list[Any]] = {}
    keys: dict[str, set[tuple[str, str]]] = {}
    clients = sorted({one for ids in groups for one in ids})
    for row in db.connection().execute(_OF, {"salon": salon, "clients": clients}):
        told.setdefault((row.kind, row.entry), []).append(row)
        keys.setdefault(row.client, set()).add((row.kind, row.entry))
    return [_of_one(told, sorted({key for one in ids for key in keys.get(one, ())}), ids) for ids in groups]


def _of_one(
    told: dict[tuple[str, str], list[Any]], keys: Iterable[tuple[str, str]], ours: frozenset[str]
) -> list[Kept]:
    found = []
    for kind, entry in keys:
        rows = told[kind, entry]
        if kind in _SHARED:
            rows = [row for row in rows if row.client in ours or row.client == ""]
        found.append(_joined(kind, entry, rows, ours))
    return [entry for entry in found if entry is not None]


def _joined(kind: str, entry: str, rows: list[Any], ours: frozenset[str]) -> Kept | None:
    named = [row for row in rows if row.client]
    if max(named, key=lambda row: (row.at, row.client)).client not in ours:
        return None
    facts: Registers = {}
    for row in rows:
        for name, (value, *stamp) in registers.load(row.facts).items():
            registers.put(facts, name, value, Stamp(*stamp))
    fields = {name: (kept[0], registers.at_of(kept[2])) for name, kept in facts.items()}
    return Kept(kind, entry, fields, min(row.first_at for row in rows), max(row.at for row in rows))


def _key(account: Account, told: EntryTold) -> dict[str, object]:
    return {"salon": account.slug, "kind": told.kind, "entry": told.entry, "client": told.client}


def _is_later(before: list[Any] | None, stamp: Stamp) -> bool:
    return before is None or tuple(before[1:]) < stamp
