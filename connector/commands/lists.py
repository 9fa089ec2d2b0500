"""`ovikello import`: a list that was exported from a booking system without an interface."""

from collections.abc import Callable, Iterable
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
from connector.commands import lists_said
from connector.commands.door import Door, WrongUse, json_option, pass_door, progress, read_file, say
from webhooks.imports import columns, people
from webhooks.imports.columns import Column, UnknownColumn
from webhooks.imports.days import Calendar
from webhooks.imports.errors import UnreadableList
from webhooks.imports.fields import ONLY_HELD, TELLS, Field, Kind
from webhooks.imports.sheet import Sheet

Command = TypeVar("Command", bound=Callable[..., object])
_LOOKS = 10_000
#: where the doubts wait of which somebody has said that the list is right all the same
_DESPITE = "connector.commands.lists.despite"
_WRONG = {
    "header": "The list has no such column. Its columns: {columns}.",
    "field": "A list of {kind} cannot have that. What a column can be: {fields}, or - for nothing.",
    "twice": "Two columns cannot be the same thing. Take one of them away with 'COLUMN=-'.",
}


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
    found = columns.guess(sheet, of, {**remembered, **_said(sheet, of, pairs)})
    if policy is None:
        raise WrongUse(f"{slug} has no policy yet. See 'ovikello policy activate --help'.")
    _check(of, found)
    if not yes and not _is_remembered(remembered, found) and not _agrees(of, found, sheet, as_json):
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


def _said(sheet: Sheet, kind: Kind, pairs: Iterable[str]) -> dict[str, Field | None]:
    split = [pair.rpartition("=")[::2] for pair in pairs]
    try:
        return columns.said(sheet, kind, split)
    except UnknownColumn as error:
        text = _WRONG[str(error)].format(
            columns=", ".join(filter(None, sheet.header)),
            kind=kind.value,
            fields=", ".join(sorted(TELLS[kind])),
        )
        raise WrongUse(text) from None


def _check(kind: Kind, found: tuple[Column, ...]) -> None:
    if not columns.tells_who(found):
        raise WrongUse("No column says who a row is about. Name one: --map 'COLUMN=name', or =number.")
    if not columns.tells_when(found, kind):
        raise WrongUse("No column says on which day it was. Name one: --map 'COLUMN=day'.")


def _is_remembered(remembered: dict[str, Field | None], found: tuple[Column, ...]) -> bool:
    return {column.header: column.field for column in found if column.header} == remembered


def _agrees(kind: Kind, found: tuple[Column, ...], sheet: Sheet, as_json: bool) -> bool:
    """Show what each column is taken for, and ask; a program is told to say --yes instead."""
    if as_json:
        return False
    click.echo(f"A list of {imports_words.KINDS[kind]}, {len(sheet.rows)} rows. Its columns:", err=True)
    may_be = columns.may_be(sheet, found, kind)
    for column in found:
        click.echo(f"  {column.header or '(no name)'}: {_meaning(column)}", err=True)
        if column in may_be:
            click.echo(f"    {imports_words.ASKED[may_be[column]]}", err=True)
    return click.confirm("Is that right?", err=True)


def _meaning(column: Column) -> str:
    if column.field is None:
        return "nothing is taken"
    beside = " (only that the booking system holds it)" if column.field in ONLY_HELD else ""
    return f"{imports_words.FIELDS[column.field]}{beside}"


COMMANDS = (bring_in,)
