"""One inbound webhook, exactly as it arrived."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Delivery:
    """What the booking system sent; header names are in lower case, the body is never re-serialised."""

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    received_at: datetime
    method: str = "POST"
    query: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    """The whole address that it was sent to, as the world outside sees it: some systems sign that as well."""
    key: str = field(default="", repr=False)
    """What stood behind the salon's name in the address; empty where nothing did."""

    @property
    def content(self) -> bytes:
        """What it says: its body; or its query, where it was asked for by GET and has no body."""
        return self.query.encode("utf-8", "surrogateescape") if self.method == "GET" else self.body
