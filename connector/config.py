"""Settings: parsed once, loudly. A secret has no default and never shows."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from connector import config_mail

#: no number means more than this: a thousand years in days, and eleven days in seconds
_MOST = 1_000_000.0
#: between a word written down and its deed; who takes longer was stopped in between
LITTLE = timedelta(seconds=2)


class ConfigError(Exception):
    """A setting is missing or cannot be read; the text says which and what to do, never its value."""


@dataclass(frozen=True)
class Numbers:
    """How long, how often, how many: by default those of the design; shorter ones are for rehearsals."""

    lease: timedelta = timedelta(seconds=30)  # longer than any single call
    sweep: float = 2.0
    first_retry: timedelta = timedelta(seconds=2)
    longest_retry: timedelta = timedelta(hours=1)
    give_up_after: timedelta = timedelta(days=7)
    connect_timeout: float = 3.0
    read_timeout: float = 10.0
    breaker_failures: int = 5  # in a row
    breaker_open: float = 10.0
    calls_per_second: float = 10.0  # out, for each booking system
    deliveries_per_second: int = 100  # in, for each salon
    deliveries_at_once: int = 1000
    package_for: timedelta = timedelta(days=14)  # as long as a summer holiday of whoever asked for it
    package_openings: int = 5  # on a phone and on a computer, as a page and as a file, and one that broke off

    @property
    def longest_call(self) -> float:
        """Seconds for a whole call, however it drips: no worker is still at it when its lease has run out."""
        return min(self.connect_timeout + self.read_timeout, self.lease.total_seconds() * 2 / 3)

    @property
    def over_after(self) -> timedelta:
        """Until a call that was cut short can no longer be under way: to connect and to read, and a little."""
        return timedelta(seconds=self.connect_timeout + self.read_timeout) + LITTLE

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Numbers":
        """Each is a number of seconds, days or things, above zero."""
        return cls(
            lease=timedelta(seconds=_number(env, "OVIKELLO_LEASE_SECONDS", 30)),
            sweep=_number(env, "OVIKELLO_SWEEP_SECONDS", 2),
            first_retry=timedelta(seconds=_number(env, "OVIKELLO_RETRY_SECONDS", 2)),
            longest_retry=timedelta(seconds=_number(env, "OVIKELLO_LONGEST_RETRY_SECONDS", 3600)),
            give_up_after=timedelta(days=_number(env, "OVIKELLO_GIVE_UP_DAYS", 7)),
            connect_timeout=_number(env, "OVIKELLO_CONNECT_SECONDS", 3),
            read_timeout=_number(env, "OVIKELLO_READ_SECONDS", 10),
            breaker_failures=_whole(env, "OVIKELLO_BREAKER_FAILURES", 5),
            breaker_open=_number(env, "OVIKELLO_BREAKER_SECONDS", 10),
            calls_per_second=_number(env, "OVIKELLO_CALLS_PER_SECOND", 10),
            deliveries_per_second=_whole(env, "OVIKELLO_DELIVERIES_PER_SECOND", 100),
            deliveries_at_once=_whole(env, "OVIKELLO_DELIVERIES_AT_ONCE", 1000),
            package_for=timedelta(days=_number(env, "OVIKELLO_PACKAGE_DAYS", 14)),
            package_openings=_whole(env, "OVIKELLO_PACKAGE_OPENINGS", 5),
        )


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between two installations (README, "Run it")."""

    data_dir: Path
    database_url: str = field(repr=False)
    secret_key: str | None = field(repr=False)
    journal_dir: Path
    engine: str = "embedded"
    allow_hosts: frozenset[str] = frozenset()
    public_url: str | None = None
    log_level: str = "INFO"
    mail: config_mail.Mail | None = None
    numbers: Numbers = Numbers()

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read all settings at once; raise ConfigError rather than guess."""
        data_dir = Path(env.get("OVIKELLO_DATA_DIR") or "data").absolute()
        engine = env.get("OVIKELLO_ENGINE") or "embedded"
        if engine not in {"embedded", "postgresql", "none"}:
            raise ConfigError("OVIKELLO_ENGINE must be 'embedded', 'postgresql' or 'none'.")
        database_url = _database(env) or f"sqlite:///{data_dir / 'ovikello.db'}"
        if engine == "postgresql" and database_url.startswith("sqlite"):
            raise ConfigError(
                "OVIKELLO_ENGINE=postgresql needs a PostgreSQL database: set OVIKELLO_DATABASE_URL."
            )
        return cls(
            data_dir=data_dir,
            database_url=database_url,
            secret_key=_secret(env, "OVIKELLO_SECRET_KEY") or _file(data_dir / "secret-key"),
            journal_dir=Path(env.get("OVIKELLO_JOURNAL_DIR") or data_dir / "journal").absolute(),
            engine=engine,
            allow_hosts=frozenset(
                host.strip().lower()
                for host in env.get("OVIKELLO_ALLOW_HOSTS", "").split(",")
                if host.strip()
            ),
            public_url=(env.get("OVIKELLO_PUBLIC_URL") or "").rstrip("/") or None,
            log_level=_level(env),
            mail=_mail(env),
            numbers=Numbers.from_env(env),
        )

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file with one writer at a time."""
        return self.database_url.startswith("sqlite")


def from_environment() -> Settings:
    """The settings of this process: what `wsgi.py` and the command line share."""
    return Settings.from_env(os.environ)


def _level(env: Mapping[str, str]) -> str:
    level = (env.get("OVIKELLO_LOG_LEVEL") or "INFO").upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ConfigError("OVIKELLO_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.")
    return level


def _number(env: Mapping[str, str], name: str, default: float) -> float:
    text = env.get(name) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number <= _MOST:
        raise ConfigError(f"{name} must be a number above 0.")
    return number


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    number = _number(env, name, default)
    if number != int(number):
        raise ConfigError(f"{name} must be a whole number above 0.")
    return int(number)


def _mail(env: Mapping[str, str]) -> config_mail.Mail | None:
    """Where mail goes; the setting may hold a password, so that no error shows it."""
    url = _secret(env, "OVIKELLO_MAIL_URL")
    if url is None:
        return None
    try:
        return config_mail.read(url, env.get("OVIKELLO_MAIL_FROM") or None)
    except ValueError as error:
        raise ConfigError(str(error)) from None


def _database(env: Mapping[str, str]) -> str | None:
    """The database's URL, if it can be one; it holds a password, so that no error shows it."""
    url = _secret(env, "OVIKELLO_DATABASE_URL")
    if url is None:
        return None
    try:
        is_one = url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")) and (
            url.startswith("sqlite") or urlsplit(url).port != 0
        )
    except ValueError:
        is_one = False
    if not is_one:
        raise ConfigError(
            "OVIKELLO_DATABASE_URL must look like postgresql://user:password@host/database, or sqlite:////a/file."
        )
    return url


def _secret(env: Mapping[str, str], name: str) -> str | None:
    """The value of NAME, or of the file that NAME_FILE points at."""
    if value := env.get(name):
        return value
    if not (path := env.get(f"{name}_FILE")):
        return None
    value = _file(Path(path))
    if value is None:
        raise ConfigError(f"{name}_FILE points at a file that is not there.")
    return value


def _file(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"The file {path} cannot be read. Check its owner and mode.") from None
