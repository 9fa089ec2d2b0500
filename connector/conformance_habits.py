"""A system whose calls go wrong by its habits, as the conformance kit handles it."""

from connector.pretend.habits import Habits

_WORDS = {"lie": "lie_calls", "throttle": "throttle_calls", "fail": "fail_calls", "shift": "shift_pages"}


class ByHabits:
    """The part of such a system that is the same whatever it holds, and wherever it stands: how it goes wrong."""

    def __init__(self, habits: Habits) -> None:
        self._habits = habits

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
