"""Dialects: the settings of a salon's own system, and the kit that tries how a dialect bears what goes wrong."""

import click

from connector import conformance, conformance_account, database, salons_connection
from connector.commands.door import Door, WrongUse, json_option, pass_door, progress, say
from connector.commands.setup import salon, token_in
from connector.salons_address import checked
from connector.sender import HttpSender
from webhooks.dialect import WrongSetting
from webhooks.registry import DIALECTS


@salon.command("settings")
@click.argument("slug")
@click.argument("changes", nargs=-1, metavar="[NAME=VALUE]...")
@json_option
@pass_door
def salon_settings(door: Door, slug: str, changes: tuple[str, ...], as_json: bool) -> None:
    """Show or change what the dialect has to know of this salon's system; NAME= takes one away.

    \b
    ovikello salon settings aava
    ovikello salon settings aava time_zone=Europe/Helsinki

    Which settings there are, and what each means, is on the dialect's page (docs/dialects/). They hold from the next
    delivery or call on. Look afterwards with 'ovikello salon test'.
    """
    account = door.account(slug)
    with database.read(door.program.engine) as db:
        settings = salons_connection.settings_of(db, slug)
    for name, value in map(_setting, changes):
        settings.pop(name, None)
        if value:
            settings[name] = value
    if changes:
        with database.write(door.program.engine) as db:
            salons_connection.set_settings(db, account, settings, now=door.now())
    lines = [f"{name} = {value}" for name, value in sorted(settings.items())]
    document = {"salon": slug, "dialect": account.dialect.name, "settings": settings}
    say(as_json, document, "\n".join(lines) or "There are no settings of its own.")


@click.group()
def dialect() -> None:
    """How booking systems are spoken with.

    \b
    ovikello dialect check standard
    """


@dialect.command("check")
@click.argument("name")
@click.option("--base-url", help="Try a test account there, instead of the pretend system of this dialect.")
@click.option("--token-file", metavar="F", help="A file with the test account's token; - is stdin.")
@click.option(
    "--erase",
    multiple=True,
    metavar="CLIENT",
    help="Erase this client of the test account; name one for each trial that erases.",
)
@click.option(
    "--setting",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="What the dialect has to know of the test account.",
)
@json_option
@pass_door
def check_dialect(
    door: Door,
    name: str,
    base_url: str | None,
    token_file: str | None,
    erase: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
) -> None:
    """Run a dialect through every misbehaviour, and say what was tried, what held, and a grade.

    \b
    ovikello dialect check standard
    ovikello dialect check standard --base-url https://test.example/api --token-file token --erase c-17

    For whoever writes a dialect, or a booking system that speaks the contract. Without --base-url it tries the pretend
    system, and needs no installation. With it, only a test account: --erase really erases. Grade C ends with 1. A test
    account on http or on a private address has to be named in OVIKELLO_ALLOW_HOSTS.
    """
    if name not in DIALECTS:
        raise WrongUse(f"There is no dialect '{name}'. Known are: {', '.join(sorted(DIALECTS))}.")
    if base_url is None:
        if token_file or erase or settings:
            raise WrongUse(
                "--token-file, --setting and --erase are for a test account: name its --base-url as well."
            )
        if name not in conformance.known():
            raise WrongUse(f"There is no pretend system for '{name}': there is nothing to try it against.")
        report = conformance.check(name, progress=progress)
    else:
        token = token_in(token_file) if token_file else None
        send = door.send or HttpSender(door.settings.allow_hosts)
        told = dict(_setting(one) for one in settings)
        try:
            wire = conformance_account.wire(
                DIALECTS[name], checked(base_url), token, send=send, now=door.now, settings=told
            )
        except WrongSetting as wrong:
            raise WrongUse(str(wrong)) from None
        if why := conformance_account.no_way(wire):
            raise WrongUse(why)
        report = conformance.check_account(wire, erase=erase, progress=progress)
    say(as_json, report.as_json(), report.text())
    if report.grade == "C":
        raise SystemExit(1)


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise WrongUse(f"'{text}' is no setting. Write it like time_zone=Europe/Helsinki.")
    return name, value


COMMANDS = (dialect,)
