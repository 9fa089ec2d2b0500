"""The conformance kit: a dialect against the pretend system that speaks it, through every misbehaviour; and a grade."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from connector.conformance_place import place, template
from connector.conformance_systems import SYSTEMS, CannotPretend
from connector.conformance_trials import TRIALS, Broke


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


def known() -> list[str]:
    """The dialects for which there is a pretend system."""
    return sorted(SYSTEMS)


def check(
    name: str, *, only: Iterable[str] | None = None, progress: Callable[[str], None] = lambda _: None
) -> Report:
    """Try a dialect against its pretend system. Each trial has an installation of its own, gone afterwards."""
    wanted = list(TRIALS) if only is None else list(only)
    results = []
    with template() as folder:
        for number, trial in enumerate(wanted):
            progress(f"{name}: {trial}")
            what = (TRIALS[trial].__doc__ or "").strip().splitlines()[0]
            try:
                with place(name, folder, number) as made:
                    TRIALS[trial](made)
                results.append(Result(trial, what, True))
            except Broke as broke:
                results.append(Result(trial, what, False, str(broke)))
            except CannotPretend:
                results.append(Result(trial, what, None, "the pretend system cannot do this"))
    return Report(name, tuple(results))
