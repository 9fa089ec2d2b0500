"""`ovikello import`: a list that was exported from a booking system without an interface."""

from collections.abc import Callable
from typing import TypeVar

import click

from connector import (
    census_file,
    database,
    imports_remembered,
    imports_words,
    salons_policies,
    spreadsheets,
    verify,
)
from connector.census_despite import Word
from connector.census_doubts import FEW_DAYS, MANY_NOES, MANY_REFUSED
from connector.census_old_list import OLD_LIST
from connector.census_short import SHORT
from connector.commands import lists_columns, lists_said
from connector.commands.door import Door, WrongUse, json_option, pass_door, progress, read_file, say
from webhooks.imports import columns, people
from webhooks.imports.days import Calendar
from webhooks.imports.errors import UnreadableList
from webhooks.imports.fields import Kind
from webhooks.imports.sheet import Sheet

Command = TypeVar("Command", bound=Callable[..., object])
_LOOKS = 10_000
#: where the doubts wait of which somebody has said that the list is right all the same
_DESPITE = "connector.commands.lists.despite"


def _may(said: Word, name: str, text: str) -> Callable[[Command], Command]:
    """The option by which somebody says that a list is right although there is this doubt about it."""

    def keep(context: click.Context, parameter: click.Parameter, is_said: bool) -> None:
        if is_said:
            context.meta.setdefault(_DESPITE, []).append(said)

    return click.option(name, is_flag=True, expose_value=False, callback=keep, help=text)


@click.command("import")
@click.argument("slug")
@click.argument("file")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    help="What the list is of, where the guess is wrong.",
)
@click.option(
    "--map", "pairs", multiple=True, metavar="COLUMN=FIELD", help="What a column is; FIELD - is nothing."
)
@click.option("--yes", is_flag=True, help="Take it without asking whether the columns are right.")
@_may(Word(SHORT), "--may-be-short", "Take it although many clients are missing: they are gone.")
@_may(
    Word(MANY_NOES),
    "--may-say-no",
    "Take it although many with a yes to marketing have a no: it is their own.",
)
@_may(
    Word(MANY_NOES, is_owners_no=True),
    "--noes-are-ours",
    "Take each new no to marketing as nobody's own: you switched it off yourself.",
)
@_may(
    Word(FEW_DAYS),
    "--may-lack-days",
    "Take it although many have no last visit any more: they were not there since.",
)
@_may(
    Word(MANY_REFUSED),
    "--may-leave-rows",
    "Take visits although many rows are about nobody on the list of clients.",
)
@_may(
    Word(OLD_LIST),
    "--may-look-old",
    "Take it although it looks like one from before the move: it is of the present system.",
)
@json_option
@pass_door
def bring_in(
    door: Door,
    slug: str,
    file: str,
    kind: str | None,
    pairs: tuple[str, ...],
    yes: bool,
    as_json: bool,
) -> None:
    """Bring in a list of clients, visits or sales: CSV, XLSX or XLS, as the booking system exports it.

    \b
    ovikello import aava asiakkaat.csv
    ovikello import aava kaynnit.xlsx --kind visits --map "Milloin=day"

    What each column is taken for is shown first, and remembered once it was taken. The same list twice does no harm.
    A list of clients is a whole one: whoever is not on it is gone from the booking system.
    """
    account = door.account(slug)
    if account.dialect.has_interface:
        raise WrongUse(f"{slug} has a booking system that tells by itself. Use 'ovikello sync {slug}'.")
    sheet = _sheet(file)
    of = columns.kind_of(sheet) if kind is None else Kind(kind)
    with database.read(door.program.engine) as db:
        remembered = imports_remembered.columns(db, account, of)
        policy = salons_policies.newest(db, slug)
    found = columns.guess(sheet, of, {**remembered, **lists_columns.said(sheet, of, pairs)})
    if policy is None:
        raise WrongUse(f"{slug} has no policy yet. See 'ovikello policy activate --help'.")
    lists_columns.check(of, found)
    if (
        not yes
        and not lists_columns.is_remembered(remembered, found)
        and not lists_columns.agrees(of, found, sheet, as_json)
    ):
        document = {"salon": slug, "kind": of.value, "taken": False, "columns": lists_said.of_columns(found)}
        say(as_json, document, "Nothing was taken.")
        raise SystemExit(1)
    read = people.read(sheet, found, of, Calendar.at(door.program.now(), policy.time_zone))
    taken = census_file.take(
        door.program,
        account,
        of,
        found,
        read,
        zone=policy.time_zone,
        despite=_despite(),
        on_progress=progress,
    )
    if taken.is_taken:
        verify.look_due(door.program, limit=_LOOKS, salon=slug)
    say(as_json, lists_said.document(account, taken, found), lists_said.text(slug, taken))
    if taken.finding is not None:
        raise SystemExit(1)


def _despite() -> list[Word]:
    """It is said of the list as it is: no page shows first how much it is."""
    said: list[Word] = click.get_current_context().meta.get(_DESPITE, [])
    if {word.is_owners_no for word in said if word.finding == MANY_NOES} == {True, False}:
        raise WrongUse("A no is either theirs or yours: say --may-say-no or --noes-are-ours, not both.")
    return said


def _sheet(file: str) -> Sheet:
    try:
        return spreadsheets.sheet_of(read_file(file))
    except UnreadableList as error:
        raise WrongUse(imports_words.UNREADABLE[error.reason]) from None


COMMANDS = (bring_in,)
