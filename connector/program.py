"""What every door is handed: settings, database, keys, network and clock, opened and checked."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from connector import clock, database
from connector.config import Settings
from connector.mail import Post, post_of
from connector.sender import HttpSender, Sender
from connector.sender_pace import Pace
from connector.tables import Installation
from connector.vault import Vault

MIGRATIONS = Path(__file__).parent / "migrations"
Clock = Callable[[], datetime]


class NotReady(Exception):
    """The program cannot run like this; the text says why, and what to do."""


@dataclass(frozen=True)
class Program:
    """One running Ovikello."""

    settings: Settings
    engine: sa.Engine
    vault: Vault
    send: Sender
    now: Clock
    post: Post | None = None  # None: nobody is written to
    pause: Callable[[float], None] = time.sleep


def open_program(settings: Settings, *, now: Clock = clock.now, send: Sender | None = None) -> Program:
    """Open an installation that `ovikello init` made; raises NotReady."""
    if settings.secret_key is None:
        raise NotReady("There are no keys yet. Run 'ovikello init' first, or set OVIKELLO_SECRET_KEY.")
    engine = database.make_engine(settings.database_url)
    vault = Vault(settings.secret_key)
    try:
        _check_schema(settings, engine)
        _check_key(engine, vault)
    except BaseException:
        engine.dispose()
        raise
    post = None if settings.mail is None else post_of(settings.mail)
    return Program(settings, engine, vault, send or _sender(settings), now, post)


def _sender(settings: Settings) -> HttpSender:
    numbers = settings.numbers
    pace = Pace(numbers.calls_per_second, failures=numbers.breaker_failures, open_for=numbers.breaker_open)
    timeout = (numbers.connect_timeout, numbers.read_timeout)
    return HttpSender(settings.allow_hosts, pace=pace, timeout=timeout, longest=numbers.longest_call)


def alembic_config(url: str) -> Config:
    """Alembic's settings, from here rather than from a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def schema_version(engine: sa.Engine) -> str | None:
    """The migration that the database stands at; None where it is empty."""
    with engine.execution_options(write=False).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head(settings: Settings) -> str | None:
    """The migration that this release needs."""
    return _scripts(settings).get_current_head()


def check_release(settings: Settings, version: str) -> None:
    """Raise NotReady where the database was made by a newer release than this one."""
    if version not in {script.revision for script in _scripts(settings).walk_revisions()}:
        raise NotReady(
            "The database is from a newer release of Ovikello. Install that release, or a newer one."
        )


def _scripts(settings: Settings) -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config(settings.database_url))


def _check_schema(settings: Settings, engine: sa.Engine) -> None:
    if settings.is_sqlite and not Path(sa.make_url(settings.database_url).database or "").exists():
        raise NotReady(f"There is no database in {settings.data_dir}. Run 'ovikello init' first.")
    try:
        version = schema_version(engine)
    except sa.exc.DBAPIError:
        raise NotReady(
            "The database does not answer. Check OVIKELLO_DATABASE_URL, and that its server runs."
        ) from None
    if version is None:
        raise NotReady("The database is empty. Run 'ovikello init' first.")
    check_release(settings, version)
    if version != head(settings):
        raise NotReady("The database is from an older release. Run 'ovikello init': it brings it up to date.")


def _check_key(engine: sa.Engine, vault: Vault) -> None:
    with database.read(engine) as db:
        row = db.get(Installation, 1)
    if row is None:
        raise NotReady("The database is empty. Run 'ovikello init' first.")
    if row.key_check != vault.check_value:
        raise NotReady(
            "This database belongs to another secret key. Set the OVIKELLO_SECRET_KEY that it was made with."
        )
