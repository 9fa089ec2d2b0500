"""Bars of a chart, placed: what stands where in an SVG that is 340 by 170. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, RIGHT, TOP, BOTTOM = 28.0, 338.0, 18.0, 142.0
#: so many of the highest columns have their number written above them, if they do not lie side by side
_NAMED, _APART = 3, 30.0
#: and that come near the highest of all
_NEAR = 4
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Column:
    """One month: a label, and one number for each series."""

    label: str
    numbers: tuple[int, ...]

    @property
    def total(self) -> int:
        """All series together."""
        return sum(self.numbers)


@dataclass(frozen=True)
class Bar:
    """One rectangle; `series` is the number of its series."""

    series: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Mark:
    """A word or a number at a place; `anchor` as SVG says it."""

    text: str
    x: float
    y: float
    anchor: str = "middle"


@dataclass(frozen=True)
class Drawn:
    """A chart as its template writes it."""

    bars: tuple[Bar, ...]
    lines: tuple[Mark, ...]
    values: tuple[Mark, ...]
    labels: tuple[Mark, ...]


def stacked(columns: Sequence[Column], *, every: int) -> Drawn:
    """The series of a month upon each other; every so many months have their label."""
    return _draw(columns, max(column.total for column in columns), every, is_stacked=True)


def beside(columns: Sequence[Column], *, every: int) -> Drawn:
    """The series of a month beside each other."""
    return _draw(columns, max(max(column.numbers) for column in columns), every, is_stacked=False)


def ticks(highest: int) -> tuple[int, ...]:
    """Round numbers from nought up to what is highest, four steps at most."""
    size = 1
    while True:
        for step in _STEPS:
            if highest <= 4 * step * size:
                return tuple(range(0, highest + 1, step * size))
        size *= 10


def _draw(columns: Sequence[Column], highest: int, every: int, *, is_stacked: bool) -> Drawn:
    step = (RIGHT - LEFT) / len(columns)
    per_unit = (BOTTOM - TOP) / max(highest, 1)
    bars: list[Bar] = []
    for nth, column in enumerate(columns):
        bars += _bars(column, LEFT + nth * step, step, per_unit, is_stacked=is_stacked)
    lines = tuple(Mark(str(tick), LEFT, round(BOTTOM - tick * per_unit, 1), "end") for tick in ticks(highest))
    labels = tuple(
        _mark(columns[nth].label, LEFT + (nth + 0.5) * step, BOTTOM + 15)
        for nth in range(0, len(columns), every)
    )
    return Drawn(tuple(bars), lines, _values(columns, step, per_unit, is_stacked=is_stacked), labels)


def _bars(column: Column, left: float, step: float, per_unit: float, *, is_stacked: bool) -> list[Bar]:
    gap, found, below = step * 0.24, [], 0.0
    width = step - gap if is_stacked else (step - gap) / len(column.numbers)
    for series, number in enumerate(column.numbers):
        height = number * per_unit
        x = left + gap / 2 + (0 if is_stacked else series * width)
        if number:
            found.append(
                Bar(series, round(x, 1), round(BOTTOM - below - height, 1), round(width, 1), round(height, 1))
            )
        if is_stacked:
            below += height
    return found


def _values(columns: Sequence[Column], step: float, per_unit: float, *, is_stacked: bool) -> tuple[Mark, ...]:
    """The numbers of the highest columns, above them."""
    tops = [
        (column.total if is_stacked else max(column.numbers), nth)
        for nth, column in enumerate(columns)
        if column.total
    ]
    highest = max((top for top, _ in tops), default=0)
    found: list[Mark] = []
    for top, nth in sorted(tops, key=lambda one: (-one[0], one[1])):
        x = LEFT + (nth + 0.5) * step
        if len(found) < _NAMED and top * _NEAR >= highest and all(abs(x - one.x) >= _APART for one in found):
            found.append(_mark(str(top), x, BOTTOM - top * per_unit - 4))
    return tuple(found)


def _mark(text: str, x: float, y: float) -> Mark:
    """A text that does not leave the picture at its sides."""
    anchor = "start" if x < LEFT + 14 else "end" if x > RIGHT - 14 else "middle"
    return Mark(text, round(x, 1), round(y, 1), anchor)
