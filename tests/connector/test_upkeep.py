"""A copy of the database: whole, readable by its owner alone, made while others write."""

import json
import stat
from pathlib import Path

import sqlalchemy as sa
from click.testing import Result

from connector import database, database_copy
from connector.commands.door import Door
from connector.config import Settings
from connector.program import Program
from connector.salons import Account
from tests.builders import Clock
from tests.connector.command_line import ovikello
from tests.connector.night_world import record, tell
from tests.connector.test_commands import dump
from tests.databases import Sqlite


def backup(world: Settings, clock: Clock, file: Path) -> Result:
    return ovikello(Door(settings=world, now=clock), "backup", str(file), "--json")


def test_a_copy_holds_every_row_and_only_its_owner_can_read_it(
    world: Settings, clock: Clock, program: Program, salon: Account, tmp_path: Path
) -> None:
    tell(program, salon, record("c-1"), record("c-2"))
    file = tmp_path / "copy.db"
    result = backup(world, clock, file)
    if not world.is_sqlite:
        assert result.exit_code == 2
        assert "pg_dump" in result.stderr
        assert not file.exists()
        return
    assert json.loads(result.stdout) == {"file": str(file), "bytes": file.stat().st_size}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    copy = database.make_engine(f"sqlite:///{file}")
    assert dump(copy) == dump(program.engine)
    copy.dispose()


def test_a_copy_is_of_one_moment_and_does_not_wait_for_who_writes(sqlite: Sqlite, tmp_path: Path) -> None:
    settings = sqlite.fresh(tmp_path)
    engine = sqlite.engine()
    before = dump(engine)
    with database.write(engine) as db:
        db.connection().execute(
            sa.text("INSERT INTO api_token VALUES ('h', 'n', NULL, '2026-11-24 12:00:00')")
        )
        other = database.make_engine(settings.database_url)
        database_copy.copy_to(other, tmp_path / "copy.db")
        other.dispose()
    copy = database.make_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    assert dump(copy) == before
    assert dump(engine) != before
    copy.dispose()


def test_a_file_that_is_there_is_never_overwritten(world: Settings, clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "mine"
    file.write_text("precious")
    result = backup(world, clock, file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert file.read_text() == "precious"


def test_a_folder_that_is_not_there_is_one_sentence(world: Settings, clock: Clock, tmp_path: Path) -> None:
    result = backup(world, clock, tmp_path / "none" / "copy.db")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
