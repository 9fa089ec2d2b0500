"""What every command is handed: settings, clock, and how to print; and what wrong use looks like."""

import functools
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

import click
import sqlalchemy as sa
from sqlmodel import Session

from connector import clock, config, database, journal_replay, owners, program, salons
from connector.config import ConfigError, Settings
from connector.moving import CannotMove
from connector.program import Clock, NotReady, Program
from connector.salons import Account
from connector.salons_address import AddressError
from connector.salons_policies import UnlawfulPolicy
from connector.salons_system import SalonError
from connector.vault import CannotOpen
from policies.reading import PolicyErrors

F = TypeVar("F", bound=Callable[..., Any])


class Told(click.ClickException):
    """A command that ends otherwise than it was meant to, and says why."""

    def show(self, file: Any = None) -> None:
        """One sentence on stderr, on one line whatever was typed; stdout stays clean for programs."""
        text = "".join(one if one.isprintable() else "?" for one in self.format_message())
        click.echo(f"ovikello: {text}", err=True)


class WrongUse(Told):
    """The command cannot be done like this; nothing was changed."""

    exit_code = 2


class Refused(Told):
    """Not done, though it was asked for rightly."""

    exit_code = 1


@dataclass
class Door:
    """Where a command comes in."""

    settings: Settings = field(default_factory=config.from_environment)
    now: Clock = clock.now
    send: Any = None
    #: whether this command only reads: then a database that was restored is left as it is
    only_reads: bool = False
    _program: Program | None = None

    @property
    def program(self) -> Program:
        """The opened installation; one that was restored is brought up to its journal first, and that is said."""
        if self._program is None:
            self._program = program.open_program(self.settings, now=self.now, send=self.send)
            if not self.only_reads:
                for text in journal_replay.replay(self._program).texts:
                    click.echo(f"ovikello: {text}", err=True)
        return self._program

    def account(self, slug: str) -> Account:
        """The salon of that name."""
        with database.read(self.program.engine) as db:
            account = salons.account(db, self.program.vault, slug)
            known = [] if account else salons.slugs(db)
        if account is None:
            there = f"Salons here: {', '.join(known)}." if known else "Add one with 'ovikello salon add'."
            raise WrongUse(f"There is no salon '{slug}'. {there}")
        return account

    def speaker(self, db: Session, email: str, slug: str) -> UUID:
        """The owner of this e-mail address, who speaks for the salon."""
        owner = owners.speaks_for(db, self.program.vault, email, slug)
        if owner is None:
            raise WrongUse(f"That owner does not speak for {slug}. See 'ovikello owner list --salon {slug}'.")
        return owner


pass_door = click.make_pass_decorator(Door)


def pass_reading_door(command: F) -> F:
    """As `pass_door`, for a command that writes nothing."""

    def begin(door: Door, /, *args: Any, **options: Any) -> Any:
        door.only_reads = True
        return command(door, *args, **options)

    return cast(F, pass_door(functools.update_wrapper(begin, command)))


def json_option(command: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")(command)


def say(as_json: bool, document: Any, text: str) -> None:
    """Print the document for programs, or the text for people."""
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))
    elif text:
        click.echo(text)


def progress(line: str) -> None:
    """Say on stderr how far long work has come."""
    click.echo(line, err=True)


def list_of(account: Account) -> str:
    """How the salon's list of clients is brought in, for a sentence that tells to do so."""
    return f"ovikello {f'sync {account.slug}' if account.dialect.has_interface else f'import {account.slug} FILE'}"


class Day(click.ParamType[date]):
    """A day, written 2026-12-31."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it, or say how it is written."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a day. Write it like 2026-12-31.", param, ctx)


def read_file(path: str) -> bytes:
    """A file's bytes, or wrong use that says why not."""
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except FileNotFoundError:
        raise WrongUse(f"There is no file {path}. Check its name.") from None
    except OSError:
        raise WrongUse(
            f"The file {path} cannot be read. Check that it is a file, and its owner and mode."
        ) from None


class Commands(click.Group):
    """A group whose commands end in one clear sentence when they cannot be done."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse what the terminal could not give as text: no database or file would take it."""
        for argument in args:
            try:
                argument.encode()
            except UnicodeEncodeError:
                raise WrongUse("An argument is not text in UTF-8. Check how the terminal is set.") from None
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Turn what is wrong with the installation or the use into exit status 2."""
        try:
            return super().invoke(ctx)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except Exception as error:
            sentence = _sentence(error, ctx)
            if sentence is None:
                raise
            raise WrongUse(sentence) from None


#: what is wrong → what to do about it
_SENTENCES: dict[type[Exception], str] = {
    PolicyErrors: "The policy file cannot be used as it is. See what is wrong with 'ovikello policy check FILE'.",
    CannotOpen: (
        "The secret key does not open this database. Set the OVIKELLO_SECRET_KEY that it was made with."
    ),
    sa.exc.OperationalError: (
        "The database cannot be used now: it is away, full or locked, or its folder may not be written. "
        "Nothing was changed; try again."
    ),
}
_TELLING = (ConfigError, NotReady, SalonError, AddressError, UnlawfulPolicy, CannotMove)


def _sentence(error: Exception, ctx: click.Context) -> str | None:
    """The one sentence for something that people can mend; None for what is our own mistake."""
    if isinstance(error, click.UsageError):
        where = error.ctx.command_path if error.ctx else ctx.command_path
        return f"{error.format_message()} See '{where} --help'."
    if isinstance(error, _TELLING):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return (
            f"{error.filename} cannot be made, read or written ({error.strerror}). Check OVIKELLO_DATA_DIR and "
            "OVIKELLO_JOURNAL_DIR, and this user's rights there."
        )
    return next((text for kind, text in _SENTENCES.items() if isinstance(error, kind)), None)
