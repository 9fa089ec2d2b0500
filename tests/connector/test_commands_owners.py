"""`ovikello owner`: who is listed, whose right ends, and what a reset leaves behind."""

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from click.testing import Result

from connector import database, evidence, owners_recovery
from connector.commands.door import Door
from connector.config import Settings
from connector.program import Program
from connector.salons import Account
from tests.builders import Clock
from tests.connector.command_line import ovikello
from tests.connector.console.visitor import Person, person
from tests.connector.test_commands import dump

Run = Callable[..., Result]


@pytest.fixture
def run(world: Settings, clock: Clock) -> Run:
    """Run `ovikello owner …` on this installation."""

    def runs(*words: str) -> Result:
        return ovikello(Door(settings=world, now=clock), "owner", *words)

    return runs


def told(program: Program, account: Account) -> list[str]:
    """What the evidence says of the salon's people."""
    with database.read(program.engine) as db:
        bodies = [json.loads(line[2] or b"") for line in evidence.lines(db, account)]
    return [body["to"] for body in bodies if body["what"] == "owner"]


def test_the_list_says_who_can_log_in_for_which_salon(
    run: Run, program: Program, salon: Account, stranger: Account, owner: Person
) -> None:
    with database.write(program.engine) as db:
        owners_recovery.make(db, program.vault, owner.id)
    run("add", "uusi@toinen.example", "--salon", "toinen")
    everybody = json.loads(run("list", "--json").stdout)
    assert [(one["email"], one["salons"], one["is_set_up"]) for one in everybody] == [
        (owner.email, ["aava"], True),
        ("uusi@toinen.example", ["toinen"], False),
    ]
    assert everybody[0]["recovery_codes"] == 10
    assert everybody[1]["invited_until"] is not None
    assert [one["email"] for one in json.loads(run("list", "--salon", "aava", "--json").stdout)] == [
        owner.email
    ]
    assert "recovery codes left: 10" in run("list").stdout
    assert "invited until 2026-11-27" in run("list", "--salon", "toinen").stdout


def test_somebody_is_removed_and_the_last_one_is_not(
    run: Run, engine: sa.Engine, program: Program, clock: Clock, salon: Account, owner: Person
) -> None:
    before = dump(engine)
    last = run("remove", owner.email, "--salon", "aava")
    assert (last.exit_code, "Add somebody first" in last.stderr) == (2, True)
    assert dump(engine) == before
    person(program, clock, "sisko@aava.example", salon.slug)
    assert run("remove", owner.email, "--salon", "aava").exit_code == 0
    assert told(program, salon) == ["ended"]
    assert [one["email"] for one in json.loads(run("list", "--salon", "aava", "--json").stdout)] == [
        "sisko@aava.example"
    ]


def test_a_log_in_that_was_there_is_named_with_what_else_it_opens(
    run: Run, program: Program, salon: Account, stranger: Account, owner: Person
) -> None:
    added = run("add", owner.email, "--salon", "toinen").stdout
    assert "as they do for aava" in added
    assert "ovikello owner reset" in added
    assert told(program, stranger) == ["added"]


def test_a_reset_leaves_a_link_and_a_line_in_each_salon(
    run: Run, program: Program, salon: Account, stranger: Account, owner: Person
) -> None:
    run("add", owner.email, "--salon", "toinen")
    link = json.loads(run("reset", owner.email, "--json").stdout)["invitation"]
    assert link.startswith("http://127.0.0.1:8127/invitation/")
    assert told(program, salon) == ["reset"]
    assert told(program, stranger) == ["added", "reset"]
