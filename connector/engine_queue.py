"""The queue of wake-ups: a file of this machine's, or a table that the workers of several machines share.

Nothing is lost with it: it holds ids, and the sweep finds every row that is due. A shared queue only spares several
machines from waking the same jobs.
"""

import logging
from typing import Any

import sqlalchemy as sa
from huey import PostgresHuey, SqliteHuey

from connector.config import Settings

NAME = "ovikello"


def make(settings: Settings) -> Any:
    """The queue that the settings name."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    if settings.engine == "postgresql":
        # not blocking: each worker would keep a connection of its own for LISTEN, and never close it
        return PostgresHuey(
            NAME,
            dsn=_dsn(settings.database_url),
            table_prefix="ovikello_queue",
            blocking=False,
            results=False,
        )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    file = settings.data_dir / "queue.db"
    file.touch(mode=0o600)
    return SqliteHuey(NAME, filename=str(file), results=False)


def _dsn(database_url: str) -> str:
    """The database's URL as PostgreSQL's own tools read it."""
    return sa.make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
