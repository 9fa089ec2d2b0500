"""`init` makes what is missing, and never overwrites; the program opens only what fits."""

import os
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

from connector import database, install, journal, salons, salons_policies
from connector import program as programs
from connector.config import Settings
from connector.program import NotReady
from connector.salons import Account
from connector.tables import ApiToken
from connector.vault import Keys
from policies.decisions import JobKind
from tests.builders import NOON
from tests.conftest import settings_for, webhook_secrets
from webhooks.registry import DIALECTS


def fresh(folder: Path) -> Settings:
    """Settings of a machine where nothing was made yet."""
    return Settings.from_env({"OVIKELLO_DATA_DIR": str(folder / "data")})


def test_init_makes_a_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    made = install.init(fresh(tmp_path), now=NOON)
    key = tmp_path / "data" / "secret-key"
    assert (made.made_key, made.made_database) == (True, True)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700


def test_the_database_can_be_read_by_its_owner_alone_even_in_a_folder_that_is_open_to_all(
    tmp_path: Path,
) -> None:
    settings = fresh(tmp_path)
    settings.data_dir.mkdir(mode=0o755)
    settings.data_dir.chmod(0o755)
    install.init(settings, now=NOON)
    engine = database.make_engine(settings.database_url)
    with database.write(engine) as db:
        db.add(ApiToken(token_hash="h", name="n", made_at=NOON))
        db.flush()
        files = {
            path.name: stat.S_IMODE(path.stat().st_mode) for path in settings.data_dir.glob("ovikello.db*")
        }
    engine.dispose()
    assert {"ovikello.db", "ovikello.db-wal", "ovikello.db-shm"} <= files.keys()
    assert {name: mode for name, mode in files.items() if mode != 0o600 and not name.endswith(".turn")} == {}


def test_init_again_changes_nothing(tmp_path: Path) -> None:
    install.init(fresh(tmp_path), now=NOON)
    key = (tmp_path / "data" / "secret-key").read_bytes()
    again = install.init(fresh(tmp_path), now=NOON)
    assert (again.made_key, again.made_database, again.upgraded) == (False, False, False)
    assert (tmp_path / "data" / "secret-key").read_bytes() == key


def test_a_database_whose_key_is_lost_gets_no_new_one(tmp_path: Path) -> None:
    install.init(fresh(tmp_path), now=NOON)
    (tmp_path / "data" / "secret-key").unlink()
    with pytest.raises(NotReady, match="a database but no key"):
        install.init(fresh(tmp_path), now=NOON)
    assert not (tmp_path / "data" / "secret-key").exists()


def test_before_init_the_program_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="ovikello init"):
        programs.open_program(fresh(tmp_path))
    assert not (tmp_path / "data").exists()


def test_another_key_does_not_open_the_database(world: Settings) -> None:
    programs.open_program(world).engine.dispose()
    with pytest.raises(NotReady, match="another secret key"):
        programs.open_program(replace(world, secret_key="another"))


def test_a_database_from_a_newer_release_is_left_alone(world: Settings, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NotReady, match="newer release"):
        programs.open_program(world)
    with pytest.raises(NotReady, match="newer release"):
        install.init(world, now=NOON)
    assert programs.schema_version(engine) == "9999"


def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    away = settings_for(tmp_path, f"postgresql+psycopg://postgres@/x?host={tmp_path}")
    with pytest.raises(NotReady, match="does not answer"):
        programs.open_program(away)


def test_the_migrations_make_exactly_the_tables_of_the_models(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_migration_that_makes_a_parent_table_anew_keeps_every_row(
    world: Settings, engine: sa.Engine, salon: Account, stranger: Account
) -> None:
    """SQLite's batch mode drops the parent: with foreign keys on, its children would go with it, or stop it."""
    engine.dispose()
    config = programs.alembic_config(world.database_url)
    probe = Path(__file__).parent.parent / "probe_migrations"
    config.set_main_option("version_locations", f"{programs.MIGRATIONS / 'versions'}{os.pathsep}{probe}")
    command.upgrade(config, "9002")
    engine.dispose()
    with database.read(engine) as db:
        assert salons.slugs(db) == ["aava", "toinen"]
        assert len(webhook_secrets(db, salon, NOON)) == 1
        assert len(webhook_secrets(db, stranger, NOON)) == 1
        assert salons_policies.in_force(db, "aava", date(2027, 1, 1)) is not None
    command.downgrade(config, str(programs.head(world)))
    engine.dispose()  # what was prepared for the other tables
    with database.read(engine) as db:
        assert len(webhook_secrets(db, salon, NOON)) == 1


def test_migrations_run_down_and_up_again(world: Settings, engine: sa.Engine) -> None:
    config = programs.alembic_config(world.database_url)
    command.downgrade(config, "base")
    with engine.connect() as connection:
        assert set(sa.inspect(connection).get_table_names()) <= {"alembic_version"}
    command.upgrade(config, "head")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_a_fresh_installation_beside_an_old_journal_says_that_it_is_not_its_own(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    other = Account("aava", DIALECTS["standard"], None, None, Keys.new(), None, None, NOON, date.max)
    about = journal.Destroyed("aava", other.keys.client_key("c-1"), uuid4(), JobKind.ERASE, NOON)
    journal.keep_destroying(settings.journal_dir, other, about, None)
    (notice,) = install.init(settings, now=NOON).notices
    assert "erasures (1) of salons" in notice
    assert install.init(fresh(tmp_path / "clean"), now=NOON).notices == ()


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotReady, match="cannot be made"):
        install.init(replace(fresh(tmp_path), data_dir=tmp_path / "file" / "data"), now=NOON)
