"""Which client each row of a list is about: by its number, else by name and contact point; never by a contact alone.

A list with numbers is plain. In one without, a person is a name with a phone, or with an e-mail address: mother and son
share a phone, but not a name. Whoever changes one of the two is found by the other, and goes on under the same id.
A name alone is only believed where it is the only one of that name.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from connector import sealed_cards
from connector.salons import Account
from connector.sealed_cards import Kept, Marks
from webhooks.events import ClientTold
from webhooks.imports.fields import Kind
from webhooks.imports.people import Person

#: what the id of a client begins with whose list has no numbers
OWN_ID = "list-"
_NOON = time(12)


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
        return None if mark is None else f"{OWN_ID}{mark[:24]}"


def told(found: Found, kind: Kind, zone: ZoneInfo, now: datetime) -> ClientTold:
    """What a row of a list of clients tells, as an event of when it was brought in."""
    person = found.person
    return ClientTold(
        at=now,
        digest=_digest(found, kind),
        client=found.client,
        email=person.email,
        phone=person.phone,
        last_visit_at=_moment(person.at, zone),
        next_booking_at=_moment(person.next_at, zone),
        tells_next_booking=person.tells_next,
        marketing=dict(person.marketing) or None,
        categories=person.categories,
    )


def lived(found: Iterable[Found], kind: Kind, zone: ZoneInfo, now: datetime) -> list[ClientTold]:
    """What a list of visits or sales tells of each client: when the last one was, and when the next one is to be."""
    by_client: dict[str, list[datetime]] = defaultdict(list)
    for one in found:
        at = _moment(one.person.at, zone)
        if at is not None and not one.person.is_off:
            by_client[one.client].append(at)
    records = []
    for client, moments in by_client.items():
        # today's visits are over or ahead: either way the client is alive today
        today = now.astimezone(zone).date()
        past = max((at for at in moments if at.astimezone(zone).date() <= today), default=None)
        ahead = min((at for at in moments if at.astimezone(zone).date() > today), default=None)
        said = f"{kind.value}\n{client}\n{past}\n{ahead}"
        records.append(
            ClientTold(
                at=now,
                digest=hashlib.sha256(said.encode()).hexdigest(),
                client=client,
                last_visit_at=past if kind is Kind.VISITS else None,
                last_activity_at=past,
                next_booking_at=ahead if kind is Kind.VISITS else None,
                tells_next_booking=kind is Kind.VISITS and ahead is not None,
            )
        )
    return records


def _moment(day: date | datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment on that day of the salon's; noon, where no time was told."""
    if day is None:
        return None
    at = day if isinstance(day, datetime) else datetime.combine(day, _NOON)
    return at.replace(tzinfo=zone)


def _digest(found: Found, kind: Kind) -> str:
    person = found.person
    said = [kind.value, found.client, str(person.at), str(person.next_at), person.phone, person.email]
    said += sorted(f"{channel}{is_on}" for channel, is_on in person.marketing.items())
    said += sorted(person.categories)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
