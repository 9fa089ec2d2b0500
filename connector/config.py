"""Settings: parsed once, loudly. A secret has no default and never shows."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class ConfigError(Exception):
    """A setting is missing or cannot be read; the text says which and what to do, never its value."""


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

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read all settings at once; raise ConfigError rather than guess."""
        data_dir = Path(env.get("OVIKELLO_DATA_DIR") or "data").absolute()
        engine = env.get("OVIKELLO_ENGINE") or "embedded"
        if engine not in {"embedded", "none"}:
            raise ConfigError("OVIKELLO_ENGINE must be 'embedded' or 'none'.")
        return cls(
            data_dir=data_dir,
            database_url=_secret(env, "OVIKELLO_DATABASE_URL") or f"sqlite:///{data_dir / 'ovikello.db'}",
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
