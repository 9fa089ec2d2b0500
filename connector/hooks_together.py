"""Deliveries that wait for SQLite's one writer at the same moment are committed together: one transaction, one fsync.

Each takes effect exactly once or not at all, as alone: no answer is given before the commit, and where anything goes
wrong, nothing of the batch is kept and each is done by itself. PostgreSQL groups its commits without help.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from connector import database

T = TypeVar("T")
#: in one transaction: other writers wait meanwhile, and wait 50 ms at most (facts: performance, section 0)
MOST = 32


class Together(Generic[T]):
    """Whoever comes while another one writes is taken along by who writes next."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._waiting: list[_One[T]] = []
        self._coming = threading.Lock()
        self._writing = threading.Lock()

    def do(self, work: Callable[[Session], T]) -> T:
        """Do it in a transaction that others may share; give what it gives, or raise what it raises."""
        if self._engine.dialect.name != "sqlite":
            with database.write(self._engine) as db:
                return work(db)
        mine = _One(work)
        with self._coming:
            self._waiting.append(mine)
        with self._writing:
            while not mine.is_done:
                self._write_for_all()
        return mine.outcome()

    @property
    def waiting(self) -> int:
        """How many wait to be taken along."""
        return len(self._waiting)

    def _write_for_all(self) -> None:
        with self._coming:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        try:
            with database.write(self._engine) as db:
                for one in batch:
                    one.try_in(db)
        except Exception:  # whosever it was: it is found, and told to its own sender, when each is alone
            for one in batch:
                one.do_alone(self._engine)
        for one in batch:
            one.is_done = True


class _One(Generic[T]):
    """What one thread wants done, and what came of it."""

    def __init__(self, work: Callable[[Session], T]) -> None:
        self._work = work
        self._given: T | None = None
        self._raised: Exception | None = None
        self.is_done = False

    def try_in(self, db: Session) -> None:
        """Do it beside others; what the session knows of rows is not handed on, since statements pass it by."""
        self._given = self._work(db)
        db.flush()
        db.expunge_all()

    def do_alone(self, engine: sa.Engine) -> None:
        """Do it in a transaction of its own."""
        try:
            with database.write(engine) as db:
                self._given = self._work(db)
        except Exception as error:
            self._raised = error

    def outcome(self) -> T:
        """What it gave, or the error that it raised."""
        if self._raised is not None:
            raise self._raised
        return self._given  # type: ignore[return-value] # it is done
