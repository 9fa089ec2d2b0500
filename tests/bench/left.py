"""What a list left of a salon's clients, column for column, so that the same can be put bare into an empty database."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from connector import database
from connector.salons import Account
from tests.bench.places import Place

#: each table with its columns and its rows, as `registers.seconds_to_put` takes them
Left = list[tuple[str, list[str], Sequence[Sequence[Any]]]]


def of(place: Place, account: Account, tables: Iterable[Any]) -> Left:
    """All rows of the salon in these tables."""
    with database.read(place.program.engine) as db:
        return [_rows(db.connection(), table, account.slug) for table in tables]


def _rows(connection: sa.Connection, table: Any, slug: str) -> tuple[str, list[str], Sequence[Sequence[Any]]]:
    columns = list(sa.inspect(table).columns)
    rows = connection.execute(sa.select(*columns).where(table.salon == slug)).all()
    return table.__tablename__, [column.name for column in columns], rows
