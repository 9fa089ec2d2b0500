"""Engine and transactions: SQLite with one writer at a time, or PostgreSQL.

Every write goes through `write`, every read-only look through `read`; no other module opens a session, and
none commits by itself. On SQLite writers take turns on a lock in the process and on a file lock between
processes, so that nobody waits in SQLite's own busy handler (facts: performance, section 0).
"""

import contextlib
import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlalchemy.event
from sqlmodel import Session, create_engine

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an acknowledged delivery may not be lost
    "foreign_keys=ON",
    "busy_timeout=5000",
    "temp_store=MEMORY",
    "secure_delete=ON",
    "trusted_schema=OFF",
)
_TURN = "ovikello_turn"
#: PostgreSQL's codes for a table and a column that is not there
_MISSING = frozenset({"42P01", "42703"})


class Turn:
    """The writers' turn on one SQLite file: a lock between threads, then one between processes."""

    def __init__(self, path: Path) -> None:
        self._threads = threading.RLock()
        self._path = path

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn, and give it back."""
        with self._threads, self._path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def make_engine(url: str) -> sa.Engine:
    """An engine for the given URL, with the pragmas and time-outs that were measured."""
    if not url.startswith("sqlite"):
        options = "-c timezone=utc -c statement_timeout=15000 -c lock_timeout=5000"
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        postgres = create_engine(
            url,
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=10,
            connect_args={"options": options},
            hide_parameters=True,
        )
        sqlalchemy.event.listen(postgres, "handle_error", _as_on_sqlite, retval=True)
        return postgres
    engine = create_engine(url, connect_args={"timeout": 5}, hide_parameters=True)
    path = sa.make_url(url).database

    @sqlalchemy.event.listens_for(engine, "connect")
    def set_pragmas(dbapi: sqlite3.Connection, _record: Any) -> None:
        dbapi.isolation_level = (
            None  # SQLAlchemy says BEGIN; otherwise SELECT and DDL run outside any transaction
        )
        for pragma in _PRAGMAS:
            dbapi.execute(f"PRAGMA {pragma}")

    @sqlalchemy.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A reader that turns writer under WAL fails at once with SQLITE_BUSY_SNAPSHOT, whatever the busy_timeout.
        is_write = connection.get_execution_options().get("write", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")

    if path and path != ":memory:":
        setattr(engine, _TURN, Turn(Path(f"{path}.turn")))
    return engine


def _as_on_sqlite(context: sa.engine.ExceptionContext) -> BaseException | None:
    """A table or column that is missing means the same on both: the database cannot be used as it is."""
    error = context.original_exception
    if getattr(error, "sqlstate", None) not in _MISSING:
        return None
    return sa.exc.OperationalError(context.statement, None, error, hide_parameters=True)


@contextlib.contextmanager
def write(engine: sa.Engine) -> Iterator[Session]:
    """One transaction that may write; committed at the end, rolled back on an error. Keep it short."""
    turn: Turn | None = getattr(engine, _TURN, None)
    with contextlib.ExitStack() as stack:
        if turn is not None:
            stack.enter_context(turn.taken())
        db = stack.enter_context(Session(engine, expire_on_commit=False))
        stack.enter_context(db.begin())
        yield db


@contextlib.contextmanager
def read(engine: sa.Engine) -> Iterator[Session]:
    """One transaction that only reads; it never waits for a writer on SQLite."""
    with Session(engine.execution_options(write=False), expire_on_commit=False) as db, db.begin():
        yield db


@contextlib.contextmanager
def snapshot(engine: sa.Engine) -> Iterator[Session]:
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
