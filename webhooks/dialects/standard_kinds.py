"""How one event type of the booking contract is read: the shape of its data, and what it says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from webhooks.envelope import Envelope
from webhooks.events import Event

Events = tuple[Event, ...]


@dataclass(frozen=True)
class Kind:
    """One event type; `say` may raise ValueError for data that fits the shape and still makes no sense."""

    shape: type[msgspec.Struct]
    say: Callable[[Envelope, Any], Events]
