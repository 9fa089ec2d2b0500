"""`ovikello import`: shows what it understood, takes it, says what became of it; wrong use is one sentence."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from connector.commands.door import Door
from connector.program import Program
from connector.salons import Account
from connector.tables import Card, Census, Client, ConsentRecord
from tests.builders import Clock
from tests.connector.command_line import ovikello
from tests.connector.intake import rows
from tests.connector.lists import by_hand, clients

Run = Callable[..., Result]


@pytest.fixture
def aava(program: Program) -> Account:
    """A salon without an interface."""
    return by_hand(program, "aava")


@pytest.fixture
def run(program: Program, clock: Clock) -> Run:
    """The command, on this installation."""

    def invoke(*words: str, stdin: str | None = None) -> Result:
        return ovikello(Door(settings=program.settings, now=clock), "import", *words, stdin=stdin)

    return invoke


def written(folder: Path, *lines: str) -> str:
    """A file of these lines."""
    path = folder / "lista.csv"
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    return str(path)


def test_a_list_is_taken_with_the_fields_that_others_build_on(
    run: Run, aava: Account, tmp_path: Path
) -> None:
    file = written(tmp_path, *clients([1, 2]), "3;Asiakas 3;;;joskus;")
    result = run("aava", file, "--yes", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert {name: told[name] for name in ("salon", "seen", "new", "changed", "vanished", "rejected")} == {
        "salon": "aava",
        "seen": 3,
        "new": 2,
        "changed": 0,
        "vanished": 0,
        "rejected": 1,
    }
    assert told["rows"] == [{"line": 4, "because": "day", "column": "Viimeisin käynti"}]
    assert "2 of 2 clients taken in" in result.stderr
    assert "Asiakas 1" not in result.output


def test_a_column_of_dates_that_is_left_out_is_asked_about(run: Run, aava: Account, tmp_path: Path) -> None:
    file = written(tmp_path, "Asiakasnumero;Nimi;Kerta", "17;Anna;1.9.2026")
    question = "There are dates in this column. Are they days of visits?"
    assert question in run("aava", file, stdin="n\n").stderr
    assert question not in run("aava", file, "--map", "Kerta=last_visit", stdin="n\n").stderr


def test_a_person_is_shown_the_columns_and_asked_and_the_second_time_not(
    run: Run, program: Program, aava: Account, tmp_path: Path
) -> None:
    file = written(tmp_path, *clients([1, 2]))
    asked = run("aava", file, stdin="n\n")
    assert (asked.exit_code, rows(program, aava, Client)) == (1, [])
    assert "Viimeisin käynti: last visit" in asked.stderr
    assert run("aava", file, stdin="y\n").exit_code == 0
    again = run("aava", file)
    assert (again.exit_code, "0 new, 0 changed" in again.stdout) == (0, True)


def test_a_program_that_does_not_say_yes_is_shown_the_columns(
    run: Run, aava: Account, tmp_path: Path
) -> None:
    result = run("aava", written(tmp_path, *clients([1])), "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["taken"]) == (1, False)
    assert told["columns"][0] == {"column": "Asiakasnumero", "field": "number"}


def test_a_list_that_is_far_shorter_ends_with_1_until_it_is_said_to_be_right(
    run: Run, program: Program, aava: Account, tmp_path: Path
) -> None:
    run("aava", written(tmp_path, *clients(range(12))), "--yes")
    short = written(tmp_path, *clients(range(5)))
    result = run("aava", short, "--yes")
    assert (result.exit_code, len(rows(program, aava, Client))) == (1, 12)
    assert "7 of 12 clients are not on this list, so nothing was taken" in result.stdout
    assert run("aava", short, "--yes", "--may-be-short").exit_code == 0
    assert (len(rows(program, aava, Client)), len(rows(program, aava, Card))) == (5, 5)


def test_a_list_on_which_far_more_say_no_ends_with_1_until_it_is_said_to_be_right(
    run: Run, program: Program, aava: Account, tmp_path: Path
) -> None:
    run("aava", written(tmp_path, *clients(range(12))), "--yes")
    noes = written(tmp_path, *(line.replace("kyllä", "ei") for line in clients(range(12))))
    result = run("aava", noes, "--yes", "--may-be-short")
    assert (result.exit_code, rows(program, aava, ConsentRecord)) == (1, [])
    assert "12 of 12 clients with a yes to marketing have a no on this list, so nothing was" in result.stdout
    assert "--may-say-no" in result.stdout
    both = run("aava", noes, "--yes", "--may-say-no", "--noes-are-ours")
    assert (both.exit_code, "either theirs or yours" in both.stderr) == (2, True)
    told = json.loads(run("aava", noes, "--yes", "--json").stdout)
    assert (told["taken"], told["finding"]) == (False, "many_noes")
    assert told["doubts"] == [{"finding": "many_noes", "count": 12, "of": 12}]
    assert run("aava", noes, "--yes", "--map", "Markkinointilupa=-").exit_code == 0
    assert rows(program, aava, ConsentRecord) == []
    assert run("aava", noes, "--yes", "--map", "Markkinointilupa=marketing", "--may-say-no").exit_code == 0
    assert len(rows(program, aava, ConsentRecord)) == 24


def test_noes_that_are_the_owners_own_doing_are_no_clients(
    run: Run, program: Program, aava: Account, tmp_path: Path
) -> None:
    run("aava", written(tmp_path, *clients(range(12))), "--yes")
    noes = written(tmp_path, *(line.replace("kyllä", "ei") for line in clients(range(12))))
    assert "--noes-are-ours" in run("aava", noes, "--yes").stdout
    assert run("aava", noes, "--yes", "--noes-are-ours").exit_code == 0
    assert rows(program, aava, ConsentRecord) == []


def test_visits_that_are_not_clear_and_last_visits_that_are_gone_end_with_1_until_they_are_said_to_be_right(
    run: Run, aava: Account, tmp_path: Path
) -> None:
    run("aava", written(tmp_path, *clients(range(12))), "--yes")
    rows = [f"{number};1.10.2026" for number in (0, 1, *range(90, 95))]
    visits = written(tmp_path, "Asiakasnumero;Päivä", *rows)
    result = run("aava", visits, "--yes")
    assert (result.exit_code, "5 of 7 rows are about nobody" in result.stdout) == (1, True)
    assert "--may-leave-rows" in result.stdout
    taken = run("aava", visits, "--yes", "--may-leave-rows")
    assert (taken.exit_code, "nobody of that name or number" in taken.stdout) == (0, True)
    none = run("aava", written(tmp_path, "Asiakasnumero;Päivä", rows[-1]), "--yes", "--json")
    told = json.loads(none.stdout)
    assert (none.exit_code, told["taken"], told["finding"]) == (1, False, "none_clear")
    empty = written(tmp_path, *clients(range(11), last_visit=""), *clients([11])[1:])
    result = run("aava", empty, "--yes")
    assert (result.exit_code, "11 of 12 clients whose last visit was known" in result.stdout) == (1, True)
    assert run("aava", empty, "--yes", "--may-lack-days").exit_code == 0


def test_without_days_of_visits_it_says_what_to_do(run: Run, aava: Account, tmp_path: Path) -> None:
    result = run("aava", written(tmp_path, "Asiakasnumero;Nimi", "1;Anna"), "--yes")
    assert result.exit_code == 1
    assert "The list has no days of visits. Bring in the visits as well." in result.stdout


@pytest.mark.parametrize(
    ("lines", "more", "says"),
    [
        ((), (), "The file is empty"),
        (("Anna;040 1234567",), (), "no row with the names of its columns"),
        (("Puhelin;Huom", "040 1234567;x"), (), "No column says who a row is about"),
        (("Nimi;Huom", "Anna;x"), ("--kind", "visits"), "No column says on which day it was"),
        (("Nimi;Huom", "Anna;x"), ("--map", "Ikä=name"), "no such column. Its columns: Nimi, Huom."),
        (("Nimi;Huom", "Anna;x"), ("--map", "Huom=shoe_size"), "What a column can be: address"),
        (("Nimi;Huom", "Anna;x"), ("--map", "Huom=name", "--map", "Nimi=name"), "cannot be the same thing"),
    ],
)
def test_wrong_use_is_one_sentence_and_changes_nothing(
    run: Run,
    program: Program,
    aava: Account,
    tmp_path: Path,
    lines: tuple[str, ...],
    more: tuple[str, ...],
    says: str,
) -> None:
    result = run("aava", written(tmp_path, *lines), "--yes", *more)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert "Anna" not in result.stderr
    assert rows(program, aava, Census) == []


def test_a_salon_whose_booking_system_tells_by_itself_is_told_to_sync(
    run: Run, salon: Account, tmp_path: Path
) -> None:
    result = run("aava", written(tmp_path, *clients([1])), "--yes")
    assert (result.exit_code, "ovikello sync aava" in result.stderr) == (2, True)


def test_there_is_no_list_to_ask_for(program: Program, aava: Account, clock: Clock) -> None:
    result = ovikello(Door(settings=program.settings, now=clock), "sync", "aava")
    assert (result.exit_code, "ovikello import aava FILE" in result.stderr) == (2, True)
