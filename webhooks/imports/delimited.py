"""Text with delimiters between its cells (comma, semicolon, tab, bar) as rows; quotes as spreadsheets write them."""

import csv
import re
from collections import Counter
from collections.abc import Iterator

from webhooks.imports import headers
from webhooks.imports.errors import UnreadableList
from webhooks.imports.sheet import Row

DELIMITERS = (";", ",", "\t", "|")
#: so many lines show which delimiter it is
_BEGINNING = 60
#: spreadsheet programs take this first line as their instruction
_SAID = re.compile(r"sep=(.)")


def rows(text: str) -> Iterator[Row]:
    """The rows of a text, with the lines on which they begin; raises UnreadableList."""
    lines = text.split("\n")
    said = _SAID.fullmatch(lines[0].strip("\ufeff"))
    delimiter = said[1] if said else _delimiter(lines[:_BEGINNING])
    cells: tuple[str, ...] = ()
    for row in _read(lines[1:] if said else lines, delimiter, first=2 if said else 1):
        yield row
        cells = row.cells
    # the last cell never came to its end: who knows how many rows are in it
    if cells and cells[-1].endswith("\n"):
        raise UnreadableList("field_too_long")


def _read(lines: list[str], delimiter: str, *, first: int = 1) -> Iterator[Row]:
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    begins = first
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise UnreadableList("field_too_long") from None
        yield Row(begins, tuple(cells))
        begins = first + reader.line_num


def _delimiter(lines: list[str]) -> str:
    """The one by which the list has a header that is known, and rows of one width."""
    return max(DELIMITERS, key=lambda delimiter: _likely(lines, delimiter))


def _likely(lines: list[str], delimiter: str) -> tuple[int, float, int]:
    try:
        read = [row.cells for row in _read(lines, delimiter) if any(row.cells)]
    except UnreadableList:
        return (0, 0, 0)
    widths = Counter(len(cells) for cells in read if len(cells) > 1)
    if not widths:
        return (0, 0, 0)
    width, count = max(widths.items(), key=lambda one: (one[1], one[0]))
    return (max(headers.count_known(cells) for cells in read), count / len(read), width)
