"""The columns of a list as its page shows them: some values, what is taken, what may be asked, what can be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector import imports_words
from webhooks.imports import columns
from webhooks.imports.columns import Column
from webhooks.imports.fields import TELLS, Field, Kind
from webhooks.imports.sheet import Sheet

#: of each column so many values are shown, and so much of each
_EXAMPLES, _CLIPPED = 2, 40


@dataclass(frozen=True)
class Shown:
    """A column as the page shows it: what is taken from it, some of its values, and what is asked about it."""

    column: Column
    examples: tuple[str, ...]
    asks: str | None


def shown(sheet: Sheet, kind: Kind, found: tuple[Column, ...]) -> list[Shown]:
    """Every column, in the list's order."""
    may_be = columns.may_be(sheet, found, kind)
    return [
        Shown(column, tuple(_some(sheet, column.index)), imports_words.ASKED.get(may_be.get(column)))
        for column in found
    ]


def groups(kind: Kind) -> Mapping[str, Mapping[Field, str]]:
    """What a column of such a list can be, by what it is about; only what there is."""
    told = {
        name: {field: imports_words.FIELDS[field] for field in fields if field in TELLS[kind]}
        for name, fields in imports_words.GROUPS.items()
    }
    return {name: fields for name, fields in told.items() if fields}


def dated(sheet: Sheet, kind: Kind, found: tuple[Column, ...]) -> list[str]:
    """The headers of columns that are left out and have dates in them."""
    may_be = columns.may_be(sheet, found, kind)
    return [column.header for column, field in may_be.items() if field is Field.LAST_VISIT and column.header]


def _some(sheet: Sheet, index: int) -> list[str]:
    some: list[str] = []
    for value in sheet.column(index):
        if value[:_CLIPPED] not in some:
            some.append(value[:_CLIPPED])
        if len(some) == _EXAMPLES:
            break
    return some
