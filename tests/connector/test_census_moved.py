"""What is said of a move: who was found, who is waited for, until when, and that of the last move alone."""

from datetime import timedelta

import pytest

from connector import census_moved, database
from connector.census_moved import Move
from connector.mirror_graves import LATE
from connector.program import Program
from connector.salons import Account
from tests.builders import Clock
from tests.connector.intake import apply, told
from tests.connector.moves import Leaving, leaving
from tests.connector.test_census_short import points


@pytest.fixture
def place(program: Program, salon: Account, stranger: Account, clock: Clock) -> Leaving:
    """A salon with six clients, and a stranger with as many."""
    for account in (salon, stranger):
        apply(program, account, *(told(f"{number}", day=100, **points(number)) for number in range(1, 7)))
    return leaving(program, salon, clock)


def comes(place: Leaving, prefix: str, count: int) -> None:
    """The present system's list comes, with so many of them."""
    place.booking.clients[place.old.slug] = {}
    for number in range(1, count + 1):
        place.has(f"{prefix}-{number}", **points(number))
    assert place.walk().finding is None


def of(place: Leaving) -> Move | None:
    """What is said of the move."""
    with database.read(place.program.engine) as db:
        return census_moved.of(db, place.account, now=place.clock.at)


def test_where_no_move_was_made_nothing_is_said_of_one(place: Leaving) -> None:
    assert of(place) is None


def test_before_the_first_list_nobody_is_found_and_nothing_runs_out(place: Leaving) -> None:
    place.move()
    moved_at = place.clock.at
    place.clock.at += timedelta(days=400)
    assert of(place) == Move(moved_at, found=0, waiting=6, until=None, is_over=False)


def test_the_time_in_which_somebody_may_be_found_runs_from_the_list_and_is_over_at_its_end(
    place: Leaving,
) -> None:
    place.move()
    comes(place, "n", 5)
    listed_at = place.clock.at
    for after, is_over in ((timedelta(), False), (LATE - timedelta(seconds=1), False), (LATE, True)):
        place.clock.at = listed_at + after
        found = of(place)
        assert found is not None
        assert (found.found, found.waiting, found.until, found.is_over) == (5, 1, listed_at + LATE, is_over)


def test_who_was_found_in_a_system_that_was_left_too_is_not_found_in_the_present_one_by_that(
    place: Leaving,
) -> None:
    place.move()
    comes(place, "n", 6)
    place.clock.at += timedelta(days=3)
    place.move()
    found = of(place)
    assert (found and (found.found, found.waiting)) == (0, 6)
    comes(place, "m", 4)
    found = of(place)
    assert (found and (found.found, found.waiting)) == (4, 2)
