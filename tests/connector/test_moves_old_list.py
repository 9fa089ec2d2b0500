"""After a move an old list of the system that was left stops and asks: its numbers mean other people in the new one."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from connector import vault_ids
from connector.census_doubts import MANY_REFUSED
from connector.census_old_list import OLD_LIST
from connector.census_short import SHORT
from connector.commands.door import Door
from connector.program import Program
from connector.salons import Account
from connector.salons_system import System
from connector.tables import Client
from tests.builders import Clock
from tests.connector.chains import lines_of
from tests.connector.command_line import ovikello
from tests.connector.intake import rows
from tests.connector.lists import HEADER, bring, by_hand, clients
from tests.connector.moves import Leaving, leaving

NAMED = "Nimi;Puhelin;Sähköposti;Viimeisin käynti;Markkinointilupa"
VISITS = "Asiakasnumero;Päivä"


def named(numbers: Iterable[int], header: str = NAMED) -> list[str]:
    """The same people, without numbers."""
    return [header, *(line.split(";", 1)[1] for line in clients(numbers)[1:])]


@pytest.fixture
def place(program: Program, clock: Clock, stranger: Account) -> Leaving:
    """A salon whose lists come as files, with thirty clients; it is about to move."""
    made = leaving(program, by_hand(program, "ajas"), clock)
    bring(program, made.account, *clients(range(1, 31)))
    bring(program, made.account, VISITS, "1;1.9.2026", "2;2.9.2026")
    return made


def moved(place: Leaving) -> Leaving:
    """An hour after the move."""
    place.move(System("by_hand"))
    place.clock.at += timedelta(hours=1)
    return place


def there(place: Leaving) -> set[str]:
    """Who is in the present system, as far as the mirror knows."""
    return {
        row.client
        for row in rows(place.program, place.old, Client)
        if not vault_ids.is_left_behind(row.client)
    }


def test_an_old_list_in_place_of_the_new_systems_first_one_is_not_taken(place: Leaving) -> None:
    moved(place)
    old = bring(place.program, place.account, *clients(range(1, 31)))
    assert (old.finding, old.is_taken, old.doubts[0].count, old.doubts[0].of) == (OLD_LIST, False, 30, 30)
    assert there(place) == set()
    assert place.account.awaits_list
    assert bring(place.program, place.account, *clients(range(1, 31), plus=500)).is_taken
    assert len(place.joined()) == 30


@pytest.mark.parametrize(("same", "is_taken"), [(19, False), (20, True)])
def test_a_list_of_as_many_others_in_place_of_the_first_one_is_asked_about(
    place: Leaving, same: int, is_taken: bool
) -> None:
    moved(place)
    wrong = clients([*range(1, same + 1), *range(700, 730 - same)], plus=500)
    taken = bring(place.program, place.account, *wrong)
    assert taken.is_taken is is_taken
    assert [(one.finding, one.count, one.of) for one in taken.doubts] == (
        [] if is_taken else [(SHORT, 11, 30)]
    )
    assert len(place.joined()) == (same if is_taken else 0)
    if not is_taken:
        assert bring(place.program, place.account, *clients(range(1, 31), plus=500)).is_taken
        assert len(place.joined()) == 30


def test_rows_that_cannot_be_taken_tell_who_is_on_the_first_list_too(place: Leaving) -> None:
    moved(place)
    rows_ = clients(range(1, 31), plus=500)
    unread = [*rows_[:16], *(line.replace("1.9.2026", "joskus") for line in rows_[16:])]
    taken = bring(place.program, place.account, *unread)
    assert (len(taken.refused), taken.is_taken) == (15, True)


def test_an_old_list_after_the_new_systems_first_one_gives_nobody_anybody_elses_name(place: Leaving) -> None:
    moved(place)
    shifted = clients(range(1, 31), plus=1)  # the numbers 2 to 30 are in both, and mean others
    assert bring(place.program, place.account, *shifted).is_taken
    before = there(place)
    place.clock.at += timedelta(days=1)
    old = bring(place.program, place.account, *clients(range(1, 31)))
    assert OLD_LIST in {doubt.finding for doubt in old.doubts}
    assert there(place) == before
    assert bring(place.program, place.account, *shifted).is_taken


def test_an_older_list_with_some_who_have_left_since_is_known_too(place: Leaving) -> None:
    moved(place)
    old = bring(place.program, place.account, *clients(range(-10, 31)))
    assert (old.doubts[0].finding, old.doubts[0].count, old.doubts[0].of) == (OLD_LIST, 30, 41)


@pytest.mark.parametrize(("same", "is_taken"), [(10, True), (11, False)])
def test_some_numbers_may_be_the_same_by_chance(place: Leaving, same: int, is_taken: bool) -> None:
    moved(place)
    kept = clients(range(1, same + 1))
    taken = bring(place.program, place.account, *kept, *clients(range(same + 1, 31), plus=500)[1:])
    assert taken.is_taken is is_taken


def test_a_system_that_took_the_numbers_over_is_asked_about_once(place: Leaving) -> None:
    moved(place)
    assert bring(place.program, place.account, *clients(range(1, 31))).finding == OLD_LIST
    assert bring(place.program, place.account, *clients(range(1, 31)), despite=[OLD_LIST]).is_taken
    assert len(place.joined()) == 30
    place.clock.at += timedelta(days=1)
    assert bring(place.program, place.account, *clients(range(1, 32))).is_taken


def test_the_word_that_a_list_is_short_is_none_that_it_is_the_new_systems(place: Leaving) -> None:
    moved(place)
    assert bring(place.program, place.account, *clients(range(1, 6)), despite=[SHORT]).finding == OLD_LIST
    assert bring(place.program, place.account, *clients(range(1, 6)), despite=[OLD_LIST]).finding == SHORT


def test_who_goes_back_to_the_first_system_is_asked_once_and_everybody_is_found(place: Leaving) -> None:
    moved(place)
    assert bring(place.program, place.account, *clients(range(1, 31), plus=500)).is_taken
    place.clock.at += timedelta(days=3)
    moved(place)
    assert bring(place.program, place.account, *clients(range(1, 31))).finding == OLD_LIST
    assert bring(place.program, place.account, *clients(range(1, 31)), despite=[OLD_LIST]).is_taken
    assert len(place.joined()) == 30


def test_a_list_without_numbers_is_known_by_its_columns(program: Program, clock: Clock) -> None:
    place = leaving(program, by_hand(program, "ajas"), clock)
    bring(program, place.account, *named(range(1, 11)))
    moved(place)
    assert bring(program, place.account, *named(range(1, 11))).finding == OLD_LIST
    other = NAMED.replace("Nimi", "Asiakas")
    assert bring(program, place.account, *named(range(1, 11), other)).is_taken
    assert bring(program, place.account, *named(range(1, 11))).finding == OLD_LIST
    assert bring(program, place.account, *named(range(1, 11), other)).is_taken


def test_columns_that_are_those_of_the_new_system_too_are_asked_about_once(
    program: Program, clock: Clock
) -> None:
    place = leaving(program, by_hand(program, "ajas"), clock)
    bring(program, place.account, *named(range(1, 11)))
    moved(place)
    assert bring(program, place.account, *named(range(1, 11)), despite=[OLD_LIST]).is_taken
    assert bring(program, place.account, *named(range(1, 11))).is_taken


def test_an_old_list_of_visits_gives_nobody_of_the_same_number_a_visit(place: Leaving) -> None:
    moved(place)
    assert bring(place.program, place.account, *clients(range(1, 31), plus=1)).is_taken
    old = bring(place.program, place.account, VISITS, "2;20.11.2026")
    assert (old.finding, old.is_taken) == (OLD_LIST, False)
    assert place.facts("2").last_visit_on == date(2026, 9, 1)
    said = bring(place.program, place.account, VISITS, "2;20.11.2026", despite=[SHORT, MANY_REFUSED])
    assert (said.finding, said.is_taken) == (OLD_LIST, False)
    assert place.facts("2").last_visit_on == date(2026, 9, 1)
    assert bring(place.program, place.account, VISITS, "2;20.11.2026", despite=[OLD_LIST]).is_taken
    assert place.facts("2").last_visit_on == date(2026, 11, 20)
    line = list(lines_of(place.program, place.account).values())[-1]
    assert (line["overruled"], "owner" in line) == ({OLD_LIST: [1, 1]}, False)
    assert bring(place.program, place.account, VISITS, "3;20.11.2026").is_taken


def test_a_list_of_visits_that_says_who_they_are_is_known_by_its_columns_too(place: Leaving) -> None:
    columns = "Asiakasnumero;Puhelin;Päivä"
    assert bring(place.program, place.account, columns, "2;040 0000002;2.9.2026").is_taken
    moved(place)
    assert bring(place.program, place.account, *clients(range(1, 31), plus=1)).is_taken
    visit = (
        "2;040 0000001;20.11.2026"  # who has the number 2 here, by the columns of the system that was left
    )
    assert bring(place.program, place.account, columns, visit).finding == OLD_LIST
    assert bring(place.program, place.account, f"{columns};Tila", f"{visit};").is_taken


def test_where_no_move_was_made_no_list_is_an_old_one(place: Leaving, clock: Clock) -> None:
    clock.at += timedelta(days=1)
    assert bring(place.program, place.account, *clients(range(1, 31))).is_taken
    assert bring(place.program, place.account, VISITS, "1;1.9.2026").is_taken


def test_a_list_of_another_salon_is_none_of_this_ones(place: Leaving, program: Program) -> None:
    other = leaving(program, by_hand(program, "toinen-ajas"), place.clock)
    bring(program, other.account, HEADER, "900;Joku Muu;040 7777777;;1.9.2026;")
    moved(place)
    moved(other)
    assert bring(program, other.account, *clients(range(1, 31))).finding is None


def test_at_the_terminal_an_old_list_is_said_to_be_one_and_taken_where_it_is_none(
    place: Leaving, tmp_path: Path
) -> None:
    moved(place)
    file = tmp_path / "lista.csv"
    file.write_text("\n".join(clients(range(1, 31))))
    door = Door(settings=place.program.settings, now=place.clock)
    asked = ovikello(door, "import", "ajas", str(file), "--yes")
    assert asked.exit_code == 1
    for said in ("30 of 30 rows are as they were", "--may-look-old"):
        assert said in asked.stdout
    assert ovikello(door, "import", "ajas", str(file), "--yes", "--may-look-old").exit_code == 0
    assert len(place.joined()) == 30
