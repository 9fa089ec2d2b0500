"""Engine and transactions: SQLite with one writer at a time, or PostgreSQL.

Every write goes through `write`, every read-only look through `read`; no other module opens a session, and
none commits by itself. On SQLite writers take turns on a lock in the process and on a file lock between
processes, so that nobody waits in SQLite's own busy handler (facts: performance, section 0).
"""

import contextlib
import fcntl
import os
import select
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlalchemy.event
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session, create_engine

from connector import database_pipeline, database_wire
from connector.database_wire import Said, Sqlite, Words

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an acknowledged delivery may not be lost
    "foreign_keys=ON",
    "busy_timeout=5000",
    "temp_store=MEMORY",
    "secure_delete=ON",
    "trusted_schema=OFF",
)
_TURN, _READING = "ovikello_turn", "ovikello_reading"
#: by whether it is to write
_BEGIN = {
    True: Said(Words("BEGIN IMMEDIATE", b"", ()), ({},)),
    False: Said(Words("BEGIN", b"", ()), ({},)),
}
#: the last one is for a process that was stopped within a transaction: its locks would stop all others with it
_OPTIONS = (
    "-c timezone=utc -c datestyle=iso -c bytea_output=hex -c statement_timeout=15000 -c lock_timeout=5000"
    " -c idle_in_transaction_session_timeout=10000"
)
#: the store cannot be used now: away, full, locked, read-only, or every connection is taken
AWAY = (sa.exc.OperationalError, sa.exc.TimeoutError)


class Turn:
    """The writers' turn on one SQLite file: a lock between threads, then one between processes.

    It also holds on to which file that is: one that was moved away would take what is written for ever, unseen.
    """

    def __init__(self, file: Path) -> None:
        self._threads = threading.RLock()
        self._file = str(file)
        self._lock = str(file.with_name(f"{file.name}.turn"))
        self._opened: os.stat_result | None = None

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn, and give it back. Raises OperationalError where the file is not to be written now."""
        with self._threads:
            try:
                lock = os.open(self._lock, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
            except OSError:
                raise away("the folder of the database cannot be written") from None
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not self.is_there():
                    raise away("the database file was moved away")
                yield
            finally:
                os.close(lock)

    def is_there(self) -> bool:
        """Whether the file is still the one that was opened first; another one in its place needs a new start."""
        try:
            found = os.stat(self._file)
        except OSError:
            return self._opened is None
        self._opened = self._opened or found
        return os.path.samestat(self._opened, found)

    def end(self, _engine: sa.Engine) -> None:
        """Every connection was closed: whatever lies there next is opened anew."""
        self._opened = None


def make_engine(url: str) -> sa.Engine:
    """An engine for the given URL, with the pragmas and time-outs that were measured."""
    engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
    setattr(engine, _READING, engine.execution_options(write=False))
    return engine


def _postgresql(url: str) -> sa.Engine:
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=5,
        max_overflow=10,
        connect_args={"options": _OPTIONS},
        hide_parameters=True,
    )
    sqlalchemy.event.listen(engine, "handle_error", _some_mistakes_are_absence)
    database_pipeline.listen(engine)
    sqlalchemy.event.listen(engine, "checkout", _is_still_open)
    return engine


def _sqlite(url: str) -> sa.Engine:
    engine = create_engine(url, connect_args={"timeout": 5}, hide_parameters=True)
    path = sa.make_url(url).database
    turn = Turn(Path(path)) if path and path != ":memory:" else None
    setattr(engine, _TURN, turn)

    if turn is not None:
        sqlalchemy.event.listen(engine, "engine_disposed", turn.end)

    @sqlalchemy.event.listens_for(engine, "do_connect")
    def look(*_: Any) -> None:
        # SQLite would make an empty file in the place of one that was moved away
        if turn is not None and not turn.is_there():
            raise sqlite3.OperationalError("the database file was moved away")

    @sqlalchemy.event.listens_for(engine, "connect")
    def set_pragmas(dbapi: sqlite3.Connection, record: Any) -> None:
        database_wire.attach(record.info, Sqlite(dbapi))
        dbapi.isolation_level = (
            None  # SQLAlchemy says BEGIN; otherwise SELECT and DDL run outside any transaction
        )
        for pragma in _PRAGMAS:
            dbapi.execute(f"PRAGMA {pragma}")
        if turn is not None:
            turn.is_there()

    @sqlalchemy.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A reader that turns writer under WAL fails at once with SQLITE_BUSY_SNAPSHOT, whatever the busy_timeout.
        is_write = connection.get_execution_options().get("write", True)
        with database_wire.usual_errors(connection):
            database_wire.of(connection).ask([_BEGIN[is_write]], begins=False)

    return engine


def away(why: str) -> sa.exc.OperationalError:
    """As the driver says that the store cannot be used now: doors answer that it is to be tried again."""
    return sa.exc.OperationalError(why, None, sqlite3.OperationalError(why))


def _some_mistakes_are_absence(context: sa.engine.ExceptionContext) -> None:
    """A server that only reads for now (a standby, a guard of its disk) is away; to the driver it is an internal error.

    So is one that lacks a table or a column: SQLite calls that an operational error, PostgreSQL a programming error.
    """
    if database_wire.is_away(context.original_exception):
        raise sa.exc.OperationalError("the store cannot be used", None, context.original_exception)


class Transaction(Session):
    """The session that steps are handed: a view on one connection whose transaction is open already.

    A session asks itself at every `connection()` which one is meant, and makes states and snapshots for that; here
    there is one. Whoever uses no more than the connection pays for no more: the rest is made when it is first used.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._open = connection
        self._is_whole = False

    def __getattr__(self, name: str) -> Any:
        """What only a whole session has: be one from now on."""
        if self._is_whole:
            raise AttributeError(name)
        self._is_whole = True
        super().__init__(self._open, expire_on_commit=False)
        return getattr(self, name)

    def settle(self) -> None:
        """Write what rows were changed as objects, and know nothing of them any more."""
        if self._is_whole:
            self.flush()
            self.expunge_all()

    def close(self) -> None:
        """End what was begun of a session."""
        if self._is_whole:
            super().close()

    def connection(self, *_: object, **__: object) -> sa.Connection:
        """The connection."""
        return self._open

    def begin_nested(self) -> SessionTransaction:
        """A part that can be taken back by itself; a session begins one on its connection only once it asks for it."""
        nested = super().begin_nested()
        super().connection()
        return nested

    def rollback(self) -> None:
        """Take back what this transaction did so far, through the session or the connection."""
        super().rollback()
        if (transaction := self._open.get_transaction()) is not None:
            transaction.rollback()


@contextlib.contextmanager
def write(engine: sa.Engine) -> Iterator[Transaction]:
    """One transaction that may write; committed at the end, rolled back on an error. Keep it short."""
    turn: Turn | None = getattr(engine, _TURN, None)
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
def _transaction(engine: sa.Engine) -> Iterator[Transaction]:
    with engine.begin() as connection, Transaction(connection) as db:
        yield db
        db.settle()


def _is_still_open(connection: Any, *_: Any) -> None:
    """Have the pool open another connection where the server has ended this one.

    A server says nothing while nobody asks; so whatever there is to read says that it went away. `pool_pre_ping` would
    ask, which costs as much as a statement does, at each transaction.
    """
    ready = select.poll()
    ready.register(connection.fileno(), select.POLLIN)
    if ready.poll(0):
        raise sa.exc.DisconnectionError


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
