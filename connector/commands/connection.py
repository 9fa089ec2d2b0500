"""A salon's connection to its booking system, from a terminal: the trial, the secret, the token, the address."""

from datetime import timedelta

import click

from connector import database, salons_connection, wiring
from connector.commands.door import Door, WrongUse, json_option, pass_door, say
from connector.commands.setup import salon, secret_in, token_in
from connector.salons_address import webhook_path
from connector.wiring import Step


@salon.command("test")
@click.argument("slug")
@json_option
@pass_door
def test_salon(door: Door, slug: str, as_json: bool) -> None:
    """Prove the wiring both ways, and say which half is broken. Needs 'ovikello serve' to be running.

    \b
    ovikello salon test aava

    After 'salon add', after each change of token, address or secret, and whenever nothing arrives. It asks the booking
    system for the first line of its list, and has it send a signed message back; nothing of a client is changed. One
    without a test call (level 1) is not broken by that: it is said that this half was not tried.
    """
    steps = wiring.prove(door.program, door.account(slug), public_url=door.settings.public_url)
    document = {
        "salon": slug,
        "whole": all(step.held for step in steps),
        "steps": [step.as_json() for step in steps],
    }
    say(as_json, document, "\n".join(f"{_mark(step)}  {step.text}" for step in steps))
    if not document["whole"]:
        raise SystemExit(1)


def _mark(step: Step) -> str:
    if not step.tried:
        return "-     "
    return "holds " if step.held else "BROKEN"


@salon.command("rotate-secret")
@click.argument("slug")
@click.option(
    "--overlap-hours",
    default=72,
    show_default=True,
    type=click.IntRange(0, 720),
    help="How long the old secrets are still good; 0 where one has leaked.",
)
@click.option(
    "--secret-file",
    metavar="F",
    help="A file with the secret that the booking system gave, instead of a new one of ours; - is stdin.",
)
@json_option
@pass_door
def rotate_secret(door: Door, slug: str, overlap_hours: int, secret_file: str | None, as_json: bool) -> None:
    """Give a new webhook secret, or take the booking system's own; the old ones stay good for a while.

    \b
    ovikello salon rotate-secret aava
    ovikello salon rotate-secret aava --secret-file secret
    ovikello salon rotate-secret aava --overlap-hours 0

    The new one is shown once: put it into the booking system before the old ones end, and nothing is missed. With 0
    hours, where one has leaked, what is signed with an old one is refused from now on.

    Some booking systems take no secret of ours and hand out their own, once what they send to has been set up there.
    Put it into a file, alone: as an argument others on this machine could read it. It is kept sealed like ours and
    shown nowhere; destroy the file afterwards. One that was this salon's before is refused: it may be what leaked.
    """
    account = door.account(slug)
    if not account.dialect.sends:
        raise WrongUse(f"The booking system of {slug} sends no webhooks, so there is no secret to change.")
    given = None if secret_file is None else secret_in(secret_file)
    with database.write(door.program.engine) as db:
        secret = salons_connection.rotate_secret(
            db, account, now=door.now(), overlap=timedelta(hours=overlap_hours), given=given
        )
    path = webhook_path(slug, account.dialect, secret)
    document = {"salon": slug, "webhook_path": path}
    say(
        as_json,
        document if given else document | {"webhook_secret": secret},
        (
            f"The booking system's own secret is kept, sealed. Next: ovikello salon test {slug}\n"
            if given
            else f"New secret (shown once): {secret}\n"
        )
        + (f"The address changes with it: {path}\n" if account.dialect.arrivals.key else "")
        + (
            f"The old ones are good for {overlap_hours} hours more."
            if overlap_hours
            else "The old ones are good no more."
        ),
    )


@salon.command("set-token")
@click.argument("slug")
@click.option(
    "--token-file", required=True, metavar="F", help="A file with the booking system's token; - is stdin."
)
@json_option
@pass_door
def set_token(door: Door, slug: str, token_file: str, as_json: bool) -> None:
    """Replace the token with which callbacks are made.

    \b
    ovikello salon set-token aava --token-file token
    ovikello salon test aava

    When the booking system gave a new one, or the old one may have leaked. The next call is made with it, and
    what failed because the old one was refused is tried again by itself. It is kept sealed and shown nowhere: destroy
    the file afterwards.
    """
    account, token = door.account(slug), token_in(token_file)
    with database.write(door.program.engine) as db:
        salons_connection.set_token(db, account, token, now=door.now())
    say(as_json, {"salon": slug}, f"The token of {slug} was replaced. Next: ovikello salon test {slug}")


@salon.command("set-address")
@click.argument("slug")
@click.argument("base_url", metavar="URL")
@json_option
@pass_door
def set_address(door: Door, slug: str, base_url: str, as_json: bool) -> None:
    """Replace the address that callbacks go to.

    \b
    ovikello salon set-address aava https://booking.example/api
    ovikello salon test aava

    When the same booking system is reached elsewhere now. What it can do is asked anew. Another booking system, or
    another account in it, knows other clients by the same ids: that is 'ovikello salon move'.
    """
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        salons_connection.set_address(db, account, base_url, now=door.now())
    say(as_json, {"salon": slug}, f"The address of {slug} was replaced. Next: ovikello salon test {slug}")


COMMANDS = ()
