"""Many rows at once: asked for by a list of keys, added and changed by what each database has for it.

What is said to a driver once for a thousand rows costs a fraction of what a thousand statements do
(facts: performance, section 6).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import sqlalchemy as sa
from sqlmodel import Session

from connector import database_errors, database_wire
from connector.database_statement import Statement
from connector.database_wire import text_of

Row = Sequence[object]


class Among:
    """A question about a salon's rows of which a column is `{among}` some keys, however many."""

    def __init__(self, sql: str, **returned: type) -> None:
        self._sqlite = Statement(sql.format(among="IN (SELECT value FROM json_each(:keys))"), **returned)
        self._postgresql = Statement(sql.format(among="= ANY(:keys)"), **returned)

    def rows(self, db: Session, salon: str, keys: Iterable[str]) -> list[Any]:
        """Its rows, in no order."""
        some = list(keys)
        if db.connection().dialect.name == "sqlite":
            return self._sqlite.rows(db, {"salon": salon, "keys": msgspec.json.encode(some).decode()})
        return self._postgresql.rows(db, {"salon": salon, "keys": some})


class Rows:
    """Rows of one table: its columns and their types, and by how many of the first ones a row is found."""

    def __init__(self, table: str, *, keys: int, **columns: type) -> None:
        names = [f'"{name}"' for name in columns]
        marks = [f"?{number + 1}" for number in range(len(names))]
        every = ", ".join(names)
        self._table, self._kinds = table, tuple(columns.values())
        self._insert = f"INSERT INTO {table} ({every}) VALUES ({', '.join(marks)})"  # noqa: S608 -- names of our own
        self._update = _update(table, names, marks, keys)
        self._copy = f"COPY {{into}} ({every}) FROM STDIN"
        self._told = f"CREATE TEMPORARY TABLE told AS SELECT {every} FROM {table} WHERE false"  # noqa: S608 -- ours
        self._update_by_told = _update(table, names, [f"told.{name}" for name in names], keys, "FROM told")

    def add(self, db: Session, rows: Sequence[Row]) -> None:
        """Add rows of which none is there yet."""
        if not rows:
            return
        connection = db.connection()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(self._insert, self._written(rows, _SQLITE))
        else:
            self._copied(connection, self._table, rows)

    def change(self, db: Session, rows: Sequence[Row]) -> None:
        """Change rows that are there, each once."""
        if not rows:
            return
        connection = db.connection()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(self._update, self._written(rows, _SQLITE))
            return
        connection.exec_driver_sql(self._told)
        self._copied(connection, "told", rows)
        connection.exec_driver_sql(self._update_by_told)
        connection.exec_driver_sql("DROP TABLE told")

    def _copied(self, connection: sa.Connection, table: str, rows: Sequence[Row]) -> None:
        with database_errors.usual_errors(connection):
            database_wire.of(connection).flush()  # the driver itself knows nothing of what waits
        raw: Any = connection.connection.driver_connection
        statement = self._copy.format(into=table)
        with _as_sqlalchemy_says_it(), raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in self._written(rows, _POSTGRESQL):
                copy.write_row(row)

    def _written(self, rows: Sequence[Row], writers: Mapping[type, Callable[[Any], str]]) -> list[Any]:
        """As the driver takes them; what stands in many rows, such as when a page was fetched, is written once."""
        columns: list[Iterable[object]] = list(zip(*rows, strict=True))
        for place, kind in enumerate(self._kinds):
            if kind in writers:
                columns[place] = map(_Once(writers[kind]).__getitem__, columns[place])
        return list(zip(*columns, strict=True))


class _Once(dict[Any, object]):
    """Values as they are written, each asked for once."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        super().__init__({None: None})
        self._write = write

    def __missing__(self, value: Any) -> object:
        written = self[value] = self._write(value)
        return written


def _update(table: str, names: list[str], values: list[str], keys: int, beside: str = "") -> str:
    parts = [f"{name} = {value}" for name, value in zip(names, values, strict=True)]
    found = " AND ".join(f"{table}.{part}" for part in parts[:keys])
    return f"UPDATE {table} SET {', '.join(parts[keys:])} {beside} WHERE {found}"  # noqa: S608 -- names of our own


@contextmanager
def _as_sqlalchemy_says_it() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise sa.exc.DBAPIError.instance("COPY", None, error, psycopg.Error, hide_parameters=True) from error


_SQLITE: Mapping[type, Callable[[Any], str]] = {
    datetime: text_of,
    date: text_of,
    UUID: lambda value: value.hex,
}
_POSTGRESQL: Mapping[type, Callable[[Any], str]] = {
    datetime: lambda at: f"{text_of(at)}+00",
    date: text_of,
    UUID: str,
}
