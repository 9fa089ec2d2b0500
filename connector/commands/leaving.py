"""`ovikello salon remove`: a salon leaves, with its evidence in a file and nothing else left."""

from pathlib import Path

import click

from connector import database, evidence, evidence_export, evidence_files, salons_removal
from connector.commands.door import Door, Refused, WrongUse, json_option, pass_door, progress, say
from connector.commands.setup import salon
from connector.evidence_export import Asked


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
    """Write a salon's last evidence file, then destroy everything of it. Nothing brings it back.

    \b
    ovikello salon remove aava --evidence aava-last.jsonl

    When a salon no longer uses Ovikello. Nothing is changed in its booking system, and nothing is erased there by
    itself any more. Keep the evidence file: it proves what was done until then. Who changes the booking system is
    moved instead ('ovikello salon move').
    """
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


COMMANDS = ()
