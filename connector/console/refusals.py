"""Why a job fell out of an approval, or stands where it stands, in words. No code word ever reaches the page."""

from collections.abc import Mapping

from connector.jobs import Listed
from connector.states import State
from connector.texts import Texts
from connector.texts_words import N_
from policies.explain import SENTENCES
from policies.holds import HandKind
from policies.policy import HoldKind

#: reason word → what happened; `answered_NNN` and the words of the vocabulary are told apart below
WORDS: Mapping[str, str] = {
    # fell out of the owner's word
    "needs_second": N_("It is part of a large group: tick that you have looked through the list."),
    "not_what_was_shown": N_("It is no longer what this page showed."),
    "no_such_job": N_("It is not there any more."),
    "set_aside": N_("The customer was taken out of the group in the meantime, and waits by itself."),
    "is_approved": N_("This was approved in the meantime already."),
    "is_rejected": N_("It was decided in the meantime that this is not done."),
    "is_withdrawn": N_("It changed in the meantime, and is no longer needed."),
    # judged once more
    "no_policy": N_("There are no rules for this day."),
    "never_compared": N_(
        "Nothing is erased before the booking system's list has been compared with what Ovikello knows."
    ),
    "stale": N_(
        "Ovikello has not seen the booking system's whole list lately, so nothing is erased. It waits for the next "
        "night."
    ),
    "quarantined_known": N_(
        "The booking system has sent something that Ovikello could not read, and nothing is erased before that is "
        "answered. Tell whoever installed Ovikello."
    ),
    "facts_changed": N_("Something has changed about this customer since it was proposed."),
    "active_again": N_("The customer has booked or been here since, so the time starts anew."),
    "policy_changed": N_("Your rules have changed since it was proposed."),
    "client_gone": N_("The customer is gone from the booking system already."),
    "moved": N_("The salon has moved to another booking system. What is still due there is proposed anew."),
    "client_merged": N_("The customer was joined with another one."),
    "came_back": N_("The customer has really come back, so the details stay."),
    "hold_ended": N_("What held it back is over."),
    "expired": N_("Your approval ran out before it was done."),
    "owner_says_no": N_("You decided that this is not done."),
    "by_hand": N_("Your booking system cannot be told to do this."),
    "no_address_for_client": N_(
        "The booking system knows this customer by a number that no request can name. "
        "Do this one by hand in the booking system."
    ),
    # on the way
    "accepted": N_("The booking system has taken it on. It may take days."),
    "was_gone": N_("The customer was gone from the booking system already."),
    "was_done": N_("It turned out to have been done already."),
    "was_not_done": N_("A look showed that it was not done the first time. It is tried again by itself."),
    "worker_gone": N_("Ovikello was stopped in the middle of it. It is looked up, and carried on."),
    "no_journal": N_(
        "The erasure journal cannot be written, so nothing is erased. Tell whoever installed Ovikello."
    ),
    # looked at, and not done
    "still_there": N_("The booking system said that it had erased the details, but they are still there."),
    "still_leftovers": N_("The booking system said that this was done, but it is not, or only in part."),
    "named_in_text": N_(
        "What identifies is gone, but a text still speaks of the customer. Take that out in the booking system, and "
        "approve then: it is looked at once more."
    ),
    "restored": N_(
        "It was done before Ovikello's own database was restored from a backup. It is looked at once more."
    ),
    "lost_by_restore": N_(
        "The booking system was asked for this before Ovikello's own database was restored from a backup, which knows "
        "nothing more of it. What is still due is proposed anew."
    ),
    "reappeared": N_("The details were gone, but they came back."),
    "never_answered": N_(
        "The booking system has not answered for days, so nobody knows whether it was done. "
        "If you try again, it is looked up first, and only what is still there is asked for once more."
    ),
    "cannot_look": N_(
        "No answer came, and this booking system cannot be asked whether it was done. "
        "Look there yourself first: try again only if the details are still there."
    ),
    "gave_up": N_("The booking system has not done this, although it was asked for days."),
    "refused_by_system": N_("The booking system refused it."),
    # handed over
    "gone_before_export": N_(
        "The booking system no longer knows this customer, so there is nothing of it to hand over. What Ovikello still "
        "holds goes too, once the night has seen it."
    ),
    "export_not_understood": N_(
        "The booking system handed over something that cannot be read. Tell whoever installed Ovikello."
    ),
    "export_failed": N_(
        "The booking system did not hand the details over whole. It is tried again by itself."
    ),
    "package_does_not_open": N_("The copy that was made does not open, so it has to be made anew."),
    # no usable answer
    "no_connection": N_("The booking system could not be reached. It is tried again by itself."),
    "name_not_found": N_(
        "The booking system could not be found on the internet. It is tried again by itself."
    ),
    "connection_lost": N_(
        "The connection to the booking system broke off. It is looked up whether it was done."
    ),
    "no_answer_in_time": N_(
        "The booking system did not answer in time. It is looked up whether it was done."
    ),
    "stood_still": N_("The booking system's answer stood still. It is looked up whether it was done."),
    "breaker_open": N_("The booking system has not been answering. It is tried again by itself."),
    "capabilities_not_told": N_(
        "The booking system does not tell what it can do. It is tried again by itself."
    ),
    "changed_meanwhile": N_(
        "The booking system did not take the change: somebody may have changed the customer at the same moment. It is "
        "read again, and tried again by itself."
    ),
    "not_read_before": N_(
        "The customer could not be read right before the change, so nothing was changed. It is tried again by itself."
    ),
    "no_settings": N_(
        "Ovikello does not know yet which salon of the booking system this is. Tell whoever installed Ovikello."
    ),
    "wrong_token": N_(
        "The booking system's key is not written as it has to be. Write it anew in the settings."
    ),
    "no_address": N_("Ovikello does not know the booking system's address. Tell whoever installed Ovikello."),
    "bad_address": N_("The booking system's address is not right. Tell whoever installed Ovikello."),
    "unsafe_path": N_("The customer's number cannot be sent safely. Tell whoever installed Ovikello."),
    "not_https": N_(
        "The connection to the booking system is not protected. Tell whoever installed Ovikello."
    ),
    "address_refused": N_("The booking system's address is not allowed. Tell whoever installed Ovikello."),
    "certificate_not_trusted": N_(
        "The booking system's certificate is not trusted. Tell whoever installed Ovikello."
    ),
}
#: what an answer's number means for the owner, by its first digits; the longest that fits counts
ANSWERED: Mapping[str, str] = {
    "401": N_(
        "The booking system does not take Ovikello's token. Whoever installed Ovikello has to give a new one."
    ),
    "403": N_(
        "The booking system does not take Ovikello's token. Whoever installed Ovikello has to give a new one."
    ),
    "429": N_("The booking system is busy. It is tried again by itself."),
    "408": N_("The booking system is busy. It is tried again by itself."),
    "425": N_("The booking system is busy. It is tried again by itself."),
    "503": N_("The booking system is busy. It is tried again by itself."),
    "5": N_("The booking system had a fault. It is looked up whether it was done."),
    "": N_("The booking system refused it."),
}
#: held while this lasts: a reason of the law, or of a person
_HELD = {kind.value for kind in HoldKind} | {kind.value for kind in HandKind}
_ELSE = N_("Something does not work at the booking system. Tell whoever installed Ovikello.")
#: where a state says it all, its reason would only say it again
_SAID_BY_STATE = frozenset(
    {
        (State.REJECTED, "owner_says_no"),
        (State.EXPIRED, "expired"),
        (State.BY_HAND, "by_hand"),
        (State.PENDING, "accepted"),
    }
)


def of_job(words: Texts, job: Listed) -> str | None:
    """Why a job stands where it stands; None where there is nothing to add to its state."""
    if job.reason is None or (job.state, job.reason) in _SAID_BY_STATE:
        return None
    if job.state is State.HELD and job.reason not in WORDS:
        return _held(words, job.reason)
    if job.state is State.STUCK and job.reason == "still_there":
        return in_words(words, "gave_up")
    return in_words(words, job.reason)


def in_words(words: Texts, because: str) -> str:
    """A reason word as a sentence."""
    if because in WORDS:
        return words.gettext(WORDS[because])
    if because.removeprefix("held_") in _HELD or because.startswith("held_"):
        return _held(words, because.removeprefix("held_"))
    if because.startswith("is_") and because.removeprefix("is_") in set(State):
        state = words.word(State(because.removeprefix("is_")))
        return words.gettext("Where it stands: %(state)s.") % {"state": state}
    if "answered_" in because:
        status = because.partition("answered_")[2]
        return words.gettext(next(ANSWERED[status[:n]] for n in (3, 1, 0) if status[:n] in ANSWERED))
    return words.gettext(_ELSE)


def _held(words: Texts, because: str) -> str:
    said = SENTENCES.get(because if because in _HELD else HandKind.OTHER.value, _ELSE)
    return words.gettext(said)
