"""Installations to measure: empty, on a real disk, durable as an installation is; one on each database."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import psycopg
import sqlalchemy as sa

from connector import clock, database, install, salons
from connector.config import Settings
from connector.program import Clock, Program, open_program
from connector.salons import Account
from tests.postgres import Server

LIBRARY = Path(__file__).parent.parent.parent / "policies" / "library"
#: counted from the last visit, on any day of the year: the clients of a salon fall due one after the other
POLICY = "health_two_years"


@dataclass(frozen=True)
class Place:
    """One empty installation."""

    name: str
    program: Program

    @property
    def is_sqlite(self) -> bool:
        """Whether its database is one file."""
        return self.program.settings.is_sqlite

    def at(self, now: Clock) -> "Place":
        """The same by another clock."""
        return replace(self, program=replace(self.program, now=now))


#: opens an empty installation on the database that is being measured
Open = Callable[[], AbstractContextManager[Place]]


def environment(folder: Path, url: str | None) -> dict[str, str]:
    """The settings of an installation in a folder, as a process of it is handed them."""
    env = {
        "OVIKELLO_DATA_DIR": str(folder),
        "OVIKELLO_SECRET_KEY": "key-of-no-installation",
        "OVIKELLO_ALLOW_HOSTS": "127.0.0.1",
        "OVIKELLO_ENGINE": "none",
    }
    return env | ({"OVIKELLO_DATABASE_URL": url} if url else {})


@contextmanager
def servers(names: list[str]) -> Iterator[Server | None]:
    """A durable PostgreSQL, where it is to be measured."""
    server = Server(durable=True) if "postgresql" in names else None
    try:
        yield server
    finally:
        if server is not None:
            server.stop()


@contextmanager
def place(name: str, server: Server | None) -> Iterator[Place]:
    """An empty installation on a database of its own."""
    folder = Path(tempfile.mkdtemp(prefix="ovi-bench-"))
    url = None
    if server is not None and name == "postgresql":
        fresh = f"bench_{uuid4().hex[:12]}"
        _make(server, fresh)
        url = server.url(fresh)
    settings = Settings.from_env(environment(folder, url))
    install.init(settings, now=clock.now())
    program = open_program(settings)
    try:
        yield Place("PostgreSQL" if url else "SQLite", program)
    finally:
        program.engine.dispose()
        shutil.rmtree(folder, ignore_errors=True)


def connect(
    place: Place, count: int, *, base_url: str | None = None, token: str | None = None
) -> list[Account]:
    """So many salons that speak the standard dialect."""
    policy = (LIBRARY / f"{POLICY}.toml").read_text()
    program, found = place.program, []
    for start in range(0, count, 100):
        with database.write(program.engine) as db:
            for number in range(start, min(start + 100, count)):
                slug = f"salon-{number:04d}"
                salons.add(
                    db,
                    program.vault,
                    slug,
                    dialect="standard",
                    policy=f"# {slug}\n{policy}".encode(),  # each has a file of its own
                    base_url=base_url,
                    token=token,
                    now=program.now(),
                )
                account = salons.account(db, program.vault, slug)
                assert account is not None
                found.append(account)
    return found


def raw_postgres(settings: Settings) -> "psycopg.Connection[tuple[object, ...]]":
    """The driver alone."""
    return psycopg.connect(settings.database_url.replace("+psycopg", ""), autocommit=True)


def analyze(place: Place) -> None:
    """Let the planner know what is there."""
    with place.program.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


def _make(server: Server, name: str) -> None:
    with psycopg.connect(server.url().replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
