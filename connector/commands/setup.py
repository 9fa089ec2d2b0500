"""Setting up: the database and its keys, then each salon."""

from datetime import timedelta

import click

from connector import database, install, salons, salons_connection, wiring
from connector.commands.door import Commands, Door, WrongUse, json_option, pass_door, read_file, say
from connector.salons_address import webhook_path
from webhooks.dialects.by_hand import BY_HAND
from webhooks.registry import DIALECTS


@click.command()
@json_option
@pass_door
def init(door: Door, as_json: bool) -> None:
    """Make the database and the keys; tell what was made. Never overwrites anything."""
    made = install.init(door.settings, now=door.now())
    document = {
        "data_dir": str(made.settings.data_dir),
        "made_key": made.made_key,
        "made_database": made.made_database,
        "upgraded": made.upgraded,
    }
    lines = [f"Data folder: {made.settings.data_dir}"]
    if made.made_key:
        lines.append(
            "Made: a secret key (secret-key, mode 0600). Keep a copy apart from the database's backup."
        )
    lines.append(
        "Made: the database."
        if made.made_database
        else "Brought the database up to date."
        if made.upgraded
        else "The database was there already; nothing was changed."
    )
    lines += made.notices
    if made.made_database:
        lines.append(
            "Next: ovikello salon add SLUG --dialect standard --policy FILE --base-url URL --token-file F"
        )
    say(as_json, document, "\n".join(lines))


@click.group(cls=Commands)
def salon() -> None:
    """Connect a salon's booking system, try the wiring, change secrets."""


@salon.command("add")
@click.argument("slug")
@click.option(
    "--dialect", required=True, help="How the booking system speaks; 'standard' is the booking contract."
)
@click.option("--policy", required=True, metavar="FILE", help="The salon's policy file (TOML).")
@click.option("--base-url", help="Where callbacks go, such as https://booking.example/api.")
@click.option("--token-file", metavar="F", help="A file with the booking system's token.")
@click.option("--can", help="What the system can do, where it does not tell: read,list,erase,…")
@click.option("--walk-in", help="The client id that stands for 'no client' (ovi asiakas).")
@json_option
@pass_door
def add_salon(
    door: Door,
    slug: str,
    dialect: str,
    policy: str,
    base_url: str | None,
    token_file: str | None,
    can: str | None,
    walk_in: str | None,
    as_json: bool,
) -> None:
    """Connect a salon; gives the path and the secret that its booking system needs, where it sends anything."""
    body = read_file(policy)
    token = token_in(token_file) if token_file else None
    with database.write(door.program.engine) as db:
        secret = salons.add(
            db,
            door.program.vault,
            slug,
            dialect=dialect,
            policy=body,
            base_url=base_url,
            token=token,
            can=abilities_in(can),
            walk_in=walk_in,
            now=door.now(),
        )
    path = webhook_path(slug, DIALECTS[dialect], secret)
    if dialect == BY_HAND.name:
        document = {"salon": slug, "webhook_path": path, "webhook_secret": secret}
        say(
            as_json,
            document,
            f"Added: {slug}\nNext: export the list of clients, then 'ovikello import {slug} FILE'.",
        )
        return
    if not DIALECTS[dialect].sends:  # nothing of it is to be pasted anywhere
        say(
            as_json,
            {"salon": slug},
            f"Connected: {slug}\n"
            f"Next: ovikello salon settings {slug} (docs/dialects/{dialect}.md has them), "
            f"then ovikello salon test {slug}, then ovikello sync {slug}",
        )
        return
    say(
        as_json,
        {"salon": slug, "webhook_path": path, "webhook_secret": secret},
        f"Connected: {slug}\n"
        f"Give the booking system this address: {door.settings.public_url or 'https://YOUR-OVIKELLO'}{path}\n"
        f"and this secret (shown once): {secret}\n"
        f"Next: ovikello salon test {slug}, then ovikello sync {slug}",
    )


@salon.command("test")
@click.argument("slug")
@json_option
@pass_door
def test_salon(door: Door, slug: str, as_json: bool) -> None:
    """Prove the wiring both ways, and say which half is broken. Needs 'ovikello serve' to be running."""
    steps = wiring.prove(door.program, door.account(slug), public_url=door.settings.public_url)
    document = {
        "salon": slug,
        "whole": all(step.held for step in steps),
        "steps": [step.as_json() for step in steps],
    }
    say(as_json, document, "\n".join(f"{'holds ' if step.held else 'BROKEN'}  {step.text}" for step in steps))
    if not document["whole"]:
        raise SystemExit(1)


@salon.command("rotate-secret")
@click.argument("slug")
@click.option(
    "--overlap-hours",
    default=72,
    show_default=True,
    type=click.IntRange(0, 720),
    help="How long the old secrets are still good; 0 where one has leaked.",
)
@json_option
@pass_door
def rotate_secret(door: Door, slug: str, overlap_hours: int, as_json: bool) -> None:
    """Give a new webhook secret; the old ones stay good for a while."""
    account = door.account(slug)
    if not account.dialect.sends:
        raise WrongUse(f"The booking system of {slug} sends no webhooks, so there is no secret to change.")
    with database.write(door.program.engine) as db:
        secret = salons_connection.rotate_secret(
            db, account, now=door.now(), overlap=timedelta(hours=overlap_hours)
        )
    path = webhook_path(slug, account.dialect, secret)
    say(
        as_json,
        {"salon": slug, "webhook_path": path, "webhook_secret": secret},
        f"New secret (shown once): {secret}\n"
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
    """Replace the token with which callbacks are made."""
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
    """Replace the address that callbacks go to."""
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        salons_connection.set_address(db, account, base_url, now=door.now())
    say(as_json, {"salon": slug}, f"The address of {slug} was replaced. Next: ovikello salon test {slug}")


def token_in(path: str) -> str:
    """The token in a file, alone. Raises WrongUse."""
    try:
        token = read_file(path).decode("ascii").strip()
    except UnicodeDecodeError:
        raise WrongUse(f"The file {path} holds no token: a token has plain letters and digits.") from None
    if not token or not token.isprintable() or " " in token:
        raise WrongUse(f"The file {path} holds no token. Put the booking system's token into it, alone.")
    return token


def abilities_in(can: str | None) -> frozenset[str] | None:
    """What a system is said to be able to do, by the words of `--can`; None where nothing is said."""
    return None if can is None else frozenset(word.strip() for word in can.split(",") if word.strip())


COMMANDS = (init, salon)
