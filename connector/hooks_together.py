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
from connector.database_transaction import Transaction

T = TypeVar("T")
#: in one transaction: other writers wait meanwhile, and wait 50 ms at most (facts: performance, section 0)
MOST = 32


class Together(Generic[T]):
    """Whoever comes while another one writes is taken along by who writes next."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._waiting: list[_One[T]] = []
        self._coming = threading.Lock()
        self._is_led = False

    def do(self, work: Callable[[Session], T]) -> T:
        """Do it in a transaction that others may share; give what it gives, or raise what it raises."""
        if self._engine.dialect.name != "sqlite":
            with database.write(self._engine) as db:
                return work(db)
        mine = _One(work)
        with self._coming:
            self._waiting.append(mine)
            leads, self._is_led = not self._is_led, True
        if not leads:
            mine.turn.wait()
        if not mine.is_done:  # it was woken to lead, being the first of those who wait
            self._lead()
        return mine.outcome()

    @property
    def waiting(self) -> int:
        """How many wait to be taken along."""
        return len(self._waiting)

    def _lead(self) -> None:
        """Write for all who wait, and hand over to who came meanwhile: nobody whose work is done waits for others'."""
        with self._coming:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        try:
            self._write(batch)
        finally:
            with self._coming:
                self._is_led = bool(self._waiting)
                if self._is_led:
                    self._waiting[0].turn.set()
            for one in batch:
                one.is_done = True
                one.turn.set()

    def _write(self, batch: "list[_One[T]]") -> None:
        try:
            with database.write(self._engine) as db:
                given = [one.try_in(db) for one in batch]
        except Exception:  # whosever it was: it is found, and told to its own sender, when each is alone
            for one in batch:
                one.do_alone(self._engine)
        else:
            for one, value in zip(batch, given, strict=True):
                one.has_come_to(value)


class _One(Generic[T]):
    """What one thread wants done, and what came of it."""

    def __init__(self, work: Callable[[Session], T]) -> None:
        self._work = work
        self._given: T | None = None
        self._raised: Exception | None = RuntimeError("the thread that led was ended")
        self.is_done = False
        self.turn = threading.Event()

    def try_in(self, db: Transaction) -> T:
        """Do it beside others; what the session knows of rows is not handed on, since statements pass it by."""
        given = self._work(db)
        db.settle()
        return given

    def do_alone(self, engine: sa.Engine) -> None:
        """Do it in a transaction of its own."""
        try:
            with database.write(engine) as db:
                given = self._work(db)
            self.has_come_to(given)
        except Exception as error:
            self._raised = error

    def has_come_to(self, given: T) -> None:
        """It is committed, and gave this."""
        self._given, self._raised = given, None

    def outcome(self) -> T:
        """What it gave, or the error that it raised."""
        if self._raised is not None:
            raise self._raised
        return self._given  # type: ignore[return-value] # it is done
