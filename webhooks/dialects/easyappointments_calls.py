"""The calls of Easy!Appointments' REST interface, version 1.

What must never be sent: a list's filter with an empty id (it gives everybody's), a body with an `id` in it (it wins
over the address's, and one client's data are copied over another's), a page of length 0 (everything at once).
"""

from collections.abc import Mapping
from datetime import date, datetime

from webhooks.calls import Call
from webhooks.dialects.easyappointments_records import FREE, OFF, id_of
from webhooks.dialects.easyappointments_settings import Settings
from webhooks.vocabulary import Category, Channel

#: a thousand records with their notes
_LARGEST = 32 * 1024 * 1024
CUSTOMERS, APPOINTMENTS = "customers", "appointments"
_FIRST = "1"
#: is answered like any list: proves that the address is one of Easy!Appointments, and that the token is taken
CAPABILITIES = Call("GET", CUSTOMERS, {"page": _FIRST, "length": "1", "sort": "id"}, largest=_LARGEST)


def can_name(client: str) -> bool:
    """Whether this is a client's number."""
    return id_of(client) == client


def list_clients(cursor: str | None, limit: int, updated_since: datetime | None) -> Call:
    """A page of clients; after the last of them, pages of appointments. It knows no "changed since"."""
    what, _, page = (cursor or f"{CUSTOMERS}:{_FIRST}").partition(":")
    query = {"page": page, "length": str(max(limit, 1)), "sort": "id"}
    return Call("GET", what, query, largest=_LARGEST)


def look_up(client: str) -> Call:
    """The record as it is now."""
    return Call("GET", _place(client))


def erase(client: str) -> Call:
    """Delete the client, with the e-mail address still in place.

    The system overwrites the rows of its consents where that address equals the client's. Whoever anonymises first
    leaves them behind for good, with name, address and IP: so an erasure is this call, and no other before it.
    """
    return Call("DELETE", _place(client))


def anonymise(client: str, keep: frozenset[Category], settings: Settings) -> Call:
    """Put placeholders in place of the person; appointments stay, with what was written on them."""
    beside = (Category.ADDRESS, Category.LOGIN, Category.NOTES, Category.MARKETING_PREFERENCES)
    body: dict[str, object] = {}
    for category in (Category.IDENTITY, Category.CONTACT, *(one for one in beside if one not in keep)):
        body |= _placeholders(client, category, settings)
    return Call("PUT", _place(client), json=body)


def erase_category(client: str, category: Category, before: date | None, settings: Settings) -> Call | None:
    """Empty the fields of one category; entries (appointments) and anything by date it cannot."""
    body = _placeholders(client, category, settings)
    return Call("PUT", _place(client), json=body) if body and before is None else None


def set_marketing(client: str, switches: Mapping[Channel, bool], settings: Settings) -> Call:
    """Switch off: each field that holds answers about one of these channels. Nothing is ever switched on."""
    off = {channel for channel, is_on in switches.items() if not is_on}
    fields = {one.name: OFF for one in settings.consents if off & set(one.channels)}
    return Call("PUT", _place(client), json=fields)


def ask_test(client: str) -> Call:
    """A change that changes nothing: it is told by a `customer_save` all the same."""
    return Call("PUT", _place(client), json={})


_FIELDS: Mapping[Category, tuple[str, ...]] = {
    Category.IDENTITY: ("firstName", "lastName"),
    Category.CONTACT: ("email", "phone"),
    Category.ADDRESS: ("address", "city", "zip"),
    Category.LOGIN: ("ldapDn",),
}


def _placeholders(client: str, category: Category, settings: Settings) -> dict[str, object]:
    """What to write for a category: nothing, or what is valid where the system insists; unique for each client."""
    named = {one.name for one in settings.consents}
    fields = {
        **_FIELDS,
        Category.NOTES: ("notes", *(name for name in FREE if name not in named)),
        Category.MARKETING_PREFERENCES: tuple(sorted(named)),
    }
    needed = {
        "firstName": "Anonymised",
        "lastName": "Customer",
        "email": f"anonymised-{client}@erased.invalid",
        "phone": "-",
    }
    return {name: needed.get(name) for name in fields.get(category, ())}


def _place(client: str) -> str:
    """A client's path. Raises ValueError where it is no client's number: then it may be everybody's."""
    if not can_name(client):
        raise ValueError("a call about a client needs its id")
    return f"{CUSTOMERS}/{client}"
