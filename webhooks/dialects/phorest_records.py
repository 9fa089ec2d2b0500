"""A client of Phorest: what the record tells as an event, and what of the person it still shows."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from webhooks.dialects.phorest_settings import Settings
from webhooks.dialects.standard_records import contact, is_filled, leftovers, person_of
from webhooks.errors import NotUnderstood
from webhooks.events import Answer, ClientTold
from webhooks.record_values import can_be_kept, leaves, text_of
from webhooks.residue import Person
from webhooks.vocabulary import Category, Channel, Purpose

#: the fields of each kind of data; appointments are not in the record
FIELDS: Mapping[Category, tuple[str, ...]] = {
    Category.IDENTITY: ("firstName", "lastName", "externalId"),
    Category.CONTACT: ("email", "mobile", "landLine", "linkedClientMobile"),
    Category.ADDRESS: ("address",),
    Category.BIRTH: ("birthDate",),
    Category.GENDER: ("gender",),
    Category.NOTES: ("notes", "clientCategoryIds"),
}
MARKETING: Mapping[Channel, str] = {
    Channel.EMAIL: "emailMarketingConsent",
    Channel.SMS: "smsMarketingConsent",
}
#: messages about bookings: a service, and no marketing
REMINDERS: Mapping[Channel, str] = {
    Channel.EMAIL: "emailReminderConsent",
    Channel.SMS: "smsReminderConsent",
}
_ALWAYS = frozenset({Category.BOOKINGS, Category.VISITS})
#: what can name or reach somebody beside the fields that any record has
_BESIDE = ("externalId", "landLine", "linkedClientMobile")


@dataclass(frozen=True)
class Card:
    """One client's record, as it came."""

    id: str
    values: Mapping[str, Any] = field(repr=False)

    @property
    def merged_into(self) -> str | None:
        """As whom the client goes on, where two records were merged."""
        into = self.values.get("mergedToClientId")
        return into if isinstance(into, str) and into and into != self.id else None

    @property
    def is_deleted(self) -> bool:
        """Whether the system itself has deleted it, though it still shows it."""
        return self.values.get("deleted") is True

    def text(self, name: str) -> str | None:
        """What stands in a field, if it is a text that can be kept and shown."""
        return text_of(self.values.get(name))


def of(record: object) -> Card:
    """From an answer. Raises NotUnderstood."""
    told = record.get("clientId") if isinstance(record, dict) else None
    if not isinstance(record, dict) or not isinstance(told, str) or not told or not can_be_kept(told):
        raise NotUnderstood("record", is_known_type=True)
    return Card(told, record)


def anonymised(client: str) -> str:
    """The address of a client who was anonymised: unique and valid, whatever the id is."""
    return _nobodys("anonymised", client)


def erased(client: str) -> str:
    """The address of a record that was emptied, by which it is known again."""
    return _nobodys("erased", client)


def is_shell(card: Card) -> bool:
    """Whether this is a record that was emptied, and nothing was written into since: nobody's."""
    is_empty = not left(card) and categories(card) == _ALWAYS
    is_reminded = any(card.values.get(name) is True for name in REMINDERS.values())
    return card.values.get("email") == erased(card.id) and is_empty and not is_reminded


def told(card: Card, settings: Settings, *, at: datetime) -> ClientTold:
    """What the record says, as an event of `at`, when it was fetched."""
    first, last = (
        settings.moment(card.values.get("firstVisit")),
        settings.moment(card.values.get("lastVisit")),
    )
    created = settings.moment(card.values.get("createdAt")) or first
    switches = {channel: on for channel, name in MARKETING.items() if (on := _switch(card, name)) is not None}
    return ClientTold(
        at=at,
        digest=_digest(card),
        client=card.id,
        created_at=None if created is None else min(created, at),
        email=_contact(card, "email"),
        phone=_contact(card, "mobile") or _contact(card, "landLine"),
        categories=categories(card),
        marketing=switches or None,
        last_visit_at=last or first,
        answers=_answers(card, settings) or None,
        are_boxes=True,
    )


def categories(card: Card) -> frozenset[Category]:
    """What is held: by the filled fields; appointments, which a record does not show, always may be."""
    shown = {**card.values, "email": _email(card)}
    if not is_filled(name_of(card) or ""):
        shown |= {"firstName": "", "lastName": ""}
    found = {
        category
        for category, names in FIELDS.items()
        if any(is_filled(leaf) for name in names for leaf in leaves(shown.get(name)))
    }
    if any(card.values.get(name) is True for name in MARKETING.values()):
        found.add(Category.MARKETING_PREFERENCES)
    return _ALWAYS | found


def left(card: Card) -> frozenset[str]:
    """The fields in which something identifying still stands."""
    beside = {name for name in _BESIDE if is_filled(card.values.get(name) or "")}
    return leftovers(_neutral(card)) | beside


def person(card: Card) -> Person:
    """What to search free text for."""
    return person_of(_neutral(card))


def name_of(card: Card) -> str | None:
    """The client's name, for the owner's eyes."""
    return " ".join(part for part in map(card.text, ("firstName", "lastName")) if part) or None


def _neutral(card: Card) -> dict[str, Any]:
    """The record under the words by which any record is searched."""
    named = {
        "mobile": "mobile",
        "phone": "landLine",
        "address": "address",
        "birth_date": "birthDate",
        "photo": "photoUrl",
    }
    found = {word: card.values[name] for word, name in named.items() if card.values.get(name) is not None}
    return found | {
        "name": name_of(card) or "",
        "email": _email(card),
        "notes": card.values.get("notes") or "",
    }


def _answers(card: Card, settings: Settings) -> dict[tuple[Purpose, Channel | None], Answer | None]:
    found: dict[tuple[Purpose, Channel | None], Answer | None] = {}
    for purpose, boxes in ((settings.marketing, MARKETING), (Purpose.SERVICE, REMINDERS)):
        for channel, name in boxes.items():
            is_on = _switch(card, name)
            if is_on is not None:
                found[purpose, channel] = Answer.GIVEN if is_on else None
    return found


def _switch(card: Card, name: str) -> bool | None:
    value = card.values.get(name)
    return value if isinstance(value, bool) else None


def _nobodys(word: str, client: str) -> str:
    return f"{word}-{hashlib.sha256(client.encode()).hexdigest()[:24]}@erased.invalid"


def _email(card: Card) -> object:
    """The address, unless it is a placeholder of our own."""
    value = card.values.get("email")
    return "" if value is None or value in {anonymised(card.id), erased(card.id)} else value


def _contact(card: Card, name: str) -> str | None:
    return contact(text_of(_email(card) if name == "email" else card.values.get(name)))


def _digest(card: Card) -> str:
    return hashlib.sha256(json.dumps(dict(card.values), sort_keys=True).encode()).hexdigest()
