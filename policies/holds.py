"""Reasons to keep what is due: each holds only what it needs (law.md, 5.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from policies.facts import ClientFacts
from policies.policy import HoldKind, Policy
from policies.vocabulary import Category

#: the invoice with the debtor's name and how to reach them; not the treatments, not the marketing consent
_CLAIM = frozenset({Category.BILLING, Category.IDENTITY, Category.CONTACT})
SCOPES = {
    HoldKind.OPEN_INVOICE: _CLAIM,
    # a demand for payment goes by post
    HoldKind.DEBT_COLLECTION: _CLAIM | {Category.ADDRESS},
    HoldKind.FUTURE_BOOKING: frozenset({Category.BOOKINGS, Category.IDENTITY, Category.CONTACT}),
    HoldKind.PREPAID_VALUE: frozenset({Category.PREPAID, Category.IDENTITY}),
}


class HandKind(StrEnum):
    """Why a person may open a hold; every word is one of `explain.SENTENCES`."""

    LEGAL_CLAIM = "legal_claim"
    OPEN_INVOICE = "open_invoice"
    DEBT_COLLECTION = "debt_collection"
    PREPAID_VALUE = "prepaid_value"
    RESTRICTION_REQUEST = "restriction_request"
    AUTHORITY_REQUEST = "authority_request"
    OTHER = "hand_hold"


#: what is held where nobody names a category: no more than the reason needs
HAND_SCOPES: Mapping[HandKind, frozenset[Category]] = {
    # the facts of the treatment, and between whom it was
    HandKind.LEGAL_CLAIM: frozenset(
        {
            Category.IDENTITY,
            Category.CONTACT,
            Category.BILLING,
            Category.BOOKINGS,
            Category.VISITS,
            Category.PURCHASES,
            Category.TREATMENTS,
            Category.HEALTH,
            Category.NOTES,
            Category.PHOTOS,
        }
    ),
    HandKind.OPEN_INVOICE: SCOPES[HoldKind.OPEN_INVOICE],
    HandKind.DEBT_COLLECTION: SCOPES[HoldKind.DEBT_COLLECTION],
    HandKind.PREPAID_VALUE: SCOPES[HoldKind.PREPAID_VALUE],
    HandKind.RESTRICTION_REQUEST: frozenset(Category),
    HandKind.AUTHORITY_REQUEST: frozenset(Category),
    HandKind.OTHER: frozenset(Category),
}


@dataclass(frozen=True)
class Hold:
    """One open hold; `ends_on` is the first day without it, None where only an event ends it."""

    name: str
    scope: frozenset[Category]
    ends_on: date | None = None


def open_on(facts: ClientFacts, policy: Policy, on: date) -> tuple[Hold, ...]:
    """Every hold that is open on a day, by name.

    A booking ahead and what a person opened by hand hold always; the others where the file names them.
    """
    found = [Hold(hand.kind, hand.scope) for hand in facts.hand_holds]
    if has_booking_ahead(facts, on) and facts.next_booking_on:
        found.append(_hold(HoldKind.FUTURE_BOOKING, day_after(facts.next_booking_on)))
    named = policy.retention.holds
    if facts.open_invoices and HoldKind.OPEN_INVOICE in named:
        found.append(_hold(HoldKind.OPEN_INVOICE, None))
    if facts.in_collection and HoldKind.DEBT_COLLECTION in named:
        found.append(_hold(HoldKind.DEBT_COLLECTION, None))
    if HoldKind.PREPAID_VALUE in named:
        found += _prepaid(facts, on)
    return tuple(sorted(found, key=lambda hold: hold.name))


def has_booking_ahead(facts: ClientFacts, on: date) -> bool:
    """Whether the client comes back, as far as is known."""
    return facts.next_booking_on is not None and facts.next_booking_on >= on


def _prepaid(facts: ClientFacts, on: date) -> list[Hold]:
    """One hold as long as any value is left; a card is still good on the day when it expires."""
    if None in facts.prepaid:
        return [_hold(HoldKind.PREPAID_VALUE, None)]
    last = max((day for day in facts.prepaid if day is not None and day >= on), default=None)
    return [_hold(HoldKind.PREPAID_VALUE, day_after(last))] if last else []


def _hold(kind: HoldKind, ends_on: date | None) -> Hold:
    return Hold(kind, SCOPES[kind], ends_on)


def day_after(day: date) -> date:
    """The day after, as far as there is one."""
    return min(day, date.max - timedelta(days=1)) + timedelta(days=1)
