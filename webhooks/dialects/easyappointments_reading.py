"""The hooks of Easy!Appointments: which there are, and what of each is an event.

A hook carries a database row as it is after the change, or as it was before a deletion, and nothing of when or by whom.
So each one that is about a client is a hint as well: its record is fetched, and what that says counts.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from webhooks import strict_json
from webhooks.delivery import Delivery
from webhooks.dialects import easyappointments_records as records
from webhooks.dialects.easyappointments_settings import Settings
from webhooks.errors import NotAnEvent, NotUnderstood
from webhooks.events import BookingChanged, BookingState, ClientHinted, Event

Events = tuple[Event, ...]
_NOBODYS = (
    "unavailability",
    "service",
    "service_category",
    "provider",
    "secretary",
    "admin",
    "blocked_period",
)
#: actions that are about no client; their payloads hold staff's data, which is not looked at
ABOUT_NOBODY = frozenset(f"{what}_{done}" for what in _NOBODYS for done in ("save", "delete"))


def read(delivery: Delivery, settings: Settings) -> Events:
    """Read a checked delivery. Raises NotAnEvent and NotUnderstood."""
    match strict_json.parse(delivery.body):
        case {"action": str(action), "payload": dict(row)}:
            pass
        case _:
            raise NotAnEvent("no_envelope")
    if action in ABOUT_NOBODY:
        return ()
    say = _SAY.get(action)
    if say is None:
        raise NotUnderstood("type", is_known_type=False)
    return say(delivery, row, settings)


def _customer_save(delivery: Delivery, row: Mapping[str, Any], settings: Settings) -> Events:
    """The record, dated by the row: two changes within a second cannot be told apart, so that it is fetched too."""
    card = records.of_hook(row, settings)
    at = settings.moment(row.get("update_datetime"))
    if at is None:
        raise NotUnderstood("update_datetime", is_known_type=True)
    return (records.told(card, settings, at=at, digest=_digest(delivery)), _hint(delivery, card.id))


def _customer_delete(delivery: Delivery, row: Mapping[str, Any], settings: Settings) -> Events:
    """Only a hint: whoever has the token could say so of anybody, and the row does not say when it was."""
    return (_hint(delivery, records.of_hook(row, settings).id),)


def _appointment_save(delivery: Delivery, row: Mapping[str, Any], settings: Settings) -> Events:
    """A booking, and often the only sign of a new client: a public booking sends no `customer_save`."""
    if row.get("is_unavailability") is True:
        return ()
    booking, at = records.id_of(row.get("id")), settings.moment(row.get("update_datetime"))
    if booking is None or at is None:
        raise NotUnderstood("shape", is_known_type=True)
    client, start = _client(row), settings.moment(row.get("start_datetime"))
    end = settings.moment(row.get("end_datetime")) or start
    over = BookingState.COMPLETED if end is not None and end <= at else BookingState.AHEAD
    event = BookingChanged(
        at=at,
        digest=_digest(delivery),
        booking=booking,
        client=client,
        state=state_of(row.get("status"), settings) or over,
        starts_at=start,
        # made and never changed: then somebody has just booked. Any later change may be the staff's, or ours
        is_activity=row.get("create_datetime") == row.get("update_datetime"),
    )
    return (event,) if client is None else (event, _hint(delivery, client))


def _appointment_delete(delivery: Delivery, row: Mapping[str, Any], settings: Settings) -> Events:
    """Called off, where it was still ahead: the row says nothing of when it was deleted, so the moment is our own."""
    if row.get("is_unavailability") is True:
        return ()
    booking, client = records.id_of(row.get("id")), _client(row)
    changed, start = settings.moment(row.get("update_datetime")), settings.moment(row.get("start_datetime"))
    if booking is None:
        raise NotUnderstood("id", is_known_type=True)
    at = max(delivery.received_at, changed or delivery.received_at)
    hints = () if client is None else (_hint(delivery, client),)
    if start is not None and start <= at:
        return hints  # what is over has been, whatever became of its row
    event = BookingChanged(
        at=at,
        digest=_digest(delivery),
        booking=booking,
        client=client,
        state=BookingState.CANCELLED,
        starts_at=start,
    )
    return (event, *hints)


def state_of(status: object, settings: Settings) -> BookingState | None:
    """What a status means where the salon has said so; its words are free, and none is guessed at."""
    word = status.strip().casefold() if isinstance(status, str) else ""
    if word in settings.cancelled:
        return BookingState.CANCELLED
    return BookingState.NO_SHOW if word in settings.no_show else None


def _client(row: Mapping[str, Any]) -> str | None:
    told = row.get("id_users_customer")
    client = records.id_of(told)
    if client is None and told is not None:
        raise NotUnderstood("id_users_customer", is_known_type=True)
    return client


def _hint(delivery: Delivery, client: str) -> ClientHinted:
    return ClientHinted(at=delivery.received_at, digest=_digest(delivery), client=client)


def _digest(delivery: Delivery) -> str:
    return hashlib.sha256(delivery.body).hexdigest()


_SAY: Mapping[str, Callable[[Delivery, Mapping[str, Any], Settings], Events]] = {
    "customer_save": _customer_save,
    "customer_delete": _customer_delete,
    "appointment_save": _appointment_save,
    "appointment_delete": _appointment_delete,
}
#: the actions that are read
TYPES = frozenset(_SAY)
