"""What is held of a client, and where: one map, by which it is handed over and by which it is erased.

`CATEGORIES` has every category of the contract: how the booking system's part of it is shown, and in which of
Ovikello's own tables something of it stands. `OWN` has each of those tables: how a package calls it, and what becomes
of its rows when a client is erased, or loses what identifies. The export reads by it, the tombstones empty by it, and a
test fails where a table or a category is known to one of them alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from connector.texts_words import N_
from policies.vocabulary import Category


class Erasure(StrEnum):
    """What becomes of a table's rows when their client is erased."""

    AT_ONCE = "at_once"
    #: what is dated after the erasure goes at once, the rest after thirty days: a late no must find what it is about
    LATE = "late"
    #: after a time or a number of its own
    BY_ITSELF = "by_itself"
    #: it keeps a no, keeps the erased erased, or proves what was done; under a keyed name, without any content
    STAYS = "stays"


@dataclass(frozen=True)
class Own:
    """One of Ovikello's own tables in which something of a client stands.

    `unnamed`: whether the rows go too, or how, when only what identifies is removed; `but` are entries that stay then.
    """

    table: str
    title: str
    erasure: Erasure
    unnamed: Erasure = Erasure.STAYS
    but: tuple[str, ...] = ()


_OWN = (
    Own("client", N_("What the booking system told about you"), Erasure.AT_ONCE),
    Own(
        "entry",
        N_("Bookings, invoices, requests and the like: their dates"),
        Erasure.AT_ONCE,
        Erasure.AT_ONCE,
        but=("invoice", "request"),  # what is kept is still counted from these
    ),
    Own("consent_record", N_("What you have agreed to and refused"), Erasure.LATE, Erasure.LATE),
    Own("refusal", N_("Refusals that outlive the customer record"), Erasure.STAYS),
    Own("contact", N_("Fingerprints of your phone numbers and e-mail addresses"), Erasure.LATE, Erasure.LATE),
    Own("card", N_("Your name, phone number and e-mail address, sealed"), Erasure.AT_ONCE, Erasure.AT_ONCE),
    Own("campaign_recipient", N_("Marketing that was sent to you"), Erasure.AT_ONCE, Erasure.AT_ONCE),
    Own("record_touch", N_("When your details were looked at or changed"), Erasure.AT_ONCE, Erasure.AT_ONCE),
    Own("standing", N_("What waits or is held back"), Erasure.AT_ONCE),
    Own("hold", N_("Reasons to keep your details for longer"), Erasure.AT_ONCE),
    Own("owner_answer", N_("What the salon answered about you"), Erasure.AT_ONCE, Erasure.AT_ONCE),
    Own("merge", N_("Customer numbers that were joined"), Erasure.LATE),
    Own("tombstone", N_("That you were erased"), Erasure.STAYS),
    Own("unnamed", N_("That what identifies you was removed"), Erasure.STAYS),
    Own("job", N_("What was done about your details"), Erasure.STAYS),
    Own("approval", N_("When the salon decided about it"), Erasure.STAYS),
    Own("intent", N_("When the booking system was called about it"), Erasure.STAYS),
    Own("look", N_("When it was looked at whether it was done"), Erasure.STAYS),
    Own("instructed_task", N_("When the booking system's maker was asked to do it"), Erasure.STAYS),
    Own("place_tick", N_("When your details were taken out of other places too"), Erasure.STAYS),
    Own("package", N_("Copies of your details that were made for you"), Erasure.BY_ITSELF),
    Own("evidence", N_("The proof of it, line by line"), Erasure.STAYS),
)
#: in the order in which a package shows them
OWN: Mapping[str, Own] = {one.table: one for one in _OWN}

#: tables that hold something sealed, or by job, and nothing of a client → why
NOT_OF_A_CLIENT: Mapping[str, str] = {
    "salon": "the salon's own keys and token",
    "webhook_secret": "the salon's own secrets",
    "own_steps": "what to press in the booking system, in the salon's own words",
    "brought_list": "what a salon's lists call their columns",
    "hint": "the id of a record that is to be fetched, gone as soon as it was",
    "quarantined": "what could not be read: whom it is about is not known, and its key is destroyed after its period",
    "instruction": "what a booking system's maker was asked; its list is sealed under a key that is only in its link",
    "evidence_checkpoint": "hashes of lines that are gone",
    "evidence_head": "the hash of the last line",
    "owner": "who works for the salon",
}

_MARKETING = ("client", "consent_record", "refusal", "campaign_recipient", "standing", "owner_answer")
#: where something of a category stands in Ovikello's own tables; "client" always says whether it is held at all
CATEGORIES: Mapping[Category, tuple[str, ...]] = {
    Category.IDENTITY: ("client", "card", "merge", "tombstone", "unnamed"),
    Category.CONTACT: ("client", "card", "contact", "refusal"),
    Category.ADDRESS: ("client",),
    Category.BIRTH: ("client",),
    Category.PERSONAL_IDENTITY_CODE: ("client",),
    Category.ORGANISATION: ("client",),
    Category.LANGUAGE: ("client",),
    Category.GENDER: ("client",),
    Category.BOOKINGS: ("client", "entry"),
    Category.VISITS: ("client", "entry"),
    Category.TREATMENTS: ("client",),
    Category.PURCHASES: ("client",),
    Category.BILLING: ("client", "entry"),
    Category.PREPAID: ("client", "entry"),
    Category.HEALTH: ("client",),
    Category.NOTES: ("client",),
    Category.WISHES: ("client",),
    Category.DISCOUNTS: ("client",),
    Category.FEEDBACK: ("client", "entry"),
    Category.RAFFLES: ("client", "entry"),
    Category.PHOTOS: ("client",),
    Category.MARKETING_PREFERENCES: _MARKETING,
    Category.LOGIN: ("client",),
    Category.ACCESS_LOG: ("client", "record_touch"),
    Category.IP_LOG: ("client",),
}


def erased(how: Erasure) -> tuple[str, ...]:
    """The tables of which an erased client's rows go so."""
    return tuple(one.table for one in _OWN if one.erasure is how)


def unnamed(how: Erasure) -> tuple[Own, ...]:
    """The tables of which the rows go so when what identifies a client is removed."""
    return tuple(one for one in _OWN if one.unnamed is how)


def in_order(words: Iterable[str]) -> list[str]:
    """Categories in the map's order; those that the contract does not know come last, by their names."""
    order = {category.value: place for place, category in enumerate(CATEGORIES)}
    return sorted(words, key=lambda word: (order.get(word, len(order)), word))
