"""Who was in the booking system that a salon left, and who is in the one that it has: by what each is known."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import contacts, facts_merges, mirror_left, mirror_missing, sealed_cards, vault_ids
from connector.census_pairs import Known
from connector.facts_merges import Merged
from connector.mirror_graves import MISSING
from connector.salons import Account
from connector.tables import Client, Contact, Merge, OwnerAnswer, Tombstone

#: contact points by client: kind and blind index
Points = Mapping[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class Old:
    """Somebody of the old system, under all ids that were merged; `erased_at` where they had been erased."""

    root: str
    ids: frozenset[str]
    erased_at: datetime | None
    known: Known


def olds(db: Session, account: Account, points: Points) -> list[Old]:
    """Everybody of the systems that the salon left of whom anything is still here by which to be found."""
    stones = sa.select(
        col(Tombstone.client), col(Tombstone.by), col(Tombstone.at), col(Tombstone.kept)
    ).where(col(Tombstone.salon) == account.slug, col(Tombstone.client).is_not(None))
    found = db.connection().execute(stones)
    rows = {row.client: row for row in found if vault_ids.is_left_behind(row.client)}
    edges = [edge for edge in _merges(db, account) if edge.client in rows and edge.into in rows]
    groups = [(facts_merges.ids_in(some), some) for some in facts_merges.parted(edges)]
    alone = rows.keys() - {one for ids, _ in groups for one in ids}
    people = [*groups, *(({one}, list[Merged]()) for one in alone)]
    return sorted(
        (_old(account, {one: rows[one] for one in ids}, some, points) for ids, some in people),
        key=lambda one: one.root,
    )


def waiting(db: Session, account: Account) -> int:
    """How many clients of the systems that the salon left wait to be found in the new one: each once, however many ids
    they were known by."""
    found: int = db.connection().execute(_waiting(sa.func.count(), account)).scalar_one()
    return found


def not_on(db: Session, account: Account, reached: Set[str]) -> int:
    """How many of those who wait have contact points of which none is among these, nor is one of a client who is there.

    Of somebody without any it cannot be told, and they are not counted.
    """
    points = contact_points(db, account)
    there = {
        index for client, some in points.items() if not vault_ids.is_left_behind(client) for _, index in some
    } | reached
    wait = set(db.connection().execute(_waiting(col(Tombstone.client), account)).scalars())
    theirs = (
        {index for some in one.known.points.values() for index in some}
        for one in olds(db, account, points)
        if one.ids & wait
    )
    return sum(bool(some) and some.isdisjoint(there) for some in theirs)


def news(db: Session, account: Account, points: Points) -> dict[str, Known]:
    """Everybody of the present system in whom nobody of an old one was found yet."""
    said, cards = _said(db, account), sealed_cards.known(db, account)
    mine = sa.select(col(Client.client)).where(col(Client.salon) == account.slug)
    living = set(db.connection().execute(mine).scalars())
    joined = {edge.into for edge in _merges(db, account) if edge.client in living and _is_left(edge)}
    return {
        client: Known(
            _by_kind(points.get(client, ())), frozenset(_names(cards.get(client))), said.get(client, {})
        )
        for client in sorted(living)
        if client not in joined and not vault_ids.is_left_behind(client)
    }


def had(db: Session, account: Account, points: Points) -> dict[str, frozenset[str]]:
    """For everybody in whom somebody of an old system was found: the contact points that they had there."""
    found: dict[str, frozenset[str]] = {}
    for edge in _merges(db, account):
        if _is_left(edge):
            before = frozenset(index for _, index in points.get(edge.client, ()))
            found[edge.into] = found.get(edge.into, frozenset()) | before
    return found


def contact_points(db: Session, account: Account) -> Points:
    """The contact points of everybody, whatever system they are of."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = sa.select(col(Contact.client), col(Contact.kind), col(Contact.index))
    for client, kind, index in db.connection().execute(rows.where(col(Contact.salon) == account.slug)):
        found[client].append((kind, index))
    return found


def _waiting(what: Any, account: Account) -> sa.Select[Any]:
    is_left = sa.func.substr(col(Tombstone.client), 1, 1) == vault_ids.MARK
    goes_on = sa.exists().where(col(Merge.salon) == account.slug, col(Merge.client) == col(Tombstone.client))
    stones = sa.select(what).where(
        col(Tombstone.salon) == account.slug, col(Tombstone.by) == MISSING, is_left, ~goes_on
    )
    return stones.where(col(Tombstone.kept).is_not(None))


def _old(account: Account, rows: Mapping[str, Any], edges: list[Merged], points: Points) -> Old:
    missing = {one for one, row in rows.items() if row.by == MISSING}
    root = facts_merges.root(min(missing or rows), edges, missing or set(rows))
    names = {
        mark
        for one in missing
        if rows[one].kept is not None
        for row in mirror_missing.opened(account, one, rows[one].kept).get(mirror_left.MARKS, ())
        for mark in row["by"]
    }
    known = Known(_by_kind(point for one in rows for point in points.get(one, ())), frozenset(names))
    erased_at = None if missing else min(row.at for row in rows.values())
    return Old(root, frozenset(rows), erased_at, known)


def _merges(db: Session, account: Account) -> list[Merged]:
    rows = sa.select(col(Merge.client), col(Merge.into), col(Merge.at)).where(
        col(Merge.salon) == account.slug
    )
    return [Merged(*row) for row in db.connection().execute(rows)]


def _is_left(edge: Merged) -> bool:
    """Whether somebody of an old system goes on in the present one."""
    return vault_ids.is_left_behind(edge.client) and not vault_ids.is_left_behind(edge.into)


def _said(db: Session, account: Account) -> dict[str, dict[str, bool]]:
    """What the owner said of contact points, by client and kind: whether it is the same person."""
    rows = sa.select(col(OwnerAnswer.client), col(OwnerAnswer.question), col(OwnerAnswer.answer)).where(
        col(OwnerAnswer.salon) == account.slug, col(OwnerAnswer.question).startswith(contacts.QUESTION)
    )
    said: dict[str, dict[str, bool]] = defaultdict(dict)
    for client, question, word in db.connection().execute(rows):
        said[client][question.removeprefix(contacts.QUESTION)] = word == contacts.SAME
    return said


def _by_kind(points: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for kind, index in points:
        found[kind].add(index)
    return {kind: frozenset(some) for kind, some in found.items()}


def _names(card: sealed_cards.Kept | None) -> list[str]:
    marks = () if card is None else (card.by_phone, card.by_email)
    return [mark for mark in marks if mark is not None]
