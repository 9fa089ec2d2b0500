"""Moves for any story: whoever has the contact point by which somebody's no acts has that no in the next system too."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from connector import census
from connector.program import Program
from tests.connector.moves_any import NEWS, OLD, Before, There, anywhere, has_all, lost, said_before


@settings(max_examples=30)
@given(old=OLD, new=NEWS, is_merged=st.booleans(), late=st.sampled_from([1, 20, 45]))
def test_no_no_is_lost_in_a_move(
    program: Program, old: Before, new: There, is_merged: bool, late: int
) -> None:
    """Whoever of the new list has the contact point by which a standing no acts, has that no; for ever."""
    place = anywhere(program)
    noes = said_before(place, old, is_merged=is_merged)
    place.move()
    has_all(place, new)
    assert place.walk().finding is None
    for days in (0, late):
        place.clock.at += timedelta(days=days)
        place.settle()
        assert lost(place, new, noes) == []


@settings(max_examples=20)
@given(old=OLD, between=NEWS, new=NEWS, is_merged=st.booleans(), late=st.sampled_from([1, 20, 45]))
def test_no_no_is_lost_in_two_moves(
    program: Program, old: Before, between: There, new: There, is_merged: bool, late: int
) -> None:
    """Whoever of the third system has the contact point by which a no of the first one acts, has that no."""
    place = anywhere(program)
    noes = said_before(place, old, is_merged=is_merged)
    for there in (between, new):
        place.move()
        place.booking.clients.clear()
        has_all(place, there)
        place.clock.at += timedelta(hours=1)
        assert census.run(place.program, place.old.slug, may_be_short=True).finding is None
        place.clock.at += timedelta(days=late)
        place.settle()
    assert lost(place, new, noes) == []
