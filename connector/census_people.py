"""Which client each row of a list is about: by its number, else by name and contact point; never by a contact alone.

A list with numbers is plain. In one without, a person is a name with a phone, or with an e-mail address: mother and son
share a phone, but not a name. Whoever changes one of the two is found by the other, and goes on under the same id.
A name alone is only believed where it is the only one of that name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connector import sealed_cards
from connector.salons import Account
from connector.sealed_cards import Kept, Marks
from webhooks.imports.row_reader import Person


@dataclass(frozen=True)
class Found:
    """A person of a list, the client that this is, and the marks by which somebody is found again."""

    person: Person
    client: str
    marks: Marks = field(repr=False)


class Finder:
    """Finds the clients of one salon in the rows of a list."""

    def __init__(self, account: Account, known: Mapping[str, Kept]) -> None:
        self._account = account
        self._by: dict[str, set[str]] = defaultdict(set)
        for card in known.values():
            self._learn(card.client, Marks(card.by_name, card.by_phone, card.by_email))

    def all(self, people: Iterable[Person], *, may_be_new: bool) -> tuple[list[Found], list[Person]]:
        """Everybody who is found, and those of whom it cannot be told who they are.

        Where the list is of clients, whoever is nowhere yet is new, and found by the rows below.
        """
        found, unknown = [], []
        for person in people:
            marks = sealed_cards.marks(self._account, person.name, person.phone, person.email)
            client = person.number or self._known(marks)
            if client is None and may_be_new:
                client = self._new(marks)
            if client is None:
                unknown.append(person)
                continue
            if may_be_new:
                self._learn(client, marks)
            found.append(Found(person, client, marks))
        return found, unknown

    def _learn(self, client: str, marks: Marks) -> None:
        for mark in marks:
            if mark is not None:
                self._by[mark].add(client)

    def _known(self, marks: Marks) -> str | None:
        """By name and phone, else by name and address; by the name alone where nothing else is told."""
        reached = [mark for mark in (marks.phone, marks.email) if mark is not None]
        for mark in reached or [mark for mark in (marks.name,) if mark is not None]:
            clients = self._by.get(mark, set())
            if len(clients) == 1:
                return next(iter(clients))
        return None

    def _new(self, marks: Marks) -> str | None:
        mark = marks.phone or marks.email or marks.name
        return None if mark is None else f"{sealed_cards.OWN_ID}{mark[:24]}"
