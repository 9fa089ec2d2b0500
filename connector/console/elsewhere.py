"""What an erasure leaves behind in a salon's booking system, out of our reach; said on a job's page."""

from connector.jobs import Listed
from connector.salons import Account
from connector.texts_words import N_
from policies.decisions import JobKind

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
    "anonymised_consent_rows": N_("Rows that say who agreed to the terms stay, with name and e-mail."),
}
_ONLY_ANONYMISED = "anonymised_"
_TAKES = frozenset({JobKind.ERASE, JobKind.ANONYMISE, JobKind.DETACH, JobKind.ERASE_CATEGORIES})


def of(account: Account, job: Listed) -> tuple[str, ...]:
    """The sentences for one job; none where nothing is taken away, or the dialect reaches everything."""
    words = account.dialect.out_of_reach if job.kind in _TAKES else ()
    return tuple(
        SAID[word] for word in words if job.kind is not JobKind.ERASE or not word.startswith(_ONLY_ANONYMISED)
    )
