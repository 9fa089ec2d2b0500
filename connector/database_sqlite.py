"""SQLite: how its engine connects, and how a transaction of it begins."""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlalchemy.event
from sqlmodel import create_engine

from connector import database_errors, database_turn, database_wire
from connector.database_turn import Turn
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
#: by whether it is to write
_BEGIN = {
    True: Said(Words("BEGIN IMMEDIATE", b"", ()), ({},)),
    False: Said(Words("BEGIN", b"", ()), ({},)),
}


def engine_for(url: str) -> sa.Engine:
    """An engine for a SQLite file, with the pragmas that were measured."""
    engine = create_engine(url, connect_args={"timeout": 5}, hide_parameters=True)
    path = sa.make_url(url).database
    turn = Turn(Path(path)) if path and path != ":memory:" else None
    database_turn.attach(engine, turn)

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
        with database_errors.usual_errors(connection):
            database_wire.of(connection).ask([_BEGIN[is_write]], begins=False)

    return engine
