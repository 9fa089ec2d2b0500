"""What a look at a job found, in the owner's words; where nobody looked, it says so. Pure, and never fails."""

from connector import proofs
from connector.proofs import Proof
from connector.texts import Texts
from connector.texts_words import N_
from policies.decisions import JobKind

#: what a look found → what the owner reads
FOUND = {
    "gone": N_("the customer's details are no longer there"),
    "clean": N_("what was to go is gone"),
    "leftovers": N_("not all of it was gone"),
    "there": N_("the details were still there"),
    "cannot_tell": N_("the booking system says that it is done, and cannot show it"),
    "owner_says": N_("you said that it is done"),
    "processor_says": N_("the booking system's maker says that it is done"),
}
_ABSENT = N_("no longer on the booking system's list")
_OFF = N_("the marketing is off")
#: a later look of what can only be said: the program had nothing to look at
_NOT_LOOKED = N_("it could not be looked at, and nothing more is known")
_READ = N_("read from the booking system")
_LOOKED = N_("looked at")


def of(words: Texts, found: str | None, grade: str | None, *, nth: int, kind: JobKind | None = None) -> str:
    """One look as a sentence, with how it is known where it was read."""
    proof = proofs.of_look(found, grade)
    if proof is Proof.ABSENT:
        return words.gettext(_ABSENT)
    if found == "cannot_tell" and (nth or grade == Proof.OWNER_SAYS):
        return words.gettext(_NOT_LOOKED)
    is_off = found == "clean" and kind is JobKind.MARKETING_OFF
    said = words.gettext(_OFF if is_off else FOUND.get(found or "", _LOOKED))
    return f"{said} · {words.gettext(_READ)}" if proof is Proof.READ_BACK and found in FOUND else said
