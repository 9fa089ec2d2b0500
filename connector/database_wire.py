"""How a statement of a hot path reaches the driver of its connection, past SQLAlchemy: SQLite is asked at once.

What SQLAlchemy does around each of its own statements costs more than SQLite's whole work on one (facts: performance,
section 3). Its pool, its transactions and its errors (`database_errors`) stay. PostgreSQL, which is far away, has
`database_pipeline`.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, Protocol

Values = Mapping[str, object]
_KEY = "ovikello_wire"


@dataclass(frozen=True)
class Words:
    """A statement's text, as each driver reads it."""

    sqlite: str
    postgresql: bytes
    names: tuple[str, ...]  # in the order of PostgreSQL's $1, $2 …


class Said(NamedTuple):
    """A statement, and the values of each time that it is to be executed."""

    words: Words
    times: Sequence[Values]


class Told(NamedTuple):
    """What came of a statement: its rows as the driver gives them, and how many rows it touched."""

    rows: Sequence[Sequence[Any]]
    touched: int


class Wire(Protocol):
    """One connection's way to its driver."""

    #: what makes a column's value of what the driver gives, where that is another one
    readers: Mapping[type, Callable[[Any], object]]

    def ask(self, said: Sequence[Said], *, begins: bool) -> list[Told]:
        """Execute all, in their order; `begins` where they belong into a transaction that may not have begun yet."""

    def later(self, said: Said) -> None:
        """Execute it before whatever is said next, and before the commit."""

    def flush(self) -> None:
        """Execute what waits, since something is to be said past this wire."""


class HasInfo(Protocol):
    """A connection, or what the pool keeps of it."""

    @property
    def info(self) -> dict[Any, Any]:
        """What is kept beside the driver's connection, as long as that lives."""


def of(connection: HasInfo) -> Wire:
    """The connection's."""
    wire: Wire = connection.info[_KEY]
    return wire


def attach(info: dict[Any, Any], wire: Wire) -> None:
    """Have a new connection of the pool reach its driver like this."""
    info[_KEY] = wire


class Sqlite:
    """SQLite's: each statement at once. Moments and days are kept as SQLAlchemy's types keep them."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver
        self.readers: Mapping[type, Callable[[Any], object]] = {datetime: _moment, date: date.fromisoformat}

    def ask(self, said: Sequence[Said], *, begins: bool) -> list[Told]:
        """Execute all; a transaction was begun already where there is to be one."""
        return [self._execute(words.sqlite, times) for words, times in said]

    def later(self, said: Said) -> None:
        """Execute it: waiting would spare nothing."""
        self._execute(said.words.sqlite, said.times)

    def flush(self) -> None:
        """Nothing waits."""

    def _execute(self, sql: str, times: Sequence[Values]) -> Told:
        if len(times) == 1:
            cursor = self._driver.execute(sql, _plain(times[0]))
        else:
            cursor = self._driver.executemany(sql, [_plain(values) for values in times])
        return Told(cursor.fetchall(), cursor.rowcount)


def _plain(values: Values) -> dict[str, object]:
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
