"""One inbound webhook, exactly as it arrived."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Delivery:
    """What the booking system sent; header names are in lower case, the body is never re-serialised."""

    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    received_at: datetime
    method: str = "POST"
    query: str = field(default="", repr=False)
