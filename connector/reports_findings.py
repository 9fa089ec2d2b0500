"""What a night may find: each with a code, how much it matters, and its sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an `ERROR` stops part of the night, a `WARNING` wants the owner's eyes."""

    ERROR = "error"
    WARNING = "warning"


#: code → how much it matters, and the sentence (a msgid, with its parameters in braces)
MESSAGES: Mapping[str, tuple[Severity, str]] = {
    "no_policy": (Severity.ERROR, "No policy is in force on {day}: nothing is judged."),
    "policy_unreadable": (
        Severity.ERROR,
        "The policy in force cannot be read by this release: nothing is judged.",
    ),
    "night_failed": (
        Severity.ERROR,
        "The night broke off ({kind}): nothing was judged. It is begun again after an hour; "
        "whoever installed Ovikello finds the reason in its log.",
    ),
    "never_compared": (
        Severity.ERROR,
        "The booking system's list of clients was never compared with the mirror: nothing is judged.",
    ),
    "stale": (
        Severity.ERROR,
        "The mirror was last compared at {at}, longer ago than the policy allows: nothing is judged.",
    ),
    "no_visits": (
        Severity.ERROR,
        "The list of clients has no days of visits, so nobody is due. Bring in the visits as well.",
    ),
    "no_answer": (Severity.ERROR, "The booking system gave no usable answer, so its list was not compared."),
    "not_understood": (Severity.ERROR, "The booking system's list of clients cannot be read."),
    "short_list": (
        Severity.ERROR,
        "More than a third of the clients are missing from the booking system's list, "
        "so nothing was taken as deleted.",
    ),
    "short_after_move": (
        Severity.ERROR,
        "More than a third of the earlier booking system's clients are not on the first list of this one, "
        "so nobody of them goes on in it yet, and nobody is forgotten.",
    ),
    "cannot_look_up": (
        Severity.ERROR,
        "The booking system would not say whether some clients are still there.",
    ),
    "quarantined_known": (
        Severity.ERROR,
        "Deliveries of a known kind wait in quarantine: {count}. Until they are answered nothing is judged.",
    ),
    "quarantined": (Severity.WARNING, "Deliveries that were not understood wait in quarantine: {count}."),
    "quarantine_expired": (
        Severity.WARNING,
        "Deliveries that nobody answered in time were destroyed unread: {count}.",
    ),
    "over_limit": (
        Severity.WARNING,
        "More of the register than the policy's mass limit and than was forecast would go: "
        "{count} of {register} clients. "
        "It needs a second confirmation, and nothing of it is automatic.",
    ),
    "mass_ahead": (
        Severity.WARNING,
        "By {day} more of the register than the policy's mass limit will be proposed to go: {count} of {register} "
        "clients. Look through the policy and its dates now, if that surprises you.",
    ),
    "came_back": (
        Severity.ERROR,
        "The booking system tells of clients who had been erased: {count}. Look there whether they are in it, "
        "and say so with 'ovikello returned'.",
    ),
    "moved_away": (
        Severity.WARNING,
        "The salon moved to another booking system on {day}. The earlier one still holds every customer: its maker has "
        "to erase or return all of it.",
    ),
    "telling_ids": (
        Severity.WARNING,
        "Clients whose id in the booking system is an e-mail address, a telephone number or a personal identity "
        "code: {count}. Ids are kept as they are; have the booking system use numbers of its own.",
    ),
    "found_again": (
        Severity.WARNING,
        "Clients who had been missing from the booking system are there again, and are looked after as before: "
        "{count}.",
    ),
    "stuck": (Severity.ERROR, "Jobs that the booking system refuses for good: {count}."),
    "unknown": (
        Severity.ERROR,
        "Nobody knows whether these were done, because the booking system does not say: {count}. "
        "Look there, then try again or leave it.",
    ),
    "by_hand": (Severity.WARNING, "Jobs that wait for somebody to do them in the booking system: {count}."),
    "with_maker": (
        Severity.WARNING,
        "Jobs that the booking system's maker was asked to do, and has not answered about: {count}.",
    ),
    "hold_review": (
        Severity.WARNING,
        "Holds that you opened are to be looked at again: {count}. End those that are over; open the others anew.",
    ),
    "overdue": (Severity.WARNING, "Jobs that have waited longer than a word is good for: {count}."),
    "no_journal": (
        Severity.ERROR,
        "The erasure journal cannot be written, so that nothing is erased. Look at its folder: is it there, is its "
        "disk full, may Ovikello write into it?",
    ),
    "evidence_broken": (
        Severity.ERROR,
        "The evidence does not hold at line {line}: somebody changed it. Nothing of it was pruned.",
    ),
    "request_due": (
        Severity.WARNING,
        "Requests of customers are to be answered within a week: {count}. The last day of the first one is {day}.",
    ),
    "request_overdue": (
        Severity.ERROR,
        "Requests of customers should have been answered by now: {count}. Answer today, and say why it took so long.",
    ),
    "breach": (
        Severity.ERROR,
        "The booking system reported breaches of personal data: {count}. The 72 hours to notify the authority end at "
        "{at}; find out what happened, and whether it may harm anybody.",
    ),
    "breach_notice": (
        Severity.WARNING,
        "The booking system reported a breach of personal data. By {day} tell those whom it may harm what was done "
        "about it, as you promise.",
    ),
    "mail_unsent": (
        Severity.WARNING,
        "Letters to you that could not be sent by mail: {count}. Look at the mail settings.",
    ),
    "refused_deliveries": (
        Severity.WARNING,
        "Deliveries with a wrong signature came in within a day. Does the booking system have today's secret?",
    ),
}


@dataclass(frozen=True)
class Finding:
    """Something about a night that somebody should know; `code` is one of MESSAGES."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    clients: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return MESSAGES[self.code][0]

    @property
    def msgid(self) -> str:
        """The sentence before its parameters are put in, for a translation."""
        return MESSAGES[self.code][1]

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.msgid.format(**self.params)
