"""Setting up: the database and its keys, then each salon."""

import click

from connector import database, install, salons
from connector.commands.door import Commands, Door, WrongUse, json_option, pass_door, read_file, say
from connector.salons_address import webhook_path
from webhooks.dialect import Dialect
from webhooks.registry import DIALECTS


@click.command()
@json_option
@pass_door
def init(door: Door, as_json: bool) -> None:
    """Make the database and the keys; tell what was made. Never overwrites anything.

    \b
    export OVIKELLO_DATA_DIR=/var/lib/ovikello
    ovikello init

    Once for an installation, and again after an upgrade: then it brings the database up to date. The secret key that
    it makes opens everything; keep a copy of it apart from the database's backup.
    """
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
    """Connect a salon's booking system, try the wiring, change secrets.

    \b
    ovikello salon add aava --dialect standard --policy aava.toml --base-url https://booking.example --token-file token
    ovikello salon test aava
    """


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
    """Connect a salon; gives the path and the secret that its booking system needs, where it sends anything.

    \b
    ovikello salon add aava --dialect standard --policy aava.toml --base-url https://booking.example --token-file token
    ovikello salon add aava --dialect by_hand --policy aava.toml

    SLUG is the salon's short name in addresses and commands. The page of each dialect (docs/dialects/) says what its
    booking system needs to be told. Nothing is called and nobody is judged before 'ovikello sync', or 'import' where
    the booking system has no interface.
    """
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
    spoken = DIALECTS[dialect]
    document = {"salon": slug}
    if spoken.sends or not spoken.has_interface:
        document |= {"webhook_path": path, "webhook_secret": secret}
    lines = [f"{'Connected' if spoken.has_interface else 'Added'}: {slug}"]
    say(as_json, document, "\n".join(lines + to_do_next(door, slug, spoken, path, secret)))


def to_do_next(
    door: Door, slug: str, spoken: Dialect, path: str, secret: str, *, is_new: bool = False
) -> list[str]:
    """What is to be done so that a salon and its booking system hear of each other; `is_new`: it had another before."""
    if spoken.sends:
        to = "the new booking system" if is_new else "the booking system"
        return [
            f"Give {to} this address: {door.settings.public_url or 'https://YOUR-OVIKELLO'}{path}",
            f"and this secret (shown once): {secret}",
            f"Next: ovikello salon test {slug}, then ovikello sync {slug}",
        ]
    if spoken.has_interface:  # nothing of it is to be pasted anywhere
        return [
            f"Next: ovikello salon settings {slug} (docs/dialects/{spoken.name}.md has them), "
            f"then ovikello salon test {slug}, then ovikello sync {slug}"
        ]
    of = "the new system's list" if is_new else "the list"
    return [f"Next: export {of} of clients, then 'ovikello import {slug} FILE'."]


def token_in(path: str) -> str:
    """The token in a file, alone. Raises WrongUse."""
    token = _word_in(path, "token")
    if not token.isprintable() or " " in token:
        raise WrongUse(f"The file {path} holds no token. Put the booking system's token into it, alone.")
    return token


def secret_in(path: str) -> str:
    """The webhook secret in a file, alone; the dialect says whether it is one. Raises WrongUse."""
    return _word_in(path, "secret")


def _word_in(path: str, what: str) -> str:
    """What stands in a file alone: letters, digits and signs. Raises WrongUse, which does not say what stood there."""
    try:
        word = read_file(path).decode("ascii").strip()
    except UnicodeDecodeError:
        raise WrongUse(
            f"The file {path} holds no {what}: that has plain letters, digits and signs. Put it there alone, as text."
        ) from None
    if not word:
        raise WrongUse(f"The file {path} is empty. Put the booking system's {what} into it, alone.")
    return word


def abilities_in(can: str | None) -> frozenset[str] | None:
    """What a system is said to be able to do, by the words of `--can`; None where nothing is said."""
    return None if can is None else frozenset(word.strip() for word in can.split(",") if word.strip())


COMMANDS = (init, salon)
