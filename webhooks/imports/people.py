"""Rows about people: who, when they were last there, what they agreed to; and which rows cannot be read, and why.

Nothing of a note, an address or an identity code is taken over: only that the booking system holds such a thing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from webhooks.imports import values
from webhooks.imports.columns import Column
from webhooks.imports.fields import ONLY_HELD, SWITCHES, Field, Kind
from webhooks.imports.sheet import Row, Sheet
from webhooks.vocabulary import Category, Channel

#: what a visit's state says of one that did not take place
_NOT_THERE = (
    *("perut", "peruu", "ei saapun", "poistett", "avbok", "inställ", "uteb"),
    *("cancel", "no show", "no-show", "noshow"),
)
LONGEST = 200


class Refused(NamedTuple):
    """A row that is not taken: its line, a word for why, and the header of the cell that it is about.

    nobody: neither a number nor a name. alike: the same name twice, and nothing to tell the two apart by. day,
    yes_or_no: a cell that cannot be read. no_day: a visit or sale without its day.
    """

    line: int
    why: str
    header: str = ""
    person: "Person | None" = None


@dataclass(frozen=True)
class Person:
    """What one row says of somebody; None is "not told". `at` is the last visit, or the visit's or sale's own day."""

    line: int
    number: str | None = field(repr=False)
    name: str | None = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    at: date | datetime | None = None
    next_at: date | datetime | None = None
    tells_next: bool = False
    marketing: Mapping[Channel, bool] = field(default_factory=dict)
    categories: frozenset[Category] = frozenset()
    is_off: bool = False  # a visit that did not take place

    @property
    def is_nameless(self) -> bool:
        """Whether there is nothing but a name to know this person by."""
        return self.number is None and self.phone is None and self.email is None


@dataclass(frozen=True)
class Read:
    """A list that was read: the rows that are taken, and the others."""

    people: tuple[Person, ...] = field(repr=False)
    refused: tuple[Refused, ...]


class _Unreadable(Exception):
    def __init__(self, why: str, header: str) -> None:
        super().__init__(why)
        self.why, self.header = why, header


def read(sheet: Sheet, columns: Iterable[Column], kind: Kind) -> Read:
    """Every row of a list; no row is lost: it is taken, or refused with a reason."""
    reader = _Reader(sheet, tuple(columns), kind)
    people: list[Person] = []
    refused: list[Refused] = []
    for row in sheet.rows:
        person = reader.who(row)
        if person.number is None and person.name is None:
            refused.append(Refused(row.line, "nobody"))
            continue
        try:
            people.append(reader.person(row, person))
        except _Unreadable as one:
            refused.append(Refused(row.line, one.why, one.header, person))
    if kind is Kind.CLIENTS:
        people, alike = _apart(people)
        refused += alike
    return Read(tuple(people), tuple(sorted(refused, key=lambda one: one.line)))


def _apart(people: list[Person]) -> tuple[list[Person], list[Refused]]:
    """Those who can be told apart, and the others: a name that stands twice alone is nobody's."""
    names = Counter(one.name.casefold() for one in people if one.is_nameless and one.name)
    alike = {name for name, count in names.items() if count > 1}
    kept = [one for one in people if not (one.is_nameless and (one.name or "").casefold() in alike)]
    others = [one for one in people if one.is_nameless and (one.name or "").casefold() in alike]
    return kept, [Refused(one.line, "alike", person=one) for one in others]


class _Reader:
    """How one list is read: where each thing stands, and how its days are written."""

    def __init__(self, sheet: Sheet, columns: tuple[Column, ...], kind: Kind) -> None:
        self._kind = kind
        meant = [(column.field, column) for column in columns if column.field is not None]
        self._at = {meaning: column for meaning, column in meant if meaning not in ONLY_HELD}
        self._held = [(column.index, ONLY_HELD[meaning]) for meaning, column in meant if meaning in ONLY_HELD]
        days = [self._at[one] for one in (Field.LAST_VISIT, Field.NEXT_BOOKING, Field.DAY) if one in self._at]
        self._month_first = {one.index for one in days if values.is_month_first(sheet.column(one.index))}
        self._switches = [
            (self._at[one], channels, values.are_ticks(sheet.column(self._at[one].index)))
            for one, channels in SWITCHES.items()
            if one in self._at
        ]
        self._name = self._whole_name()

    def who(self, row: Row) -> Person:
        """Who a row is about."""
        number = self._cell(row, Field.NUMBER)
        if number is not None and number.endswith(".0"):
            number = number[:-2]  # a spreadsheet's number
        return Person(
            line=row.line,
            number=number[:LONGEST] if number else None,
            name=self._name(row),
            phone=self._read(row, Field.PHONE, values.phone_of),
            email=self._read(row, Field.EMAIL, values.email_of),
        )

    def person(self, row: Row, who: Person) -> Person:
        """The same with all that the row says; raises _Unreadable."""
        day = self._day(row, Field.LAST_VISIT if self._kind is Kind.CLIENTS else Field.DAY)
        if day is None and self._kind is not Kind.CLIENTS:
            raise _Unreadable("no_day", self._header(Field.DAY))
        state = (self._cell(row, Field.STATE) or "").casefold()
        return Person(
            line=who.line,
            number=who.number,
            name=who.name,
            phone=who.phone,
            email=who.email,
            at=day,
            next_at=self._day(row, Field.NEXT_BOOKING),
            tells_next=Field.NEXT_BOOKING in self._at,
            marketing=self._marketing(row),
            categories=self._categories(row, who, day),
            is_off=any(word in state for word in _NOT_THERE),
        )

    def _whole_name(self) -> Callable[[Row], str | None]:
        parts: tuple[Field, ...] = tuple(
            one for one in (Field.FIRST_NAME, Field.LAST_NAME) if one in self._at
        )
        if Field.NAME in self._at:  # whoever has a whole name beside a part of it
            parts = (Field.NAME,)

        def name(row: Row) -> str | None:
            words = (self._cell(row, one) for one in parts)
            return " ".join(" ".join(word.split()) for word in words if word)[:LONGEST] or None

        return name

    def _cell(self, row: Row, of: Field) -> str | None:
        column = self._at.get(of)
        return (row.cells[column.index] or None) if column is not None else None

    def _read(self, row: Row, of: Field, how: Callable[[str], str | None]) -> str | None:
        cell = self._cell(row, of)
        return how(cell) if cell else None

    def _header(self, of: Field) -> str:
        return self._at[of].header if of in self._at else ""

    def _day(self, row: Row, of: Field) -> date | datetime | None:
        cell = self._cell(row, of)
        if cell is None or cell in {"-", "–", "0000-00-00"}:
            return None
        found = values.day_of(cell, month_first=self._at[of].index in self._month_first)
        if found is None:
            raise _Unreadable("day", self._at[of].header)
        return found

    def _marketing(self, row: Row) -> dict[Channel, bool]:
        told: dict[Channel, bool] = {}
        for column, channels, has_ticks in self._switches:
            cell = row.cells[column.index]
            answer = values.yes_or_no(cell) if cell else False if has_ticks else None
            if cell and answer is None:
                raise _Unreadable("yes_or_no", column.header)
            if answer is not None:  # a plain switch comes first, one for a channel by itself is nearer
                told |= dict.fromkeys(channels, answer)
        return told

    def _categories(self, row: Row, who: Person, day: date | datetime | None) -> frozenset[Category]:
        held = {category for index, category in self._held if row.cells[index]}
        seen = (
            (Category.IDENTITY, who.name or who.number),
            (Category.CONTACT, self._cell(row, Field.PHONE) or self._cell(row, Field.EMAIL)),
            (Category.VISITS, day),
            (Category.BOOKINGS, self._cell(row, Field.NEXT_BOOKING)),
            (Category.MARKETING_PREFERENCES, any(row.cells[column.index] for column, _, _ in self._switches)),
        )
        return frozenset(held | {category for category, is_there in seen if is_there})
