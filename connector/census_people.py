"""Which client each row of a list is about: by its number, else by name and contact point; never by a contact alone.

A list with numbers is plain. In one without, a person is a name with a phone, or with an e-mail address: mother and son
share a phone, but not a name. Whoever changes one of the two is found by the other, and goes on under the same id.
A name alone is only believed where it is the only one of that name.

In a list of visits or sales the parts of a name may stand in another order than on the clients' list, and a name that
stands once is believed as well where nothing speaks against it: no phone or address was known to compare with.
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

    def __init__(
        self, account: Account, known: Mapping[str, Kept], *, gone: Mapping[str, Kept] | None = None
    ) -> None:
        """By the cards of all who are known, and what is left of those who are said to be `gone`."""
        self._account = account
        self._by: dict[str, set[str]] = defaultdict(set)
        self._cards = known
        self._gone = (gone or {}).keys() - known.keys()
        for card in (*known.values(), *(gone or {}).values()):
            self._learn(card.client, Marks(card.by_name, card.by_phone, card.by_email))

    def all(self, people: Iterable[Person], *, may_be_new: bool) -> tuple[list[Found], list[Person]]:
        """Everybody who is found, and those of whom it cannot be told who they are.

        Where the list is of clients, whoever is nowhere yet is new, and found by the rows below.
        """
        found, unknown = [], []
        for person in people:
            marks = sealed_cards.marks(self._account, person.name, person.phone, person.email)
            client = person.number or self._known(marks)
            if client is None:
                client = self._new(marks) if may_be_new else self._alone(person, marks)
            if client is None:
                unknown.append(person)
                continue
            if may_be_new:
                self._learn(client, marks)
            found.append(Found(person, client, marks))
        return found, unknown

    def named(self, person: Person) -> set[str]:
        """Everybody who has this name, in whatever order its parts stand."""
        turned = sealed_cards.turned(self._account, person.name, None, None)
        return {client for marks in turned if marks.name for client in self._by.get(marks.name, ())}

    def _learn(self, client: str, marks: Marks) -> None:
        for mark in marks:
            if mark is not None:
                self._by[mark].add(client)

    def _known(self, marks: Marks) -> str | None:
        """By name and phone, else by name and address; by the name alone where nothing else is told."""
        reached = [mark for mark in (marks.phone, marks.email) if mark is not None]
        for mark in reached or [mark for mark in (marks.name,) if mark is not None]:
            clients = self._by.get(mark, set())
            some = clients - self._gone or clients  # whoever is there goes before who is said to be gone
            if len(some) == 1:
                return next(iter(some))
        return None

    def _alone(self, person: Person, marks: Marks) -> str | None:
        """By a name in another order with a contact point; by a name that stands once, if its card has no other one."""
        turned = sealed_cards.turned(self._account, person.name, person.phone, person.email)
        for reached in ({one.phone for one in turned}, {one.email for one in turned}):
            clients = {client for mark in reached if mark for client in self._by.get(mark, ())}
            if len(clients) == 1:
                return next(iter(clients))
        named = self.named(person)
        card = self._cards.get(next(iter(named))) if len(named) == 1 else None
        if card is None or (marks.phone and card.by_phone) or (marks.email and card.by_email):
            return None
        return card.client

    def _new(self, marks: Marks) -> str | None:
        mark = marks.phone or marks.email or marks.name
        return None if mark is None else f"{sealed_cards.OWN_ID}{mark[:24]}"
