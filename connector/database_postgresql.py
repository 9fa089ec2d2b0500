"""PostgreSQL: how its engine connects, and how it notices that a server went away or only reads."""

import select
from typing import Any

import sqlalchemy as sa
import sqlalchemy.event
from sqlmodel import create_engine

from connector import database_errors, database_pipeline

#: the last one is for a process that was stopped within a transaction: its locks would stop all others with it
_OPTIONS = (
    "-c timezone=utc -c datestyle=iso -c bytea_output=hex -c statement_timeout=15000 -c lock_timeout=5000"
    " -c idle_in_transaction_session_timeout=10000"
)


def engine_for(url: str) -> sa.Engine:
    """An engine for a PostgreSQL server, with the time-outs that were measured."""
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


def _some_mistakes_are_absence(context: sa.engine.ExceptionContext) -> None:
    """A server that only reads for now (a standby, a guard of its disk) is away; to the driver it is an internal error.

    So is one that lacks a table or a column: SQLite calls that an operational error, PostgreSQL a programming error.
    """
    if database_errors.is_away(context.original_exception):
        raise sa.exc.OperationalError("the store cannot be used", None, context.original_exception)


def _is_still_open(connection: Any, *_: Any) -> None:
    """Have the pool open another connection where the server has ended this one.

    A server says nothing while nobody asks; so whatever there is to read says that it went away. `pool_pre_ping` would
    ask, which costs as much as a statement does, at each transaction.
    """
    ready = select.poll()
    ready.register(connection.fileno(), select.POLLIN)
    if ready.poll(0):
        raise sa.exc.DisconnectionError
