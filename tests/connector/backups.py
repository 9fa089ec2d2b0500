"""A database's backup, and what a restore makes of the database: on SQLite and PostgreSQL alike, row by row."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

Backup = dict[str, list[dict[str, Any]]]


def taken(engine: sa.Engine) -> Backup:
    """Everything that the database holds now."""
    with engine.execution_options(write=False).connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in SQLModel.metadata.sorted_tables
        }


def restored(engine: sa.Engine, backup: Backup) -> None:
    """Make the database what it was; the journal and the booking system know nothing of that."""
    with engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(sa.delete(table))
        for table in SQLModel.metadata.sorted_tables:
            if backup[table.name]:
                connection.execute(sa.insert(table), backup[table.name])
