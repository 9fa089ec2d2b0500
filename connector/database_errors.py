"""What a database's errors become: as SQLAlchemy tells of them, and told apart where the store cannot be used now."""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

#: PostgreSQL's codes for: read-only, no such table, no such column, no such prepared statement, another result type
_AWAY_STATES = frozenset({"25006", "42P01", "42703", "26000", "0A000"})


def away(why: str) -> sa.exc.OperationalError:
    """As the driver says that the store cannot be used now: doors answer that it is to be tried again."""
    return sa.exc.OperationalError(why, None, sqlite3.OperationalError(why))


@contextlib.contextmanager
def usual_errors(connection: sa.Connection) -> Iterator[None]:
    """Have a driver's errors be raised as SQLAlchemy raises those that it meets itself."""
    try:
        yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise as_usual(connection, error) from error


def as_usual(connection: sa.Connection, error: Exception) -> sa.exc.DBAPIError:
    """A driver's error, as SQLAlchemy tells of those that it meets itself."""
    dialect = connection.dialect
    if _is_lost(connection, error):
        connection.invalidate(error)
    if is_away(error):
        return sa.exc.OperationalError("the store cannot be used", None, error)
    usual = sa.exc.DBAPIError.instance(
        None, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
    )
    assert isinstance(usual, sa.exc.DBAPIError)  # noqa: S101 - of a driver's error it makes no other
    return usual


def _is_lost(connection: sa.Connection, error: Any) -> bool:
    if connection.invalidated:
        return False
    driver: Any = connection.connection.driver_connection
    return connection.dialect.is_disconnect(error, driver, None)


def is_away(error: BaseException | None) -> bool:
    """Whether a server that only reads for now, or that lacks something, says so; to the driver that is our mistake."""
    return getattr(error, "sqlstate", None) in _AWAY_STATES
