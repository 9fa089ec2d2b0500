"""A line of evidence as a sentence for the owner. Pure: it never fails, whatever somebody may have put into a line."""

from collections.abc import Mapping
from typing import Any

from connector import proofs
from connector.console import looks_said
from connector.proofs import Proof
from connector.states import State
from connector.texts import Texts
from connector.texts_words import N_
from policies.decisions import JobKind

#: kind of line → what it says where nothing more of it is told
SAID: Mapping[str, str] = {
    "answered": N_("You answered what was asked"),
    "place": N_("You took an erased customer out of another place that you had named"),
    "pruned": N_("Older lines went after their period"),
    "came_back": N_("Somebody was told of again after an erasure, and you answered what is so"),
    "moved": N_("The salon moved to another booking system"),
    "joined": N_("Customers of the earlier booking system were found in this one"),
    "list_whole": N_("Somebody said that a short list from the booking system is whole"),
    "list": N_("A list from the booking system was brought in"),
    "restored": N_("The database came back from a backup"),
    "owner": N_("Who may speak for the salon, or how somebody gets in, was changed"),
    "package": N_("A copy of a customer's details was made, shown, opened or destroyed"),
    "instruction": N_("An instruction to the booking system's maker was made, sent or answered"),
    "request": N_("A customer's request was written down"),
    "salon_removed": N_("The salon was removed"),
}
#: kind of line, and the word in it that says more → the sentence
SAID_MORE: Mapping[tuple[str, str], str] = {
    ("hold", "opened"): N_("A hold was opened: the details stay for now"),
    ("hold", "ended"): N_("A hold was ended"),
    ("package", "made"): N_("A copy of a customer's details was made, and sealed"),
    ("package", "link_shown"): N_("The link to a copy was given to the owner, who knows who asks"),
    ("package", "opened"): N_("A copy was opened"),
    ("package", "destroyed"): N_("A copy was destroyed"),
    ("instruction", "made"): N_("An instruction to the booking system's maker was made, with a sealed list"),
    ("instruction", "opened"): N_("The list of an instruction was opened"),
    ("instruction", "attached"): N_("The list of an instruction was saved as a locked file"),
    ("instruction", "destroyed"): N_("The list of an instruction was destroyed"),
    ("instruction", "sent"): N_("You wrote down that an instruction was sent"),
    ("instruction", "confirmed"): N_("The booking system's maker confirmed an instruction"),
    ("instruction", "refused"): N_("The booking system's maker said no to an instruction"),
    ("instruction", "withdrawn"): N_("An instruction was withdrawn before it was sent"),
    ("owner", "invited"): N_("Somebody was invited to speak for the salon"),
    ("owner", "added"): N_("Somebody may speak for the salon from now on"),
    ("owner", "ended"): N_("Somebody may no longer speak for the salon"),
    ("owner", "recovered"): N_("Somebody who may give the word came in with a recovery code"),
    ("owner", "new_app"): N_("Somebody who may give the word took another code app into use"),
    ("owner", "reset"): N_("Whoever runs Ovikello had somebody set up their log-in anew"),
    ("request", "objection"): N_("A customer's no to all marketing was written down"),
    ("request", "erasure"): N_("A customer's wish that the details be erased was written down"),
    ("request", "access"): N_("A customer's wish to see what is kept was written down"),
    ("quarantine", "released"): N_("A message that could not be read before was read"),
    ("quarantine", "dropped"): N_("A message that could not be read was destroyed unread"),
    ("quarantine", "expired"): N_("A message that nobody answered in time was destroyed unread"),
    ("connection", "secret"): N_("A new secret was made for the booking system's messages"),
    ("connection", "token"): N_("The key to the booking system was changed"),
    ("connection", "address"): N_("The booking system's address was changed"),
    ("connection", "settings"): N_("How the booking system is spoken to was changed"),
}
#: kind of line → which word of it says more
MORE = {
    "hold": "to",
    "instruction": "to",
    "owner": "to",
    "package": "to",
    "request": "right",
    "quarantine": "state",
    "connection": "changed",
}
#: where a job went → what happened
WENT: Mapping[State, str] = {
    State.PROPOSED: N_("proposed"),
    State.APPROVED: N_("approved, goes out next"),
    State.REJECTED: N_("not approved"),
    State.WITHDRAWN: N_("taken back, no longer needed"),
    State.EXPIRED: N_("the word for it ran out"),
    State.HELD: N_("held back"),
    State.SENDING: N_("sent to the booking system"),
    State.UNKNOWN: N_("no answer came"),
    State.SENT: N_("the booking system says that it is done"),
    State.PENDING: N_("the booking system is at it"),
    State.BY_HAND: N_("given to be done by hand"),
    State.VERIFIED: N_("done"),
    State.REOPENED: N_("not done after all, taken up again"),
    State.STUCK: N_("came to nothing"),
}
#: which look it was; the last of these is any other
_LOOKS = (
    N_("Looked at at once"),
    N_("Looked at after a day"),
    N_("Looked at after 30 days"),
    N_("Looked at once more"),
)
#: the same of a look that was due, where there was nothing to look at
_NOBODY_LOOKED = (
    N_("It was to be looked at at once"),
    N_("It was to be looked at after a day"),
    N_("It was to be looked at after 30 days"),
    N_("It was to be looked at once more"),
)
_SOMETHING = N_("Something that this page has no words for")
#: what this page has words for
KNOWN = frozenset({"job", "look", *SAID, *MORE})


def of(words: Texts, said: Mapping[str, Any]) -> str:
    """What a line tells."""
    what = str(said.get("what"))
    if what == "job":
        return _of_job(words, said)
    if what == "look":
        return _of_look(words, said)
    more = SAID_MORE.get((what, str(said.get(MORE.get(what, "")))))
    return words.gettext(more or SAID.get(what, _SOMETHING))


def _of_job(words: Texts, said: Mapping[str, Any]) -> str:
    try:
        kind, state = JobKind(str(said.get("kind"))), State(str(said.get("to")))
    except ValueError:
        return words.gettext(_SOMETHING)
    known = _proof(said) if state is State.VERIFIED else proofs.of_end(state, said.get("reason"))
    return f"{words.word(kind)}: {words.word(known) if known else words.gettext(WENT[state])}"


def _of_look(words: Texts, said: Mapping[str, Any]) -> str:
    found, grade, nth = str(said.get("found")), str(said.get("grade")), said.get("nth")
    looks = _NOBODY_LOOKED if found == "cannot_tell" else _LOOKS
    look = words.gettext(looks[nth] if isinstance(nth, int) and 0 <= nth < len(looks) else looks[-1])
    if found not in looks_said.FOUND:
        return look
    return f"{look}: {looks_said.of(words, found, grade, nth=nth if isinstance(nth, int) else 0)}"


def _proof(said: Mapping[str, Any]) -> Proof | None:
    """How a line says that its job is known to be done; a tick has the owner's or the maker's word, and no look."""
    found, grade = said.get("found"), said.get("grade")
    if found is None and grade is not None:
        found = "owner_says" if grade == Proof.OWNER_SAYS else "processor_says"
    return proofs.of_look(None if found is None else str(found), None if grade is None else str(grade))
