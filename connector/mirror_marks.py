"""Which clients are erased, and of which the identifiers were removed: asked before anything is let in of them.

Both are found by the keyed name of a client's id. `mirror_graves` and `mirror_unnamed` leave them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from connector.database_many import Among
from connector.salons import Account

_FIND = Among(
    "SELECT client_key, at, by, client, latest_at FROM tombstone WHERE salon = :salon AND client_key {among}"
    " UNION ALL"
    " SELECT client_key, at, NULL, client, NULL FROM unnamed WHERE salon = :salon AND client_key {among}",
    **{"client_key": str, "at": datetime, "by": str, "client": str, "latest_at": datetime},
)


@dataclass(frozen=True)
class Grave:
    """A client's tombstone; `is_settled` once nothing may be added to it any more."""

    at: datetime
    by: str
    is_settled: bool
    latest_at: datetime | None


@dataclass(frozen=True)
class Cut:
    """From when back nothing that identifies a client is kept; `is_settled` once not even late noes are taken."""

    at: datetime
    is_settled: bool


@dataclass(frozen=True)
class Marks:
    """Which clients are erased, and of which the identifiers were removed."""

    graves: dict[str, Grave] = field(default_factory=dict)
    cuts: dict[str, Cut] = field(default_factory=dict)

    def takes(self, client: str, at: datetime) -> bool:
        """Whether what happened to a client then is taken away, since it would identify it."""
        return client in self.cuts and at <= self.cuts[client].at

    def settled_until(self, client: str) -> datetime | None:
        """Up to when not even a client's answers are taken any more; None where all are."""
        cut = self.cuts.get(client)
        return cut.at if cut is not None and cut.is_settled else None


def find(db: Session, account: Account, clients: list[str]) -> Marks:
    """What is known of these clients' ends; one question for both, since it is asked at every event."""
    return find_by_keys(db, account, {account.keys.client_key(client): client for client in clients})


def find_by_keys(db: Session, account: Account, clients: Mapping[str, str]) -> Marks:
    """The same of clients whose keyed names are known."""
    found = Marks()
    for row in _FIND.rows(db, account.slug, clients):
        client, is_settled = clients[row.client_key], row.client is None
        if row.by is None:
            found.cuts[client] = Cut(row.at, is_settled)
        else:
            found.graves[client] = Grave(row.at, row.by, is_settled, row.latest_at)
    return found
