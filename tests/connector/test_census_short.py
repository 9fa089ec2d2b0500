"""A list that is far too short: nobody is taken for gone by it, after a move neither, until it is said to be whole."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from connector import census_short, database, evidence, mirror
from connector.census_short import Asked
from connector.commands.door import Door
from connector.program import Program
from connector.salons import Account
from connector.tables import Tombstone
from tests.builders import Clock
from tests.connector.command_line import ovikello
from tests.connector.intake import apply, merged, rows, told
from tests.connector.moves import Leaving, leaving
from tests.connector.night_world import compare, fresh
from tests.connector.test_census import Booking, mirrored, run, with_clients

MONTH = timedelta(days=31)


def points(number: int) -> dict[str, str]:
    """By what somebody is known in both systems."""
    return {"email": f"a{number}@posti.example", "phone": f"040 {number:07}"}


@pytest.fixture
def place(program: Program, salon: Account, stranger: Account, clock: Clock) -> Leaving:
    """A salon with thirty clients that has just moved, and a stranger with as many."""
    for account in (salon, stranger):
        apply(program, account, *(told(f"{number}", day=100, **points(number)) for number in range(1, 31)))
    compare(program, salon, stranger)
    made = leaving(program, salon, clock)
    made.move()
    return made


def has(place: Leaving, count: int) -> None:
    """The new booking system has so many of them, under ids of its own."""
    place.booking.clients[place.old.slug] = {}
    for number in range(1, count + 1):
        place.has(f"n-{number}", **points(number))


def waiting(place: Leaving) -> int:
    """How many of the old clients are still kept aside."""
    return sum(row.kept is not None for row in rows(place.program, place.old, Tombstone))


def asked(place: Leaving) -> Asked | None:
    """What is asked of the owner."""
    with database.read(place.program.engine) as db:
        return census_short.asked(db, place.account)


def say_whole(place: Leaving, walk: UUID | None = None) -> bool:
    """Somebody says that the list is whole: that of the newest walk, or of another one."""
    found = asked(place)
    which = walk or (found.walk if found else uuid4())
    with database.write(place.program.engine) as db:
        return census_short.say_whole(db, place.account, which, owner=None, now=place.clock.at)


# ---- the first list after a move ---------------------------------------------------------------------


@pytest.mark.parametrize(("there", "finding"), [(19, "short_after_move"), (20, None)])
def test_a_first_list_of_the_new_system_that_is_far_shorter_lets_nobody_of_the_old_one_go(
    place: Leaving, there: int, finding: str | None
) -> None:
    has(place, there)
    done = place.walk()
    assert done.finding == finding
    assert place.account.awaits_list is (finding is not None)
    assert len(place.joined()) == (0 if finding else there)
    place.clock.at += MONTH
    place.settle()
    assert waiting(place) == (30 if finding else 0)


def test_once_the_others_were_moved_too_everybody_is_found(place: Leaving) -> None:
    has(place, 5)
    short = place.walk()
    assert (short.missing, short.register, short.is_short) == (25, 30, True)
    place.clock.at += MONTH
    place.settle()
    has(place, 30)
    assert place.walk().finding is None
    assert len(place.joined()) == 30
    assert not place.account.awaits_list


@pytest.mark.parametrize(("same", "finding"), [(19, "short_after_move"), (20, None)])
def test_a_first_list_of_as_many_others_lets_nobody_of_the_old_system_go(
    place: Leaving, same: int, finding: str | None
) -> None:
    has(place, same)
    for number in range(same + 1, 31):
        place.has(f"n-{number}", **points(number + 700))
    done = place.walk()
    assert (done.finding, done.missing) == (finding, 11 if finding else 0)
    assert len(place.joined()) == (0 if finding else same)
    found = asked(place)
    assert (found and (found.listed, found.register, found.missing)) == (finding and (30, 30, 11))
    place.clock.at += MONTH
    place.settle()
    assert waiting(place) == (30 if finding else 0)


def test_who_has_one_contact_point_of_two_on_the_list_may_be_on_it(place: Leaving) -> None:
    has(place, 10)
    for number in range(11, 21):
        place.has(f"n-{number}", phone=points(number)["phone"], email=f"uusi{number}@posti.example")
    for number in range(21, 31):
        place.has(f"n-{number}", **points(number + 700))
    assert place.walk().finding is None
    assert len(place.joined()) == 10


def test_of_who_has_no_contact_point_it_counts_only_how_many_there_are(
    program: Program, salon: Account, clock: Clock
) -> None:
    apply(program, salon, *(told(f"{number}", day=100) for number in range(1, 31)))
    compare(program, salon)
    place = leaving(program, salon, clock)
    place.move()
    has(place, 19)
    assert place.walk().finding == "short_after_move"
    has(place, 20)
    assert place.walk().finding is None


def test_who_was_erased_before_the_move_is_not_missed_on_the_first_list(
    program: Program, salon: Account, clock: Clock
) -> None:
    apply(program, salon, *(told(f"{number}", day=100, **points(number)) for number in range(1, 31)))
    with database.write(program.engine) as db:
        for number in range(19, 31):
            mirror.bury(db, salon, f"{number}", at=clock.at, by="ovikello")
    compare(program, salon)
    place = leaving(program, salon, clock)
    place.move()
    has(place, 18)
    assert place.walk().finding is None


def test_a_list_without_anybody_is_a_short_one(place: Leaving) -> None:
    assert place.walk().finding == "short_after_move"
    assert waiting(place) == 30


def test_who_was_known_by_several_ids_in_the_old_system_is_one_client(
    program: Program, salon: Account, clock: Clock
) -> None:
    apply(program, salon, *(told(f"{number}", day=100, **points(number)) for number in range(1, 13)))
    apply(program, salon, *(merged(f"{number}", "12", day=90) for number in range(1, 7)))
    compare(program, salon)
    place = leaving(program, salon, clock)
    place.move()
    for number in range(7, 11):
        place.has(f"n-{number}", **points(number))
    assert place.walk().finding is None  # four of six


def test_somebody_says_that_the_list_is_whole_and_the_next_walk_goes_by_it(
    place: Leaving, stranger: Account
) -> None:
    has(place, 5)
    short = place.walk()
    found = asked(place)
    assert found is not None
    assert (found.listed, found.register, found.is_after_move, found.is_said) == (5, 30, True, False)
    with database.write(place.program.engine) as db:
        assert not census_short.say_whole(db, stranger, found.walk, owner=None, now=place.clock.at)
    assert say_whole(place)
    assert not say_whole(place, found.walk)
    said = asked(place)
    assert said is not None
    assert said.is_said
    assert short.finding == "short_after_move"
    assert place.walk().finding is None
    assert len(place.joined()) == 5
    assert asked(place) is None
    place.clock.at += MONTH
    place.settle()
    assert {row.kept for row in rows(place.program, place.old, Tombstone)} == {None}
    assert len(mirrored(place.program, stranger)) == 30
    assert '"list_whole"' in place.lines()
    with database.read(place.program.engine) as db:
        assert evidence.check(db, place.account).whole


@pytest.mark.parametrize(("left", "finding"), [(8, None), (7, "short_after_move")])
def test_the_word_holds_for_a_list_like_the_one_that_it_was_said_of(
    place: Leaving, left: int, finding: str | None
) -> None:
    has(place, 12)
    place.walk()
    assert say_whole(place)
    has(place, left)
    assert place.walk().finding == finding


def test_a_word_that_a_failed_walk_could_not_follow_still_holds_for_the_next(place: Leaving) -> None:
    has(place, 5)
    place.walk()
    assert say_whole(place)
    place.booking.is_silent = True
    assert place.walk().finding == "no_answer"
    place.booking.is_silent = False
    assert place.walk().finding is None


def test_the_word_is_used_up_by_the_list_that_it_was_said_of(place: Leaving) -> None:
    has(place, 12)
    place.walk()
    assert say_whole(place)
    assert place.walk().finding is None
    has(place, 30)
    assert place.walk().finding is None
    has(place, 12)
    assert place.walk().finding == "short_list"
    assert len(place.joined()) == 30


def test_a_word_on_an_older_walk_is_none_on_the_newest(place: Leaving) -> None:
    has(place, 12)
    place.walk()
    older = asked(place)
    assert older is not None
    has(place, 11)
    place.walk()
    assert not say_whole(place, older.walk)
    assert place.walk().finding == "short_after_move"
    assert '"list_whole"' not in place.lines()


def test_the_word_goes_with_the_system_that_it_was_said_of(place: Leaving) -> None:
    has(place, 5)
    place.walk()
    assert say_whole(place)
    place.move()
    has(place, 5)
    assert place.walk().finding == "short_after_move"


def test_the_night_says_that_the_list_is_short_and_judges_nobody(place: Leaving) -> None:
    has(place, 5)
    place.clock.at += timedelta(hours=1)
    place.night()
    assert place.jobs() == []
    assert waiting(place) == 30


# ---- a list that was long once -----------------------------------------------------------------------


def test_a_list_that_is_suddenly_short_and_said_to_be_whole_buries_only_who_is_not_found(
    program: Program, salon: Account, clock: Clock, stranger: Account
) -> None:
    booking = with_clients(12)
    run(program, booking)
    apply(program, stranger, *(told(f"c-{number:02}") for number in range(12)))
    clock.at += timedelta(days=1)
    left = dict(list(booking.clients.items())[5:])
    there = Booking(booking.clients, hidden={"c-00"})
    there.clients = left | {"c-00": booking.clients["c-00"]}
    before = fresh(program, salon)
    assert run(program, there).finding == "short_list"
    assert fresh(program, salon) == before
    place = leaving(replace(program, send=there), salon, clock)
    assert say_whole(place)
    done = run(program, there)
    assert (done.finding, done.vanished) == (None, 4)
    assert mirrored(program, salon) == {*left, "c-00"}
    assert len(mirrored(program, stranger)) == 12


# ---- at the terminal -----------------------------------------------------------------------------------


def test_sync_says_what_is_short_and_takes_it_where_that_is_said(place: Leaving) -> None:
    has(place, 5)
    place.clock.at += timedelta(hours=1)
    door = Door(settings=place.program.settings, now=place.clock, send=place.booking)
    short = ovikello(door, "sync", "aava")
    assert short.exit_code == 1
    for said in (
        "25 of 30 clients are missing",
        "ovikello sync aava --may-be-short",
        "earlier booking system",
    ):
        assert said in short.stdout
    assert ovikello(door, "sync", "aava", "--may-be-short").exit_code == 0
    assert not place.account.awaits_list
