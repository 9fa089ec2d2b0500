"""How many deliveries a salon's booking system may send: so many at once, and so many a second.

A bucket that fills again; libraries count in windows, which let twice the burst through at a window's edge.
"""

import threading
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Rate:
    """So many at once, filled again by so many a second."""

    burst: int = 1000
    per_second: int = 100


class Buckets:
    """One bucket for each salon, in this process."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._lock = threading.Lock()
        self._levels: dict[str, tuple[float, datetime]] = {}

    def wait(self, salon: str, now: datetime) -> float:
        """Take one out, and give 0; or, where none is left, the seconds until there is one again."""
        with self._lock:
            level, at = self._levels.get(salon, (float(self._rate.burst), now))
            passed = max(0.0, (now - at).total_seconds())
            level = min(float(self._rate.burst), level + passed * self._rate.per_second)
            is_left = level >= 1
            self._levels[salon] = (level - 1 if is_left else level, max(at, now))
            return 0.0 if is_left else (1 - level) / self._rate.per_second
