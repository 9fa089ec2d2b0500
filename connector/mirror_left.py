"""Everybody of a booking system that the salon leaves: out of the mirror, kept aside until the next list tells.

Ids mean other people in the next system, so each gets its mark (`vault_ids`), wherever it stands. Whoever was there is
then only missing: thirty days from the new list on, all that was known lies sealed, and comes back where the new system
has the same person (`mirror_joined`). Noes, answers and contact points stay where they are found.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import AutoString, Session, SQLModel, col

from connector import (
    categories,
    contacts,
    facts_answers,
    facts_group,
    mirror_consents,
    mirror_missing,
    sealed_cards,
    vault_ids,
)
from connector.categories import Erasure
from connector.mirror_entries import place
from connector.mirror_graves import MISSING
from connector.salons import Account
from connector.tables import Merge, Tombstone

#: columns with ids of clients in clear
_IDS = frozenset({"client", "into"})
#: under this name the keyed hashes of names lie beside a client's rows
MARKS = "marks"
_MANY = 500


def refuse(db: Session, account: Account) -> int:
    """Have the noes of everybody who was known by several ids hold under each of their contact points; give how many.

    Of who was known by one id they are found through that id, and outlive it as any other's. So are they of who was
    known by several, under a contact point that the id had which said no: whoever else has it is somebody else, once
    this one is found in the next system.
    """
    merges = sa.select(col(Merge.client)).where(col(Merge.salon) == account.slug)
    merged = sorted(db.connection().execute(merges).scalars())
    count = 0
    for start in range(0, len(merged), _MANY):
        groups = facts_group.read_all(db, account.slug, merged[start : start + _MANY])
        for group in {one.ids: one for one in groups.values()}.values():
            noes = facts_answers.standing_noes(facts_answers.read(db, account.slug, group.ids), group)
            if noes:
                _lay(db, account, group.ids, noes)
            count += len(noes)
    return count


def _lay(
    db: Session, account: Account, ids: Collection[str], noes: Sequence[tuple[str, str, datetime]]
) -> None:
    """Lay a group's noes under each contact point through which none of its ids says the same no."""
    through: dict[tuple[str, str], set[tuple[str, str, datetime]]] = defaultdict(set)
    for client in sorted(ids):
        own = mirror_consents.standing_noes(db, account.slug, client)
        for point in contacts.known(db, account, client):
            through[point].update(own)
    for (index, kind), said in sorted(through.items()):
        contacts.refuse(db, account, index, kind, [no for no in noes if no not in said])


def set_aside(db: Session, account: Account, *, at: datetime) -> int:
    """Mark every id, and take everybody out of the mirror; give how many were in it. In the salon's turn."""
    generation = account.keys.generation
    # under the ids as they will stand: somebody of an earlier system may have the number that somebody of this one has
    cards = sealed_cards.known(db, account).items()
    marks = {vault_ids.left_behind(client, generation): card for client, card in cards}
    _seal_anew(db, account)
    mark = sa.literal(vault_ids.mark(generation))
    for table, column in _with_ids():
        is_told = (column != "") & (sa.func.substr(column, 1, 1) != vault_ids.MARK)
        marked = sa.update(table).where(table.c.salon == account.slug, is_told)
        db.connection().execute(marked.values({column.name: mark + column}))
    return _bury(db, account, marks, at=at)


def _with_ids() -> Iterator[tuple[sa.Table, sa.Column[Any]]]:
    """Every column in which ids of clients stand as they are, of whatever table; and the ids of their entries."""
    for table in SQLModel.metadata.sorted_tables:
        if "salon" in table.c:
            for column in table.c:
                is_text = isinstance(column.type, sa.String | AutoString)
                if is_text and (column.name in _IDS or (table.name, column.name) == ("entry", "entry")):
                    yield table, column


def _seal_anew(db: Session, account: Account) -> None:
    """What was said of an entry in words is sealed for its id, and of a breach it has the ids of its clients."""
    entry = SQLModel.metadata.tables["entry"]
    said = sa.select(entry.c.kind, entry.c.entry, entry.c.client, entry.c.sealed).where(
        entry.c.salon == account.slug,
        entry.c.sealed.is_not(None),
        sa.func.substr(entry.c.entry, 1, 1) != vault_ids.MARK,
    )
    for row in db.connection().execute(said).all():
        words = account.keys.unseal(row.sealed, place(row.kind, row.entry))
        if row.kind == "incident":
            words = _marked(account, words)
        left = vault_ids.left_behind(row.entry, account.keys.generation)
        again = sa.update(entry).where(
            entry.c.salon == account.slug,
            entry.c.kind == row.kind,
            entry.c.entry == row.entry,
            entry.c.client == row.client,
        )
        db.connection().execute(again.values(sealed=account.keys.seal(words, place(row.kind, left))))


def _marked(account: Account, words: bytes) -> bytes:
    said = json.loads(words)
    left = [vault_ids.left_behind(client, account.keys.generation) for client in said["clients"]]
    return json.dumps(said | {"clients": left}, sort_keys=True).encode()


def _bury(db: Session, account: Account, marks: dict[str, sealed_cards.Kept], *, at: datetime) -> int:
    known: dict[str, mirror_missing.Rows] = defaultdict(lambda: {name: [] for name in mirror_missing.KNOWN})
    for name in mirror_missing.KNOWN:
        table = SQLModel.metadata.tables[name]
        told = sa.select(table).where(table.c.salon == account.slug, table.c.client != "")
        for row in db.connection().execute(told):
            known[row.client][name].append(dict(row._mapping))
    there = {client: rows for client, rows in known.items() if rows["client"]}
    stones = []
    for client, rows in there.items():
        card = marks.get(client)
        if card is not None:
            rows[MARKS] = [{"by": [mark for mark in (card.by_phone, card.by_email) if mark is not None]}]
        latest = rows["client"][0]["latest_at"]
        stones.append(
            {
                "salon": account.slug,
                "client_key": account.keys.client_key(client),
                "at": max(at, latest),
                "by": MISSING,
                "latest_at": latest,
                "client": client,
                "kept": mirror_missing.seal(account, client, rows),
            }
        )
    for name in categories.erased(Erasure.AT_ONCE):
        table = SQLModel.metadata.tables[name]
        gone = sa.delete(table).where(table.c.salon == account.slug, table.c.client != "")
        db.connection().execute(gone)
    # who of the erased was told of again was so in the old system, where nobody looks any more
    again = sa.update(Tombstone).where(col(Tombstone.salon) == account.slug)
    db.connection().execute(again.values(told_after=None))
    if stones:
        db.connection().execute(sa.insert(Tombstone), stones)
    return len(there)
