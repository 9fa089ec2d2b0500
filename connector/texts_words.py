"""The vocabulary as an owner says it, in English; the other languages are in the catalogues. No behaviour."""

from collections.abc import Mapping
from enum import Enum

from connector.proofs import Left, Proof
from connector.states import State
from policies.decisions import JobKind, Outcome
from policies.vocabulary import Category, Channel, Purpose


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "to be translated later"
    """Mark a text for the catalogues."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - as above
    """Mark a text with a number in it."""
    return one, many


_WORDS: tuple[tuple[Enum, str], ...] = (
    (Category.IDENTITY, N_("name")),
    (Category.CONTACT, N_("phone and e-mail")),
    (Category.ADDRESS, N_("home address")),
    (Category.BIRTH, N_("date of birth")),
    (Category.PERSONAL_IDENTITY_CODE, N_("personal identity code")),
    (Category.ORGANISATION, N_("company")),
    (Category.BILLING, N_("invoices and receipts")),
    (Category.LANGUAGE, N_("language")),
    (Category.BOOKINGS, N_("bookings")),
    (Category.VISITS, N_("visits")),
    (Category.PURCHASES, N_("purchases")),
    (Category.TREATMENTS, N_("treatments")),
    (Category.HEALTH, N_("health notes")),
    (Category.NOTES, N_("notes")),
    (Category.WISHES, N_("wishes")),
    (Category.DISCOUNTS, N_("discounts")),
    (Category.FEEDBACK, N_("feedback")),
    (Category.RAFFLES, N_("raffle entries")),
    (Category.MARKETING_PREFERENCES, N_("marketing choices")),
    (Category.PREPAID, N_("gift cards and prepaid visits")),
    (Category.PHOTOS, N_("photos")),
    (Category.GENDER, N_("gender")),
    (Category.LOGIN, N_("own user account")),
    (Category.ACCESS_LOG, N_("log of who looked at the details")),
    (Category.IP_LOG, N_("log of internet addresses")),
    (Channel.EMAIL, N_("e-mail")),
    (Channel.SMS, N_("text message")),
    (Channel.PHONE, N_("telephone")),
    (Channel.POST, N_("post")),
    (Channel.WEB, N_("web advertising")),
    (Purpose.SERVICE, N_("being a customer")),
    (Purpose.NEWSLETTER, N_("newsletter")),
    (Purpose.DIRECT_MARKETING, N_("direct marketing")),
    (Purpose.DISTANCE_SELLING, N_("distance selling")),
    (Purpose.MARKET_RESEARCH, N_("market research")),
    (Purpose.PROFILING, N_("profiling")),
    (Purpose.DIRECTORY_PUBLICATION, N_("publication in a directory")),
    (Purpose.RAFFLE_PUBLICATION, N_("publication of raffle winners")),
    (Purpose.HEALTH_DATA, N_("keeping health notes")),
    (Outcome.KEEP, N_("stays")),
    (Outcome.HOLD, N_("stays for now")),
    (Outcome.ERASE, N_("is erased")),
    (Outcome.ANONYMISE, N_("loses what identifies")),
    (Outcome.DETACH, N_("stays apart from the customer")),
    (Outcome.ASK, N_("waits for your answer")),
    (JobKind.ERASE, N_("Erasure")),
    (JobKind.ANONYMISE, N_("Removal of what identifies")),
    (JobKind.ERASE_CATEGORIES, N_("Erasure of some details")),
    (JobKind.DETACH, N_("Erasure, receipts stay")),
    (JobKind.MARKETING_OFF, N_("Marketing off")),
    (JobKind.RESTRICT, N_("Restricted use of details")),
    (JobKind.RECTIFY, N_("Correction of details")),
    (JobKind.EXPORT, N_("Details handed over")),
    (State.PROPOSED, N_("waits for you")),
    (State.APPROVED, N_("approved, goes out soon")),
    (State.REJECTED, N_("you left it as it is")),
    (State.WITHDRAWN, N_("no longer needed")),
    (State.EXPIRED, N_("your approval ran out")),
    (State.HELD, N_("held back for now")),
    (State.SENDING, N_("being done now")),
    (State.UNKNOWN, N_("no answer came, being looked up")),
    (State.SENT, N_("done, not looked at yet")),
    (State.PENDING, N_("the booking system is still at it")),
    (State.BY_HAND, N_("to be done by hand")),
    (State.VERIFIED, N_("done")),
    (State.REOPENED, N_("came back")),
    (State.STUCK, N_("stuck")),
    (Left.LEFT, N_("you left it")),
    (Left.OVER, N_("no longer needed")),
    (Proof.READ_BACK, N_("done and looked at")),
    (Proof.ABSENT, N_("done, and gone from the list")),
    (Proof.MAKER_SAYS, N_("done, as the booking system's maker says; not looked at")),
    (Proof.SYSTEM_SAYS, N_("done, as the booking system says; it cannot be looked at")),
    (Proof.OWNER_SAYS, N_("done, as you say; not looked at")),
)

#: by kind of word as well, since the same word may stand in two vocabularies
WORDS: Mapping[tuple[type[Enum], str], str] = {(type(word), word.value): text for word, text in _WORDS}
