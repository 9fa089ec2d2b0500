"""Tokens for programs, from a terminal."""

import click

from connector import database, tokens
from connector.commands.door import Commands, Door, WrongUse, json_option, pass_door, say


@click.group("token", cls=Commands)
def token() -> None:
    """Tokens for programs that watch this installation: /metrics answers to nobody else.

    \b
    ovikello token add prometheus
    ovikello token remove prometheus

    A token opens /metrics and nothing else: no page, no client, no salon's settings.
    """


@token.command("add")
@click.argument("name")
@json_option
@pass_door
def add_token(door: Door, name: str, as_json: bool) -> None:
    """Make a token for /metrics; it is shown once.

    \b
    ovikello token add prometheus
    curl -H "Authorization: Bearer TOKEN" https://ovikello.example/metrics

    NAME is for you, so that you know which to end when a machine goes: one token for each program. Only a hash of it
    is kept, so whoever has lost one makes another.
    """
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
    """End a token, at once.

    \b
    ovikello token remove prometheus

    For a program that is no longer used, or a token that others may have seen. Whoever still sends it is refused from
    now on; the other tokens go on. For a new one of that name: 'ovikello token add' again.
    """
    with database.write(door.program.engine) as db:
        if not tokens.remove(db, name):
            there = ", ".join(tokens.names(db))
            raise WrongUse(
                f"There is no token '{name}'. "
                + (f"Tokens here: {there}." if there else "Make one with 'ovikello token add'.")
            )
    say(as_json, {"name": name}, f"Ended: the token '{name}' opens nothing any more.")


COMMANDS = (token,)
