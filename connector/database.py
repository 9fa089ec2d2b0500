"""The two databases behind four words: `write`, `read`, `glance`, `snapshot`; nobody else opens a session or commits.

Every write goes through `write`, every read-only look through `read`. SQLite's writers take turns (`database_turn`);
PostgreSQL locks rows.
"""

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa

from connector import database_postgresql, database_sqlite, database_turn
from connector.database_transaction import Transaction

_READING = "ovikello_reading"
#: the store cannot be used now: away, full, locked, read-only, or every connection is taken
AWAY = (sa.exc.OperationalError, sa.exc.TimeoutError)


def make_engine(url: str) -> sa.Engine:
    """An engine for the given URL, with the pragmas and time-outs that were measured."""
    is_sqlite = url.startswith("sqlite")
    engine = database_sqlite.engine_for(url) if is_sqlite else database_postgresql.engine_for(url)
    setattr(engine, _READING, engine.execution_options(write=False))
    return engine


@contextlib.contextmanager
def write(engine: sa.Engine) -> Iterator[Transaction]:
    """One transaction that may write; committed at the end, rolled back on an error. Keep it short."""
    turn = database_turn.of(engine)
    with turn.taken() if turn is not None else contextlib.nullcontext(), _transaction(engine) as db:
        yield db


@contextlib.contextmanager
def read(engine: sa.Engine) -> Iterator[Transaction]:
    """One transaction that only reads; it never waits for a writer on SQLite."""
    with _transaction(getattr(engine, _READING, None) or engine.execution_options(write=False)) as db:
        yield db


@contextlib.contextmanager
def glance(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection for single statements, each outside any transaction: one round trip each."""
    with engine.connect() as connection:
        yield connection


@contextlib.contextmanager
def snapshot(engine: sa.Engine) -> Iterator[Transaction]:
    """A read in which nothing moves between two statements, for what must fit together: a chain and its head.

    On SQLite every transaction is one; PostgreSQL has to be asked for it.
    """
    still = (
        engine
        if engine.dialect.name == "sqlite"
        else engine.execution_options(isolation_level="REPEATABLE READ")
    )
    with read(still) as db:
        yield db


@contextlib.contextmanager
def _transaction(engine: sa.Engine) -> Iterator[Transaction]:
    with engine.begin() as connection, Transaction(connection) as db:
        yield db
        db.settle()
