"""The world around a test: databases, clock, program, two salons. Values are in `builders.py`."""

import gc
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from sqlmodel import Session

from connector import database, hooks_refusals, salons
from connector.config import Settings
from connector.program import Program
from connector.salons import Account
from connector.sender import HttpSender
from connector.sender_pace import Pace
from connector.vault import Vault
from tests.builders import Clock
from tests.connector.console.visitor import Person, person
from tests.databases import KEY, Kind, Postgres, Sqlite, settings_for
from tests.postgres import Server

__all__ = ["settings_for"]
LIBRARY = Path(__file__).parent.parent / "policies" / "library"
_URL = "OVIKELLO_TESTS_POSTGRES"
_JOURNEYS = {"chaos", "bench", "doors"}
_LONG = {"chaos", "bench", "test_load.py", "test_bad_input.py", "test_walks.py", "test_demo.py"}
_MEMORY = Path("/dev/shm")  # noqa: S108 -- pytest makes a folder of its own in it
_ROOM = 1024**3
_server: list[Server] = []

settings.register_profile(
    "tests", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once a run, in the process that hands out the work; keep files in memory where it has room."""
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    if _URL not in os.environ:
        _server.append(Server())
        os.environ[_URL] = _server[0].url()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it."""
    for server in _server:
        server.stop()
        os.environ.pop(_URL, None)
    _server.clear()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which databases the tests run on."""
    parser.addoption(
        "--database",
        choices=["both", "sqlite", "postgresql"],
        default="both",
        help="sqlite: what needs no database, and the rest on SQLite; postgresql: only what that leaves out.",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """What has a browser, or lies in a folder of whole processes, is a journey: it runs by itself, after the rest.

    The long ones of those begin, whatever waits for all pages of the gallery first, and each worker begins with some:
    else one is at its last for a minute while the others have nothing to do.
    """
    here = Path(__file__).parent
    wanted = config.getoption("--database")
    left = {item for item in items if wanted != "both" and _is_on_postgresql(item) is (wanted == "sqlite")}
    config.hook.pytest_deselected(items=list(left))
    items[:] = [item for item in items if item not in left]
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        if folder in _JOURNEYS or item.get_closest_marker("browser"):
            item.add_marker("journey")
    yield  # the others' order is random
    items.sort(key=lambda item: (not _sees_pages(item), not {item.path.parent.name, item.path.name} & _LONG))
    count = sum(map(_sees_pages, items))  # one worker has these, since the others would wait for the first
    hands = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    rest = items[count:]
    items[count:] = [
        item for hand in range(hands) for item in rest[hand::hands]
    ]  # each has a part in one piece


def _sees_pages(item: pytest.Item) -> bool:
    return "pages" in getattr(item, "fixturenames", ())


def _is_on_postgresql(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is not None and "postgresql" in callspec.params.values()


def pytest_collection_finish() -> None:
    """What was imported stays: looking through it again for garbage took a sixth of the tests' time."""
    gc.collect()
    gc.freeze()


def server_url() -> str:
    """The URL of the tests' PostgreSQL server, for databases of a test's own."""
    return os.environ[_URL]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """In CI a skipped test is a defect."""
    if report.skipped and os.environ.get("OVIKELLO_TEST_NO_SKIPS"):
        report.outcome = "failed"


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sqlite]:
    """This worker's SQLite."""
    kind = Sqlite(tmp_path_factory.mktemp("sqlite"))
    yield kind
    kind.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """This worker's PostgreSQL database."""
    kind = Postgres(os.environ[_URL], tmp_path_factory.mktemp("postgres"))
    yield kind
    kind.close()


@pytest.fixture(scope="session")
def sqlite_template(sqlite: Sqlite) -> Path:
    """A migrated, empty SQLite file to copy."""
    return sqlite.template


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """Each database that the program runs on."""
    found: Kind = request.getfixturevalue({"postgresql": "postgres"}.get(request.param, request.param))
    return found


@pytest.fixture
def world(database_kind: Kind, tmp_path: Path) -> Settings:
    """The settings of an empty, migrated installation on each database."""
    return database_kind.fresh(tmp_path)


@pytest.fixture
def engine(world: Settings, database_kind: Kind) -> sa.Engine:
    """An empty, migrated database."""
    return database_kind.engine()


@pytest.fixture
def vault() -> Vault:
    """The keys of the tests' installations."""
    return Vault(KEY)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at noon until a test moves it."""
    return Clock()


@pytest.fixture
def program(world: Settings, engine: sa.Engine, vault: Vault, clock: Clock) -> Iterator[Program]:
    """A program whose callbacks go over real HTTP, to this machine only, as fast as it answers."""
    yield Program(world, engine, vault, HttpSender(world.allow_hosts, pace=Pace(10_000), pause=0), clock)
    for thread in threading.enumerate():
        if thread.name == hooks_refusals.THREAD:
            thread.join()  # nothing of one test may be written down in the next one's database


@pytest.fixture
def salon(program: Program) -> Account:
    """The salon that a test is about."""
    return connect(program, "aava")


@pytest.fixture
def stranger(program: Program) -> Account:
    """Another salon on the same installation, that nothing may leak to."""
    return connect(program, "toinen")


@pytest.fixture
def owner(program: Program, clock: Clock, salon: Account) -> Person:
    """Who speaks for the salon, and is set up: a password and a code app."""
    return person(program, clock, "omistaja@aava.example", salon.slug)


@pytest.fixture
def other_owner(program: Program, clock: Clock, stranger: Account) -> Person:
    """Who speaks for the other salon."""
    return person(program, clock, "omistaja@toinen.example", stranger.slug)


def webhook_secrets(db: Session, account: Account, now: datetime) -> tuple[str, ...]:
    """Every secret with which a salon's booking system may sign at a moment, the newest first."""
    return salons.account_with_secrets(db, Vault(KEY), account.slug, now)[1]


def connect(
    program: Program,
    slug: str,
    *,
    policy: str | bytes = "yearly_purge",
    base_url: str = "http://127.0.0.1:9",
    token: str | None = None,
) -> Account:
    """Add a salon that speaks the standard dialect; its policy by a name in the library, or as a file's bytes."""
    with database.write(program.engine) as db:
        salons.add(
            db,
            program.vault,
            slug,
            dialect="standard",
            policy=policy if isinstance(policy, bytes) else (LIBRARY / f"{policy}.toml").read_bytes(),
            base_url=base_url,
            token=f"token-of-{slug}" if token is None else token,
            now=program.now(),
        )
        account = salons.account(db, program.vault, slug)
    assert account is not None
    return account
