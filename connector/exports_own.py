"""What Ovikello itself holds of a client, table by table, as it goes into a package.

One reader for each table of the map (`categories.OWN`). What would tell of somebody else stays out.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from connector import categories, exports_own_done, exports_own_told
from connector.exports_own_rows import Reading, Rows

READERS: Mapping[str, Callable[[Reading], Rows]] = {**exports_own_told.READERS, **exports_own_done.READERS}


def of(reading: Reading) -> dict[str, Rows]:
    """Everything that Ovikello holds of a client, by table; only what there is."""
    found = {table: [_plain(row) for row in READERS[table](reading)] for table in categories.OWN}
    return {table: rows for table, rows in found.items() if rows}


def _plain(value: Any) -> Any:
    """The same as JSON can say it; what was never told is left out."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value
