"""What could not be read, from a terminal: seen, read anew, destroyed."""

from uuid import UUID

import click

from connector import database, quarantine
from connector.commands.door import Commands, Door, WrongUse, json_option, pass_door, pass_reading_door, say
from connector.commands.ids import Id


@click.group("quarantine", cls=Commands)
def kept() -> None:
    """Deliveries that were signed but not understood: sealed, waiting for the owner's answer.

    \b
    ovikello quarantine list aava
    ovikello quarantine release aava ITEM

    The booking system sent something that this release cannot read: a kind of event that is new, or a field that is
    not as its documentation has it. Nothing of it took effect. A newer release may be able to read it; what nobody
    answers within the policy's period is destroyed unread.
    """


@kept.command("list")
@click.argument("slug")
@json_option
@pass_reading_door
def list_kept(door: Door, slug: str, as_json: bool) -> None:
    """What waits, and why.

    \b
    ovikello quarantine list aava

    Each line begins with the ITEM that 'release' and 'drop' ask for. What a delivery says stays sealed, and is shown
    nowhere. While one waits, an answer or a visit may be missing that it told of.
    """
    account = door.account(slug)
    with database.read(door.program.engine) as db:
        rows = quarantine.waiting(db, account)
    document = [
        {
            "id": str(row.id),
            "received_at": row.received_at,
            "reason": row.reason,
            "known_type": row.is_known_type,
        }
        for row in rows
    ]
    text = "\n".join(f"{row.id}  {row.received_at:%Y-%m-%d %H:%M}  {row.reason}" for row in rows)
    say(as_json, document, text or "Nothing waits in quarantine.")


@kept.command()
@click.argument("slug")
@click.argument("item", type=Id("a delivery", "ovikello quarantine list SLUG"))
@json_option
@pass_door
def release(door: Door, slug: str, item: UUID, as_json: bool) -> None:
    """Read it again with this release, and apply it.

    \b
    ovikello quarantine release aava ITEM

    For the day after an upgrade, when the new release knows what the old one did not. It is applied as if it had just
    come: a no in it takes effect at once. What still cannot be read stays where it is.
    """
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        if not quarantine.release(db, account, item, now=door.now()):
            raise WrongUse("It cannot be read yet, or it does not wait. See 'ovikello quarantine list'.")
    say(as_json, {"salon": slug, "released": str(item)}, "Released: it was read and applied.")


@kept.command()
@click.argument("slug")
@click.argument("item", type=Id("a delivery", "ovikello quarantine list SLUG"))
@json_option
@pass_door
def drop(door: Door, slug: str, item: UUID, as_json: bool) -> None:
    """Destroy it unread.

    \b
    ovikello quarantine drop aava ITEM

    For what nobody needs, such as a message that was sent to try something. Its key is destroyed and nothing brings
    it back; a line of evidence says that there was one. If it may hold a client's no, 'ovikello sync' first: the
    booking system's own list has the answer as well, where that system keeps answers.
    """
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        if not quarantine.drop(db, account, item, now=door.now()):
            raise WrongUse("Nothing of that id waits. See 'ovikello quarantine list'.")
    say(as_json, {"salon": slug, "dropped": str(item)}, "Dropped: its key is destroyed.")


COMMANDS = (kept,)
