"""A whole copy of a SQLite database, while others go on writing to it."""

import contextlib
import os
import sqlite3
from pathlib import Path

import sqlalchemy as sa


def copy_to(engine: sa.Engine, path: Path) -> None:
    """Copy everything that is committed now into the file, and let it reach the disk.

    In one step, which SQLite makes of one moment: writers go on meanwhile, into the WAL.
    """
    with engine.execution_options(write=False).connect() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101 - commands ask first
        with contextlib.closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
    with path.open("rb") as file:
        os.fsync(file.fileno())
