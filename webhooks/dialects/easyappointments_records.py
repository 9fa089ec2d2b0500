"""A client of Easy!Appointments, as its hooks write it (snake_case) and as its REST interface does (camelCase).

Both come to be one `Card`. What it tells is an event; names and notes are looked at here and go no further.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from webhooks.dialects.easyappointments_settings import ConsentField, Settings
from webhooks.dialects.standard_records import contact, is_filled, leftovers, person_of, texts_of
from webhooks.errors import NotUnderstood
from webhooks.events import Answer, ClientTold
from webhooks.record_values import text_of
from webhooks.residue import Person, Texts
from webhooks.vocabulary import Category, Channel, Purpose

FREE = tuple(f"customField{number}" for number in range(1, 6))
#: what a free field says where Ovikello switched it off: nobody's answer
OFF = "off"
_YES = frozenset({"1", "yes", "y", "true", "on", "ok", "x", "kyllä", "joo", "ja"})
_NO = frozenset({"no", "n", "false", "ei", "nej"})
_NOTHING = frozenset({"", "0", OFF})
#: hook → REST, where it is not the same word in another spelling
_RENAMED = {
    "first_name": "firstName",
    "last_name": "lastName",
    "mobile_number": "mobile",
    "phone_number": "phone",
    "zip_code": "zip",
    "ldap_dn": "ldapDn",
    **{f"custom_field_{number}": f"customField{number}" for number in range(1, 6)},
}


@dataclass(frozen=True)
class Card:
    """One client's record under REST's names; `created_at` is only in hooks."""

    id: str
    values: Mapping[str, Any] = field(repr=False)
    created_at: datetime | None = None

    def text(self, name: str) -> str | None:
        """What stands in a field, if it is a text that can be kept and shown."""
        return text_of(self.values.get(name))


def id_of(value: object) -> str | None:
    """A row's number as an id; None for what is none. Never empty: a filter with an empty id gives everybody's."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
        return str(value)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19 and int(value):
        return str(int(value))
    return None


def of_hook(row: Mapping[str, Any], settings: Settings) -> Card:
    """From a hook's payload. Raises NotUnderstood."""
    values = {_RENAMED.get(name, name): value for name, value in row.items()}
    return Card(_needed(row), values, settings.moment(row.get("create_datetime")))


def of_rest(record: object) -> Card:
    """From an answer. Raises NotUnderstood."""
    if not isinstance(record, dict):  # an empty record is a list here
        raise NotUnderstood("record", is_known_type=True)
    return Card(_needed(record), record)


def told(card: Card, settings: Settings, *, at: datetime, digest: str) -> ClientTold:
    """What the record says, as an event of `at`."""
    answers, switches = _answers(card, settings)
    return ClientTold(
        at=at,
        digest=digest,
        client=card.id,
        created_at=None if card.created_at is None else min(card.created_at, at),
        email=_contact(card, "email"),
        phone=_contact(card, "phone") or _contact(card, "mobile"),
        language=card.text("language") or None,
        categories=categories(card, settings),
        marketing=switches or None,
        answers=answers or None,
    )


def categories(card: Card, settings: Settings) -> frozenset[Category]:
    """What is held: by the filled fields; appointments, which a record does not show, always may be."""
    named = {one.name for one in settings.consents}
    fields = {
        Category.IDENTITY: ("name",),
        Category.CONTACT: ("email", "phone", "mobile"),
        Category.ADDRESS: ("address", "city", "zip", "state"),
        Category.NOTES: ("notes", *(name for name in FREE if name not in named)),
        Category.MARKETING_PREFERENCES: tuple(sorted(named)),
        Category.LOGIN: ("ldapDn",),
    }
    shown = neutral(card, settings)
    found = {
        category
        for category, names in fields.items()
        if any(is_filled(shown.get(name, "")) for name in names)
    }
    return frozenset(found | {Category.BOOKINGS, Category.VISITS})


def left(card: Card, settings: Settings) -> frozenset[str]:
    """The fields in which something identifying may still stand; a free field may say anything, but for an answer."""
    shown = neutral(card, settings)
    answers = {one.name for one in settings.consents if _answer(card, one)[0]}
    beside = {name for name in (*FREE, "ldapDn") if name not in answers and is_filled(shown.get(name, ""))}
    return leftovers(shown) | beside


def person(card: Card, settings: Settings) -> Person:
    """What to search free text for."""
    return person_of(neutral(card, settings))


def texts(card: Card, settings: Settings) -> Texts:
    """What is said in words beside the fields that identify."""
    return texts_of({name: value for name, value in neutral(card, settings).items() if name in FREE})


def name_of(card: Card) -> str | None:
    """The client's name, for the owner's eyes."""
    return " ".join(part for part in map(card.text, ("firstName", "lastName")) if part) or None


def neutral(card: Card, settings: Settings) -> dict[str, Any]:
    """The record under the words by which any record is searched; a field with no answer in it says nothing."""
    shown = {name: "" if value is None else value for name, value in card.values.items()}
    shown |= {one.name: "" for one in settings.consents if _says(card, one.name, _NOTHING)}
    return shown | {"name": name_of(card) or "", "postal_code": shown.get("zip", "")}


def _answers(
    card: Card, settings: Settings
) -> tuple[dict[tuple[Purpose, Channel | None], Answer | None], dict[Channel, bool]]:
    answers: dict[tuple[Purpose, Channel | None], Answer | None] = {}
    switches: dict[Channel, bool] = {}
    for one in settings.consents:
        known, answer = _answer(card, one)
        if not known:
            continue
        for channel in one.channels or (None,):
            answers[one.purpose, channel] = answer
            if channel is not None:
                switches[channel] = switches.get(channel, False) or answer is Answer.GIVEN
    return answers, switches


def _answer(card: Card, one: ConsentField) -> tuple[bool, Answer | None]:
    """Whether the field can be read at all, and the answer that stands in it, if one does."""
    if one.name not in card.values:
        return False, None
    if _says(card, one.name, _YES):
        return True, Answer.GIVEN
    if _says(card, one.name, _NO):
        return True, Answer.WITHDRAWN
    return _says(card, one.name, _NOTHING), None


def _says(card: Card, name: str, words: frozenset[str]) -> bool:
    """Whether the field's first word is one of these: "ei kiitos", "kyllä 12.3.2026"."""
    text = (card.text(name) or "").casefold().replace(",", " ").replace(".", " ").split()
    return (text[0] if text else "") in words


def _contact(card: Card, name: str) -> str | None:
    return contact(card.text(name))


def _needed(row: Mapping[str, Any]) -> str:
    client = id_of(row.get("id"))
    if client is None:
        raise NotUnderstood("id", is_known_type=True)
    return client
