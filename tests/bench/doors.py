"""One HTTP server in a process of its own: the whole application, or the floors beneath it, under the same waitress.

`python -m tests.bench.doors KIND`, with settings as JSON on standard input; the port is printed.
Kinds: `bare` reads the body and answers; `floor` makes one durable row of it by the bare driver; `whole` is Ovikello.
"""

import json
import sqlite3
import sys
import threading
from itertools import count
from pathlib import Path
from typing import Protocol

from flask import Flask, Response, request

from connector.config import Settings
from connector.serving import make_server
from tests.bench.places import raw_postgres

KINDS = ("bare", "floor", "whole")
TABLE = "CREATE TABLE IF NOT EXISTS floor (name TEXT PRIMARY KEY, at TEXT)"


def main(kind: str) -> None:
    """Serve until the process is ended."""
    settings = Settings.from_env(json.load(sys.stdin))
    if kind == "whole":
        from connector.app import create_app
        from connector.program import open_program

        app = create_app(open_program(settings))
    else:
        app = _floor_app(writer(settings) if kind == "floor" else None)
    server = make_server(app, host="127.0.0.1", port=0)
    print(server.effective_port, flush=True)  # noqa: T201 - read by whoever started it
    server.run()


class Writer(Protocol):
    """Makes one durable row, by the bare driver."""

    def __call__(self, name: str) -> None:
        """Make it."""

    def close(self) -> None:
        """End its connections."""


def writer(settings: Settings) -> Writer:
    """One for this installation's kind of database."""
    return Sqlite(settings.data_dir / "floor.db") if settings.is_sqlite else Postgres(settings)


class Sqlite:
    """One connection and one writer, as the paper's floor has it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute(TABLE)
        self._lock = threading.Lock()

    def __call__(self, name: str) -> None:
        """A transaction of one row."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("INSERT INTO floor VALUES (?, 'now')", (name,))
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """End its connection."""
        self._connection.close()


class Postgres:
    """One connection for each thread, as a pool hands them out."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._own = settings, threading.local()
        with raw_postgres(settings) as connection:
            connection.execute(TABLE)

    def __call__(self, name: str) -> None:
        """A statement that is a transaction of its own."""
        if not hasattr(self._own, "connection"):
            self._own.connection = raw_postgres(self._settings)
        self._own.connection.execute("INSERT INTO floor VALUES (%s, 'now')", (name,))

    def close(self) -> None:
        """End this thread's connection."""
        self._own.connection.close()


def _floor_app(write: Writer | None) -> Flask:
    app, numbers = Flask("floor"), count()

    @app.post("/webhooks/<salon>")
    def receive(salon: str) -> Response:
        request.get_data(cache=False)
        if write is not None:
            write(f"{salon}/{next(numbers)}/{threading.get_ident()}")
        return Response(status=204)

    return app


if __name__ == "__main__":
    main(sys.argv[1])
