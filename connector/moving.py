"""Moving an installation to another database, such as from SQLite to PostgreSQL: copied, then compared row by row.

Everything is copied in one transaction of the new database, while nobody can write to the old one: a move that was
cut short leaves the new one empty, and can be begun again.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from alembic import command
from sqlmodel import AutoString, SQLModel

from connector import database, program

BATCH = 1000
Progress = Callable[[str], None]


class CannotMove(Exception):
    """The move was not made; the text says why, and what to do. Both databases are as they were."""


@dataclass(frozen=True)
class Moved:
    """How many rows of each table were copied and found equal."""

    tables: dict[str, int]

    @property
    def rows(self) -> int:
        """All of them."""
        return sum(self.tables.values())


def move(source: sa.Engine, to: str, *, progress: Progress) -> Moved:
    """Copy everything into the database at the URL `to`, and compare; raises CannotMove.

    1. The new database must be empty, or hold empty tables: nothing there is ever overwritten.
    2. Nobody writes to the old one until the end.
    3. Every table is copied in batches, parents before children, then both are read side by side by primary key.
    """
    if not to.startswith(("postgresql://", "postgresql+psycopg://", "sqlite:///")):
        raise CannotMove("The new database's URL must look like postgresql://user:password@host/database.")
    target = database.make_engine(to)
    try:
        _make_ready(source, target, to)
        with _standing_still(source) as old, target.connect() as new, new.begin():
            _take_time(new)
            counted = {}
            for table in SQLModel.metadata.sorted_tables:
                counted[table.name] = _copy(table, old, new)
                progress(f"{table.name}: {counted[table.name]} rows copied")
            for table in SQLModel.metadata.sorted_tables:
                _compare(table, old, new)
                progress(f"{table.name}: compared")
        return Moved(counted)
    except sa.exc.SQLAlchemyError as error:
        raise CannotMove(
            f"The new database cannot be used ({type(error).__name__}). Check its URL, that its server runs, and that "
            "its user may make tables. Nothing was moved."
        ) from None
    finally:
        target.dispose()


def _make_ready(source: sa.Engine, target: sa.Engine, to: str) -> None:
    if str(source.url) == str(target.url):
        raise CannotMove("That is the database that is in use already. Name another one.")
    if program.schema_version(target) is None and sa.inspect(target).get_table_names():
        raise CannotMove("The new database holds other tables. Make an empty one, and name that.")
    command.upgrade(program.alembic_config(to), "head")
    with target.execution_options(write=False).connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
                raise CannotMove(
                    "The new database holds an installation already. Make an empty one, and name that."
                )


@contextlib.contextmanager
def _standing_still(engine: sa.Engine) -> Iterator[sa.Connection]:
    """The old database, read in one transaction that no write can come between."""
    with database.write(engine) as db:
        connection = db.connection()
        _take_time(connection)
        if engine.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
            connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
        yield connection


def _take_time(connection: sa.Connection) -> None:
    """A big table may take longer than a statement of the daily work ever should."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")


def _copy(table: sa.Table, old: sa.Connection, new: sa.Connection) -> int:
    copied = 0
    with old.execution_options(yield_per=BATCH).execute(sa.select(table)) as rows:
        for batch in rows.mappings().partitions(BATCH):
            new.execute(sa.insert(table), [dict(row) for row in batch])
            copied += len(batch)
    return copied


def _compare(table: sa.Table, old: sa.Connection, new: sa.Connection) -> None:
    with _by_key(table, old) as there, _by_key(table, new) as here:
        for number, (was, becomes) in enumerate(zip_longest(there, here), start=1):
            if was != becomes:
                raise CannotMove(
                    f"Row {number} of the table {table.name} is not the same in both databases. Nothing was moved; the "
                    "old one stays in use. Please report this."
                )


def _by_key(table: sa.Table, connection: sa.Connection) -> sa.CursorResult[Any]:
    """All rows by primary key, in the order of their bytes on either database."""
    keys: list[Any] = []
    for column in table.primary_key:
        is_text = isinstance(column.type, AutoString) and connection.dialect.name == "postgresql"
        keys.append(sa.collate(column, "C") if is_text else column)
    return connection.execution_options(yield_per=BATCH).execute(sa.select(table).order_by(*keys))
