"""Registers and maxima: the two forms in which a set of events becomes one mirror, in whatever order they came.

A register holds what the highest stamp said of a field; a maximum holds the latest moment. Both are kept as
canonical JSON, so that equal mirrors are equal bytes.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from connector.vault import Keys
from webhooks.events import Event

Registers = dict[str, list[Any]]
Maxima = dict[str, str]

_WRITE = msgspec.json.Encoder(order="sorted")
_READ = msgspec.json.Decoder()


class Stamp(NamedTuple):
    """Who wins (booking contract): the higher revision, then the later moment, then the body's digest.

    The digest is keyed: beside an almost complete mirror, a bare hash of the body would let anybody who has the
    database try all phone numbers until one fits.
    """

    revision: int
    at: str
    digest: str


def keyed(keys: Keys, digest: str) -> str:
    """A body's digest as it may be stored."""
    return keys.keyed(f"digest:{digest}")


def staff_key(keys: Keys, staff: str) -> str:
    """Who of the staff it was: whether it was the same one can be told, and not who; some systems use their names."""
    return keys.keyed(f"staff:{staff}")[:32]


def stamp(keys: Keys, event: Event) -> Stamp:
    """Where an event stands among all that speak of the same field."""
    return stamped(event, keyed(keys, event.digest))


def stamped(event: Event, digest: str) -> Stamp:
    """The same, where its keyed digest is known already."""
    revision, at, _ = event.rank
    return Stamp(revision, _fetched_at(at), digest[:16])


def moment(at: datetime) -> str:
    """A moment as text whose order is the order of time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


#: a page's records are all of the moment at which it was fetched
_fetched_at = lru_cache(16)(moment)


def at_of(text: str) -> datetime:
    """The moment that `moment` wrote."""
    return datetime.fromisoformat(text)


def load(text: str) -> dict[str, Any]:
    """Registers or maxima as they are kept."""
    loaded: dict[str, Any] = _READ.decode(text)
    return loaded


def dump(values: dict[str, Any]) -> str:
    """Registers or maxima as they are kept: one way of writing each."""
    return _WRITE.encode(values).decode()


def put(registers: Registers, field: str, value: object, stamp: Stamp) -> bool:
    """Let the higher stamp win; True where the value became another one."""
    before = registers.get(field)
    if before is not None and tuple(before[1:]) >= stamp:
        return False
    registers[field] = [value, *stamp]
    return before is None or before[0] != value


def raise_to(maxima: Maxima, kind: str, at: datetime) -> bool:
    """Let the later moment win; True where it moved."""
    text = moment(at)
    if maxima.get(kind, "") >= text:
        return False
    maxima[kind] = text
    return True
