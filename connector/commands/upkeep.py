"""Living with an installation: a copy for the day when a disk dies, a move to another database, another key."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import click
import sqlalchemy as sa

from connector import (
    database_copy,
    moving,
    moving_keys,
    serving,
)
from connector.commands.door import (
    Door,
    WrongUse,
    json_option,
    pass_reading_door,
    progress,
    read_file,
    say,
)
from connector.vault import Vault, new_secret_key

#: as `init` makes them: 256 random bits take 43
SHORTEST_KEY = 32


@click.command()
@click.argument("file")
@json_option
@pass_reading_door
def backup(door: Door, file: str, as_json: bool) -> None:
    """Copy the SQLite database into a new file, whole, while Ovikello goes on serving.

    \b
    ovikello backup /backup/ovikello-2026-12-31.db

    Keep the copy apart from the secret key, and the journal apart from both: after a restore the journal tells what was
    erased since. Never overwrites a file. On PostgreSQL use pg_dump.
    """
    program = door.program
    if not door.settings.is_sqlite:
        raise WrongUse("The database is PostgreSQL. Copy it with 'pg_dump --format=custom'.")
    path = Path(file).absolute()
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise WrongUse(f"There is a file {path} already. Name a new one.") from None
    except OSError:
        raise WrongUse(f"The file {path} cannot be made. Check its folder, and your rights there.") from None
    database_copy.copy_to(program.engine, path)
    size = path.stat().st_size
    say(as_json, {"file": str(path), "bytes": size}, f"Copied: {path} ({size} bytes, mode 0600)")


@click.command("move-database")
@click.option("--to-file", required=True, metavar="F", help="A file with the new database's URL; - is stdin.")
@json_option
@pass_reading_door
def move_database(door: Door, to_file: str, as_json: bool) -> None:
    """Copy everything into another, empty database, compare it row by row, and set the old one aside.

    \b
    ovikello move-database --to-file url

    Stop 'ovikello serve' and 'ovikello work' before. The URL has a password in it, so that it is read from a file:
    postgresql://user:password@host/database
    """
    program = door.program
    to = read_file(to_file).decode(errors="replace").strip()
    moved = moving.move(program.engine, to, progress=progress)
    aside = _set_aside(door)
    document = {"rows": moved.rows, "tables": moved.tables, "old": str(aside) if aside else None}
    kept = (
        f"\nThe old file was set aside as {aside}. Destroy it once the new one has been backed up."
        if aside
        else ""
    )
    say(
        as_json,
        document,
        f"Moved: {moved.rows} rows in {len(moved.tables)} tables, each compared.{kept}\n"
        "Next: put the URL into OVIKELLO_DATABASE_URL (or point OVIKELLO_DATABASE_URL_FILE at the file), then "
        "'ovikello serve'. Key and journal stay as they are.",
    )


@click.command("change-key")
@click.option(
    "--to-file",
    metavar="F",
    help="A file with the new key; without it one is made, where the old lies in a file.",
)
@json_option
@pass_reading_door
def change_key(door: Door, to_file: str | None, as_json: bool) -> None:
    """Wrap everything under another secret key, and forget the old one; all of it or nothing.

    \b
    ovikello change-key
    ovikello change-key --to-file new-key

    Stop 'ovikello serve' and 'ovikello work' before. Whoever has the database and the old key both has what it opened
    then: rotate that too (docs/security.md).
    """
    program, settings = door.program, door.settings
    file = settings.data_dir / "secret-key"
    click.get_current_context().with_resource(serving.place(settings.data_dir))
    is_in_file = file.exists() and file.read_text(encoding="utf-8").strip() == settings.secret_key
    if to_file is None and not is_in_file:
        raise WrongUse("The key is not in the data folder. Give the new one with --to-file.")
    key = new_secret_key() if to_file is None else read_file(to_file).decode(errors="replace").strip()
    if len(key) < SHORTEST_KEY or not key.isprintable() or key == settings.secret_key:
        raise WrongUse(f"A new key is another one than before, and has at least {SHORTEST_KEY} characters.")
    with _key_file(file, key) if is_in_file else contextlib.nullcontext():
        changed = moving_keys.change(program.engine, program.vault, Vault(key))
    then = (
        f"The new key is in {file}."
        if is_in_file
        else "Put it into OVIKELLO_SECRET_KEY, or the file that it names."
    )
    say(
        as_json,
        {"salons": changed.salons, "owners": changed.owners, "file": str(file) if is_in_file else None},
        f"Changed: {changed.salons} salons and {changed.owners} owners are wrapped under the new key. {then}\n"
        "Keep a copy apart from every backup. Backups from before still need the old one.",
    )


@contextlib.contextmanager
def _key_file(file: Path, key: str) -> Iterator[None]:
    """Put a key into a file, once all that it is for has come about: it lies on disk before, under another name."""
    aside = file.with_name(f"{file.name}.new")
    with os.fdopen(
        os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as new:
        new.write(key + "\n")
        new.flush()
        os.fsync(new.fileno())
    try:
        yield
    except BaseException:
        aside.unlink()
        raise
    aside.replace(file)


def _set_aside(door: Door) -> Path | None:
    """Rename a SQLite file that was moved, so that nobody goes on with it by mistake."""
    door.program.engine.dispose()
    if not door.settings.is_sqlite:
        return None
    file = Path(sa.make_url(door.settings.database_url).database or "")
    aside = file.with_name(f"{file.name}.moved-{door.now():%Y%m%dT%H%M%S}")
    file.rename(aside)
    return aside


COMMANDS = (backup, move_database, change_key)
