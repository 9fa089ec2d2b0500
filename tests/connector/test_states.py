"""The table of moves: no state is a trap, nothing is sent without a word, nothing unknown is sent again by itself."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.states import LIVE, MOVES, State

ENDS = frozenset({State.REJECTED, State.WITHDRAWN, State.EXPIRED, State.VERIFIED})
#: where nothing goes on without a person
OWNER = frozenset({State.PROPOSED, State.STUCK, State.BY_HAND})


def reached(start: State, *, without: frozenset[State] = frozenset()) -> set[State]:
    """Every state that can be reached from one, on ways that do not go on through some."""
    found, fresh = set[State](), {start}
    while fresh:
        found |= fresh
        ahead = {new for old in fresh - (without - {start}) for new in MOVES[old]}
        fresh = ahead - found
    return found


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(State)
    assert set(State) == LIVE | ENDS


@pytest.mark.parametrize("state", sorted(LIVE))
def test_from_each_state_an_end_can_be_reached(state: State) -> None:
    assert reached(state) & ENDS


@pytest.mark.parametrize("state", sorted(LIVE - OWNER))
def test_from_each_state_a_person_can_be_asked_or_an_end_comes_by_itself(state: State) -> None:
    assert reached(state) & (OWNER | {State.VERIFIED, State.EXPIRED})
    assert MOVES[state] & (OWNER | ENDS) or state in {State.HELD, State.REOPENED, State.SENDING, State.SENT}


def test_a_job_is_sent_from_approved_only() -> None:
    assert {old for old, news in MOVES.items() if State.SENDING in news} == {State.APPROVED}


def test_what_is_unknown_or_stuck_is_never_sent_before_it_was_approved_again() -> None:
    for state in (State.UNKNOWN, State.STUCK):
        assert State.SENDING not in reached(state, without=frozenset({State.APPROVED}))


@given(st.lists(st.integers(0, 10), max_size=40))
def test_on_any_walk_each_sending_follows_a_word_of_its_own(steps: list[int]) -> None:
    walk = [State.PROPOSED]
    for step in steps:
        ahead = sorted(MOVES[walk[-1]])
        if not ahead:
            break
        walk.append(ahead[step % len(ahead)])
    for before, after in pairwise(walk):
        assert after in MOVES[before]
        assert after is not State.SENDING or before is State.APPROVED
    assert all(
        state in LIVE or state is State.VERIFIED or place == len(walk) - 1 for place, state in enumerate(walk)
    )
