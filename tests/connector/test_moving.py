"""`ovikello move-database`: everything arrives, each row is compared, and a move that fails leaves all as it was."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from click.testing import CliRunner, Result
from sqlmodel import col, update

from connector import database, moving, program
from connector.commands import cli
from connector.commands.door import Door
from connector.config import Settings
from connector.program import Program
from connector.salons import Account
from connector.tables import Client
from tests.builders import Clock
from tests.conftest import server_url
from tests.connector.every_table import fill
from tests.connector.night_world import record, tell
from tests.connector.test_commands import dump
from tests.databases import settings_for

pytestmark = pytest.mark.journey  # a whole installation is copied

#: a database that does not keep what it was given
SPOIL = {
    "postgresql": (
        "CREATE FUNCTION spoil() RETURNS trigger AS $$ BEGIN NEW.maxima = '{}'; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER spoil BEFORE INSERT ON client FOR EACH ROW EXECUTE FUNCTION spoil()",
    ),
    "sqlite": ("CREATE TRIGGER spoil AFTER INSERT ON client BEGIN UPDATE client SET maxima = '{}'; END",),
}


@pytest.fixture
def empty(world: Settings, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of the other kind."""
    if not world.is_sqlite:
        yield f"sqlite:///{tmp_path / 'other.db'}"
        return
    name = f"moved_{uuid4().hex[:12]}"
    server = sa.create_engine(server_url(), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield server_url().replace("/postgres?", f"/{name}?")
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


def move(door: Door, url: str) -> Result:
    result = CliRunner().invoke(
        cli, ["move-database", "--to-file", "-", "--json"], obj=door, input=url, catch_exceptions=False
    )
    if door._program is not None:
        door._program.engine.dispose()
    return result


def test_every_row_of_every_table_arrives_as_it_was(
    world: Settings, clock: Clock, engine: sa.Engine, empty: str
) -> None:
    fill(engine)
    before = dump(engine)
    assert all(before.values()), "a table without a row proves nothing"
    engine.dispose()
    result = move(Door(settings=world, now=clock), empty)
    assert result.exit_code == 0, result.stderr
    moved = database.make_engine(empty)
    assert dump(moved) == before
    moved.dispose()
    document = json.loads(result.stdout)
    assert document["tables"] == {name: len(rows) for name, rows in before.items()}
    assert document["rows"] == sum(map(len, before.values()))
    assert "client: 3 rows copied" in result.stderr
    assert "client: compared" in result.stderr


def test_a_moved_installation_opens_with_the_same_key_and_goes_on(
    world: Settings, clock: Clock, program_: Program, salon: Account, empty: str, tmp_path: Path
) -> None:
    tell(program_, salon, record("c-1"))
    assert move(Door(settings=world, now=clock), empty).exit_code == 0
    opened = program.open_program(settings_for(tmp_path, empty), now=clock)
    tell(opened, salon, record("c-2"))
    with database.read(opened.engine) as db:
        assert sorted(db.exec(sa.select(col(Client.client))).scalars()) == ["c-1", "c-2"]  # type: ignore[call-overload]
    opened.engine.dispose()


def test_the_old_file_is_set_aside_so_that_nobody_goes_on_with_it(
    world: Settings, clock: Clock, engine: sa.Engine, empty: str
) -> None:
    engine.dispose()
    document = json.loads(move(Door(settings=world, now=clock), empty).stdout)
    if not world.is_sqlite:
        assert document["old"] is None
        return
    assert Path(document["old"]).exists()
    again = CliRunner().invoke(cli, ["jobs"], obj=Door(settings=world, now=clock))
    assert again.exit_code == 2
    assert "There is no database" in again.stderr


def test_a_database_with_an_installation_in_it_is_never_written_over(
    world: Settings, clock: Clock, engine: sa.Engine, empty: str
) -> None:
    other = database.make_engine(empty)
    moving.move(engine, empty, progress=lambda line: None)
    before = dump(other)
    result = move(Door(settings=world, now=clock), empty)
    assert result.exit_code == 2
    assert "holds an installation already" in result.stderr
    assert dump(other) == before
    other.dispose()
    assert not world.is_sqlite or (world.data_dir / "ovikello.db").exists()


def test_a_database_with_somebody_elses_tables_is_left_alone(
    world: Settings, clock: Clock, engine: sa.Engine, empty: str
) -> None:
    other = database.make_engine(empty)
    with other.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE somebodys (a INTEGER)")
    result = move(Door(settings=world, now=clock), empty)
    assert result.exit_code == 2
    assert "holds other tables" in result.stderr
    assert sa.inspect(other).get_table_names() == ["somebodys"]
    other.dispose()


def test_a_row_that_did_not_arrive_as_it_was_is_named_and_nothing_is_moved(
    engine: sa.Engine, program_: Program, salon: Account, empty: str
) -> None:
    tell(program_, salon, record("c-1"))

    other = database.make_engine(empty)
    command.upgrade(program.alembic_config(empty), "head")
    with other.begin() as connection:
        for statement in SPOIL[other.dialect.name]:
            connection.exec_driver_sql(statement)
    with pytest.raises(moving.CannotMove, match="Row 1 of the table client"):
        moving.move(engine, empty, progress=lambda line: None)
    assert not any(dump(other).values())
    other.dispose()


@pytest.mark.parametrize("url", ["", "nonsense", "postgresql://nobody@127.0.0.1:9/none", "mysql://a/b"])
def test_a_database_that_cannot_be_reached_is_one_sentence(
    world: Settings, clock: Clock, engine: sa.Engine, url: str
) -> None:
    before = dump(engine)
    result = move(Door(settings=world, now=clock), url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert dump(engine) == before


@pytest.fixture
def program_(program: Program) -> Program:
    """The program, beside the module of that name."""
    return program


def test_nobody_can_write_to_the_old_database_while_it_moves(
    engine: sa.Engine, program_: Program, salon: Account, empty: str
) -> None:
    tried: list[str] = []

    def write_meanwhile(line: str) -> None:
        if not line.startswith("client: compared"):
            return
        other = sa.create_engine(
            engine.url, connect_args={"timeout": 0.1} if "sqlite" in str(engine.url) else {}
        )
        try:
            with other.begin() as connection:
                if other.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET LOCAL lock_timeout = 100")
                connection.execute(update(Client).values(look_again_on=date(2000, 1, 1)))
            tried.append("written")
        except sa.exc.OperationalError:
            tried.append("refused")
        other.dispose()

    tell(program_, salon, record("c-1"))
    moving.move(engine, empty, progress=write_meanwhile)
    assert tried == ["refused"]
