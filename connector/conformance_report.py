"""What came of a dialect's trials: for each whether its promise held, and a grade for all of them."""

from dataclasses import dataclass
from typing import Any


class Broke(Exception):
    """A promise did not hold; the text says which."""


class Untried(Exception):
    """It cannot be tried here; the text says why."""


def need(holds: object, promise: str) -> None:
    """Go on only where a promise holds."""
    if not holds:
        raise Broke(promise)


@dataclass(frozen=True)
class Result:
    """What came of one trial: `held` is None where it could not be tried."""

    trial: str
    what: str
    held: bool | None
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"trial": self.trial, "what": self.what, "held": self.held, "why": self.why}


@dataclass(frozen=True)
class Report:
    """All trials of a dialect."""

    dialect: str
    results: tuple[Result, ...]

    @property
    def grade(self) -> str:
        """A: all held. B: what was tried held, and something could not be tried. C: something broke."""
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
            f"{words[one.held]}  {one.trial:<20}  {one.what}" + (f" ({one.why})" if one.why else "")
            for one in self.results
        ]
        held = sum(one.held is True for one in self.results)
        return "\n".join(
            [*lines, "", f"{self.dialect}: grade {self.grade}, {held} of {len(self.results)} held."]
        )
