"""Booking systems without an interface: their lists come as files, and everything else is done by hand.

Ajas, Avoinna24, Timma, Vello, Fresha, Treatwell and Booksy are served so: `docs/dialects/by_hand.md`. Nothing is ever
sent to such a system, since a salon of this dialect has no address; what is not None here says "no" to whoever asks.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from webhooks.calls import Call, Reply
from webhooks.delivery import Delivery
from webhooks.dialect import Capabilities, Dialect, Looked, Page
from webhooks.errors import BadSignature, NotAnEvent, NotUnderstood

_NOWHERE = Call("GET", "")


def _check(delivery: Delivery, secrets: Sequence[str]) -> str:
    raise BadSignature("nothing is sent by this system")


def _read(delivery: Delivery) -> NoReturn:
    raise NotAnEvent("nothing is sent by this system")


def _read_capabilities(reply: Reply) -> Capabilities:
    return Capabilities(frozenset(), frozenset())


def _list_clients(cursor: str | None, limit: int, since: datetime | None) -> Call:
    return _NOWHERE


def _read_page(call: Call, reply: Reply, at: datetime) -> Page:
    raise NotUnderstood("list", is_known_type=False)


def _look_up(client: str) -> Call:
    return _NOWHERE


def _looked(reply: Reply, at: datetime) -> Looked:
    return Looked(is_gone=None)


BY_HAND = Dialect(
    name="by_hand",
    check=_check,
    read=_read,
    types=frozenset(),
    capabilities=_NOWHERE,
    read_capabilities=_read_capabilities,
    list_clients=_list_clients,
    read_page=_read_page,
    look_up=_look_up,
    looked=_looked,
    has_interface=False,
)
