"""What Easy!Appointments answers: bare lists without an end, faults that are refusals, refusals that quote clients."""

import hashlib
import json
from collections import defaultdict
from datetime import datetime
from typing import Any

from webhooks.calls import Call, Reply
from webhooks.dialect import Capabilities, Looked, Page
from webhooks.dialects import easyappointments_records as records
from webhooks.dialects.easyappointments_calls import APPOINTMENTS, CUSTOMERS
from webhooks.dialects.easyappointments_reading import TYPES, state_of
from webhooks.dialects.easyappointments_settings import Settings
from webhooks.errors import NotUnderstood
from webhooks.events import BookingChanged, BookingState, ClientTold, Event

#: seconds: a window in which so many calls are let through, and after which they are again
_WINDOW = "120"


def heard(reply: Reply) -> Reply:
    """A refusal is a 500 here, and its message quotes the client's whole row: that goes no further than this.

    A 429 does not say how long to wait: until the window is over.
    """
    status, headers = reply.status, reply.headers
    if status == 500 and isinstance(reply.json, dict) and reply.json.get("success") is False:
        status = 422
    if status == 429 and not headers.get("retry-after"):
        headers = {**headers, "retry-after": _WINDOW}
    return Reply(status, reply.json if 200 <= status < 300 else None, headers)


def read_capabilities(reply: Reply, settings: Settings) -> Capabilities:
    """What every Easy!Appointments can do, if this is one; switching marketing off needs a named field."""
    if reply.status != 200 or not isinstance(reply.json, list):
        raise NotUnderstood("list", is_known_type=True)
    can = {"list", "read", "anonymise", "erase_category", "erase", "test"}
    if any(one.channels for one in settings.consents):
        can.add("marketing")
    return Capabilities(frozenset(can), TYPES)


def read_page(asked: Call, reply: Reply, at: datetime, settings: Settings) -> Page:
    """One page, fetched at `at`. It is the last one where fewer came than were asked for. Raises NotUnderstood."""
    if reply.status != 200 or not isinstance(reply.json, list):
        raise NotUnderstood("list", is_known_type=True)
    rows, number = reply.json, int(asked.query.get("page", "1"))
    is_last = len(rows) < int(asked.query.get("length", "20"))
    if asked.path == APPOINTMENTS:
        following = None if is_last else f"{APPOINTMENTS}:{number + 1}"
        return Page((), following, _appointments(rows, at, settings))
    told = tuple(_fetched(records.of_rest(row), at, settings) for row in rows)
    following = f"{CUSTOMERS}:{number + 1}"
    if is_last:  # where nobody is, nobody has an appointment
        following = f"{APPOINTMENTS}:1" if rows or number > 1 else None
    return Page(told, following)


def looked(reply: Reply, at: datetime, settings: Settings) -> Looked:
    """What a look at a client found."""
    if reply.status in {404, 410}:
        return Looked(is_gone=True, is_certain=reply.status == 410)
    try:
        card = records.of_rest(reply.json) if reply.status == 200 else None
    except NotUnderstood:
        card = None
    if card is None:
        return Looked(is_gone=None)
    return Looked(
        False,
        records.left(card, settings),
        _fetched(card, at, settings),
        records.name_of(card),
        person=records.person(card, settings),
        texts=records.texts(card, settings),
    )


def _appointments(rows: list[Any], at: datetime, settings: Settings) -> tuple[Event, ...]:
    """Of each client the last visit and the last booking; each appointment that is ahead, or called off, by itself."""
    seen: dict[str, list[datetime]] = defaultdict(list)
    visits: dict[str, list[datetime]] = defaultdict(list)
    bookings: list[Event] = []
    for row in rows:
        booking, client = _ids(row)
        if client is None:
            continue
        start, state = settings.moment(row.get("start")), state_of(row.get("status"), settings)
        end = settings.moment(row.get("end")) or start
        if booked := settings.moment(row.get("book")):
            seen[client].append(booked)
        if end is not None and end <= at:
            if state is None:
                seen[client].append(end)
                visits[client].append(end)
            continue
        bookings.append(
            BookingChanged(
                at=at,
                digest=_digest([booking, row.get("start"), row.get("status")]),
                booking=booking,
                client=client,
                state=state or BookingState.AHEAD,
                starts_at=start,
            )
        )
    dated = [
        _dated(client, max(when), max(visits[client], default=None), at) for client, when in seen.items()
    ]
    return (*dated, *bookings)


def _dated(client: str, active: datetime, visit: datetime | None, at: datetime) -> ClientTold:
    digest = _digest([client, active.isoformat(), visit and visit.isoformat()])
    return ClientTold(at=at, digest=digest, client=client, last_activity_at=active, last_visit_at=visit)


def _ids(row: object) -> tuple[str, str | None]:
    """An appointment's id and its client's. Raises NotUnderstood."""
    told = row.get("id") if isinstance(row, dict) else None
    booking = records.id_of(told)
    if booking is None or not isinstance(row, dict):
        raise NotUnderstood("appointment", is_known_type=True)
    return booking, records.id_of(row.get("customerId"))


def _fetched(card: records.Card, at: datetime, settings: Settings) -> ClientTold:
    return records.told(card, settings, at=at, digest=_digest(dict(card.values)))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
