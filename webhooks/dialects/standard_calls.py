"""The callbacks of the booking contract, as requests (booking contract, section 2)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from urllib.parse import quote

from webhooks.calls import Call
from webhooks.vocabulary import Category, Channel

CAPABILITIES = Call("GET", "capabilities")
#: bytes: years of notes, and a few photos
LARGEST_EXPORT = 16 * 1024 * 1024


def list_clients(cursor: str | None, limit: int, updated_since: datetime | None) -> Call:
    """A page of the list; without `updated_since` of the whole register."""
    query = {"limit": str(limit)}
    if cursor is not None:
        query["cursor"] = cursor
    if updated_since is not None:
        query["updated_since"] = updated_since.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return Call("GET", "clients", query)


def look_up(client: str) -> Call:
    """The record as it is now."""
    return Call("GET", _place(client))


def export(client: str) -> Call:
    """All that is held of a client."""
    return Call("GET", f"{_place(client)}/export", largest=LARGEST_EXPORT)


def rectify(client: str, changes: Mapping[str, object], revision: int) -> Call:
    """Change these fields, if nobody changed the record since `revision`."""
    return Call("PATCH", _place(client), json=dict(changes), headers={"If-Match": str(revision)})


def set_marketing(client: str, switches: Mapping[Channel, bool]) -> Call:
    """Turn the switches that are named."""
    named = {channel.value: is_on for channel, is_on in switches.items()}
    return Call("PUT", f"{_place(client)}/marketing", json=named)


def set_restriction(client: str, restricted: bool) -> Call:
    """Mark the record restricted, or lift that (GDPR article 18)."""
    return Call("PUT", f"{_place(client)}/restriction", json={"restricted": restricted})


def anonymise(client: str, keep: frozenset[Category]) -> Call:
    """Take out all that identifies the person; `keep` these categories, and the statistics."""
    kept = sorted(category.value for category in keep)
    return Call("POST", f"{_place(client)}/anonymise", json={"keep": kept})


def erase_category(client: str, category: Category, before: date | None) -> Call:
    """Erase one category, or its entries older than `before`."""
    query = {} if before is None else {"before": before.isoformat()}
    return Call("DELETE", f"{_place(client)}/categories/{category.value}", query)


def erase(client: str) -> Call:
    """Erase the client."""
    return Call("DELETE", _place(client))


def ask_test(client: str) -> Call:
    """Ask for a signed `client.updated` of this client."""
    return Call("POST", "webhooks/test", json={"client_id": client})


def _place(client: str) -> str:
    """A client's path. Raises ValueError for an empty id: `DELETE /clients/` may be the whole register."""
    if not client:
        raise ValueError("a call about a client needs its id")
    part = quote(client, safe="")
    # "." and ".." would be resolved on the way, to the list or to what is above it
    return "clients/" + (part.replace(".", "%2E") if not part.strip(".") else part)
