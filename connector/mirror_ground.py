"""What an event finds of the client that it tells of: its ends, its row, and the entry's row, in one question.

Each question costs far more for being asked than for what it reads (facts: performance, section 3), and an event
needs all four.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from connector import mirror_clients, mirror_consents, mirror_entries, mirror_marks
from connector.database_statement import Answer, Question, Statement
from connector.mirror_coming import Coming
from connector.mirror_marks import Cut, Grave, Marks
from connector.mirror_told_entries import EntryTold
from connector.salons import Account

#: each by its whole primary key, so that there is one row in which the parts that are not there are empty
_READ = Statement(
    "SELECT t.at, t.by, t.client, t.latest_at, u.at, u.client,"
    " c.registers, c.maxima, c.first_at, c.latest_at, c.look_again_on, e.facts, e.sealed, e.first_at, e.at"
    " FROM (SELECT 1 AS one) here"
    " LEFT JOIN tombstone t ON t.salon = :salon AND t.client_key = :key"
    " LEFT JOIN unnamed u ON u.salon = :salon AND u.client_key = :key"
    " LEFT JOIN client c ON c.salon = :salon AND c.client = :client"
    " LEFT JOIN entry e ON e.salon = :salon AND e.client = :client AND e.kind = :kind AND e.entry = :entry",
    **{"buried_at": datetime, "buried_by": str, "buried": str, "told_at": datetime, "cut_at": datetime},
    **{"cut": str, "registers": str, "maxima": str, "first_at": datetime, "latest_at": datetime},
    **{
        "look_again_on": date,
        "facts": str,
        "sealed": bytes,
        "entry_first_at": datetime,
        "entry_at": datetime,
    },
)


@dataclass(frozen=True)
class EntryRow:
    """An entry's row, as `mirror_entries` reads it."""

    facts: str
    sealed: bytes | None
    first_at: datetime
    at: datetime


@dataclass(frozen=True)
class Ground:
    """The marks of all clients that an event tells of, and such rows as were read with them."""

    marks: Marks = field(default_factory=Marks)
    clients: dict[str, Any] = field(default_factory=dict)
    entries: dict[tuple[str, str], Any] = field(default_factory=dict)
    answers: dict[str, frozenset[str]] = field(default_factory=dict)

    def client(self, db: Session, account: Account, client: str) -> Any:
        """The client's row, or None."""
        return self.clients[client] if client in self.clients else mirror_clients.find(db, account, client)

    def entry(self, db: Session, account: Account, told: EntryTold) -> Any:
        """The entry's row, or None."""
        key = (told.entry, told.client)
        return self.entries[key] if key in self.entries else mirror_entries.find(db, account, told)


def questions(account: Account, coming: Coming) -> list[Question]:
    """What is to be asked before an event is let in: the client that it tells of, and its answers if it tells any.

    A merge or a campaign tells of several; what there is of those is asked for when it is needed.
    """
    if len(coming.told) != 1:
        return []
    (one,) = coming.told
    mine = _entry_of_it(coming)
    values = {"salon": account.slug, "client": one.client, "key": account.keys.client_key(one.client)}
    found = [Question(_READ, {**values, "kind": mine and mine.kind, "entry": mine and mine.entry})]
    if one.consents:
        found.append(mirror_consents.question(account, one.client))
    return found


def find(db: Session, account: Account, coming: Coming, answers: Sequence[Answer]) -> Ground:
    """What is there before an event is let in, by the answers to its `questions`."""
    if len(coming.told) != 1:
        clients = [one.client for one in coming.told]
        return Ground(mirror_marks.find(db, account, clients)) if clients else Ground()
    (one,) = coming.told
    mine = _entry_of_it(coming)
    row = answers[0].row
    ground = Ground(_marks(one.client, row), {one.client: row if row.registers is not None else None})
    if mine:
        has_one = row.facts is not None
        ground.entries[mine.entry, mine.client] = (
            EntryRow(row.facts, row.sealed, row.entry_first_at, row.entry_at) if has_one else None
        )
    if one.consents:
        ground.answers[one.client] = frozenset(known.digest for known in answers[1].rows)
    return ground


def _entry_of_it(coming: Coming) -> EntryTold | None:
    """The entry, where it is of the client that the event tells of."""
    entry = coming.entry
    return entry if entry is not None and entry.client == coming.told[0].client else None


def _marks(client: str, row: Any) -> Marks:
    marks = Marks()
    if row.buried_at is not None:
        marks.graves[client] = Grave(row.buried_at, row.buried_by, row.buried is None, row.told_at)
    if row.cut_at is not None:
        marks.cuts[client] = Cut(row.cut_at, row.cut is None)
    return marks
