"""How it is known that a job is done: looked at, or only said, and by whom; or that nobody did it. Pure.

Promise 4 is that done means looked at. So every page, letter and command that says of a job that it is done says this
with it (`Listed.stands`); the words of each are in `texts_words`.
"""

from collections.abc import Iterable
from enum import StrEnum

CONFIRMED = "processor_confirmed"


class Proof(StrEnum):
    """What the best look at a job came to. The evidence has the same in four grades (product, 9)."""

    READ_BACK = "read_back"
    ABSENT = "absent_from_list"
    MAKER_SAYS = "processor_says"
    SYSTEM_SAYS = CONFIRMED
    OWNER_SAYS = "owner_says"

    @property
    def is_seen(self) -> bool:
        """Whether the program looked, at the record or at a list; else it was only told."""
        return self in SEEN

    @property
    def grade(self) -> str:
        """The grade that the evidence has: that the maker says so and that the system does are of one worth."""
        return CONFIRMED if self is Proof.MAKER_SAYS else self.value


class Left(StrEnum):
    """How a task by hand ended that nobody did: a word had been given on it, and did not run out."""

    LEFT = "left"  # by the owner, who said why
    OVER = "over"  # what it rested on has changed


SEEN = frozenset({Proof.READ_BACK, Proof.ABSENT})
_LEFT = frozenset({"leftovers", "there", "pending", "no_package"})
_SAID = {one.value: one for one in (Proof.OWNER_SAYS, Proof.MAKER_SAYS)}
#: what a look found that saw nothing done, whatever its grade
UNSEEN = frozenset({*_LEFT, *_SAID, "cannot_tell"})
_GRADED = {one.value: one for one in (Proof.ABSENT, Proof.SYSTEM_SAYS)}


def of_look(found: str | None, grade: str | None) -> Proof | None:
    """What one look proves; None where it was not made yet, or showed that it is not done.

    Looks that were made before grades were kept say by what they found who looked.
    """
    if found is None or found in _LEFT:
        return None
    if found in _SAID:
        return _SAID[found]
    if found == "cannot_tell":
        return Proof.OWNER_SAYS if grade == Proof.OWNER_SAYS else Proof.SYSTEM_SAYS
    return _GRADED.get(grade or "", Proof.READ_BACK)


def best(looks: Iterable[tuple[str | None, str | None]]) -> Proof | None:
    """What a round's looks prove together, in their order: one that saw it, or else the first word that was given."""
    proofs = [proof for found, grade in looks if (proof := of_look(found, grade)) is not None]
    return next((one for one in proofs if one.is_seen), proofs[0] if proofs else None)


def of_end(state: str, reason: str | None) -> Left | None:
    """How a task ended that nobody did; None where the state says it: a word ran out, or it did not end so."""
    if state != "expired" or reason in {None, "expired"}:
        return None
    return Left.LEFT if str(reason).startswith("held_") else Left.OVER
