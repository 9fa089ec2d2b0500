"""The world around a test: databases, clock, program, two salons. Values are in `builders.py`."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

from connector import database, install, salons
from connector.config import Settings
from connector.program import Program
from connector.salons import Account
from connector.sender import HttpSender
from connector.vault import Vault
from tests.builders import NOON, Clock
from tests.postgres import Server

KEY = "test-key-of-no-installation"
LIBRARY = Path(__file__).parent.parent / "policies" / "library"
_URL = "OVIKELLO_TESTS_POSTGRES"
_server: list[Server] = []

settings.register_profile(
    "tests", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once a run, in the process that hands out the work."""
    if _URL not in os.environ:
        _server.append(Server())
        os.environ[_URL] = _server[0].url()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it."""
    for server in _server:
        server.stop()
        os.environ.pop(_URL, None)
    _server.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """In CI a skipped test is a defect."""
    if report.skipped and os.environ.get("OVIKELLO_TEST_NO_SKIPS"):
        report.outcome = "failed"


def settings_for(folder: Path, url: str | None = None) -> Settings:
    """The settings of an installation in a folder of its own."""
    env = {
        "OVIKELLO_DATA_DIR": str(folder),
        "OVIKELLO_SECRET_KEY": KEY,
        "OVIKELLO_ALLOW_HOSTS": "127.0.0.1,localhost",
    }
    return Settings.from_env(env | ({"OVIKELLO_DATABASE_URL": url} if url else {}))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    folder = tmp_path_factory.mktemp("template")
    install.init(settings_for(folder), now=NOON)
    return folder / "ovikello.db"


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated, empty PostgreSQL database to copy."""
    name = f"template_{uuid4().hex[:12]}"
    _postgres(f"CREATE DATABASE {name}")
    folder = tmp_path_factory.mktemp("template-pg")
    install.init(settings_for(folder, database_of(name)), now=NOON)
    return name


def database_of(name: str) -> str:
    """The URL of one database on the tests' server."""
    return os.environ[_URL].replace("/postgres?", f"/{name}?")


def _postgres(statement: str) -> None:
    engine = sa.create_engine(os.environ[_URL], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """The settings of an empty, migrated installation on each database."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "ovikello.db")
        yield settings_for(tmp_path)
        return
    name = f"test_{uuid4().hex[:12]}"
    _postgres(
        f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('postgres_template')} STRATEGY file_copy"
    )
    yield settings_for(tmp_path, database_of(name))
    _postgres(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(world: Settings) -> Iterator[sa.Engine]:
    """An empty, migrated database."""
    world.journal_dir.mkdir(parents=True, exist_ok=True)
    engine = database.make_engine(world.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def vault() -> Vault:
    """The keys of the tests' installations."""
    return Vault(KEY)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at noon until a test moves it."""
    return Clock()


@pytest.fixture
def program(world: Settings, engine: sa.Engine, vault: Vault, clock: Clock) -> Program:
    """A program whose callbacks go over real HTTP, to this machine only."""
    return Program(world, engine, vault, HttpSender(world.allow_hosts), clock)


@pytest.fixture
def salon(program: Program) -> Account:
    """The salon that a test is about."""
    return connect(program, "aava")


@pytest.fixture
def stranger(program: Program) -> Account:
    """Another salon on the same installation, that nothing may leak to."""
    return connect(program, "toinen")


def connect(
    program: Program, slug: str, *, policy: str = "yearly_purge", base_url: str = "http://127.0.0.1:9"
) -> Account:
    """Add a salon that speaks the standard dialect."""
    with database.write(program.engine) as db:
        salons.add(
            db,
            program.vault,
            slug,
            dialect="standard",
            policy=(LIBRARY / f"{policy}.toml").read_bytes(),
            base_url=base_url,
            token=f"token-of-{slug}",
            now=program.now(),
        )
        account = salons.account(db, program.vault, slug)
    assert account is not None
    return account
