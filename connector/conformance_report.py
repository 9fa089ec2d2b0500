"""What came of a dialect's trials: for each whether its promise held, and a grade for all of them."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


class Broke(Exception):
    """A promise did not hold; the text says which."""


class Weak(Exception):
    """A promise was kept in a way that is worth less; the text says how."""


class Untried(Exception):
    """It cannot be tried here; the text says why."""


def need(holds: object, promise: str) -> None:
    """Go on only where a promise holds."""
    if not holds:
        raise Broke(promise)


@dataclass(frozen=True)
class Result:
    """What came of one trial: `held` is None where it could not be tried, or is `weak`: kept, and worth less."""

    trial: str
    what: str
    held: bool | None
    why: str = ""
    weak: bool = False

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def tried(trial: str, says: object, do: Callable[[], object]) -> Result:
    """What came of a trial; what it tries is the first line of what `says` it."""
    what = (says.__doc__ or "").strip().splitlines()[0]
    try:
        do()
    except Broke as broke:
        return Result(trial, what, False, str(broke))
    except Weak as weak:
        return Result(trial, what, None, str(weak), weak=True)
    except Untried as untried:
        return Result(trial, what, None, f"not tried here, because {untried}")
    return Result(trial, what, True)


def instead(trial: str, says: object, end: Exception) -> Result:
    """What came of a trial that ended before it was begun."""

    def ended() -> None:
        raise end

    return tried(trial, says, ended)


@dataclass(frozen=True)
class Report:
    """All trials of a dialect."""

    dialect: str
    results: tuple[Result, ...]

    @property
    def grade(self) -> str:
        """A: all held. B: something could not be tried, or is worth less than it should be. C: something broke."""
        if any(one.held is False for one in self.results):
            return "C"
        return "A" if all(one.held for one in self.results) else "B"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "dialect": self.dialect,
            "grade": self.grade,
            "trials": [one.as_json() for one in self.results],
        }

    def text(self) -> str:
        """For people."""
        words = {True: "holds ", False: "BROKEN", None: "-     "}
        lines = [
            f"{'weak  ' if one.weak else words[one.held]}  {one.trial:<20}  {one.what}"
            + (f" ({one.why})" if one.why else "")
            for one in self.results
        ]
        held = sum(one.held is True for one in self.results)
        return "\n".join(
            [*lines, "", f"{self.dialect}: grade {self.grade}, {held} of {len(self.results)} held."]
        )
