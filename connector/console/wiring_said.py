"""What a trial of the wiring found, in the owner's words: which half, what is wrong with it, and what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.texts import Texts
from connector.texts_words import N_
from connector.wiring import Step
from connector.wiring_words import EVENTS

#: word → what is so
SAID: Mapping[str, str] = {
    "answers": N_("It answers, and lets Ovikello in."),
    "no_address": N_("Ovikello does not know the booking system's address yet."),
    "bad_address": N_("The address cannot be right: nobody can be called there."),
    "not_https": N_("The address begins with http. What goes there could be read on the way, so nothing was sent."),
    "address_refused": N_("The address leads into a closed network, not to the internet. So nothing was sent."),
    "certificate_not_trusted": N_("The address answers, but its certificate does not hold. So nothing was sent."),
    "name_not_found": N_("There is no such address on the internet."),
    "no_connection": N_("Nobody answers at the address."),
    "no_answer_in_time": N_("It took the call, but did not answer in time."),
    "breaker_open": N_("It failed several times just now, so Ovikello is waiting a moment."),
    "no_answer": N_("No answer came."),
    "no_settings": N_("Ovikello does not know yet which salon of the booking system this is, so nothing was sent."),
    "wrong_token": N_("The key is not written as this booking system needs it, so nothing was sent."),
    "token_refused": N_("It answers, but the key is not right."),
    "no_such_path": N_("Somebody answers, but the booking system's list of customers is not there."),
    "busy": N_("It answers that it is too busy just now."),
    "odd_status": N_("It answers, but with an error (%(number)s)."),
    "not_understood": N_("It answers, but in a language that Ovikello does not understand."),
    "sends_nothing": N_("This booking system sends no messages. Ovikello asks it every night instead."),
    "record_unread": N_("It answers, but a customer's record in its list is not as it should be."),
    "came_before": N_("Signed messages have come in. The booking system has no test message with which to try it now."),
    "no_test_call": N_(
        "This was not tried: the booking system has no test message to send. Change a customer there, and test again: "
        "then it shows whether a message came."
    ),
    "came_in": N_("A signed message came in, and its signature is right."),
    "cannot_be_tried": N_("This cannot be tried: the booking system has no customer yet, or sends no test message."),
    "not_sent": N_("The booking system would not send a test message."),
    "wrong_secret": N_("The message came in, but with a wrong secret. So it was not taken."),
    "clocks_apart": N_("The message came in, but the two clocks are %(number)s minutes apart. So it was not taken."),
    "none_came": N_("No message came in."),
}  # fmt: skip
_INSTALLER = N_("If that is right, ask whoever installed Ovikello to allow this address")
_AGAIN = N_("Then test again")
_ADDRESS = N_("Check the address letter by letter: the booking system shows it where its interface is set up")
_ITS_MAKER = N_("If it goes on, ask the booking system's makers")
_CERTIFICATE = N_(
    "If it is right, tell the booking system's makers: their certificate has run out or is of another name"
)
_SUPPORTED = N_("If it is right, ask whoever installed Ovikello whether this booking system is supported")
_CLOCKS = N_(
    "Ask whoever installed Ovikello to look at its clock, and the booking system's makers to look at theirs"
)
#: word → what to do, in order; what is not here only takes time
TO_DO: Mapping[str, Sequence[str]] = {
    "no_address": (N_("Write the address and the key, and save"),),
    "bad_address": (_ADDRESS, _AGAIN),
    "not_https": (N_("Change the beginning of the address to https"), _INSTALLER),
    "address_refused": (_ADDRESS, _INSTALLER),
    "certificate_not_trusted": (_ADDRESS, _CERTIFICATE),
    "name_not_found": (_ADDRESS, _AGAIN),
    "no_connection": (N_("Look whether the booking system opens in your browser"), _ADDRESS, _AGAIN),
    "no_answer_in_time": (N_("Wait a few minutes"), _AGAIN, _ITS_MAKER),
    "breaker_open": (N_("Wait a minute"), _AGAIN),
    "no_answer": (_ADDRESS, _AGAIN, _ITS_MAKER),
    "no_settings": (
        N_("Ask whoever installed Ovikello to set which salon of the booking system this is"),
        _AGAIN,
    ),
    "wrong_token": (N_("Copy the key anew, as the booking system gave it"), _AGAIN),
    "token_refused": (
        N_("Open the place in the booking system where keys are made"),
        N_("Make a new key, and save it here"),
        _AGAIN,
    ),
    "no_such_path": (N_("Look at the end of the address: often /api or a number is missing"), _AGAIN),
    "busy": (N_("Wait a few minutes"), _AGAIN),
    "odd_status": (_ADDRESS, _AGAIN, _ITS_MAKER),
    "not_understood": (_ADDRESS, _SUPPORTED),
    "record_unread": (_AGAIN, _ITS_MAKER),
    "cannot_be_tried": (N_("Make one customer in the booking system, then test again"),),
    "not_sent": (_AGAIN, _ITS_MAKER),
    "wrong_secret": (
        N_("Make a new secret here"),
        N_("Copy it into the booking system in place of the old one, and save there"),
        _AGAIN,
    ),
    "clocks_apart": (_CLOCKS, _AGAIN),
    "none_came": (
        N_("Open the place in the booking system where webhooks are set up"),
        N_("Copy the address for messages there, and save"),
        _AGAIN,
    ),
}


@dataclass(frozen=True)
class Said:
    """One half of the wiring: whether it holds, what is so, and what to do where it does not."""

    is_ours: bool  # Ovikello calls the booking system; else the booking system tells Ovikello
    held: bool
    tried: bool
    text: str
    to_do: tuple[str, ...]


def of(words: Texts, step: Step) -> Said:
    """A step in the owner's words; one that this release does not know says that no answer came."""
    said = words.gettext(SAID.get(step.word, SAID["no_answer"]))
    text = said % {"number": words.word(step.number)} if "%(number)s" in said else said
    to_do = () if step.held else tuple(words.gettext(one) for one in TO_DO.get(step.word, ()))
    return Said(step.step != EVENTS, step.held, step.tried, text, to_do)
