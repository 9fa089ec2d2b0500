"""What to do in the booking system for a task by hand, in words: to press there, or to ask its maker for."""

from connector.jobs_listing import Alike
from connector.texts import Texts
from connector.texts_words import N_
from policies.decisions import JobKind

#: what is done in the end, for each kind of task
PRESS = {
    JobKind.ERASE: N_("Delete the customer"),
    JobKind.ANONYMISE: N_("Take away everything that tells who it is: name, phone, e-mail, address, notes"),
    JobKind.DETACH: N_("Take away everything that tells who it is, and leave the receipts"),
    JobKind.ERASE_CATEGORIES: N_("Delete these details: %(details)s"),
    JobKind.MARKETING_OFF: N_("Switch marketing off: %(details)s"),
}


def said(words: Texts, job: Alike) -> str:
    """The sentence for one job; nothing for a kind that nobody presses."""
    content = job.content
    gone = content.off if job.kind is JobKind.MARKETING_OFF else [one.category for one in content.going]
    details = ", ".join(sorted(words.word(one) for one in gone))
    return words.gettext(PRESS[job.kind]) % {"details": details} if job.kind in PRESS else ""
