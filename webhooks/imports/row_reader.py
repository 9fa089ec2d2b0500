"""What one row of a list says of somebody: each thing from its column, and its days as that list writes them.

Nothing of a note, an address or an identity code is taken over: only that the booking system holds such a thing.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from webhooks.imports import days, values
from webhooks.imports.columns import Column
from webhooks.imports.days import Calendar
from webhooks.imports.fields import ONLY_HELD, Field, Kind
from webhooks.imports.sheet import Row, Sheet
from webhooks.imports.switches import Switches
from webhooks.vocabulary import Category, Channel

#: what a visit's state says of one that did not take place
_NOT_THERE = (
    "perut",
    "peruu",
    "ei saapun",
    "poistett",
    "avbok",
    "inställ",
    "uteb",
    "cancel",
    "no show",
    "no-show",
    "noshow",
)
_DAYS = (Field.LAST_VISIT, Field.NEXT_BOOKING, Field.DAY)
#: nobody books for longer ahead: such a day is a slip of the pen
_BOOKED_AHEAD = timedelta(days=2 * 365)
#: a name's or a number's letters at most
_LONGEST = 200


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


class Unreadable(Exception):
    """A cell that should say something and cannot be read: a word for why, and its header."""

    def __init__(self, why: str, header: str) -> None:
        super().__init__(why)
        self.why, self.header = why, header


class RowReader:
    """How one list is read: where each thing stands, and how its days are written."""

    def __init__(self, sheet: Sheet, columns: tuple[Column, ...], kind: Kind, calendar: Calendar) -> None:
        self._kind, self._calendar = kind, calendar
        meant = [(column.field, column) for column in columns if column.field is not None]
        self._at = {meaning: column for meaning, column in meant if meaning not in ONLY_HELD}
        self._held = [(column.index, ONLY_HELD[meaning]) for meaning, column in meant if meaning in ONLY_HELD]
        of_days = [self._at[one] for one in _DAYS if one in self._at]
        self._month_first = {one.index for one in of_days if days.is_month_first(sheet.column(one.index))}
        self._switches = Switches(sheet, self._at)
        self._name = self._whole_name()

    def who(self, row: Row) -> Person:
        """Who a row is about."""
        number = self._cell(row, Field.NUMBER)
        if number is not None and number.endswith(".0"):
            number = number[:-2]  # a spreadsheet's number
        return Person(
            line=row.line,
            number=number[:_LONGEST] if number else None,
            name=self._name(row),
            phone=self._read(row, Field.PHONE, values.phone_of),
            email=self._read(row, Field.EMAIL, values.email_of),
        )

    def person(self, row: Row, who: Person) -> Person:
        """The same with all that the row says; raises Unreadable."""
        day = self._day(row, self._when)
        if day is None and self._kind is not Kind.CLIENTS:
            raise Unreadable("no_day", self._header(Field.DAY))
        return replace(
            who,
            at=day,
            next_at=self._day(row, Field.NEXT_BOOKING),
            tells_next=Field.NEXT_BOOKING in self._at,
            marketing=self._marketing(row),
            categories=self._categories(row, who, day),
            is_off=self._is_off(row),
        )

    def refused(self, row: Row, who: Person) -> Person:
        """The same with nothing but the noes to marketing that can be read, and its days where all of them can."""
        said = self._switches.said(row)
        with contextlib.suppress(Unreadable):
            ahead = self._day(row, Field.NEXT_BOOKING)
            who = replace(who, at=self._day(row, self._when), next_at=ahead)
        noes = {channel: False for channel, answer in said.items() if not answer}
        return replace(who, marketing=noes, is_off=self._is_off(row))

    def _whole_name(self) -> Callable[[Row], str | None]:
        parts: tuple[Field, ...] = tuple(
            one for one in (Field.FIRST_NAME, Field.LAST_NAME) if one in self._at
        )
        if Field.NAME in self._at:  # whoever has a whole name beside a part of it
            parts = (Field.NAME,)

        def name(row: Row) -> str | None:
            words = (self._cell(row, one) for one in parts)
            return " ".join(" ".join(word.split()) for word in words if word)[:_LONGEST] or None

        return name

    def _cell(self, row: Row, of: Field) -> str | None:
        column = self._at.get(of)
        return (row.cells[column.index] or None) if column is not None else None

    def _read(self, row: Row, of: Field, how: Callable[[str], str | None]) -> str | None:
        cell = self._cell(row, of)
        return how(cell) if cell else None

    @property
    def _when(self) -> Field:
        return Field.LAST_VISIT if self._kind is Kind.CLIENTS else Field.DAY

    def _is_off(self, row: Row) -> bool:
        state = (self._cell(row, Field.STATE) or "").casefold()
        return any(word in state for word in _NOT_THERE)

    def _header(self, of: Field) -> str:
        return self._at[of].header if of in self._at else ""

    def _day(self, row: Row, of: Field) -> date | datetime | None:
        cell = self._cell(row, of)
        if cell is None or cell in {"-", "–", "0000-00-00"}:
            return None
        month_first = self._at[of].index in self._month_first
        found = days.day_of(cell, self._calendar.zone, month_first=month_first)
        if found is None:
            raise Unreadable("day", self._at[of].header)
        if (found.date() if isinstance(found, datetime) else found) > self._latest(of):
            raise Unreadable("ahead", self._at[of].header)
        return found

    def _latest(self, of: Field) -> date:
        """The last day that can be meant: a visit that was, and a sale, are over; a list of visits has bookings too."""
        may_be_booked = of is Field.NEXT_BOOKING or self._kind is Kind.VISITS
        return self._calendar.today + (_BOOKED_AHEAD if may_be_booked else timedelta())

    def _marketing(self, row: Row) -> dict[Channel, bool]:
        unreadable = self._switches.unreadable(row)
        if unreadable is not None:
            raise Unreadable("yes_or_no", unreadable)
        return self._switches.said(row)

    def _categories(self, row: Row, who: Person, day: date | datetime | None) -> frozenset[Category]:
        held = {category for index, category in self._held if row.cells[index]}
        seen = (
            (Category.IDENTITY, who.name or who.number),
            (Category.CONTACT, self._cell(row, Field.PHONE) or self._cell(row, Field.EMAIL)),
            (Category.VISITS, day),
            (Category.BOOKINGS, self._cell(row, Field.NEXT_BOOKING)),
            (Category.MARKETING_PREFERENCES, self._switches.are_in(row)),
        )
        return frozenset(held | {category for category, is_there in seen if is_there})
