"""The calls of Phorest's interface: pages of clients, of appointments by branch and window, and whole records written.

It has no call that deletes. A record is written as a whole, with the version that was read right before.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import quote

from webhooks.calls import Basis, Call
from webhooks.dialects import phorest_writing as writing
from webhooks.dialects.phorest_settings import Settings
from webhooks.vocabulary import Category, Channel

#: a hundred records with their notes
_LARGEST = 16 * 1024 * 1024
#: more are not given at once
_MOST = 100
CLIENTS, APPOINTMENTS = "clients", "appointments"
#: a window is one month at most: the shortest month, and its ends overlap, since it is not said whether they count
WINDOW = timedelta(days=27)


def capabilities(settings: Settings) -> Call:
    """It does not tell what it can do: that it answers with a list proves that it is one of Phorest's."""
    return _clients(settings, page=0, size=1)


def list_clients(cursor: str | None, limit: int, updated_since: datetime | None, settings: Settings) -> Call:
    """A page of clients, archived and deleted ones too; after the last of them, pages of appointments."""
    what, _, rest = (cursor or f"{CLIENTS}:0").partition(":")
    size = min(max(limit, 1), _MOST)
    if what == CLIENTS:
        return _clients(settings, page=int(rest), size=size)
    page, begins, branch = rest.split(":", 2)
    query = {
        "from_date": begins,
        "to_date": (date.fromisoformat(begins) + WINDOW).isoformat(),
        "fetch_canceled": "true",
        "fetch_deleted": "true",
        "size": str(size),
        "page": page,
    }
    path = f"{_business(settings)}branch/{quote(branch, safe='')}/appointment"
    return Call("GET", path, query, largest=_LARGEST)


def look_up(client: str, settings: Settings) -> Call:
    """The record as it is now."""
    return Call("GET", _place(client, settings))


def empty(client: str, settings: Settings) -> Call:
    """Empty the whole record: what an erasure is where the salon wants it so."""
    return _write(client, settings, writing.empty(client))


def anonymise(client: str, keep: frozenset[Category], settings: Settings) -> Call:
    """Put placeholders in place of the person, and switch everything off that would reach for it."""
    return _write(client, settings, writing.anonymise(client, keep))


def erase_category(client: str, category: Category, before: date | None, settings: Settings) -> Call | None:
    """Empty the fields of one category; entries (appointments) and anything by date it cannot."""
    if before is not None or category not in writing.CAN:
        return None
    return _write(client, settings, writing.category(client, category))


def set_marketing(client: str, switches: Mapping[Channel, bool], settings: Settings) -> Call:
    """Switch off the named channels. Nothing is ever switched on."""
    return _write(client, settings, writing.off(channel for channel, is_on in switches.items() if not is_on))


def _write(client: str, settings: Settings, changes: writing.Changes) -> Call:
    basis = Basis(look_up(client, settings), writing.whole(client, changes))
    return Call("PUT", _place(client, settings), basis=basis)


def _clients(settings: Settings, *, page: int, size: int) -> Call:
    query = {
        "includeArchived": "true",
        "includeDeleted": "true",
        "size": str(size),
        "page": str(page),
    }
    return Call("GET", f"{_business(settings)}client", query, largest=_LARGEST)


def _business(settings: Settings) -> str:
    return f"{quote(settings.business, safe='')}/" if settings.business else ""


def _place(client: str, settings: Settings) -> str:
    """A client's path. Raises ValueError for an empty id."""
    if not client:
        raise ValueError("a call about a client needs its id")
    part = quote(client, safe="")
    # dots alone would be walked up on the way
    return f"{_business(settings)}client/" + (part.replace(".", "%2E") if not part.strip(".") else part)
