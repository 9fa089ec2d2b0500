"""What to do about what a night found, and where it is done. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.texts_words import N_


@dataclass(frozen=True)
class Advice:
    """Steps for the owner, as msgids; and the page on which it is done, with what its link says."""

    steps: tuple[str, ...]
    endpoint: str | None = None
    link: str = ""
    #: whether nothing was judged because of it
    stops: bool = False
    #: what was found, where the report's own sentence speaks to a terminal
    told: str | None = None


_OPENS = N_("See whether the booking system opens for you.")
_TRY = N_("If it does, test the connection.")
_WAIT = N_("If it does not, wait: Ovikello tries again by itself.")
_INSTALLER = N_("Tell whoever installed Ovikello.")
_ASK_RULES = N_("Ask whoever installed Ovikello to put your rules in force.")
_AGAIN = N_("You need not do anything now: it is tried again by itself.")
_STILL = N_("If the same stands here tomorrow, tell whoever installed Ovikello.")
_SEE_QUEUE = N_("To the approvals")
_SEE_RULES = N_("To the keeping times")
_SEE_CONNECTION = N_("Test the connection")
_READ_AGAIN = N_("Look what they are about: have them read again, or destroyed unread.")
_MESSAGES = ("console.show_quarantine", N_("To the messages"))
_SHORT = ("console.show_connection", N_("Say what is so"))
_QUEUE, _RULES, _CONNECTION = "console.show_queue", "console.show_keeping", "console.show_connection"


def _of_connection(*steps: str, stops: bool = False) -> Advice:
    return Advice(steps, _CONNECTION, _SEE_CONNECTION, stops)


def _of_queue(*steps: str) -> Advice:
    return Advice(steps, _QUEUE, _SEE_QUEUE)


#: finding's code → what to do
OF: Mapping[str, Advice] = {
    "no_policy": Advice((_ASK_RULES,), _RULES, _SEE_RULES, stops=True),
    "policy_unreadable": Advice((_INSTALLER,), _RULES, _SEE_RULES, stops=True),
    "night_failed": Advice((_AGAIN, _STILL), stops=True),
    "never_compared": _of_connection(_OPENS, _TRY, _WAIT, stops=True),
    "stale": _of_connection(_OPENS, _TRY, _WAIT, stops=True),
    "quarantined_known": Advice(
        (_READ_AGAIN,),
        *_MESSAGES,
        stops=True,
        told=N_(
            "The booking system sent messages that could not be read: {count}. "
            "Until they are answered nothing is proposed."
        ),
    ),
    "no_answer": _of_connection(_OPENS, _TRY, _WAIT),
    "not_understood": _of_connection(_AGAIN, _STILL),
    "short_list": Advice(
        (
            N_("Look in the booking system whether customers are missing there."),
            N_("If they are there, tell whoever installed Ovikello: the list that it gives is not whole."),
            N_("If they are gone for good, say so."),
        ),
        *_SHORT,
    ),
    "short_after_move": Advice(
        (
            N_("Look in the new booking system whether all customers were moved there."),
            N_("If some are missing, have them moved. Ovikello compares again every night."),
            N_("If those are all, say so."),
        ),
        *_SHORT,
        stops=True,
    ),
    "no_visits": Advice(
        (N_("Bring in the list of visits as well: without their days nobody's time can be counted."),),
        "console.show_import",
        N_("To the lists"),
    ),
    "cannot_look_up": Advice((_AGAIN, _STILL)),
    "quarantined": Advice(
        (_READ_AGAIN,), *_MESSAGES, told=N_("The booking system sent messages of an unknown kind: {count}.")
    ),
    "quarantine_expired": Advice((N_("Ask whoever installed Ovikello why nobody looked at them."),)),
    "over_limit": _of_queue(
        N_("Look through the list before you approve."),
        N_(
            "If it surprises you, do not approve anything, and ask whoever installed Ovikello to look at your rules."
        ),
    ),
    "mass_ahead": Advice(
        (
            N_("If that many go each year, everything is as it should be."),
            N_("If it surprises you, look at your keeping times now, while there is time."),
        ),
        _RULES,
        _SEE_RULES,
    ),
    "came_back": Advice(
        (N_("Look in the booking system whether they are in it, and say so here."),),
        "console.show_returned",
        N_("Say what is so"),
        told=N_("The booking system tells of customers who had been erased: {count}."),
    ),
    "moved_away": Advice(
        (
            N_(
                "Ask the maker of the earlier booking system in writing to erase everything, and keep the answer."
            ),
        )
    ),
    "telling_ids": Advice(
        (N_("Ask the maker of your booking system to use numbers of its own as customers' ids."),)
    ),
    "found_again": Advice((N_("You need not do anything."),)),
    "stuck": _of_queue(
        N_("Look at each of them: it says what the booking system answered. Try again, or leave it.")
    ),
    "unknown": _of_queue(N_("Look in the booking system whether it was done. Then try again, or leave it.")),
    "by_hand": _of_queue(N_("Do them in the booking system, and tick them here.")),
    "with_maker": Advice(
        (N_("Ask them if no answer has come, and file it here when it does."),),
        "console.show_tasks",
        N_("To be done by hand"),
    ),
    "hold_review": Advice(
        (N_("Open each customer's page: end the hold if it is over, or open it anew."),),
        "console.show_customers",
        N_("To the customers"),
    ),
    "overdue": _of_queue(N_("Approve them, or say why not: they wait until you do.")),
    "no_journal": Advice((_INSTALLER, N_("Nothing is erased until it is mended."))),
    "evidence_broken": Advice((_INSTALLER,), "console.show_evidence", N_("To the evidence")),
    "request_due": _of_queue(N_("Answer each of them before its last day.")),
    "request_overdue": _of_queue(N_("Answer them today, and say why it took so long.")),
    "breach": Advice(
        (
            N_("Ask the maker of the booking system what happened, and to whom."),
            N_("If it may harm anybody, notify the Data Protection Ombudsman before the time is over."),
        )
    ),
    "breach_notice": Advice((N_("Tell those whom it may harm what has been done since."),)),
    "mail_unsent": Advice((_INSTALLER,), "console.show_mail", N_("To the mail settings")),
    "refused_deliveries": _of_connection(
        N_("If somebody has just changed the secret, put the new one into the booking system too."), _STILL
    ),
}
NOTHING = Advice(())

#: of a booking system without an interface: its list is brought in, not asked for
_LISTS = ("console.show_import", N_("To the lists"))
_BRING = N_("Export the list of customers in your booking system, and bring it in here.")
BY_HAND: Mapping[str, Advice] = {
    code: Advice((_BRING,), *_LISTS, stops=True) for code in ("never_compared", "stale")
}


def of(code: str, *, by_hand: bool) -> Advice:
    """What to do about a finding; nothing to say of one that this release does not know."""
    return (BY_HAND.get(code) if by_hand else None) or OF.get(code, NOTHING)
