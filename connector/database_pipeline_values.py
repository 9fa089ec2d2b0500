"""How values go to PostgreSQL, and how they come back: as text, but for bytes on their way there."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg.pq.abc import PGresult

from connector.database_wire import Told, Values, Words

#: what makes a column's value of what the server gives
READERS: Mapping[type, Callable[[Any], object]] = {
    str: bytes.decode,
    int: int,
    bytes: lambda text: bytes.fromhex(text[2:].decode()),
    date: lambda text: date.fromisoformat(text.decode()),
    datetime: lambda text: datetime.fromisoformat(text.decode()).astimezone(UTC),
}


def parameters(words: Words, values: Values) -> "tuple[list[bytes | None], list[int] | None]":
    """The values in the statement's order, as text; bytes as they are."""
    told = [values[name] for name in words.names]
    is_bytes = [isinstance(value, bytes) for value in told]
    return [_text(value) for value in told], list(map(int, is_bytes)) if any(is_bytes) else None


def told(results: "list[PGresult]") -> Told:
    """What came of a statement, executed once or more: the last time's rows, and how many were touched in all."""
    touched = sum(result.command_tuples or 0 for result in results)
    (*_, last) = results
    rows = [[last.get_value(row, column) for column in range(last.nfields)] for row in range(last.ntuples)]
    return Told(rows, touched)


def _text(value: object) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    if isinstance(value, list):
        parts = (str(one).replace("\\", "\\\\").replace('"', '\\"') for one in value)
        value = "{" + ",".join(f'"{part}"' for part in parts) + "}"
    text = (value.isoformat() if isinstance(value, date) else str(value)).encode()
    if b"\0" in text:
        raise psycopg.DataError("PostgreSQL refuses a NUL in a text")
    return text
