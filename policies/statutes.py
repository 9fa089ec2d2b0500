"""What a law makes the salon keep, and until when; it covers no more than the law names."""

from datetime import date

from policies.facts import ClientFacts
from policies.policy import Bookkeeping, Policy, Professional
from policies.vocabulary import Category

#: what vouchers are kept in; the law names vouchers, never the client's card (Kirjanpitolaki 1336/1997 2:5, 2:10 §)
VOUCHERS = frozenset({Category.BILLING})
#: what patient records consist of (AtL 703/2023, annex); who keeps them needs another program
PATIENT = frozenset(
    {
        Category.IDENTITY,
        Category.BIRTH,
        Category.PERSONAL_IDENTITY_CODE,
        Category.BOOKINGS,
        Category.TREATMENTS,
        Category.HEALTH,
        Category.PHOTOS,
    }
)
#: what may not be judged until it is known whether they are patient records
CARE = frozenset({Category.HEALTH, Category.TREATMENTS})


def vouchers_free_on(receipts: tuple[date, ...], books: Bookkeeping) -> date | None:
    """The first day after the period of the newest receipt: six years from the end of the year in which
    the financial year ended (KPL 2:10 § 2 mom.); None where no receipt is known.
    """
    if not receipts:
        return None
    newest = max(receipts)
    ends_in = newest.year + ((newest.month, newest.day) > (books.month, books.day))
    return date(min(ends_in + 7, date.max.year), 1, 1)


def floor_of(category: Category, facts: ClientFacts, policy: Policy) -> date | None:
    """The first day on which no law keeps a category any more; None where none is known to."""
    if category not in VOUCHERS:
        return None
    return vouchers_free_on(facts.receipts, policy.bookkeeping)


def is_patient_record(category: Category, policy: Policy) -> bool:
    """Whether a category belongs to another regime, which Ovikello leaves alone."""
    return policy.health is Professional.YES and category in PATIENT


def is_perhaps_patient_record(category: Category, policy: Policy) -> bool:
    """Whether nobody has said yet if a category belongs to that regime."""
    return policy.health is Professional.UNKNOWN and category in CARE
