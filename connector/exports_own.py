"""What Ovikello itself holds of a client, table by table, as it goes into a package.

One reader for each table of the map (`categories.OWN`). What would tell of somebody else stays out (GDPR article
15(4)): who of the staff it was, and the salon's own words about a hold or a decision. That those exist is said.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from connector import categories, evidence, mirror_consents, mirror_entries, sealed_cards
from connector.mirror_registers import load
from connector.salons import Account
from connector.sealed_cards import Seen

Rows = list[dict[str, Any]]
#: of a line of evidence: who gave the word, and what only makes its hash hard to guess
_NOT_THEIRS = frozenset({"salt", "owner", "client", "approval"})


@dataclass(frozen=True)
class Reading:
    """Of whom is read: one client, by all ids that were merged."""

    db: Session
    account: Account
    ids: tuple[str, ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keyed names of the ids."""
        return tuple(self.account.keys.client_key(client) for client in self.ids)

    @cached_property
    def jobs(self) -> tuple[UUID, ...]:
        """The jobs about this client."""
        table = SQLModel.metadata.tables["job"]
        return tuple(row["id"] for row in self.rows("job", table.c.client_key.in_(self.keys)))

    @cached_property
    def indexes(self) -> tuple[str, ...]:
        """The blind indexes under which the client was ever known."""
        table = SQLModel.metadata.tables["contact"]
        return tuple(row["index"] for row in self.rows("contact", table.c.client.in_(self.ids)))

    def of_client(self, name: str) -> Rows:
        """The rows of a table that has the client's id."""
        return self.rows(name, SQLModel.metadata.tables[name].c.client.in_(self.ids))

    def of_job(self, name: str) -> Rows:
        """The rows of a table that has the job's id."""
        return self.rows(name, SQLModel.metadata.tables[name].c.job.in_(self.jobs))

    def rows(self, name: str, *where: sa.ColumnElement[bool]) -> Rows:
        """The rows of a table that are this salon's, in the order of their keys."""
        table = SQLModel.metadata.tables[name]
        mine = (table.c.salon == self.account.slug,) if "salon" in table.c else ()
        statement = sa.select(table).where(*mine, *where).order_by(*table.primary_key)
        return [dict(row) for row in self.db.connection().execute(statement).mappings()]


def of(reading: Reading) -> dict[str, Rows]:
    """Everything that Ovikello holds of a client, by table; only what there is."""
    found = {table: [_plain(row) for row in READERS[table](reading)] for table in categories.OWN}
    return {table: rows for table, rows in found.items() if rows}


def _client(reading: Reading) -> Rows:
    return [
        {
            "customer_number": row["client"],
            "known_since": row["first_at"],
            "last_told": row["latest_at"],
            "activity": load(row["maxima"]),
            "told": {name: kept[0] for name, kept in sorted(load(row["registers"]).items())},
            "looked_at_again_on": row["look_again_on"],
        }
        for row in reading.of_client("client")
    ]


def _entry(reading: Reading) -> Rows:
    found = []
    for row in reading.of_client("entry"):
        facts = {name: kept[0] for name, kept in load(row["facts"]).items() if name != "words"}
        one = {"what": row["kind"], "id": row["entry"], "first_told": row["first_at"], "last_told": row["at"]}
        if row["sealed"] is not None:
            place = mirror_entries.place(row["kind"], row["entry"])
            facts["in_own_words"] = reading.account.keys.unseal(row["sealed"], place).decode()
        found.append(one | facts)
    return found + _incidents(reading)


def _incidents(reading: Reading) -> Rows:
    """Breaches that were told of with this client among those concerned; not what else is said of them."""
    table = SQLModel.metadata.tables["entry"]
    found = []
    for row in reading.rows("entry", table.c.kind == "incident", table.c.client == ""):
        place = mirror_entries.place(row["kind"], row["entry"])
        words = "{}" if row["sealed"] is None else reading.account.keys.unseal(row["sealed"], place).decode()
        facts = {name: kept[0] for name, kept in load(row["facts"]).items()}
        if facts.get("all_clients") or set(reading.ids) & set(json.loads(words).get("clients", ())):
            one = {"what": "incident", "id": row["entry"], "discovered_at": facts.get("discovered_at")}
            found.append(one | {"first_told": row["first_at"], "last_told": row["at"]})
    return found


def _consent_record(reading: Reading) -> Rows:
    found = []
    for row in sorted(reading.of_client("consent_record"), key=lambda row: (row["at"], row["digest"])):
        version = row["notice_version"]
        found.append(
            {
                "at": row["at"],
                "answer": row["answer"],
                "purpose": row["purpose"],
                "channel": row["channel"] or "all",
                "method": row["method"],
                "notice_version": version and mirror_consents.notice_version_of(reading.account, version),
            }
        )
    return found


def _contact(reading: Reading) -> Rows:
    return [
        {"kind": row["kind"], "since": row["at"], "fingerprint": row["index"]}
        for row in reading.of_client("contact")
    ]


def _refusal(reading: Reading) -> Rows:
    table = SQLModel.metadata.tables["refusal"]
    rows = reading.rows("refusal", table.c.index.in_(reading.indexes))
    return [_only(row, "at", "purpose", "channel") | {"fingerprint": row["index"]} for row in rows]


def _campaign_recipient(reading: Reading) -> Rows:
    rows = reading.of_client("campaign_recipient")
    return [_only(row, "at", "campaign", "purpose", "channel") for row in rows]


def _record_touch(reading: Reading) -> Rows:
    """When and what; who it was is somebody else's (F-75, C-579/21)."""
    rows = reading.of_client("record_touch")
    return [{"on": row["at"].date(), "what": row["what"], "done": row["touch"]} for row in rows]


def _standing(reading: Reading) -> Rows:
    return [_only(row, "category", "outcome", "because", "since_on") for row in reading.of_client("standing")]


def _hold(reading: Reading) -> Rows:
    return [
        _only(row, "why", "opened_at", "review_on", "ended_at")
        | {"categories": json.loads(row["categories"]), "salons_own_words": row["reason"] is not None}
        for row in reading.of_client("hold")
    ]


def _owner_answer(reading: Reading) -> Rows:
    return [_only(row, "at", "question", "answer") for row in reading.of_client("owner_answer")]


def _merge(reading: Reading) -> Rows:
    table = SQLModel.metadata.tables["merge"]
    rows = reading.rows("merge", table.c.client.in_(reading.ids) | table.c.into.in_(reading.ids))
    return [{"at": row["at"], "customer_number": row["client"], "joined_to": row["into"]} for row in rows]


def _tombstone(reading: Reading) -> Rows:
    table = SQLModel.metadata.tables["tombstone"]
    rows = reading.rows("tombstone", table.c.client_key.in_(reading.keys))
    return [_only(row, "at", "by", "told_after") for row in rows]


def _unnamed(reading: Reading) -> Rows:
    table = SQLModel.metadata.tables["unnamed"]
    return [_only(row, "at") for row in reading.rows("unnamed", table.c.client_key.in_(reading.keys))]


def _job(reading: Reading) -> Rows:
    table = SQLModel.metadata.tables["job"]
    rows = reading.rows("job", table.c.client_key.in_(reading.keys))
    found = []
    for row in sorted(rows, key=lambda row: (row["proposed_at"], str(row["id"]))):
        one = _only(row, "kind", "state", "reason", "proposed_at", "approved_at", "moved_at", "round")
        found.append(one | {"because": json.loads(row["because"]), "job": row["id"]})
    return found


def _approval(reading: Reading) -> Rows:
    """When it was decided; by whom, and in which words, is the salon's own."""
    job, approval = (SQLModel.metadata.tables[name] for name in ("job", "approval"))
    mine = sa.select(job.c.approval).where(job.c.id.in_(reading.jobs))
    rows = reading.rows("approval", approval.c.id.in_(mine))
    return [_only(row, "at", "word") | {"salons_own_words": row["reason"] is not None} for row in rows]


def _intent(reading: Reading) -> Rows:
    return [_only(row, "at", "job", "round", "call", "outcome") for row in reading.of_job("intent")]


def _look(reading: Reading) -> Rows:
    return [_only(row, "due_at", "looked_at", "found", "job", "round") for row in reading.of_job("look")]


def _package(reading: Reading) -> Rows:
    rows = reading.of_job("package")
    return [_only(row, "made_at", "ends_at", "opened", "ended_at", "ended_by", "language") for row in rows]


def _evidence(reading: Reading) -> Rows:
    """The lines with the client's keyed name in them, found by their bytes: a chain is long."""
    keys, found = [key.encode() for key in reading.keys], []
    for line in evidence.lines(reading.db, reading.account):
        if line.body is not None and any(key in line.body for key in keys):
            said = json.loads(line.body)
            if said.get("client") in reading.keys:
                kept = {name: value for name, value in said.items() if name not in _NOT_THEIRS}
                found.append({"line": line.seq} | kept)
    return found


def _card(reading: Reading) -> Rows:
    cards = sealed_cards.of(reading.db, reading.account, reading.ids)
    rows = [(row["at"], cards.get(row["client"], Seen())) for row in reading.of_client("card")]
    return [
        {"last_told": at, "name": card.name, "phone": card.phone, "email": card.email} for at, card in rows
    ]


READERS: Mapping[str, Callable[[Reading], Rows]] = {
    "client": _client,
    "entry": _entry,
    "consent_record": _consent_record,
    "refusal": _refusal,
    "contact": _contact,
    "card": _card,
    "campaign_recipient": _campaign_recipient,
    "record_touch": _record_touch,
    "standing": _standing,
    "hold": _hold,
    "owner_answer": _owner_answer,
    "merge": _merge,
    "tombstone": _tombstone,
    "unnamed": _unnamed,
    "job": _job,
    "approval": _approval,
    "intent": _intent,
    "look": _look,
    "package": _package,
    "evidence": _evidence,
}


def _only(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _plain(value: Any) -> Any:
    """The same as JSON can say it; what was never told is left out."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value
