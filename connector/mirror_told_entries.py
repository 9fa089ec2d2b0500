"""What each event tells of a booking, a receipt or another entry, in the mirror's own fields.

Pure, as `mirror_told` is: no database, no clock.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from connector.mirror_registers import moment
from webhooks import events


@dataclass(frozen=True)
class EntryTold:
    """What one event says of a booking, invoice, prepaid value, feedback, raffle entry, request or incident.

    A client of "" is nobody: a door customer's, or not told. `words` is what was said in free text: it is sealed.
    """

    kind: str
    entry: str
    client: str
    fields: Mapping[str, Any]
    words: str | None = field(default=None, repr=False)

    def of_nobody(self) -> "EntryTold":
        """The same, where the client that was named is the salon's walk-in."""
        return replace(self, client="")


def entry_of(event: events.Event, digest: str) -> EntryTold | None:
    """What the event says of an entry; `digest` names those that have no id of their own."""
    read = _ENTRIES.get(type(event))
    return None if read is None else read(event, digest)


def _booking(event: events.BookingChanged, digest: str) -> EntryTold:
    starts = None if event.starts_at is None else moment(event.starts_at)
    fields = {"state": event.state.value, "starts_at": starts}
    return EntryTold("booking", event.booking, event.client or "", _told(fields))


def _invoice(event: events.InvoiceChanged, digest: str) -> EntryTold:
    fields = {"state": event.state.value, "issued_on": _day(event.issued_on)}
    return EntryTold("invoice", event.invoice, event.client, _told(fields))


def _prepaid(event: events.PrepaidChanged, digest: str) -> EntryTold:
    fields = {"is_open": event.is_open, "expires_on": _day(event.expires_on)}
    return EntryTold("prepaid", event.prepaid, event.client or "", _told(fields))


def _feedback(event: events.FeedbackReceived, digest: str) -> EntryTold:
    return EntryTold("feedback", event.feedback, event.client or "", {})


def _raffle(event: events.RaffleEntered, digest: str) -> EntryTold:
    return EntryTold("raffle", event.raffle, event.client, _told({"may_publish": event.may_publish_name}))


def _request(event: events.RequestReceived, digest: str) -> EntryTold:
    fields = {"right": event.right.value, "received_at": moment(min(event.received_at, event.at))}
    return EntryTold("request", digest, event.client, fields, words=event.details)


def _incident(event: events.IncidentReported, digest: str) -> EntryTold:
    fields = {"discovered_at": moment(event.discovered_at), "all_clients": event.clients is None}
    words = {"description": event.description, "clients": sorted(event.clients or ())}
    return EntryTold("incident", event.incident, "", fields, words=json.dumps(words, sort_keys=True))


_ENTRIES: Mapping[type[events.Event], Callable[[Any, str], EntryTold]] = {
    events.BookingChanged: _booking,
    events.InvoiceChanged: _invoice,
    events.PrepaidChanged: _prepaid,
    events.FeedbackReceived: _feedback,
    events.RaffleEntered: _raffle,
    events.RequestReceived: _request,
    events.IncidentReported: _incident,
}


def _told(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
