"""The nightly run and the census."""

from datetime import date

import click

from connector import census, nightly
from connector.commands.door import Day, Door, WrongUse, json_option, pass_door, progress, say


@click.command("nightly")
@click.option("--salon", "slug", help="One salon only.")
@click.option("--on", type=Day(), help="As of which day; a day to come changes nothing (--dry-run).")
@click.option("--dry-run", is_flag=True, help="Say what would be found; write nothing.")
@json_option
@pass_door
def run_night(door: Door, slug: str | None, on: date | None, dry_run: bool, as_json: bool) -> None:
    """Compare what is still there with what was promised; propose, carry out and look. Safe to repeat.

    \b
    ovikello nightly --dry-run
    ovikello nightly --salon aava

    'ovikello serve' does it by itself at each salon's 03:00; this is for a look at what tonight would find, or for not
    waiting until then. It ends with 1 where there is something for somebody to look at.
    """
    door.only_reads = dry_run
    if slug is not None:
        door.account(slug)
    report = nightly.run(door.program, salon=slug, on=on, dry_run=dry_run, progress=progress)
    say(as_json, report.as_json(), report.text())
    if report.has_findings:
        raise SystemExit(1)


@click.command("sync")
@click.argument("slug")
@click.option(
    "--may-be-short", is_flag=True, help="Take it although many clients are missing: the list is whole."
)
@json_option
@pass_door
def sync(door: Door, slug: str, may_be_short: bool, as_json: bool) -> None:
    """Walk through the booking system's whole list; can be stopped, and goes on where it was.

    \b
    ovikello sync aava
    ovikello sync aava --may-be-short    # it lacks more than a third, and that is right

    Once after 'salon add', since webhooks only tell of what happens from now on; and whenever messages may have been
    missed. The nights do it by themselves as often as the policy asks for.

    A list that lacks more than a third of the clients proves nothing: nobody is taken for gone by it. After a move the
    first one is compared with who was in the earlier booking system. Say --may-be-short only once you have looked
    there: whoever is missing is then looked up one by one, and whoever is gone is forgotten after thirty days.
    """
    if not door.account(slug).dialect.has_interface:
        raise WrongUse(
            f"{slug} has no list that could be asked for. Export it, then 'ovikello import {slug} FILE'."
        )
    done = census.run(door.program, slug, may_be_short=may_be_short, on_progress=progress)
    document = {
        "salon": slug,
        "seen": done.seen,
        "new": done.new,
        "changed": done.changed,
        "vanished": done.vanished,
        "rejected": 0,
        "complete": done.is_complete,
        "finding": done.finding,
        "missing": done.missing,
    }
    say(as_json, document, _text(slug, done))
    if not done.is_complete:
        raise SystemExit(1)


def _text(slug: str, done: census.Done) -> str:
    """What became of a walk; and where it proves nothing, what to do."""
    text = f"{slug}: {done.seen} clients seen, {done.new} new, {done.changed} changed, {done.vanished} gone."
    if done.is_complete:
        return text
    if done.is_short:
        return (
            f"{text} Not complete: {done.why}. {done.missing} of {done.register} clients are missing. Look in the "
            f"booking system whether they are there. If the list is whole: 'ovikello sync {slug} --may-be-short'."
        )
    return f"{text} Not complete: {done.why}. 'ovikello salon test {slug}' tells more."


COMMANDS = (run_night, sync)
