"""How fast, and whether at all, a booking system is called: a steady rate, and a breaker.

Both are per host, since many salons share one booking system; both are this process's own memory.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from webhooks.dialect import Pacing

RATE = 10.0  # calls a second
BURST = 10
FAILURES = 5  # in a row, then the breaker opens
OPEN_FOR = 10.0  # seconds
LONGEST_TURN = 10.0  # seconds that a call waits for its turn at a system with a pacing of its own
_LATE = 2.0  # seconds


class BreakerOpen(Exception):
    """The booking system failed several times in a row: it is left alone for some seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__("breaker_open")
        self.seconds = seconds


class StoodStill(Exception):
    """The wait took far longer than it was to: the process was stopped, and its call may be somebody else's by now."""


@dataclass
class _Place:
    free_at: float = 0.0
    failures: int = 0
    closed_at: float = 0.0


class Pace:
    """Lets calls through at a rate, and none while the breaker is open."""

    def __init__(
        self,
        rate: float = RATE,
        *,
        failures: int = FAILURES,
        open_for: float = OPEN_FOR,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap = 1 / rate
        self._failures, self._open_for = failures, open_for
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._places: dict[str, _Place] = {}

    def wait(self, place: str, pacing: Pacing | None = None) -> None:
        """Wait for this call's turn: after a burst, one each `1 / rate` seconds. Raises BreakerOpen, StoodStill.

        `pacing` is that of a system that bears less than others: who would wait for long there is sent away instead,
        and takes no turn, since a job's lease runs out meanwhile.
        """
        gap, burst = (self._gap, BURST) if pacing is None else (1 / pacing.per_second, pacing.burst)
        with self._lock:
            now = self._monotonic()
            at = self._places.setdefault(place, _Place())
            if now < at.closed_at:
                raise BreakerOpen(at.closed_at - now)
            at.free_at = max(at.free_at, now - (burst - 1) * gap)
            pause = at.free_at - now
            if pacing is not None and pause > LONGEST_TURN:
                raise BreakerOpen(pause)
            at.free_at += gap
        if pause > 0:
            self._sleep(pause)
            if self._monotonic() - now > pause + _LATE:
                raise StoodStill

    def failed(self, place: str) -> None:
        """Count a failure; the fifth in a row opens the breaker, and so does each one after it until an answer."""
        with self._lock:
            at = self._places.setdefault(place, _Place())
            at.failures += 1
            if at.failures >= self._failures:
                at.closed_at = self._monotonic() + self._open_for

    def answered(self, place: str) -> None:
        """Forget the failures."""
        with self._lock:
            at = self._places.setdefault(place, _Place())
            at.failures, at.closed_at = 0, 0.0
