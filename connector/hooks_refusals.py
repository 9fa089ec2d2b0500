"""Remembers that a wrong signature came, for `ovikello salon test`; without telling the sender whose name it knows.

A known salon and a name that nobody has cost the same: a name put into a queue. What is read and written for it
happens in a thread of its own, so that neither this answer nor the next one on the same connection waits for it.
"""

import contextlib
import threading
from collections import deque
from datetime import datetime, timedelta

import sqlalchemy as sa

from connector import database
from connector.program import Program
from connector.tables import UtcDateTime

ONCE_A = timedelta(minutes=1)
_WAITING = 1000  # in a flood the rest is passed over: it is a hint
THREAD = "ovikello-refusals"
_BOUND = [sa.bindparam(name, type_=UtcDateTime) for name in ("now", "before")]
_NOTED = sa.text(
    "SELECT 1 FROM salon WHERE slug = :salon AND refused_at >= :before AND refused_at <= :now"
).bindparams(*_BOUND)
_NOTE = sa.text(
    "UPDATE salon SET refused_at = :now WHERE slug = :salon AND (refused_at IS NULL OR refused_at < :before)"
).bindparams(*_BOUND)
_KNOWN = sa.text("SELECT 1 FROM salon WHERE slug = :salon")


class Refusals:
    """The refused deliveries of one application."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._names: deque[tuple[str, datetime]] = deque()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def note(self, salon: str, now: datetime) -> None:
        """Hand the name over; it is written down soon, at most once a minute, and only where there is such a salon."""
        with self._lock:
            if len(self._names) < _WAITING:
                self._names.append((salon, now))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=THREAD, daemon=True)
                self._thread.start()

    def settle(self) -> None:
        """Wait until everything that was handed over is written down."""
        while (thread := self._thread) is not None:
            thread.join()

    def _work(self) -> None:
        """Write down what waits; end when nothing does."""
        while True:
            with self._lock:
                if not self._names:
                    self._thread = None
                    return
                salon, now = self._names.popleft()
            # it is a hint, and its answer has gone out: a store that is away loses nothing by it
            with contextlib.suppress(sa.exc.SQLAlchemyError):
                self._write(salon, now)

    def _write(self, salon: str, now: datetime) -> None:
        engine, parameters = self._program.engine, {"salon": salon, "now": now, "before": now - ONCE_A}
        with database.read(engine) as db:
            is_known = db.connection().execute(_KNOWN, {"salon": salon}).first() is not None
            is_noted = db.connection().execute(_NOTED, parameters).first() is not None
        if is_known and not is_noted:
            with database.write(engine) as db:
                db.connection().execute(_NOTE, parameters)
