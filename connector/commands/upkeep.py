"""Living with an installation: a copy for the day when a disk dies, a move to another database, a salon that leaves."""

import os
from pathlib import Path

import click
import sqlalchemy as sa

from connector import (
    database,
    database_copy,
    evidence,
    evidence_export,
    evidence_files,
    moving,
    salons_removal,
)
from connector.commands.door import (
    Door,
    WrongUse,
    json_option,
    pass_door,
    pass_reading_door,
    progress,
    read_file,
    say,
)
from connector.commands.jobs import Refused
from connector.commands.setup import salon
from connector.evidence_export import Asked


@click.command()
@click.argument("file")
@json_option
@pass_reading_door
def backup(door: Door, file: str, as_json: bool) -> None:
    """Copy the SQLite database into a new file, whole, while Ovikello goes on serving.

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


def _set_aside(door: Door) -> Path | None:
    """Rename a SQLite file that was moved, so that nobody goes on with it by mistake."""
    door.program.engine.dispose()
    if not door.settings.is_sqlite:
        return None
    file = Path(sa.make_url(door.settings.database_url).database or "")
    aside = file.with_name(f"{file.name}.moved-{door.now():%Y%m%dT%H%M%S}")
    file.rename(aside)
    return aside


@salon.command("remove")
@click.argument("slug")
@click.option(
    "--evidence", "file", required=True, metavar="FILE", help="Where the salon's last evidence goes."
)
@click.option("--confirm", metavar="SLUG", help="The salon's name once more; asked for, if not given.")
@click.option(
    "--unfinished", is_flag=True, help="Even though calls are out of which nobody knows what came of them."
)
@json_option
@pass_door
def remove_salon(
    door: Door, slug: str, file: str, confirm: str | None, unfinished: bool, as_json: bool
) -> None:
    """Write a salon's last evidence file, then destroy everything of it. Nothing brings it back."""
    account, path = door.account(slug), Path(file)
    with database.read(door.program.engine) as db:
        waiting = salons_removal.on_their_way(db, slug)
    if waiting and not unfinished:
        raise Refused(
            f"{waiting} jobs of {slug} have a call out, and nobody knows yet what came of it. Wait until none is "
            f"sending, unknown or pending ('ovikello jobs --salon {slug}'), or say --unfinished."
        )
    if (
        confirm or click.prompt(f"Everything of {slug} will be destroyed. Its name once more", err=True)
    ) != slug:
        raise WrongUse(f"That is not '{slug}'. Nothing was destroyed.")
    try:
        with database.write(door.program.engine) as db:
            evidence.append(db, account, {"what": "salon_removed", "unfinished": waiting}, now=door.now())
            done = evidence_export.to_file(
                db, account, path, asked=Asked(), now=door.now(), force=False, on_progress=progress
            )
            salons_removal.destroy(db, slug)
    except evidence_files.CannotWrite as error:
        raise WrongUse(str(error)) from None
    document = {"salon": slug, "evidence": str(path), "lines": done.lines, "unfinished": waiting}
    say(
        as_json,
        document,
        f"Destroyed: everything of {slug}. Its evidence is in {path} ({done.lines} lines).\n"
        "Backups that were made before still hold it: destroy those too.",
    )


COMMANDS = (backup, move_database)
