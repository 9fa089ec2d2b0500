"""What each column of a list is: as it was said before, else as its header says, else as its values look.

The guess is shown before anything is taken: so it may be wrong, and must be easy to read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from unicodedata import normalize

from webhooks.imports import headers, looks
from webhooks.imports.fields import FORBIDS, MANY, SWITCHES, TELLS, WHO, Field, Kind
from webhooks.imports.sheet import Sheet


@dataclass(frozen=True)
class Column:
    """One column and what it is; None where nothing of it is taken."""

    index: int
    header: str
    field: Field | None


class UnknownColumn(Exception):
    """Somebody named a header that the list has not, or a field that a list of this kind cannot tell."""


def kind_of(sheet: Sheet) -> Kind:
    """What a list is most likely of."""
    meant = {headers.meant_by(header) for header in sheet.header}
    words = {header.casefold() for header in sheet.header}
    if Field.DAY not in meant or Field.LAST_VISIT in meant:
        return Kind.CLIENTS
    if words & headers.OF_SALES and not words & headers.OF_VISITS:
        return Kind.SALES
    return Kind.VISITS


def guess(sheet: Sheet, kind: Kind, said: Mapping[str, Field | None] | None = None) -> tuple[Column, ...]:
    """What each column is. `said` are headers of which it is known already."""
    said = said or {}
    found: dict[int, Field | None] = {}
    taken: set[Field] = set()
    for index, header in enumerate(sheet.header):
        if header in said:
            found[index] = said[header]
            taken |= {field for field in (said[header],) if field is not None}
    for look in (_by_header, looks.field_of):
        for index in range(len(sheet.header)):
            field = None if index in found else look(sheet, index)
            if field in TELLS[kind] and (field in MANY or field not in taken):
                found[index] = field
                taken.add(field)
    if Field.NAME in taken and {Field.FIRST_NAME, Field.LAST_NAME} <= taken:
        found = {index: None if field is Field.NAME else field for index, field in found.items()}
    return tuple(Column(index, header, found.get(index)) for index, header in enumerate(sheet.header))


def said(sheet: Sheet, kind: Kind, pairs: Iterable[tuple[str, str]]) -> dict[str, Field | None]:
    """What somebody said of columns, as header and field ("-": nothing is taken); raises UnknownColumn."""
    known = {header.casefold(): header for header in sheet.header if header}
    told: dict[str, Field | None] = {}
    for name, word in pairs:
        header = known.get(normalize("NFC", name).strip().casefold())
        if header is None:
            raise UnknownColumn("header")
        if word.strip() != "-" and word.strip() not in {field.value for field in TELLS[kind]}:
            raise UnknownColumn("field")
        told[header] = None if word.strip() == "-" else Field(word.strip())
    if is_any_twice(told.values()):
        raise UnknownColumn("twice")
    return told


def is_any_twice(fields: Iterable[Field | None]) -> bool:
    """Whether two columns are the same thing, of which a list has one."""
    one_each = [field for field in fields if field is not None and field not in MANY]
    return len(one_each) != len(set(one_each))


def tells_when(columns: Iterable[Column], kind: Kind) -> bool:
    """Whether each row has its day, where a row is a visit or a sale."""
    return kind is Kind.CLIENTS or any(column.field is Field.DAY for column in columns)


def tells_who(columns: Iterable[Column]) -> bool:
    """Whether a list says who its rows are about: by a number or by a name."""
    return bool({column.field for column in columns} & (frozenset(WHO) - {Field.PHONE, Field.EMAIL}))


def may_be(sheet: Sheet, found: Iterable[Column], kind: Kind) -> dict[Column, Field]:
    """What columns that are left out may be, where a list of clients would need it: to be asked, never guessed."""
    found = tuple(found)
    there = {column.field for column in found}
    asked: dict[Column, Field] = {}
    for column in found:
        if column.field is not None or kind is not Kind.CLIENTS:
            continue
        if Field.LAST_VISIT not in there and looks.are_days(sheet, column.index):
            asked[column] = Field.LAST_VISIT
        elif not there & {*SWITCHES, *FORBIDS} and looks.are_answers(sheet, column.index):
            asked[column] = Field.MARKETING
    return asked


def _by_header(sheet: Sheet, index: int) -> Field | None:
    return headers.meant_by(sheet.header[index])
