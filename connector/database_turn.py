"""Who may write to a SQLite file now: one at a time, between threads and between processes.

So nobody waits in SQLite's own busy handler (facts: performance, section 0).
"""

import contextlib
import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from connector import database_errors

_KEY = "ovikello_turn"


def of(engine: sa.Engine) -> "Turn | None":
    """The turn that writers of this engine take; None where the database is a server, or in memory."""
    turn: Turn | None = getattr(engine, _KEY, None)
    return turn


def attach(engine: sa.Engine, turn: "Turn | None") -> None:
    """Have whoever writes with this engine take this turn."""
    setattr(engine, _KEY, turn)


class Turn:
    """The writers' turn on one SQLite file: a lock between threads, then one between processes.

    It also holds on to which file that is: one that was moved away would take what is written for ever, unseen.
    """

    def __init__(self, file: Path) -> None:
        self._threads = threading.RLock()
        self._file = str(file)
        self._lock = str(file.with_name(f"{file.name}.turn"))
        self._opened: os.stat_result | None = None

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn, and give it back. Raises OperationalError where the file is not to be written now."""
        with self._threads:
            try:
                lock = os.open(self._lock, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
            except OSError:
                raise database_errors.away("the folder of the database cannot be written") from None
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not self.is_there():
                    raise database_errors.away("the database file was moved away")
                yield
            finally:
                os.close(lock)

    def is_there(self) -> bool:
        """Whether the file is still the one that was opened first; another one in its place needs a new start."""
        try:
            found = os.stat(self._file)
        except OSError:
            return self._opened is None
        self._opened = self._opened or found
        return os.path.samestat(self._opened, found)

    def end(self, _engine: sa.Engine) -> None:
        """Every connection was closed: whatever lies there next is opened anew."""
        self._opened = None
