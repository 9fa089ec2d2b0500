"""Which ids are one client: merges, followed from either end, parted by person; and the id that each goes on as."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from connector.tables import UtcDateTime

#: asked from both ends, and not with "or": SQLite would walk through all merges of the salon
_EDGES = (
    sa.text(
        'SELECT client, "into" AS target, at FROM merge WHERE salon = :salon AND client IN :clients'
        ' UNION SELECT client, "into", at FROM merge WHERE salon = :salon AND "into" IN :clients'
    )
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(client=sa.String, target=sa.String, at=UtcDateTime())
)


@dataclass(frozen=True)
class Merged:
    """`client` went on as `into`."""

    client: str
    into: str
    at: datetime


def among(db: Session, salon: str, clients: Iterable[str]) -> list[Merged]:
    """All merges among the ids that can be reached from some, the oldest first."""
    found: set[Merged] = set()
    known, fresh = set(clients), set(clients)
    while fresh:
        rows = db.connection().execute(_EDGES, {"salon": salon, "clients": sorted(fresh)})
        found |= {Merged(row.client, row.target, row.at) for row in rows}
        ends = ids_in(found)
        known, fresh = known | ends, ends - known
    return sorted(found, key=lambda edge: (edge.at, edge.into, edge.client))


def ids_in(edges: Iterable[Merged]) -> set[str]:
    """All ids that some merges name."""
    return {end for edge in edges for end in (edge.client, edge.into)}


def parted(edges: Iterable[Merged]) -> list[list[Merged]]:
    """Merges that belong together: each list is that of one person, in the order of time."""
    group_of: dict[str, list[Merged]] = {}
    for edge in edges:
        one, other = group_of.get(edge.client), group_of.get(edge.into)
        both = [*(one or ()), *(other or () if other is not one else ()), edge]
        group_of |= dict.fromkeys(ids_in(both), both)
    groups = {id(group): group for group in group_of.values()}
    return [sorted(group, key=lambda edge: (edge.at, edge.into, edge.client)) for group in groups.values()]


def root(client: str, edges: Iterable[Merged], living: set[str]) -> str:
    """The living id that was never merged away; where merges contradict each other, the newest one decides."""
    merges = list(edges)
    if not merges:
        return client
    ends = ids_in(merges)
    alive = (ends & living) or ends
    sinks = (alive - {edge.client for edge in merges}) or alive
    arrived = {edge.into: edge for edge in merges}  # in order: the newest merge into each
    order = {edge: place for place, edge in enumerate(merges)}
    return max(sinks, key=lambda end: (order[arrived[end]] if end in arrived else -1, end))
