"""A list as rows below a header, wherever it came from: which row is the header, and what is a row at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from webhooks.imports import headers, values
from webhooks.imports.errors import UnreadableList

#: a title, an address, an empty row may stand above the header
_ABOVE = 20
MOST_ROWS, MOST_COLUMNS = 200_000, 200


class Row(NamedTuple):
    """One row with the line on which it begins, as the person who opens the file sees it."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A header and the rows below it, each with as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)

    def column(self, index: int) -> Iterable[str]:
        """What stands in one column, where something does."""
        return (row.cells[index] for row in self.rows if row.cells[index])


def of(rows: Iterable[Row]) -> Sheet:
    """The list that these rows make; raises UnreadableList."""
    filled: list[Row] = []
    for row in rows:
        cells = _without_tail(tuple(values.plain(cell) for cell in row.cells))
        if not cells:
            continue
        if len(filled) >= MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise UnreadableList("too_many")
        filled.append(Row(row.line, cells))
    if not filled:
        raise UnreadableList("empty")
    place = _header(filled)
    header = _each_once(filled[place].cells)
    below = tuple(Row(row.line, _as_wide(row.cells, len(header))) for row in filled[place + 1 :])
    if not below:
        raise UnreadableList("no_rows")
    return Sheet(header, below)


def _header(rows: Sequence[Row]) -> int:
    """Where the header is: the row with most words that headers have; else the first that holds no values."""
    some = rows[:_ABOVE]
    if max(len(row.cells) for row in some) < 2:
        raise UnreadableList("one_column")
    known = [headers.count_known(row.cells) for row in some]
    best = max(known)
    if best:
        place = known.index(best)
        if best > 1 or not _has_values(rows[place]):
            return place
    if best or _has_values(rows[0]) or len(rows[0].cells) < 2:
        raise UnreadableList("no_header")
    return 0


def _has_values(row: Row) -> bool:
    return any(values.is_telling(cell) for cell in row.cells)


def _without_tail(cells: tuple[str, ...]) -> tuple[str, ...]:
    width = len(cells)
    while width and not cells[width - 1]:
        width -= 1
    return cells[:width]


def _each_once(header: tuple[str, ...]) -> tuple[str, ...]:
    """Each column under a name of its own, by which it is remembered: the second "Phone" is "Phone (2)"."""
    named: list[str] = []
    seen = {""}
    for cell in header:
        name, number = cell, 2
        while cell and name.casefold() in seen:
            name, number = f"{cell} ({number})", number + 1
        seen.add(name.casefold())
        named.append(name)
    return tuple(named)


def _as_wide(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (cells + ("",) * (width - len(cells)))[:width]
