"""The envelope around each event of the booking contract: type, timestamp, data."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from webhooks import strict_json
from webhooks.errors import NotAnEvent, NotUnderstood

#: what booking systems write where they know no date (0001-01-01) must never count as one
FIRST_YEAR, LAST_YEAR = 1900, 9998


@dataclass(frozen=True)
class Envelope:
    """An opened envelope: what kind of event, when it happened (UTC), and the digest of the body's bytes."""

    type: str
    at: datetime
    data: dict[str, Any] = field(repr=False)
    digest: str = field(repr=False)


def open_envelope(body: bytes, known: frozenset[str]) -> Envelope:
    """Open a checked body.

    Raises NotAnEvent where it is no envelope at all, NotUnderstood where its type is not among the `known`
    ones or its timestamp is no moment: such an event is kept until somebody knows what it means.
    """
    match strict_json.parse(body):
        case {"type": str(kind), "timestamp": str(timestamp), "data": dict(data)}:
            pass
        case _:
            raise NotAnEvent("no_envelope")
    is_known_type = kind in known
    if not is_known_type:
        raise NotUnderstood("type", is_known_type=False)
    try:
        at = to_utc(msgspec.convert(timestamp, datetime))
    except ValueError:
        raise NotUnderstood("timestamp", is_known_type=True) from None
    return Envelope(kind, at, data, hashlib.sha256(body).hexdigest())


def to_utc(at: datetime) -> datetime:
    """The same moment in UTC; raise ValueError where it has no offset, or is one that no salon has seen."""
    if at.tzinfo is None:
        raise ValueError("a moment without an offset")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError("a moment out of range")
    return at if at.tzinfo is UTC else at.astimezone(UTC)
