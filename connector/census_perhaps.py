"""Whom the rows of a list may be about where it cannot be told: whoever they may be of is not due by that list.

A row that was refused may be of everybody who has its name, its telephone number or its e-mail address. It says a day,
or none that can be read: then it may have been today.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from connector import census_olds, contacts, database, mirror, mirror_perhaps
from connector.census_people import Finder
from connector.mirror_perhaps import Days
from connector.program import Program
from connector.salons import Account
from webhooks.imports.row_reader import Person

#: of a list of visits or sales that was not taken, until one is
NOT_TAKEN = "not_taken"
#: each is read and written by itself: 50 ms of the writers' turn at most
_TOGETHER = 100


@dataclass(frozen=True)
class Candidates:
    """Whom a row may be about: by its number or name and contact point, else by whatever it shares with somebody."""

    account: Account
    finder: Finder
    there: Set[str]
    reached: Mapping[str, Set[str]]  # clients, by the blind index of a contact point

    def of(self, person: Person) -> Set[str]:
        """All of them; one where it is clear."""
        found, _ = self.finder.all([person], may_be_new=False)
        clear = {one.client for one in found} & self.there
        if clear:
            return clear
        some = self.finder.named(person)
        for index in contacts.indexes(self.account, email=person.email, phone=person.phone):
            some |= self.reached.get(index, set())
        return some & self.there

    def days(self, people: Iterable[Person], today: date) -> dict[str, frozenset[date]]:
        """The days on which each of them may have been there by these rows."""
        found: dict[str, set[date]] = defaultdict(set)
        rows: dict[tuple[str | None, ...], list[Person]] = defaultdict(list)
        for person in people:  # many rows tell of the same person
            if not person.is_off:
                rows[person.number, person.name, person.phone, person.email].append(person)
        for some in rows.values():
            days = {day_of(person, today) for person in some}
            for client in self.of(some[0]):
                found[client] |= days
        return {client: frozenset(days) for client, days in found.items()}


def reached(db: Session, account: Account) -> dict[str, set[str]]:
    """Who is reached by each contact point."""
    found: dict[str, set[str]] = defaultdict(set)
    for client, points in census_olds.contact_points(db, account).items():
        for _, index in points:
            found[index].add(client)
    return found


def day_of(person: Person, today: date) -> date:
    """The day that a row tells; today where it tells none, or a later one: whoever has a booking is alive today."""
    at = person.at.date() if isinstance(person.at, datetime) else person.at
    return today if at is None or person.next_at is not None else min(at, today)


def say(program: Program, account: Account, kind: str, days: Days, *, adds: bool = False) -> None:
    """Have a kind of list leave these days open and, where it does not add to them, no others any more."""
    with database.read(program.engine) as db:
        before = mirror_perhaps.of(db, account, kind)
    after = {
        client: some | (before.get(client, frozenset()) if adds else frozenset())
        for client, some in days.items()
    }
    clients = sorted(after.keys() if adds else after.keys() | before.keys())
    for start in range(0, len(clients), _TOGETHER):
        with database.write(program.engine) as db:
            mirror.perhaps(db, account, kind, after, clients[start : start + _TOGETHER], at=program.now())
