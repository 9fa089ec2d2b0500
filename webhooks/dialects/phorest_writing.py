"""What is written into a record of Phorest's: the whole of it as it was read, with its version, a few fields changed.

Fields that are not known here go back as they came. Which fields may be null is not told: whatever was not taken is
found by the look after it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from webhooks.calls import Reply
from webhooks.dialects import phorest_records as records
from webhooks.errors import NotUnderstood
from webhooks.vocabulary import Category, Channel

Changes = Mapping[str, object]
_LISTS = frozenset({"clientCategoryIds"})
_MARKETING_OFF: Changes = dict.fromkeys(records.MARKETING.values(), False)
_REMINDERS_OFF: Changes = dict.fromkeys(records.REMINDERS.values(), False)
#: what can be emptied by itself
CAN = frozenset({*records.FIELDS, Category.MARKETING_PREFERENCES})
_NAME = "Customer"


def whole(client: str, changes: Changes) -> Callable[[Reply], dict[str, Any]]:
    """The record that was read, changed; raises NotUnderstood for what is no living record of this client's."""

    def rewrite(reply: Reply) -> dict[str, Any]:
        card = records.of(reply.json)
        version = card.values.get("version")
        if card.id != client or card.is_deleted or card.merged_into is not None:
            raise NotUnderstood("client", is_known_type=True)
        if not isinstance(version, int) or isinstance(version, bool):
            raise NotUnderstood("version", is_known_type=True)
        # a field that is not there has nothing in it to be taken out
        taken = {name: value for name, value in changes.items() if value or name in card.values}
        return {**card.values, **taken}

    return rewrite


def empty(client: str) -> Changes:
    """Everything that says something of somebody, and an address by which the empty record is known again."""
    nobody = anonymise(client, frozenset())
    return {**nobody, "firstName": "Erased", "email": records.erased(client)}


def anonymise(client: str, keep: frozenset[Category]) -> Changes:
    """What names and reaches, and what else is not to be kept; nothing is sent to a placeholder."""
    found: dict[str, object] = {"photoUrl": None}
    for kind in records.FIELDS:
        if kind in {Category.IDENTITY, Category.CONTACT} or kind not in keep:
            found |= _emptied(client, kind)
    return {**found, **_MARKETING_OFF, **_REMINDERS_OFF}


def category(client: str, kind: Category) -> Changes:
    """The fields of one category."""
    return _MARKETING_OFF if kind is Category.MARKETING_PREFERENCES else _emptied(client, kind)


def off(channels: Iterable[Channel]) -> Changes:
    """Marketing over these channels, as far as there is a field for it."""
    return {records.MARKETING[channel]: False for channel in channels if channel in records.MARKETING}


def _emptied(client: str, kind: Category) -> dict[str, object]:
    """Nothing, or what is valid where the system insists on something; unique where two must not be the same."""
    needed = {"firstName": "Anonymised", "lastName": _NAME, "email": records.anonymised(client)}
    return {name: needed.get(name, [] if name in _LISTS else None) for name in records.FIELDS[kind]}
