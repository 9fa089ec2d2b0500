"""What could not be read, and tokens for programs."""

from uuid import UUID

import click

from connector import database, quarantine, tokens
from connector.commands.door import Commands, Door, WrongUse, json_option, pass_door, pass_reading_door, say


@click.group("quarantine", cls=Commands)
def kept() -> None:
    """Deliveries that were signed but not understood: sealed, waiting for the owner's answer."""


@kept.command("list")
@click.argument("slug")
@json_option
@pass_reading_door
def list_kept(door: Door, slug: str, as_json: bool) -> None:
    """What waits, and why."""
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
@click.argument("item", type=click.UUID)
@json_option
@pass_door
def release(door: Door, slug: str, item: UUID, as_json: bool) -> None:
    """Read it again with this release, and apply it."""
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        if not quarantine.release(db, account, item, now=door.now()):
            raise WrongUse("It cannot be read yet, or it does not wait. See 'ovikello quarantine list'.")
    say(as_json, {"salon": slug, "released": str(item)}, "Released: it was read and applied.")


@kept.command()
@click.argument("slug")
@click.argument("item", type=click.UUID)
@json_option
@pass_door
def drop(door: Door, slug: str, item: UUID, as_json: bool) -> None:
    """Destroy it unread."""
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        if not quarantine.drop(db, account, item, now=door.now()):
            raise WrongUse("Nothing of that id waits. See 'ovikello quarantine list'.")
    say(as_json, {"salon": slug, "dropped": str(item)}, "Dropped: its key is destroyed.")


@click.group("token", cls=Commands)
def token() -> None:
    """Tokens for programs."""


@token.command("add")
@click.argument("name")
@json_option
@pass_door
def add_token(door: Door, name: str, as_json: bool) -> None:
    """Make a token for /metrics; it is shown once."""
    if not name.strip() or not name.isprintable():
        raise WrongUse("A token needs a name, so that you know later which one it is.")
    with database.write(door.program.engine) as db:
        if tokens.is_named(db, name):
            raise WrongUse(f"There is a token '{name}' already. Choose another name.")
        made = tokens.add(db, name, now=door.now())
    say(as_json, {"name": name, "token": made}, f"Token (shown once): {made}")


@token.command("remove")
@click.argument("name")
@json_option
@pass_door
def remove_token(door: Door, name: str, as_json: bool) -> None:
    """End a token, at once."""
    with database.write(door.program.engine) as db:
        if not tokens.remove(db, name):
            raise WrongUse(f"There is no token '{name}'.")
    say(as_json, {"name": name}, f"Ended: the token '{name}' opens nothing any more.")


COMMANDS = (kept, token)
