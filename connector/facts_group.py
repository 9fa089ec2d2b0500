"""A client with all the ids that were merged with it: each keeps its own rows, and they are joined when reading."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from connector import facts_merges, mirror_registers
from connector.facts_merges import Merged
from connector.mirror_registers import Maxima, Registers, moment

_ROWS = (
    sa.text("SELECT client, registers, maxima FROM client WHERE salon = :salon AND client IN :clients")
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(client=sa.String, registers=sa.String, maxima=sa.String)
)


@dataclass(frozen=True)
class Member:
    """One id of a group that is in the mirror; `merged_at` is when it went on as another one."""

    client: str
    fields: Registers
    maxima: Maxima
    merged_at: str | None


@dataclass(frozen=True)
class Group:
    """All ids of one client; the root's is the id that the booking system knows it by."""

    root: str
    ids: tuple[str, ...]
    members: tuple[Member, ...]
    merged_at: datetime | None

    def values(self, field: str) -> list[Any]:
        """What the members' records say of a field.

        The record of an id that was merged away is history as soon as the record that it went on in was told anew.
        """
        told = [(member, member.fields[field]) for member in self.members if field in member.fields]
        anew = max((kept[2] for member, kept in told if member.merged_at is None), default="")
        return [
            kept[0]
            for member, kept in told
            if member.merged_at is None or not anew > member.merged_at or kept[2] > member.merged_at
        ]

    def value(self, field: str) -> Any:
        """What the root's record says of a field, or any other's where it does not tell."""
        told = [(member.client != self.root, member) for member in self.members if field in member.fields]
        first = min(told, key=lambda one: (one[0], one[1].client), default=None)
        return None if first is None else first[1].fields[field][0]

    def oldest(self, field: str) -> str | None:
        """The earliest of the moments that the records tell in a field."""
        return min(
            (member.fields[field][0] for member in self.members if field in member.fields), default=None
        )

    def latest(self, kind: str) -> str | None:
        """The latest moment of one kind of activity."""
        return max((member.maxima[kind] for member in self.members if kind in member.maxima), default=None)

    @property
    def waits_for_merge(self) -> bool:
        """Whether an id was said to be merged away, and into whom has not been told yet."""
        return any(_waits(member) for member in self.members)


def read(db: Session, salon: str, client: str) -> Group:
    """The group that a client id belongs to."""
    return read_all(db, salon, [client])[client]


def read_all(db: Session, salon: str, clients: Iterable[str]) -> dict[str, Group]:
    """The group that each of these client ids belongs to; two that were merged have the same."""
    found, alone = dict[str, Group](), sorted(frozenset(clients))
    if not alone:
        return found
    merges = facts_merges.among(db, salon, alone)
    joined = [(edges, facts_merges.ids_in(edges)) for edges in facts_merges.parted(merges)]
    ids = sorted({*alone, *(one for _, ends in joined for one in ends)})
    rows = {row.client: row for row in db.connection().execute(_ROWS, {"salon": salon, "clients": ids})}
    for edges, ends in joined:
        group = _group(sorted(ends), edges, rows)
        found |= dict.fromkeys(ends, group)
    return {client: found.get(client) or _group([client], [], rows) for client in alone}


def root_of(db: Session, salon: str, client: str) -> str:
    """The id as which a client goes on; its own where it was never merged."""
    return read(db, salon, client).root if facts_merges.among(db, salon, [client]) else client


def others(db: Session, salon: str, client: str) -> set[str]:
    """The other ids that a client was ever known by."""
    return facts_merges.ids_in(facts_merges.among(db, salon, [client])) - {client}


def _group(ids: list[str], edges: list[Merged], rows: Mapping[str, Any]) -> Group:
    gone_at = {edge.client: moment(edge.at) for edge in edges}
    load = mirror_registers.load
    members = [
        Member(one, load(rows[one].registers), load(rows[one].maxima), gone_at.get(one))
        for one in ids
        if one in rows
    ]
    root = facts_merges.root(ids[0], edges, {member.client for member in members})
    return Group(root, tuple(ids), tuple(members), edges[-1].at if edges else None)


def _waits(member: Member) -> bool:
    """Whether the last that was told of an id is that it was merged away."""
    said = member.fields.get("merged_away")
    return (
        said is not None
        and member.merged_at is None
        and max(kept[2] for kept in member.fields.values()) == said[2]
    )
