"""How it is known that something is done: a look is one thing, somebody's word another."""

import pytest

from connector import proofs
from connector.proofs import Proof


@pytest.mark.parametrize(
    ("found", "grade", "proof", "is_seen"),
    [
        ("gone", "read_back", Proof.READ_BACK, True),
        ("clean", "read_back", Proof.READ_BACK, True),
        ("package", "read_back", Proof.READ_BACK, True),
        ("gone", None, Proof.READ_BACK, True),  # before grades were kept
        ("gone", "absent_from_list", Proof.ABSENT, True),
        ("gone", "processor_confirmed", Proof.SYSTEM_SAYS, False),
        ("cannot_tell", "processor_confirmed", Proof.SYSTEM_SAYS, False),
        ("cannot_tell", "owner_says", Proof.OWNER_SAYS, False),
        ("processor_says", "processor_confirmed", Proof.MAKER_SAYS, False),
        ("owner_says", "owner_says", Proof.OWNER_SAYS, False),
        ("owner_says", None, Proof.OWNER_SAYS, False),
        ("there", "read_back", None, False),
        ("leftovers", "read_back", None, False),
        ("no_package", "read_back", None, False),
        (None, None, None, False),
    ],
)
def test_only_what_was_read_or_is_missing_from_a_list_was_looked_at(
    found: str | None, grade: str | None, proof: Proof | None, is_seen: bool
) -> None:
    known = proofs.of_look(found, grade)
    assert known is proof
    assert bool(known and known.is_seen) is is_seen


def test_one_look_that_saw_it_is_worth_more_than_any_word_and_the_first_word_more_than_silence() -> None:
    said, silence, seen = (
        ("processor_says", "processor_confirmed"),
        ("cannot_tell", "processor_confirmed"),
        ("gone", "absent_from_list"),
    )
    assert proofs.best([said, silence, seen]) is Proof.ABSENT
    assert proofs.best([said, silence]) is Proof.MAKER_SAYS
    assert proofs.best([silence, ("there", "read_back")]) is Proof.SYSTEM_SAYS
    assert proofs.best([("there", "read_back"), (None, None)]) is None


def test_the_evidence_has_one_grade_for_a_system_and_its_maker_who_say_so() -> None:
    assert {one.grade for one in Proof} == {
        "read_back",
        "absent_from_list",
        "processor_confirmed",
        "owner_says",
    }
    assert Proof.MAKER_SAYS.grade == Proof.SYSTEM_SAYS.grade
