"""What a booking system of the contract answers to our questions (booking contract, section 2)."""

from datetime import datetime

import msgspec

from webhooks.calls import Reply
from webhooks.dialect import CALLS, Capabilities, Looked, Page
from webhooks.dialects.standard_records import digest_of, leftovers, person_of, texts_of, told
from webhooks.dialects.standard_shapes import Client
from webhooks.errors import NotUnderstood
from webhooks.events import ClientTold

LEVEL_ONE = Capabilities(frozenset({"list", "read", "erase"}), frozenset())


class _Capabilities(msgspec.Struct):
    contract: int
    calls: list[str]
    events: list[str] | None = None


class _Page(msgspec.Struct):
    clients: list[Client]
    #: required: a list without it would end at its first page, and the rest seem to have vanished
    next_cursor: str | None


def read_capabilities(reply: Reply) -> Capabilities:
    """What the system can do; one that has no such question (404) can do level 1. Raises NotUnderstood."""
    if reply.status == 404:
        return LEVEL_ONE
    _need_success(reply)
    try:
        can = msgspec.convert(reply.json, _Capabilities)
    except ValueError:
        raise _not_understood("capabilities") from None
    if can.contract != 1:
        raise _not_understood("contract")
    return Capabilities(frozenset(can.calls) & CALLS, frozenset(can.events or ()))


def read_page(reply: Reply, at: datetime) -> Page:
    """One page of the list, fetched at `at`; one record that cannot be read spoils it, since it would be missing.

    Raises NotUnderstood.
    """
    _need_success(reply)
    try:
        page = msgspec.convert(reply.json, _Page)
        return Page(tuple(_fetched(client, at) for client in page.clients), page.next_cursor or None)
    except ValueError:
        raise _not_understood("page") from None


def looked(reply: Reply, at: datetime) -> Looked:
    """What a look at a client found; a record that is there but cannot be read is there all the same."""
    if reply.status in {404, 410}:
        return Looked(is_gone=True, is_certain=reply.status == 410)
    if reply.status != 200 or not isinstance(reply.json, dict) or not isinstance(reply.json.get("id"), str):
        return Looked(is_gone=None)
    try:
        record = _fetched(msgspec.convert(reply.json, Client), at)
    except ValueError:
        record = None
    name = reply.json.get("name")
    is_name = isinstance(name, str) and bool(name.strip())
    return Looked(
        False,
        leftovers(reply.json),
        record,
        name if is_name else None,
        person=person_of(reply.json),
        texts=texts_of(reply.json),
    )


def _fetched(client: Client, at: datetime) -> ClientTold:
    return told(client, at=at, digest=digest_of(client))


def _need_success(reply: Reply) -> None:
    if not 200 <= reply.status < 300:
        raise _not_understood("status")


def _not_understood(reason: str) -> NotUnderstood:
    return NotUnderstood(reason, is_known_type=True)
