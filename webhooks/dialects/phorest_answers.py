"""What Phorest answers: numbered pages, deleted and merged clients among the others, appointments with states."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import unquote

from webhooks.calls import Call, Reply
from webhooks.dialect import Capabilities, Looked, Page
from webhooks.dialects import phorest_records as records
from webhooks.dialects.phorest_calls import APPOINTMENTS, CLIENTS, WINDOW
from webhooks.dialects.phorest_settings import Erasing, Settings
from webhooks.errors import NotUnderstood
from webhooks.events import (
    BookingChanged,
    BookingState,
    ClientDeleted,
    ClientMerged,
    DeletedBy,
    Event,
)

#: seconds to wait after a 429 that does not say: the limit is one of calls in a second
_WAIT = "2"
#: appointments are read from so long ago, since a visit may be told of here before the record tells it
BACK = timedelta(days=28)
#: to so far ahead: whoever has a booking is not gone
AHEAD = timedelta(days=400)
_ALL = frozenset({"list", "read", "anonymise", "erase_category", "marketing"})
_OFF = ("CANCELED", "CANCELLED")
_NOBODY_CAME = "NO_SHOW"


def heard(reply: Reply) -> Reply:
    """What a refusal says goes no further than this: it may quote the record that was sent."""
    status, headers = reply.status, reply.headers
    if status == 429 and not headers.get("retry-after"):
        headers = {**headers, "retry-after": _WAIT}
    return Reply(status, reply.json if 200 <= status < 300 else None, headers)


def read_capabilities(reply: Reply, settings: Settings) -> Capabilities:
    """What every account can do, if this is one; an erasure only where the salon has said what that is."""
    _rows(reply, CLIENTS)
    erases = {"erase"} if settings.erasing is Erasing.EMPTY else set[str]()
    return Capabilities(_ALL | erases, frozenset())


def read_page(asked: Call, reply: Reply, at: datetime, settings: Settings) -> Page:
    """One page, fetched at `at`: of clients, or of a branch's appointments in one window. Raises NotUnderstood."""
    is_last, number = _place(asked, reply)
    if "from_date" in asked.query:
        events = tuple(_appointments(_rows(reply, APPOINTMENTS), at, settings))
        return Page((), _next_window(asked, number, is_last, at, settings), events)
    cards = [records.of(row) for row in _rows(reply, CLIENTS)]
    there = tuple(records.told(card, settings, at=at) for card in cards if _is_there(card))
    merged = tuple(event for card in cards for event in _merged(card, at, settings))
    if not is_last:
        return Page(there, f"{CLIENTS}:{number + 1}", merged)
    begins = at.astimezone(settings.zone).date() - BACK
    return Page(there, _cursor(0, begins, settings.branches[0]) if settings.branches else None, merged)


def looked(reply: Reply, at: datetime, settings: Settings) -> Looked:
    """What a look at a client found.

    A deleted client is gone, and so is a record that was emptied. A merged one goes on as another: what is asked of
    it cannot be answered here.
    """
    if reply.status in {404, 410}:
        return Looked(is_gone=True, is_certain=reply.status == 410)
    try:
        card = records.of(reply.json) if reply.status == 200 else None
    except NotUnderstood:
        card = None
    if card is None or card.merged_into is not None:
        return Looked(is_gone=None)
    if not _is_there(card):
        return Looked(is_gone=True)
    return Looked(
        False,
        records.left(card),
        records.told(card, settings, at=at),
        records.name_of(card),
        person=records.person(card),
    )


def _is_there(card: records.Card) -> bool:
    """Whether this is a client, archived or not: neither deleted, nor merged, nor an emptied record."""
    return not card.is_deleted and card.merged_into is None and not records.is_shell(card)


def _merged(card: records.Card, at: datetime, settings: Settings) -> Iterator[Event]:
    """That a client goes on as another, which is no erasure; dated when the record was changed, so that it stays."""
    if card.merged_into is not None:
        when = min(settings.moment(card.values.get("updatedAt")) or at, at)
        digest = _digest([card.id, card.merged_into])
        yield ClientMerged(at=when, digest=digest, client=card.id, into=card.merged_into)
        yield ClientDeleted(at=when, digest=digest, client=card.id, by=DeletedBy.MERGE)


def _appointments(rows: list[Any], at: datetime, settings: Settings) -> Iterator[Event]:
    """Each appointment of a client: ahead, over, or called off.

    What is over is dated when it was, and what was called off when that was told: seen again every night, neither
    says that somebody was there after they had been erased.
    """
    for row in rows:
        match row:
            case {"appointmentId": str(booking), **rest} if booking:
                client = rest.get("clientId")
            case _:
                raise NotUnderstood("appointment", is_known_type=True)
        if not isinstance(client, str) or not client:
            continue
        start, end = _times(row, settings)
        when, state = at, BookingState.AHEAD
        if row.get("deleted") is True or row.get("activationState") in _OFF or row.get("state") in _OFF:
            when, state = min(settings.moment(row.get("updatedAt")) or at, at), BookingState.CANCELLED
        elif start is None:
            raise NotUnderstood("startTime", is_known_type=True)  # whoever may be coming is not passed over
        elif (end or start) <= at:
            when = end or start
            state = BookingState.NO_SHOW if row.get("state") == _NOBODY_CAME else BookingState.COMPLETED
        yield BookingChanged(
            at=when,
            digest=_digest([booking, client, state.value, start and start.isoformat()]),
            booking=booking,
            client=client,
            state=state,
            starts_at=start,
        )


def _times(row: dict[str, Any], settings: Settings) -> tuple[datetime | None, datetime | None]:
    """Begin and end: moments, or times of day beside a day of their own."""
    day, found = row.get("appointmentDate"), []
    for name in ("startTime", "endTime"):
        text = row.get(name)
        if isinstance(text, str) and isinstance(day, str) and _is_time(text):
            text = f"{day[:10]}T{text}"
        found.append(settings.moment(text))
    return found[0], found[1]


def _is_time(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return True


def _next_window(asked: Call, number: int, is_last: bool, at: datetime, settings: Settings) -> str | None:
    """The next page, the next window, or the next branch; None after the last of them."""
    branch = unquote(asked.path.split("/")[-2])
    begins = date.fromisoformat(asked.query["from_date"])
    today = at.astimezone(settings.zone).date()
    if not is_last:
        return _cursor(number + 1, begins, branch)
    if begins + WINDOW < today + AHEAD:
        return _cursor(0, begins + WINDOW, branch)
    places = [place for place, one in enumerate(settings.branches) if one == branch]
    following = settings.branches[places[0] + 1 :] if places else ()
    return _cursor(0, today - BACK, following[0]) if following else None


def _cursor(page: int, begins: date, branch: str) -> str:
    return f"{APPOINTMENTS}:{page}:{begins.isoformat()}:{branch}"


def _place(asked: Call, reply: Reply) -> tuple[bool, int]:
    """Whether this page is the last one, and its number: the one that was asked for, or it is no answer to that."""
    match reply.json:
        case {"page": {"number": int(number), "totalPages": int(pages)}} if reply.status == 200:
            pass
        case _:
            raise NotUnderstood("page", is_known_type=True)
    if str(number) != asked.query.get("page"):
        raise NotUnderstood("page", is_known_type=True)
    return number + 1 >= pages, number


def _rows(reply: Reply, what: str) -> list[Any]:
    """The rows of a page; an empty page need not have a list of them. Raises NotUnderstood."""
    match reply.json:
        case {"_embedded": {**found}} if reply.status == 200 and what in found:
            match found[what]:
                case [*rows]:
                    return rows
        case {"page": {"totalElements": 0}} if reply.status == 200:
            return []
    raise NotUnderstood("list", is_known_type=True)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
