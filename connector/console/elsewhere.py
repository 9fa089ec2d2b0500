"""What a job leaves behind in a salon's booking system, and whom that system tells of it; said on the job's page."""

from collections.abc import Iterable

from connector import lookup_entries
from connector.jobs import Listed
from connector.salons import Account
from connector.texts_words import N_
from policies.decisions import JobKind
from policies.vocabulary import Category
from webhooks.dialect import CALLS

#: a dialect's word → what the owner reads
SAID = {
    "platform_log": N_("The booking system's own log may name the customer for up to 90 days more."),
    "sent_mails": N_("Mails that were sent stay with whoever got them."),
    "consent_ips": N_(
        "The internet address (IP) from which somebody agreed to the terms stays in its database."
    ),
    "anonymised_hidden_columns": N_(
        "Two fields that cannot be reached from outside stay: mobile number and state."
    ),
    "anonymised_appointment_texts": N_(
        "What was written on appointments stays: clearing it would send mails."
    ),
    "anonymised_appointment_rest": N_(
        "On appointments stay the place, and what was written on those that are still ahead."
    ),
    "appointments_stay": N_("Appointments and purchases stay in its books, with what was written on them."),
    "merged_records": N_("Records that were joined with this one before may still hold old details."),
    "erased_shell": N_("It cannot erase a customer: an empty record without a name stays there."),
    "erased_mark": N_(
        "It marks a customer as deleted. What it still holds behind the mark, only its makers can say."
    ),
    "anonymised_consent_rows": N_("Rows that say who agreed to the terms stay, with name and e-mail."),
}
#: a dialect's word for whom its system tells of each text that is cleared → what the owner reads: where the customer's
#: address goes first, and where it stays
TELLS = {
    "mails_of_each": (
        N_(
            "What was written on past appointments is cleared too. The booking system sends a mail about each of them: "
            "to your staff, and to the made-up address that then stands in place of the customer's own."
        ),
        N_(
            "What was written on past appointments is cleared too. The booking system sends a mail about each of them: "
            "to the customer and to your staff."
        ),
    ),
}
#: words that are about jobs of the one kind, and not of the other
_ONLY_ANONYMISED, _ONLY_ERASED = "anonymised_", "erased_"
_TAKES = frozenset({JobKind.ERASE, JobKind.ANONYMISE, JobKind.DETACH, JobKind.ERASE_CATEGORIES})


def of(account: Account, job: Listed) -> tuple[str, ...]:
    """The sentences for one job; none where nothing is taken away, or the dialect reaches everything."""
    words = account.dialect.out_of_reach if job.kind in _TAKES else ()
    others = _ONLY_ANONYMISED if job.kind is JobKind.ERASE else _ONLY_ERASED
    return tuple(SAID[word] for word in words if not word.startswith(others))


def told(account: Account, jobs: Iterable[Listed]) -> tuple[str, ...]:
    """Whom the booking system tells by itself when these jobs are carried out: said before the owner's word."""
    found: dict[str, None] = {}
    for job in jobs:
        texts = lookup_entries.texts(account, CALLS if account.can is None else account.can, job.content)
        if texts is not None:
            nameless, named = TELLS[texts.tells]
            going = {one.category for one in job.content.going}
            goes_first = job.kind is not JobKind.ERASE_CATEGORIES or Category.CONTACT in going
            found[nameless if goes_first else named] = None
    return tuple(found)
