"""Every job that some clients ever had, read once; kept as they stand while they are moved, since rows are shared.

A night asks it of a whole batch: one statement, and not one for each client and question.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.salons import Account
from connector.tables import Job

_ALL = (
    select(Job)
    .where(
        col(Job.salon) == sa.bindparam("salon"), col(Job.client_key).in_(sa.bindparam("keys", expanding=True))
    )
    .order_by(col(Job.proposed_at), col(Job.moved_at))
    .execution_options(populate_existing=True)
)


class Theirs:
    """The jobs of some clients, by keyed name."""

    def __init__(self, rows: Iterable[Job]) -> None:
        self._by_client: dict[str, list[Job]] = {}
        for row in rows:
            self.add(row)

    def of(self, client_key: str) -> list[Job]:
        """Every job that a client ever had, the newest proposal last."""
        return self._by_client.get(client_key, [])

    def add(self, row: Job) -> None:
        """One more, made just now."""
        self._by_client.setdefault(row.client_key, []).append(row)


def of_clients(db: Session, account: Account, clients: Iterable[str]) -> Theirs:
    """The jobs of these clients of a salon."""
    keys = [account.keys.client_key(client) for client in clients]
    if not keys:
        return Theirs([])
    return Theirs(db.exec(_ALL, params={"salon": account.slug, "keys": keys}))
