"""The recorded payloads, and bodies made from them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from webhooks.calls import Call
from webhooks.delivery import Delivery

FOLDER = Path(__file__).parent / "payloads"
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OTHER = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
#: the beginning of a list
LIST = Call("GET", "clients")


def recorded(dialect: str) -> dict[str, bytes]:
    """Event type → the body as it was sent."""
    return {path.stem: path.read_bytes() for path in sorted((FOLDER / dialect).glob("*.json"))}


def sent(body: bytes, **headers: str) -> Delivery:
    """A body as it came in."""
    return Delivery(headers, body, AT)


def body(kind: str, data: object, *, timestamp: object = "2026-03-01T09:30:00Z") -> bytes:
    """An envelope of the booking contract."""
    return json.dumps({"type": kind, "timestamp": timestamp, "data": data}).encode()


def full(kind: str) -> dict[str, Any]:
    """The data of a recorded event of the booking contract, every field told."""
    told: dict[str, Any] = json.loads(recorded("standard")[kind])["data"]
    return told
