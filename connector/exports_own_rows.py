"""Whose rows an export reads: one client's, by all ids that were merged, and of one salon alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from connector.salons import Account

Rows = list[dict[str, Any]]


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
    def jobs(self) -> Rows:
        """The jobs about this client."""
        return self.of_key("job")

    @cached_property
    def contacts(self) -> Rows:
        """The blind indexes under which the client was ever known."""
        return self.of_client("contact")

    def of_client(self, name: str) -> Rows:
        """The rows of a table that has the client's id."""
        return self.rows(name, table(name).c.client.in_(self.ids))

    def of_key(self, name: str) -> Rows:
        """The rows of a table that has the client's keyed name."""
        return self.rows(name, table(name).c.client_key.in_(self.keys))

    def of_job(self, name: str) -> Rows:
        """The rows of a table that has the job's id."""
        return self.rows(name, table(name).c.job.in_([job["id"] for job in self.jobs]))

    def rows(self, name: str, *where: sa.ColumnElement[bool]) -> Rows:
        """The rows of a table that are this salon's, in the order of their keys."""
        of = table(name)
        mine = (of.c.salon == self.account.slug,) if "salon" in of.c else ()
        statement = sa.select(of).where(*mine, *where).order_by(*of.primary_key)
        return [dict(row) for row in self.db.connection().execute(statement).mappings()]


def table(name: str) -> sa.Table:
    """A table, for a question about other columns than the client's or the job's."""
    return SQLModel.metadata.tables[name]


def only(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """These columns of a row."""
    return {name: row[name] for name in names}
