"""What Ovikello says to a booking system and hears back, as values; nothing here touches the network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request. `path` is relative to the salon's base URL, every part of it percent-encoded.

    An answer of more bytes than `largest` is taken for one that says nothing. One with a `basis` cannot be sent as it
    is: its body is made of what `basis` answers.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    json: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    largest: int = 1024 * 1024
    basis: "Basis | None" = None

    def after(self, reply: "Reply") -> "Call":
        """This call with its body, made of what its basis was answered. Raises NotUnderstood."""
        return self if self.basis is None else replace(self, json=self.basis.rewrite(reply), basis=None)


@dataclass(frozen=True)
class Basis:
    """What has to be read right before a record is written as a whole, and the whole that is made of it.

    The record goes from the answer into the call, and is kept nowhere. Where the system numbers its versions, what is
    made bears the number that was read: what somebody else changed in between is never overwritten.
    """

    read: Call
    rewrite: Callable[["Reply"], Any] = field(repr=False)


@dataclass(frozen=True)
class Reply:
    """What came back. `json` is None where the body was empty or not JSON; it is never logged or kept."""

    status: int
    json: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
