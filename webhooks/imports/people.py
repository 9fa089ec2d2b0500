"""A list as people: every row is somebody who is taken, or refused with a reason; none is lost."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from webhooks.imports.columns import Column
from webhooks.imports.days import Calendar
from webhooks.imports.fields import Kind
from webhooks.imports.row_reader import Person, RowReader, Unreadable
from webhooks.imports.sheet import Sheet

#: how a program writes below a list how many they are
_SUM = re.compile(
    r"(?:asiakkaita |rivejä )?(?:yhteensä|kaikkiaan|totalt?|antal|count)"
    r"(?:[ :]+[0-9]+(?: (?:asiakasta|riviä|kunder|rader|rows?|c\w+))?)?"
    r"|[0-9]+ (?:asiakas(?:ta)?|riviä?|kund(?:er)?|rader|customers?|clients?|rows?)",
    re.IGNORECASE,
)


class Refused(NamedTuple):
    """A row that is not taken: its line, a word for why, and the header of the cell that it is about.

    nobody: neither a number nor a name. sum: how many they are, below the last of them. alike: the same name twice, and
    nothing to tell the two apart by. day, yes_or_no: a cell that cannot be read. ahead: a day yet to come, where none
    can be meant. no_day: a visit or sale without its day. `person` has the day and the noes to marketing that the
    row says all the same; no noes where it is not clear whose they are.
    """

    line: int
    why: str
    header: str = ""
    person: Person | None = None


@dataclass(frozen=True)
class Read:
    """A list that was read: the rows that are taken, and the others."""

    people: tuple[Person, ...] = field(repr=False)
    refused: tuple[Refused, ...]


def read(sheet: Sheet, columns: Iterable[Column], kind: Kind, calendar: Calendar) -> Read:
    """Every row of a list; no row is lost: it is taken, or refused with a reason."""
    reader = RowReader(sheet, tuple(columns), kind, calendar)
    people: list[Person] = []
    refused: list[Refused] = []
    for row in sheet.rows:
        person = reader.who(row)
        if row is sheet.rows[-1] and person.is_nameless and _is_sum(person.name or ""):
            refused.append(Refused(row.line, "sum"))
            continue
        if person.number is None and person.name is None:
            refused.append(Refused(row.line, "nobody", person=reader.refused(row, person)))
            continue
        try:
            people.append(reader.person(row, person))
        except Unreadable as one:
            refused.append(Refused(row.line, one.why, one.header, reader.refused(row, person)))
    if kind is Kind.CLIENTS:
        people, refused = _apart(people, refused)
    return Read(tuple(people), tuple(sorted(refused, key=lambda one: one.line)))


def _apart(people: list[Person], refused: list[Refused]) -> tuple[list[Person], list[Refused]]:
    """Those who can be told apart, and the others: a name that stands twice alone is nobody's.

    Of a refused row without a contact point a no holds only where nobody else on the list has its name.
    """
    everybody = [*people, *(one.person for one in refused if one.person is not None)]
    alone = Counter(_name(one) for one in everybody if one.is_nameless)
    names = Counter(map(_name, everybody))
    clear = [one for one in people if not one.is_nameless or alone[_name(one)] < 2]
    unclear = [one for one in people if one.is_nameless and alone[_name(one)] > 1]
    alike = [Refused(one.line, "alike", person=_silent(one)) for one in unclear]
    others = [
        one._replace(person=_silent(one.person))
        if one.person is not None and one.person.is_nameless and names[_name(one.person)] > 1
        else one
        for one in refused
    ]
    return clear, [*others, *alike]


def _is_sum(name: str) -> bool:
    return _SUM.fullmatch(name) is not None


def _name(one: Person) -> str:
    return (one.name or "").casefold()


def _silent(one: Person) -> Person:
    return replace(one, marketing={})
