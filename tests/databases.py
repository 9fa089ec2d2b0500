"""An empty, migrated installation for each test: one database of each kind a worker, emptied rather than made anew.

Making a database costs more than most tests do, and so does an engine that has compiled no statement yet: both
stay, and what a test left goes. `test_databases.py` proves that nothing gets from one test into the next.
"""

import shutil
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import sqlalchemy as sa
import sqlalchemy.event

from connector import database, install
from connector.config import Settings
from tests.builders import NOON

KEY = "test-key-of-no-installation"

#: notes that tables were changed: such a database is thrown away. Then a function that empties all tables, gives
#: back what the migrations had left there, and ends every connection that is not in the list it is given.
_GUARD = """
CREATE SCHEMA guard;
CREATE TABLE guard.changed (tag text);
CREATE FUNCTION guard.note() RETURNS event_trigger LANGUAGE plpgsql AS
  'BEGIN INSERT INTO guard.changed VALUES (tg_tag); END';
{copies}
CREATE FUNCTION guard.empty(keep integer[]) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
      AND pid <> pg_backend_pid() AND pid <> ALL (keep);
  IF EXISTS (SELECT FROM guard.changed) THEN RETURN false; END IF;
  SET LOCAL session_replication_role = replica;
  {statements}
  RETURN true;
END $$;
CREATE EVENT TRIGGER changed ON ddl_command_end EXECUTE FUNCTION guard.note();
"""


class Kind(Protocol):
    """One of the databases that every test of the program runs on."""

    def fresh(self, folder: Path) -> Settings:
        """The settings of an installation that nobody has used; a folder of the test's own may be part of it."""

    def engine(self) -> sa.Engine:
        """Its engine."""

    def close(self) -> None:
        """Leave nothing behind."""


def settings_for(folder: Path, url: str | None = None) -> Settings:
    """The settings of an installation in a folder of its own."""
    env = {
        "OVIKELLO_DATA_DIR": str(folder),
        "OVIKELLO_SECRET_KEY": KEY,
        "OVIKELLO_ALLOW_HOSTS": "127.0.0.1,localhost",
    }
    return Settings.from_env(env | ({"OVIKELLO_DATABASE_URL": url} if url else {}))


class Sqlite:
    """A file that is copied anew to the same place."""

    def __init__(self, folder: Path) -> None:
        install.init(settings_for(folder / "template"), now=NOON)
        self.template = folder / "template" / "ovikello.db"
        self._settings = settings_for(folder / "world")
        self._engine = database.make_engine(self._settings.database_url)

    def fresh(self, folder: Path) -> Settings:
        """Whatever lay beside the old file goes with it."""
        del folder
        self.close()
        self._settings.journal_dir.mkdir(parents=True)
        shutil.copy(self.template, self._settings.data_dir / "ovikello.db")
        return self._settings

    def engine(self) -> sa.Engine:
        """Its engine."""
        return self._engine

    def close(self) -> None:
        """Close the file before it goes."""
        self._engine.dispose()
        shutil.rmtree(self._settings.data_dir, ignore_errors=True)


class Postgres:
    """A database whose rows go after each test; a test that changed tables costs the next one a copy."""

    def __init__(self, server: str, folder: Path) -> None:
        self._server = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._template = f"template_{uuid4().hex[:12]}"
        self._do(f"CREATE DATABASE {self._template}")
        url = self._url(self._template)
        install.init(settings_for(folder, url), now=NOON)
        template = database.make_engine(url)
        with template.begin() as connection:
            connection.exec_driver_sql(_guard(connection))
        template.dispose()
        self._copy()

    def fresh(self, folder: Path) -> Settings:
        """Only the connections that wait in the pool outlive the test that opened them."""
        try:
            is_empty = self._admin.exec_driver_sql(
                "SELECT guard.empty(%s)", (sorted(self._pids),)
            ).scalar_one()
        except sa.exc.DBAPIError:  # a test took the database away
            is_empty = False
        if not is_empty:
            self._drop()
            self._copy()
        settings = settings_for(folder, self._url(self._name))
        settings.journal_dir.mkdir(parents=True)
        return settings

    def engine(self) -> sa.Engine:
        """Its engine; another one after a test that changed tables."""
        return self._engine

    def close(self) -> None:
        """Drop what was made."""
        self._drop()
        self._do(f"DROP DATABASE {self._template}")

    def _copy(self) -> None:
        self._name = f"test_{uuid4().hex[:12]}"
        self._do(f"CREATE DATABASE {self._name} TEMPLATE {self._template} STRATEGY file_copy")
        own = sa.create_engine(self._url(self._name), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._admin = own.connect()
        self._engine = database.make_engine(self._url(self._name))
        self._pids: set[int] = set()

        @sqlalchemy.event.listens_for(self._engine, "connect")
        def remember(connection: object, _record: object) -> None:
            self._pids.add(connection.info.backend_pid)  # type: ignore[attr-defined]

    def _drop(self) -> None:
        self._admin.close()
        self._engine.dispose()
        self._do(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.exec_driver_sql(statement)

    def _url(self, name: str) -> str:
        """The URL of one database on the tests' server."""
        return self._server.url.set(database=name).render_as_string(hide_password=False)


def _guard(connection: sa.Connection) -> str:
    """What guards the tables that are there."""
    tables = sa.inspect(connection).get_table_names()
    filled = [
        name for name in tables if connection.exec_driver_sql(f'SELECT FROM "{name}" LIMIT 1').fetchall()
    ]
    copies = [f'CREATE TABLE guard."{name}" AS TABLE public."{name}";' for name in filled]
    statements = [f'DELETE FROM public."{name}";' for name in tables]  # noqa: S608 -- names of our own
    statements += [f'INSERT INTO public."{name}" TABLE guard."{name}";' for name in filled]
    return _GUARD.format(copies="\n".join(copies), statements="\n  ".join(statements))
