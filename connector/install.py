"""Making and bringing up to date an installation: folders, keys, tables."""

import contextlib
import os
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from alembic import command

from connector import database, journal_replay, program
from connector.config import Settings
from connector.tables import Installation
from connector.vault import Vault, new_secret_key


@dataclass(frozen=True)
class Made:
    """What `init` did; nothing that was there is ever overwritten."""

    settings: Settings
    made_key: bool
    made_database: bool
    upgraded: bool
    #: what somebody should read: a database that was restored, a journal that is not of this installation
    notices: tuple[str, ...] = ()


def init(settings: Settings, *, now: datetime) -> Made:
    """Make what is missing; raises program.NotReady where the key or the release is another one."""
    _make_folders(settings)
    made_key = settings.secret_key is None
    if made_key:
        settings = replace(settings, secret_key=_new_key(settings))
    _reserve_file(settings)
    engine = database.make_engine(settings.database_url)
    try:
        before = program.schema_version(engine)
        if before is not None:
            program.check_release(settings, before)
        command.upgrade(program.alembic_config(settings.database_url), "head")
        vault = Vault(settings.secret_key or "")
        with database.write(engine) as db:
            if db.get(Installation, 1) is None:
                db.add(Installation(key_check=vault.check_value, made_at=now))
    finally:
        engine.dispose()
    after = program.head(settings)
    return Made(
        settings, made_key, before is None, before is not None and before != after, _notices(settings)
    )


def _make_folders(settings: Settings) -> None:
    for folder in (settings.data_dir, settings.journal_dir):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            raise program.NotReady(
                f"The folder {folder} cannot be made. Check its name, the disk, and who owns the one above."
            ) from None


def _notices(settings: Settings) -> tuple[str, ...]:
    """Open what was made, as every start does: a restored database is brought up to its journal."""
    opened = program.open_program(settings)
    try:
        found = journal_replay.replay(opened)
    finally:
        opened.engine.dispose()
    notices = list(found.texts)
    if found.strangers:
        notices.append(
            f"The erasure journal in {settings.journal_dir} tells of erasures ({found.strangers}) of salons that "
            "are not here, or were made with other keys. They are left alone; if this is to be the old installation, "
            "restore its database and its secret key first."
        )
    return tuple(notices)


def _reserve_file(settings: Settings) -> None:
    """A SQLite file for its owner alone, whatever its folder allows; SQLite gives the files beside it the same mode."""
    path = sa.make_url(settings.database_url).database
    if settings.is_sqlite and path:
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _new_key(settings: Settings) -> str:
    """A key in a file that only its owner can read; refuses where a database exists that needs another one."""
    if settings.is_sqlite and (settings.data_dir / "ovikello.db").exists():
        raise program.NotReady(
            "There is a database but no key. Put the secret-key file back beside it, or set OVIKELLO_SECRET_KEY."
        )
    key = new_secret_key()
    path = settings.data_dir / "secret-key"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(key + "\n")
    return key
