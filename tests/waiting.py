"""Waiting for what other threads and processes do: asked again and again, and never for ever."""

import threading
import time
from collections.abc import Callable

PATIENCE = 60.0  # seconds; far more than anything needs


def until(is_so: Callable[[], bool], within: float = PATIENCE, every: float = 0.05) -> bool:
    """Ask again and again; False where it took too long."""
    pause, end = threading.Event(), time.monotonic() + within
    while not is_so():
        if time.monotonic() > end:
            return False
        pause.wait(every)
    return True
