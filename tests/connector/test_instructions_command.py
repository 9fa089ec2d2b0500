"""`ovikello instruction`: one letter for all tasks by hand, and what became of it, from a terminal."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import Result

from connector import instructions_people
from connector.commands.door import Door
from connector.config import Settings
from connector.program import Program
from connector.salons import Account
from connector.tables import Instruction, PlaceTick
from tests.builders import Clock
from tests.connector.booking import Booking, Story, record
from tests.connector.command_line import ovikello
from tests.connector.console.visitor import Person
from tests.connector.intake import rows
from tests.connector.lists import states, to_be_done
from tests.connector.locked import opened

Run = Callable[..., Result]


@pytest.fixture
def them(program: Program, kasin: Account, them: Person) -> Person:
    """Who speaks for it, once three erasures have become tasks by hand."""
    assert to_be_done(program, kasin, them.id) == 3
    return them


@pytest.fixture
def run(world: Settings, clock: Clock, them: Person) -> Run:
    """Run `ovikello instruction …`, by the owner unless it is the list."""

    def runs(*words: str, at: str | None = "https://ovikello.example", stdin: str | None = None) -> Result:
        settings = replace(world, public_url=at)
        by = () if words[0] == "list" else ("--owner", them.email)
        return ovikello(Door(settings=settings, now=clock), "instruction", *words, *by, stdin=stdin)

    return runs


@pytest.fixture
def made(run: Run, them: Person) -> str:
    """An instruction that was made."""
    answer = run("make", "kasin", "--code", them.next_code(), "--json")
    assert answer.exit_code == 0
    return str(json.loads(answer.stdout)["instruction"])


def test_it_is_made_sent_and_confirmed_and_its_tasks_are_ticked_together(
    run: Run, program: Program, kasin: Account, them: Person
) -> None:
    answer = json.loads(run("make", "kasin", "--code", them.next_code(), "--json").stdout)
    assert (answer["tasks"], answer["refused"]) == (3, [])
    assert "https://ovikello.example/package/list/" in answer["letter"]
    assert "Vanha" not in answer["letter"]
    which = answer["instruction"]
    assert run("answered", "kasin", which, "confirmed").exit_code == 2
    assert run("sent", "kasin", which).exit_code == 0
    assert "waits for an answer" in run("list", "kasin").stdout
    done = json.loads(run("answered", "kasin", which, "confirmed", "--but", "1", "--json").stdout)
    assert (done["ticked"], done["left"], done["over"]) == (2, [1], [])
    assert states(program, kasin) == ["by_hand", "verified", "verified"]
    (listed,) = json.loads(run("list", "kasin", "--json").stdout)
    assert (listed["answer"], listed["answered_on"], listed["sent_on"]) == ("confirmed", *["2027-01-15"] * 2)


def test_the_letter_goes_into_a_file_for_its_owner_alone_that_was_not_there(
    run: Run, them: Person, tmp_path: Path, program: Program, kasin: Account
) -> None:
    letter = tmp_path / "kirje.txt"
    letter.write_text("x")
    assert run("make", "kasin", "--yes", "--code", "000000", "-o", str(letter)).exit_code == 2
    assert run("make", "kasin", "--yes", "--code", "0", "-o", str(tmp_path / "ei" / "k")).exit_code == 2
    letter.unlink()
    answer = run("make", "kasin", "--yes", "--code", them.next_code(), "-o", str(letter))
    assert (answer.exit_code, letter.stat().st_mode & 0o777) == (0, 0o600)
    assert "/package/list/" in letter.read_text()
    assert "/package/list/" not in answer.stdout


def test_the_list_goes_into_a_locked_file_and_its_password_neither_into_it_nor_the_letter(
    run: Run, them: Person, tmp_path: Path
) -> None:
    letter, file = tmp_path / "kirje.txt", tmp_path / "lista.xlsx"
    words = ("make", "kasin", "--code", them.next_code(), "-o", str(letter), "--attachment", str(file))
    answer = run(*words, at=None, stdin="y\n")
    assert (answer.exit_code, file.stat().st_mode & 0o777) == (0, 0o600)
    found = re.search(r"not to be sent by mail: (\S+)", answer.stderr)
    assert found is not None
    sheets = opened(file.read_bytes(), found[1])
    assert sorted(row[2] for row in sheets["Asiakkaat"][1:]) == ["Vanha 81", "Vanha 82", "Vanha 83"]
    assert found[1] not in letter.read_text() + answer.stdout
    assert "/package/" not in letter.read_text()
    assert "list attached" in run("list", "kasin").stdout


def test_for_a_program_the_password_is_a_field(run: Run, them: Person, tmp_path: Path) -> None:
    file = tmp_path / "lista.xlsx"
    words = ("make", "kasin", "--code", them.next_code(), "--attachment", str(file), "--json")
    told = json.loads(run(*words).stdout)
    assert (told["way"], told["attachment"]) == ("file", str(file))
    assert len(opened(file.read_bytes(), told["password"])["Asiakkaat"]) == 4
    assert told["password"] not in told["letter"]


def test_a_file_that_cannot_be_made_is_found_out_before_anything_is(
    run: Run, them: Person, tmp_path: Path, program: Program, kasin: Account
) -> None:
    there = tmp_path / "lista.xlsx"
    there.write_text("x")
    code, new = ("--code", them.next_code()), tmp_path / "uusi.xlsx"
    for file, letter in ((there, tmp_path / "k"), (tmp_path / "ei" / "l", tmp_path / "k"), (new, new)):
        answer = run("make", "kasin", "--yes", *code, "--attachment", str(file), "-o", str(letter))
        assert answer.exit_code == 2
    assert rows(program, kasin, Instruction) == []
    assert there.read_text() == "x"


def test_a_no_needs_its_reason_and_leaves_the_tasks(
    run: Run, program: Program, kasin: Account, made: str
) -> None:
    run("sent", "kasin", made)
    for wrong in (("refused",), ("confirmed", "--reason", "x"), ("confirmed", "--but", "9")):
        assert run("answered", "kasin", made, *wrong).exit_code == 2
    answer = run("answered", "kasin", made, "refused", "--reason", "Emme poista")
    assert (answer.exit_code, states(program, kasin)) == (0, ["by_hand"] * 3)
    assert run("answered", "kasin", made, "refused", "--reason", "x").exit_code == 2


@pytest.mark.parametrize(("places", "waits"), [((), 2), (("--places",), 0)])
def test_the_places_of_all_who_were_erased_are_ticked_with_the_answer_or_wait(
    run: Run, program: Program, kasin: Account, made: str, places: tuple[str, ...], waits: int
) -> None:
    run("sent", "kasin", made)
    assert run("answered", "kasin", made, "refused", "--reason", "x", "--places").exit_code == 2
    answer = run("answered", "kasin", made, "confirmed", "--but", "1", *places, "--json")
    assert json.loads(answer.stdout)["places"] == {"vihko kassalla": waits, "liikkeen puhelin": waits}
    assert len(rows(program, kasin, PlaceTick)) == 4 - 2 * waits


def test_a_terminal_is_told_which_places_wait(run: Run, made: str) -> None:
    run("sent", "kasin", made)
    answer = run("answered", "kasin", made, "confirmed")
    assert "Still to be looked through for them: vihko kassalla, liikkeen puhelin." in answer.stdout


def test_what_was_withdrawn_is_not_sent_and_its_tasks_can_be_listed_anew(
    run: Run, made: str, them: Person
) -> None:
    assert run("make", "kasin", "--code", them.next_code(), "--json").exit_code == 1
    assert run("withdraw", "kasin", made).exit_code == 0
    for again in ("withdraw", "sent"):
        assert run(again, "kasin", made).exit_code == 2
    assert run("make", "kasin", "--code", them.next_code(), "--json").exit_code == 0


def test_nothing_is_made_without_an_address_a_right_code_or_a_yes(
    run: Run, program: Program, kasin: Account, them: Person
) -> None:
    assert run("make", "kasin", "--code", them.next_code(), "--json", at=None).exit_code == 2
    assert run("make", "kasin", "--code", "000000", "--json").exit_code == 1
    assert run("make", "kasin", "--code", them.next_code(), stdin="n\n").exit_code == 1
    assert rows(program, kasin, Instruction) == []
    assert run("make", "kasin", "--code", them.next_code(), stdin="y\n").exit_code == 0


def test_what_is_too_old_falls_out_with_the_word_for_it(
    run: Run, program: Program, kasin: Account, them: Person, clock: Clock
) -> None:
    clock.at += timedelta(days=60)
    answer = run("make", "kasin", "--code", them.next_code(), "--json")
    assert answer.exit_code == 1
    assert {one["because"] for one in json.loads(answer.stdout)["refused"]} == {"stale"}
    assert rows(program, kasin, Instruction) == []


@pytest.mark.parametrize("on", ["2027-01-14", "2027-01-16", "x"])
def test_a_day_that_cannot_be_right_changes_nothing(
    run: Run, program: Program, kasin: Account, made: str, on: str
) -> None:
    assert run("sent", "kasin", made, "--on", on).exit_code == 2
    (row,) = rows(program, kasin, Instruction)
    assert row.sent_on is None


def test_another_salons_instruction_is_none(
    run: Run, world: Settings, clock: Clock, stranger: Account, other_owner: Person, made: str
) -> None:
    assert "There is no instruction" in run("sent", "kasin", str(UUID(int=1))).stderr
    door = Door(settings=world, now=clock)
    words = ("instruction", "sent", "toinen", made, "--owner", other_owner.email)
    assert ovikello(door, *words).exit_code == 2
    door = Door(settings=world, now=clock)
    words = ("instruction", "sent", "kasin", made, "--owner", other_owner.email)
    assert "does not speak for kasin" in ovikello(door, *words).stderr


def test_where_the_system_can_be_asked_names_come_from_it_now(program: Program, salon: Account) -> None:
    booking = Booking()
    story = Story(replace(program, send=booking), salon, booking)
    for client in ("c-1", "c-2"):
        story.there_is(record(client, name=f"Nimi {client}"))
    asked = ["c-1", "c-2", "c-9"]
    found = instructions_people.of(story.program, salon, asked)
    assert {client: seen.name for client, seen in found.items()} == {"c-1": "Nimi c-1", "c-2": "Nimi c-2"}
    assert instructions_people.of(story.program, salon, asked, seconds=0) == {}


def test_a_salon_does_not_move_while_the_maker_has_not_answered(
    made: str, run: Run, world: Settings, clock: Clock, kasin: Account
) -> None:
    assert run("sent", "kasin", made).exit_code == 0
    words = ("salon", "move", "kasin", "--dialect", "by_hand", "--confirm", "kasin")
    refused = ovikello(Door(settings=world, now=clock), *words)
    assert refused.exit_code == 1
    assert "1 instructions to the maker wait for an answer" in refused.output
    assert "ovikello instruction list kasin" in refused.output
    assert run("answered", "kasin", made, "confirmed").exit_code == 0
    assert "instructions to the maker" not in ovikello(Door(settings=world, now=clock), *words).output
