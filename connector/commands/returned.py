"""Clients who were erased and are told of again: look, and say what is so."""

import click

from connector import database, mirror_returned
from connector.commands.door import Commands, Door, WrongUse, json_option, pass_door, pass_reading_door, say


@click.group("returned", cls=Commands)
def returned() -> None:
    """Clients who were erased, and of whom the booking system tells again.

    \b
    ovikello returned list aava
    ovikello returned keep aava c-17

    Look there: is such a client in it? Then 'keep' takes them back where their deletion was told of by mistake; an
    erasure of yours is done again by itself. Is there none, 'gone' has it so until something later is told.
    """


@returned.command("list")
@click.argument("slug")
@json_option
@pass_reading_door
def list_returned(door: Door, slug: str, as_json: bool) -> None:
    """Who was erased, by whom, and when something was last told of them.

    \b
    ovikello returned list aava

    Look each of them up in the booking system, then say what is so with 'keep' or 'gone'. Until then nothing of what
    was told later is kept but its moment.
    """
    account = door.account(slug)
    with database.read(door.program.engine) as db:
        found = mirror_returned.listed(db, account)
    document = [
        {
            "client": one.client,
            "client_key": one.client_key,
            "by": one.by,
            "erased_at": one.at,
            "told_after": one.told_after,
        }
        for one in found
    ]
    lines = [
        f"{one.client or 'id forgotten, key ' + one.client_key[:12]}  erased {one.at:%Y-%m-%d %H:%M} by {one.by}"
        f"  told of {one.told_after:%Y-%m-%d %H:%M}"
        for one in found
    ]
    say(as_json, document, "\n".join(lines) or "Nobody who was erased is told of again.")


@returned.command("keep")
@click.argument("slug")
@click.argument("client")
@json_option
@pass_door
def keep(door: Door, slug: str, client: str, as_json: bool) -> None:
    """The client is there: the deletion was told of by mistake. The next list brings the record back.

    \b
    ovikello returned keep aava c-17
    ovikello sync aava

    Only for a deletion that the booking system told of. Whom you had erased yourself is not taken back: a later look
    asks for that erasure once more.
    """
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        if not mirror_returned.keep(db, account, client, now=door.now()):
            raise WrongUse(
                "Nobody of that id was told to be deleted and is told of again. Whom you had erased yourself is not "
                "taken back: a later look asks for the erasure once more. See 'ovikello returned list'."
            )
    document = {"salon": slug, "client": client, "answer": "kept"}
    say(as_json, document, f"Taken back. Run 'ovikello sync {slug}': it brings the record.")


@returned.command("gone")
@click.argument("slug")
@click.argument("client")
@json_option
@pass_door
def gone(door: Door, slug: str, client: str, as_json: bool) -> None:
    """The client is gone: say no more of it, until something still later is told.

    \b
    ovikello returned gone aava c-17

    For a late message, such as a receipt that was sent after the erasure. Nothing is changed in the booking system,
    and the night stops reminding of this client.
    """
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        if not mirror_returned.leave(db, account, client, now=door.now()):
            raise WrongUse("Nobody of that id was erased and is told of again. See 'ovikello returned list'.")
    say(as_json, {"salon": slug, "client": client, "answer": "gone"}, "Noted: gone.")


COMMANDS = (returned,)
