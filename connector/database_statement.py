"""Statements of the hot paths: SQL in text, written once with :names, that goes to the driver as it is.

SQLAlchemy compiles nothing for them, and looks up no types (`database_wire` says why). Several may be asked together,
and what nobody waits for may be said later: both spare round trips where the database is another process.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from connector import database_errors, database_wire
from connector.database_wire import Said, Told, Values, Wire, Words

_NAME = re.compile(r":([a-z_]+)")
#: who can be asked: a transaction, or a connection outside any
Asked = Session | sa.Connection


class Statement:
    """One statement, and the columns that it returns with their types, in the statement's order.

    Moments and days may be handed in as they are, and come back as such, whatever a database keeps them as.
    """

    def __init__(self, sql: str, **returned: type) -> None:
        names = tuple(dict.fromkeys(_NAME.findall(sql)))
        numbered = _NAME.sub(lambda found: f"${names.index(found[1]) + 1}", sql)
        self._words = Words(sql, numbered.encode(), names)
        self._make = _maker(tuple(returned))
        self._kinds = tuple(returned.values())

    def run(self, db: Asked, values: Values | Sequence[Values]) -> int:
        """Execute it, for many rows at once where many are handed in; give how many rows it touched."""
        return _say(db, [self._said(values)])[1][0].touched

    def later(self, db: Session, values: Values | Sequence[Values]) -> None:
        """Execute it before whatever the transaction says next, and before its end; nobody is told how it went."""
        connection = db.connection()
        with database_errors.usual_errors(connection):
            database_wire.of(connection).later(self._said(values))

    def row(self, db: Asked, values: Values) -> Any:
        """Its only row, or None."""
        return _only(self.rows(db, values))

    def rows(self, db: Asked, values: Values) -> list[Any]:
        """Its rows."""
        return ask(db, Question(self, values))[0].rows

    def _said(self, values: Values | Sequence[Values]) -> Said:
        return Said(self._words, (values,) if isinstance(values, Mapping) else values)

    def _made(self, wire: Wire, told: Told) -> list[Any]:
        """Rows with names and types."""
        read = [wire.readers.get(kind) for kind in self._kinds]
        return [
            self._make(
                value if one is None or value is None else one(value)
                for one, value in zip(read, row, strict=True)
            )
            for row in told.rows
        ]


class Question(NamedTuple):
    """A statement with its values."""

    statement: Statement
    values: Values


class Answer(NamedTuple):
    """What came of a question: its rows, and how many rows it touched."""

    rows: list[Any]
    touched: int

    @property
    def row(self) -> Any:
        """Its only row, or None."""
        return _only(self.rows)


def ask(db: Asked, *questions: Question) -> list[Answer]:
    """Ask all of them in their order, and wait for the answers once."""
    wire, told = _say(db, [one.statement._said(one.values) for one in questions])
    return [
        Answer(one.statement._made(wire, its), its.touched) for one, its in zip(questions, told, strict=True)
    ]


def _say(db: Asked, said: Sequence[Said]) -> tuple[Wire, list[Told]]:
    connection = db if isinstance(db, sa.Connection) else db.connection()
    wire = database_wire.of(connection)
    with database_errors.usual_errors(connection):
        return wire, wire.ask(said, begins=connection.in_transaction())


def _only(rows: list[Any]) -> Any:
    if len(rows) > 1:
        raise sa.exc.MultipleResultsFound("there is more than one row")
    return rows[0] if rows else None


def _maker(columns: tuple[str, ...]) -> Callable[[Iterable[object]], Any]:
    """What makes a row with these columns."""
    row: Any = namedtuple("Row", columns)  # type: ignore[misc] # mypy would know its fields beforehand
    make: Callable[[Iterable[object]], Any] = row._make
    return make
