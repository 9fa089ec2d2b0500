"""A task that the owner left: for which reason, of whom, and when it comes again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from connector.console import here
from connector.holds import Opened
from connector.jobs import Listed
from connector.proofs import Left
from connector.texts_words import N_
from policies.holds import HandKind

BOOKED = "booking_ahead"
#: what speaks against taking somebody out, and an import cannot know → why it is left
AGAINST = {
    BOOKED: N_("There is a booking ahead"),
    HandKind.OPEN_INVOICE.value: N_("Something is unpaid"),
    HandKind.PREPAID_VALUE.value: N_("There is a gift card or a series with value left"),
}


def named(found: Sequence[Listed], by_job: Mapping[UUID, Opened]) -> list[Listed]:
    """The jobs, those that were left with their customer: a job that ended forgot whose it was, its hold did not."""
    return [replace(one, client=by_job[one.job].client) if one.job in by_job else one for one in found]


def why(hold: Opened) -> str:
    """That it was left, and for what."""
    words = here.words()
    known = {words.gettext(text) for text in AGAINST.values()}
    said = hold.reason or (words.gettext(AGAINST[hold.why.value]) if hold.why.value in AGAINST else "")
    if not said:  # its text went with the hold
        return words.word(Left.LEFT)
    in_the_middle = said[:1].lower() + said[1:] if said in known else said
    return words.gettext("you left it: %(why)s") % {"why": in_the_middle}


def again(hold: Opened) -> str:
    """When it comes again."""
    words = here.words()
    if hold.ended_at is not None:
        return words.gettext("You have ended that hold: it comes again if it is still due.")
    return words.gettext(
        "You are reminded on %(day)s. Once that is over, end the hold on the customer's page: the task comes again "
        "after the next night."
    ) % {"day": words.weekday(hold.review_on)}
