"""What a booking system of the contract answers to our questions (booking contract, section 2)."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from webhooks.calls import Reply
from webhooks.dialect import CALLS, Capabilities, Looked, Page
from webhooks.dialects.standard_records import digest_of, leftovers, person_of, texts_of, told
from webhooks.dialects.standard_shapes import Client
from webhooks.dialects.standard_unread import where
from webhooks.errors import NotUnderstood
from webhooks.events import ClientTold

#: of a name that is longer nobody reads the rest
LONGEST_NAME = 200
_LONGEST_READ = 4 * LONGEST_NAME
#: control characters, and signs that turn the direction of the text after them
_NO_SIGN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_HALF = re.compile(r"[\ud800-\udfff]")
#: what else may be wrong with a record of the right shape
_A_DATE = "a date before 1900"
LEVEL_ONE = Capabilities(frozenset({"list", "read", "erase"}), frozenset())

#: it is kept between two pages, and stands in an address: no control characters, no half of a surrogate pair
Cursor = Annotated[str, Meta(max_length=2000, pattern=r"^[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*\Z")]


class _Capabilities(msgspec.Struct):
    contract: int
    calls: list[str]
    events: list[str] | None = None


class _Export(msgspec.Struct):
    categories: dict[str, Any]


class _Page(msgspec.Struct):
    clients: list[Client]
    #: required: a list without it would end at its first page, and the rest seem to have vanished
    next_cursor: Cursor | None


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
    except ValueError as error:
        raise _not_understood("page", where(error)) from None
    clients = tuple(_listed(row, client, at) for row, client in enumerate(page.clients))
    return Page(clients, page.next_cursor or None)


def read_export(reply: Reply) -> Mapping[str, object]:
    """All that is held of a client; a category that the contract does not know is the client's all the same.

    Raises NotUnderstood.
    """
    _need_success(reply)
    try:
        told = msgspec.convert(reply.json, _Export)
    except ValueError:
        raise _not_understood("export") from None
    held: dict[str, object] = _sayable(told.categories)
    return held


def looked(reply: Reply, at: datetime) -> Looked:
    """What a look at a client found; a record that is there but cannot be read is there all the same."""
    if reply.status in {404, 410}:
        return Looked(is_gone=True, is_certain=reply.status == 410)
    if reply.status != 200:
        return Looked(is_gone=None)
    if not isinstance(reply.json, dict) or not isinstance(reply.json.get("id"), str):
        return Looked(is_gone=None, unread="id")
    record, unread = None, ""
    try:
        record = _fetched(msgspec.convert(reply.json, Client), at)
    except ValueError as error:
        unread = where(error) or _A_DATE
    shown = _sayable(reply.json)
    return Looked(
        False,
        leftovers(shown),
        record,
        _name(shown.get("name")),
        person=person_of(shown),
        texts=texts_of(shown),
        client=reply.json["id"],
        unread=unread,
    )


def _name(told: object) -> str | None:
    """A name as a page can show it: one line of a sensible length."""
    name = " ".join(_NO_SIGN.sub(" ", told[:_LONGEST_READ]).split()) if isinstance(told, str) else ""
    return (name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…") or None


def _sayable(value: Any) -> Any:
    """The same without halves of surrogate pairs, which nothing can hold or show."""
    if isinstance(value, dict):
        return {_sayable(name): _sayable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_sayable(inner) for inner in value]
    return _HALF.sub("\ufffd", value) if isinstance(value, str) else value


def _fetched(client: Client, at: datetime) -> ClientTold:
    return told(client, at=at, digest=digest_of(client))


def _listed(row: int, client: Client, at: datetime) -> ClientTold:
    try:
        return _fetched(client, at)
    except ValueError:
        raise _not_understood("page", f"clients[{row}], {_A_DATE}") from None


def _need_success(reply: Reply) -> None:
    if not 200 <= reply.status < 300:
        raise _not_understood("status")


def _not_understood(reason: str, where: str = "") -> NotUnderstood:
    return NotUnderstood(reason, is_known_type=True, where=where)
