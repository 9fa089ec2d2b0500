"""What the rows of a list tell of their clients, as events of the moment at which it was brought in."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from connector.census_people import Found
from webhooks.events import ClientTold
from webhooks.imports.fields import Kind
from webhooks.imports.row_reader import Person

_NOON = time(12)


def as_one(found: Iterable[Found], zone: ZoneInfo) -> list[Found]:
    """The rows, of which those about one client say the same: the last visit, the next booking, all that is held, a no.

    Their contact points stay each row's own. So the order of two cards of one client is no matter.
    """
    of_client: dict[str, list[Person]] = defaultdict(list)
    rows = list(found)
    for one in rows:
        of_client[one.client].append(one.person)
    return [
        one if len(some) == 1 else replace(one, person=_joined(one.person, some, zone))
        for one in rows
        for some in (of_client[one.client],)
    ]


def _joined(person: Person, some: list[Person], zone: ZoneInfo) -> Person:
    def moment(day: date | datetime) -> datetime:
        return _moment(day, zone) or datetime.min.replace(tzinfo=zone)

    channels = {channel for one in some for channel in one.marketing}
    return replace(
        person,
        at=max((one.at for one in some if one.at is not None), key=moment, default=None),
        next_at=min((one.next_at for one in some if one.next_at is not None), key=moment, default=None),
        marketing={
            channel: all(one.marketing.get(channel, True) for one in some) for channel in sorted(channels)
        },
        categories=frozenset().union(*(one.categories for one in some)),
    )


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


def refused(found: Found, kind: Kind, now: datetime) -> ClientTold:
    """What a row tells that was refused: nothing but its noes to marketing."""
    return ClientTold(
        at=now, digest=_digest(found, kind), client=found.client, marketing=dict(found.person.marketing)
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
