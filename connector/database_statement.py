"""Statements of the hot paths: SQL in text, written once with :names, that goes to the driver as it is.

SQLAlchemy compiles nothing for them, and looks up no types: what it does around each of its own statements costs more
than SQLite's whole work on one (facts: performance, section 3). Its connection, transaction and errors stay.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

Values = Mapping[str, object]
_NAME = re.compile(r":([a-z_]+)")


class Statement:
    """One statement, and the columns that it returns with their types, in the statement's order.

    Moments and days may be handed in as they are, and come back as such; SQLite keeps both as text.
    """

    def __init__(self, sql: str, **returned: type) -> None:
        self._sqlite, self._postgresql = sql, _NAME.sub(r"%(\1)s", sql)
        self._make = _maker(tuple(returned))
        self._kinds = tuple(returned.values())

    def run(self, db: Session, values: Values | Sequence[Values]) -> int:
        """Execute it, for many rows at once where many are handed in; give how many rows it touched."""
        return int(self._execute(db.connection(), values).rowcount)

    def row(self, db: Session, values: Values) -> Any:
        """Its only row, or None."""
        found = self.rows(db, values)
        if len(found) > 1:
            raise sa.exc.MultipleResultsFound("there is more than one row")
        return found[0] if found else None

    def rows(self, db: Session, values: Values) -> list[Any]:
        """Its rows."""
        connection = db.connection()
        readers = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
        read = [readers.get(kind) for kind in self._kinds]
        return [
            self._make(
                value if one is None or value is None else one(value)
                for one, value in zip(read, row, strict=True)
            )
            for row in self._execute(connection, values).cursor.fetchall()
        ]

    def _execute(self, connection: sa.Connection, values: Values | Sequence[Values]) -> Any:
        if connection.dialect.name != "sqlite":
            return connection.exec_driver_sql(self._postgresql, values)
        plain = _plain(values) if isinstance(values, Mapping) else [_plain(one) for one in values]
        return connection.exec_driver_sql(self._sqlite, plain)


def _maker(columns: tuple[str, ...]) -> Callable[[Iterable[object]], Any]:
    """What makes a row with these columns."""
    row: Any = namedtuple("Row", columns)  # type: ignore[misc] # mypy would know its fields beforehand
    make: Callable[[Iterable[object]], Any] = row._make
    return make


def _plain(values: Values) -> dict[str, object]:
    """As SQLAlchemy's own types write it on SQLite: the rest of the program reads these rows through them."""
    return {name: text_of(value) if isinstance(value, date) else value for name, value in values.items()}


def text_of(value: date) -> str:
    """A day or a moment as SQLite keeps it."""
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


_SQLITE: Mapping[type, Callable[[Any], object]] = {datetime: _moment, date: date.fromisoformat}
_POSTGRESQL: Mapping[type, Callable[[Any], object]] = {datetime: _in_utc}
