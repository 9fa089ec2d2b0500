"""Why a job fell out of an approval, or stands where it stands, in words."""

from collections.abc import Mapping

from connector.states import State
from connector.texts import Texts
from connector.texts_words import N_
from policies.explain import SENTENCES

#: reason word → what happened
WORDS: Mapping[str, str] = {
    "needs_second": N_("It is part of a large group: tick that you have looked through the list."),
    "not_what_was_shown": N_("It is no longer what this page showed."),
    "no_such_job": N_("It is not there any more."),
    "no_policy": N_("No rules are in force today."),
    "facts_changed": N_("Something has changed about this customer since it was proposed."),
    "policy_changed": N_("Your rules have changed since it was proposed."),
    "client_gone": N_("The customer is gone from the booking system already."),
    "client_merged": N_("The customer was joined with another one."),
    "expired": N_("Your approval ran out before it was done."),
    "owner_says_no": N_("You said no."),
    "hold_ended": N_("What held it back is over."),
    "came_back": N_("The customer's details came back."),
    "leftovers": N_("Some details were still there."),
    "there": N_("The details were still there."),
    "never_answered": N_(
        "The booking system has not answered for days, so nobody knows whether it was done. "
        "If you try again, it is looked up first, and only what is still there is asked for once more."
    ),
    "cannot_look": N_(
        "No answer came, and this booking system cannot be asked whether it was done. "
        "Look there yourself first: try again only if the details are still there."
    ),
    "no_address_for_client": N_(
        "The booking system knows this customer by nothing but dots, and no request can name that. "
        "Do this one by hand in the booking system."
    ),
    "by_hand": N_("This booking system cannot do it by itself."),
    "gave_up": N_("The booking system did not take it for days."),
    "still_there": N_("The details were still there."),
    "refused_by_system": N_("The booking system refused it."),
}


def in_words(words: Texts, because: str | None) -> str | None:
    """A reason word as a sentence; None where there is none to give."""
    if because is None:
        return None
    if because in WORDS:
        return words.gettext(WORDS[because])
    if because.startswith("held_"):
        return words.gettext(SENTENCES.get(because.removeprefix("held_"), SENTENCES["hand_hold"]))
    if because.startswith("is_") and because.removeprefix("is_") in set(State):
        state = words.word(State(because.removeprefix("is_")))
        return words.gettext("Where it stands: %(state)s.") % {"state": state}
    return words.gettext("The reason's name is %(because)s.") % {"because": because}
