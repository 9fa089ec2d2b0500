"""A pretend system that misbehaves by its habits, as the conformance kit handles it."""

from connector.conformance_system import Pretending
from connector.pretend.habits import Habits
from connector.pretend.listening import Listening

_WORDS = {"lie": "lie_calls", "throttle": "throttle_calls", "fail": "fail_calls", "shift": "shift_pages"}


class ByHabits(Pretending):
    """The part of such a system that is the same whatever it holds: how it goes wrong, and that it ends."""

    def __init__(self, habits: Habits, running: Listening) -> None:
        self._habits, self._running = habits, running

    def misbehave(self, how: str, count: int = 1) -> None:
        """lie, slow, throttle, fail or shift."""
        if how == "slow":
            self._habits.slow_writes = True
        else:
            setattr(self._habits, _WORDS[how], count)

    def settle(self) -> None:
        """What was promised is done now."""
        self._habits.slow_writes = False
        self._habits.settle()

    def stop(self) -> None:
        """Answer no more."""
        self._running.stop()
