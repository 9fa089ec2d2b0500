"""`ovikello change-key`: everything opens with the new key and nothing with the old one; all of it or nothing."""

from pathlib import Path

import pytest
from click.testing import Result

from connector import database, evidence, install, owners, program, salons, serving
from connector.commands.door import Door
from connector.config import Settings
from connector.program import NotReady, Program
from connector.salons import Account
from connector.vault import Vault
from tests.builders import NOON, Clock
from tests.conftest import connect
from tests.connector.command_line import ovikello
from tests.connector.console.visitor import person
from tests.connector.test_commands import dump
from tests.databases import KEY

NEW = "another-key-of-no-installation-at-all"


def change(settings: Settings, clock: Clock, *words: str, new: str = NEW) -> Result:
    """Run the command as a process of its own would, with the new key on standard input."""
    return ovikello(Door(settings=settings, now=clock), "change-key", *words, stdin=new)


def test_everything_opens_with_the_new_key_and_nothing_with_the_old_one(
    world: Settings, opened: Program, clock: Clock, salon: Account, stranger: Account
) -> None:
    who = person(opened, clock, "omistaja@aava.example", salon.slug)
    with database.write(opened.engine) as db:
        evidence.append(db, salon, {"what": "test"}, now=NOON)
    assert change(world, clock, "--to-file", "-").exit_code == 0
    vault = Vault(NEW)
    with database.write(opened.engine) as db:
        for before in (salon, stranger):
            after = salons.account(db, vault, before.slug)
            assert after is not None
            assert (after.keys, after.token) == (before.keys, before.token)
        assert owners.email_of(db, vault, who.id) == who.email
        assert owners.speaks_for(db, vault, who.email, salon.slug) == who.id
        assert owners.confirm_code(db, vault, who.id, who.next_code(), clock.at).ok
    with pytest.raises(NotReady):
        program.open_program(world, now=clock)


@pytest.mark.parametrize("new", ["", "short", KEY, "x" * 31, "x" * 20 + "\0" + "x" * 20], ids=repr)
def test_what_is_no_new_key_changes_nothing(
    world: Settings, opened: Program, clock: Clock, salon: Account, new: str
) -> None:
    before = dump(opened.engine)
    done = change(world, clock, "--to-file", "-", new=new)
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert dump(opened.engine) == before


def test_a_row_that_the_old_key_does_not_open_leaves_everything_as_it_was(
    world: Settings, opened: Program, clock: Clock, salon: Account, stranger: Account
) -> None:
    with database.write(opened.engine) as db:
        db.connection().exec_driver_sql(
            "UPDATE salon SET keys = (SELECT keys FROM salon WHERE slug = 'aava')"
        )
    before = dump(opened.engine)
    assert change(world, clock, "--to-file", "-").exit_code == 2
    assert dump(opened.engine) == before


def test_a_change_that_fails_leaves_the_key_in_its_file(tmp_path: Path, clock: Clock) -> None:
    env = {"OVIKELLO_DATA_DIR": str(tmp_path)}
    install.init(Settings.from_env(env), now=NOON)
    settings = Settings.from_env(env)
    opened = program.open_program(settings, now=clock)
    connect(opened, "aava")
    with database.write(opened.engine) as db:
        owners.add(db, Vault(NEW), "omistaja@aava.example", "aava", now=NOON)  # sealed by another key
    opened.engine.dispose()
    assert change(settings, clock).exit_code == 2
    assert Settings.from_env(env).secret_key == settings.secret_key
    assert not (tmp_path / "secret-key.new").exists()


def test_a_key_that_lies_in_the_data_folder_is_replaced_there(tmp_path: Path, clock: Clock) -> None:
    settings = Settings.from_env({"OVIKELLO_DATA_DIR": str(tmp_path)})
    install.init(settings, now=NOON)
    settings = Settings.from_env({"OVIKELLO_DATA_DIR": str(tmp_path)})
    assert change(settings, clock).exit_code == 0
    after = Settings.from_env({"OVIKELLO_DATA_DIR": str(tmp_path)})
    assert after.secret_key not in {None, settings.secret_key}
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "secret-key.new").exists()
    program.open_program(after, now=clock).engine.dispose()


def test_while_it_is_served_the_key_stays(
    world: Settings, opened: Program, clock: Clock, salon: Account
) -> None:
    before = dump(opened.engine)
    with serving.place(world.data_dir):
        done = change(world, clock, "--to-file", "-")
    assert (done.exit_code, "Stop that one first" in done.output) == (2, True)
    assert dump(opened.engine) == before


def test_a_key_that_lies_elsewhere_is_not_made_up(world: Settings, opened: Program, clock: Clock) -> None:
    done = change(world, clock)
    assert done.exit_code == 2
    assert "--to-file" in done.output


@pytest.fixture
def opened(program: Program) -> Program:
    """The installation as it is used before."""
    return program
