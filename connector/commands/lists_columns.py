"""What the columns of a list are, as `ovikello import` is told it, or shows it and asks."""

from collections.abc import Iterable

import click

from connector import imports_words
from connector.commands.door import WrongUse
from webhooks.imports import columns
from webhooks.imports.columns import Column, UnknownColumn
from webhooks.imports.fields import ONLY_HELD, TELLS, Field, Kind
from webhooks.imports.sheet import Sheet

_WRONG = {
    "header": "The list has no such column. Its columns: {columns}.",
    "field": "A list of {kind} cannot have that. What a column can be: {fields}, or - for nothing.",
    "twice": "Two columns cannot be the same thing. Take one of them away with 'COLUMN=-'.",
}


def said(sheet: Sheet, kind: Kind, pairs: Iterable[str]) -> dict[str, Field | None]:
    """What somebody said that columns are, by `--map`. Raises WrongUse."""
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


def check(kind: Kind, found: tuple[Column, ...]) -> None:
    """See that the columns say enough. Raises WrongUse."""
    if not columns.tells_who(found):
        raise WrongUse("No column says who a row is about. Name one: --map 'COLUMN=name', or =number.")
    if not columns.tells_when(found, kind):
        raise WrongUse("No column says on which day it was. Name one: --map 'COLUMN=day'.")


def is_remembered(remembered: dict[str, Field | None], found: tuple[Column, ...]) -> bool:
    """Whether the columns are what they were when such a list was taken last."""
    return {column.header: column.field for column in found if column.header} == remembered


def agrees(kind: Kind, found: tuple[Column, ...], sheet: Sheet, as_json: bool) -> bool:
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
