"""A client's record in the booking contract: what it tells as an event, and what of the person it still shows."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from webhooks.dialects.standard_shapes import Client, ConsentLine
from webhooks.envelope import FIRST_YEAR, LAST_YEAR, to_utc
from webhooks.events import ClientTold, Consent, Method
from webhooks.record_values import leaves
from webhooks.residue import Person, Texts, person
from webhooks.vocabulary import Category


def told(client: Client, *, at: datetime, digest: str) -> ClientTold:
    """The record as an event of `at`; raise ValueError where a date in it is out of range."""
    marketing = client.marketing
    tells_next_booking = client.next_booking_at is not msgspec.UNSET
    return ClientTold(
        at=at,
        digest=digest,
        client=client.id,
        revision=client.revision,
        created_at=moment(client.created_at),
        created_via=client.created_via,
        has_account=client.has_account,
        email=contact(client.email),
        phone=contact(client.phone),
        language=client.language or None,
        birth_year=client.birth_date.year if client.birth_date else client.birth_year,
        categories=None if client.categories is None else frozenset(client.categories),
        marketing=None if marketing is None else {c: on for c, on in marketing.items() if on is not None},
        last_activity_at=moment(client.last_activity_at),
        last_visit_at=moment(client.last_visit_at),
        next_booking_at=moment(client.next_booking_at or None),
        tells_next_booking=tells_next_booking,
        open_invoices=client.open_invoices,
        consents=tuple(_consent(line) for line in client.consents or ()),
        oldest_entry=_oldest(client),
    )


def digest_of(client: Client) -> str:
    """The digest of a record that came without a body of its own: of all that is read in it, in one order."""
    return hashlib.sha256(msgspec.json.encode(client, order="deterministic")).hexdigest()


def moment(at: datetime | None) -> datetime | None:
    """A moment in UTC, where one was told."""
    return None if at is None else to_utc(at)


def contact(text: str | None) -> str | None:
    """By what somebody can be reached; None for a placeholder."""
    return text if text and is_filled(text) else None


def _oldest(client: Client) -> dict[Category, date] | None:
    if client.oldest_entry is None:
        return None
    return {category: in_range(day) for category, day in client.oldest_entry.items() if day is not None}


def in_range(day: date) -> date:
    """The day; raise ValueError where it can only stand for "not known"."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("a day out of range")
    return day


def _consent(line: ConsentLine) -> Consent:
    return Consent(
        purpose=line.purpose,
        channels=tuple(line.channels or ()),
        answer=line.answer,
        at=to_utc(line.at),
        method=line.method or Method.NOT_TOLD,
        notice_version=line.notice_version,
        staff=line.staff_id,
    )


#: fields that can name, reach or place a person; the contract's own, and what records commonly have beside them
IDENTIFYING = (
    *("name", "first_name", "last_name", "email", "phone", "mobile", "address", "street", "postal_code"),
    *("city", "birth_date", "personal_identity_code", "photo", "notes"),
)
#: words that only say that somebody was taken out, in the languages of Finnish salons' systems
_TAKEN_OUT = frozenset(
    {"anonymised", "anonymized", "anonymous", "deleted", "erased", "redacted", "removed", "unknown"}
    | {"anonyymi", "anonymisoitu", "poistettu", "tuntematon", "anonym", "anonymiserad", "borttagen"}
    | {"raderad", "okänd", "xxx", "xxxx"}
)
_BESIDE = frozenset(
    {"asiakas", "client", "contact", "customer", "henkilö", "käyttäjä", "kund", "name", "user", "former"}
)
_NO_DAY = frozenset({"0000-00-00", "0001-01-01", "1900-01-01"})
#: domains that can belong to nobody (RFC 2606, RFC 6761)
_NOBODYS = re.compile(r"(.*[.@])?(invalid|example|test|localhost|example\.(com|net|org))")
#: signs and zeros, after a country's code or not
_NO_NUMBER = re.compile(r"(\+[0-9]{1,3})?[\W_0]*")
_WORDS = re.compile(r"[^\W_]+")
#: a field's name as a program has it; anything else might itself be about somebody
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")


def leftovers(record: Mapping[str, object]) -> frozenset[str]:
    """The identifying fields of a record in which something stands that is no mere placeholder."""
    return frozenset(
        field for field in IDENTIFYING if any(is_filled(value) for value in leaves(record.get(field)))
    )


def person_of(record: Mapping[str, object]) -> Person:
    """What to search free text for: all of the person that stands in the record and is no mere placeholder."""
    return person(
        names=_filled(record, "name", "first_name", "last_name"),
        contacts=_filled(record, "email", "personal_identity_code"),
        numbers=_filled(record, "phone", "mobile"),
        places=_filled(record, "address", "street"),
    )


def texts_of(record: Mapping[str, object]) -> Texts:
    """What is said in words in fields that do not identify by themselves: an anonymised record keeps some of them."""
    rest = (name for name in record if name != "id" and name not in IDENTIFYING)
    return tuple(
        (name if _FIELD.fullmatch(name) else "other", value)
        for name in rest
        for value in leaves(record[name])
        if isinstance(value, str)
    )


def _filled(record: Mapping[str, object], *names: str) -> list[str]:
    found = (value for name in names for value in leaves(record.get(name)))
    return [value for value in found if isinstance(value, str) and is_filled(value)]


def is_filled(value: object) -> bool:
    """Whether a value may say something of a person. In doubt it does: a lie is found by what is left."""
    if not isinstance(value, str):
        return value is not None and value is not False
    text = value.strip().casefold()
    if text in _NO_DAY:
        return False
    name, at, domain = text.partition("@")
    if at:
        return not (_NOBODYS.fullmatch(domain) and _says_nothing(name))
    return not _says_nothing(text)


def _says_nothing(text: str) -> bool:
    """Nothing but signs, zeros, or "deleted customer 123"; a number alone may be a telephone's."""
    if _NO_NUMBER.fullmatch(text):
        return True
    words = _WORDS.findall(text)
    numbers = [word for word in words if word.isdecimal()]
    rest = set(words) - set(numbers)
    return bool(rest & _TAKEN_OUT) and rest <= _TAKEN_OUT | _BESIDE and sum(map(len, numbers)) <= 6
