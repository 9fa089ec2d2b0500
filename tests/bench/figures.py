"""Figures beside the ceiling of the same run, and the table that shows them."""

import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Figure:
    """One measured thing: `ratio` is what a goal is set for, since absolute figures hold for one machine and hour."""

    goal: str  # its number in the paper (facts: performance, section 9); "" where it has none
    what: str
    where: str  # the database
    measured: str
    ceiling: str
    ratio: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_held(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.ratio is None or (self.at_least is None and self.at_most is None):
            return None
        low = self.at_least is None or self.ratio >= self.at_least
        return low and (self.at_most is None or self.ratio <= self.at_most)

    @property
    def wanted(self) -> str:
        """The goal in words."""
        if self.at_least is not None:
            return f"≥ {_number(self.at_least)}"
        return "" if self.at_most is None else f"≤ {_number(self.at_most)}"


_HEAD = ("", "what", "database", "measured", "beside", "ratio", "goal", "")


def table(figures: Iterable[Figure]) -> str:
    """A table in Markdown, which is read as well in a terminal."""
    rows = [_HEAD, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    rule = " | ".join("-" * max(width, 3) for width in widths)
    return "\n".join(f"| {line} |" for line in (lines[0], rule, *lines[1:]))


def say(text: str) -> None:
    """Tell how far it is, beside the result."""
    sys.stderr.write(f"bench: {text}\n")
    sys.stderr.flush()


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    began = perf_counter()
    work()
    return perf_counter() - began


def middle(values: Iterable[float]) -> float:
    """The median."""
    return statistics.median(values)


def rate(count: float, took: float) -> str:
    """So many a second."""
    return f"{_number(count / took)}/s"


def span(took: float) -> str:
    """A length of time, in the unit that is read best."""
    if took >= 1:
        return f"{took:.1f} s"
    return f"{took * 1000:.1f} ms" if took >= 0.001 else f"{took * 1e6:.0f} µs"


def _row(figure: Figure) -> tuple[str, ...]:
    verdict = {True: "held", False: "missed", None: ""}[figure.is_held]
    ratio = "" if figure.ratio is None else _number(figure.ratio)
    return (
        figure.goal,
        figure.what,
        figure.where,
        figure.measured,
        figure.ceiling,
        ratio,
        figure.wanted,
        verdict,
    )


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
