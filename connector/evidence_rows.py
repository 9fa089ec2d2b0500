"""Rows of evidence as they stand, whatever somebody may have put there: what cannot be read breaks no walk.

SQLite keeps anything in any column, text that is no text as well; PostgreSQL keeps moments that no calendar has.
"""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

#: what stands for a number that is none: no chain has such a line
NO_NUMBER = -1


@contextlib.contextmanager
def as_they_stand(db: Session) -> Iterator[None]:
    """Have text that is no UTF-8 read as the bytes that it is, instead of the driver's refusing the whole row."""
    connection = db.connection()
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    before, driver.text_factory = driver.text_factory, _text
    try:
        yield
    finally:
        driver.text_factory = before


def moment_in(column: str, dialect: str) -> str:
    """How a column is asked for a moment: nothing where it holds one that Python has no date for."""
    if dialect == "sqlite":
        return column
    return f"CASE WHEN {column} BETWEEN '0001-01-02' AND '9999-12-30' THEN {column} END AS {column}"


def raw(value: object) -> bytes:
    """The bytes of a column of bytes."""
    if isinstance(value, bytes):
        return value
    return str(value).encode(errors="surrogateescape")


def number(value: object) -> int:
    """The number of a column of numbers; NO_NUMBER where it holds none."""
    return value if type(value) is int else NO_NUMBER


def moment(value: object) -> datetime | None:
    """The moment of a column of moments; None where it holds none."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(value: bytes) -> str:
    return value.decode(errors="surrogateescape")
