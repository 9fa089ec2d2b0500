"""What Ovikello says to a booking system and hears back, as values; nothing here touches the network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request. `path` is relative to the salon's base URL, every part of it percent-encoded.

    An answer of more bytes than `largest` is taken for one that says nothing.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    largest: int = 1024 * 1024


@dataclass(frozen=True)
class Reply:
    """What came back. `json` is None where the body was empty or not JSON; it is never logged or kept."""

    status: int
    json: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
