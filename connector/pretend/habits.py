"""How a pretend system misbehaves whose calls go wrong by number, and what becomes of a write meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Habits:
    """Each is off at first. Those named `*_calls` are for the next so many calls."""

    lie_calls: int = 0  # a write is answered as if it were done
    fail_calls: int = 0  # 500
    throttle_calls: int = 0  # 429
    slow_writes: bool = False  # writes are answered, and done when `settle` is called
    shift_pages: int = (
        0  # so many of the first clients are gone, without a word, once a page of the list was read
    )
    _late: list[Callable[[], object]] = field(default_factory=list, init=False, repr=False)

    def takes(self, word: str) -> bool:
        """Whether this call is one of those that go wrong in this way; it is counted off."""
        left: int = getattr(self, word)
        if left <= 0:
            return False
        setattr(self, word, left - 1)
        return True

    def write(self, do: Callable[[], object]) -> None:
        """Do a write: at once, later, or not at all."""
        if self.takes("lie_calls"):
            return
        if self.slow_writes:
            self._late.append(do)
        else:
            do()

    def settle(self) -> None:
        """Do what was answered and not done yet."""
        late, self._late = self._late, []
        for do in late:
            do()
