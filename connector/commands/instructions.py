"""One instruction to the booking system's maker, from a terminal: made, sent, answered."""

import os
from pathlib import Path
from uuid import UUID

import click
from sqlmodel import Session

from connector import (
    approvals_instructed,
    database,
    instructions_attachment,
    instructions_people,
    salons_policies,
)
from connector.approvals import group_digest
from connector.approvals_instructed import Made
from connector.commands import instructions_answers
from connector.commands.door import Commands, Door, Refused, WrongUse, json_option, pass_door, say
from connector.commands.instructions_said import document, kept_of
from connector.commands.jobs import with_word
from connector.commands.queue import as_line
from connector.console import instruct_letter
from connector.console.cards import AT_ONCE
from connector.salons import Account
from policies.policy import Policy


@click.group("instruction", cls=Commands)
def instruction() -> None:
    """Ask the booking system's maker for many tasks at once, instead of doing each by hand.

    \b
    ovikello instruction make aava --owner owner@example.com -o letter.txt --attachment list.xlsx
    ovikello instruction sent aava ID --owner owner@example.com
    ovikello instruction answered aava ID confirmed --but 3,17-19 --owner owner@example.com

    The maker is your processor, and does what you instruct (GDPR art. 28(3)). The list goes along as a locked file
    whose password you tell them by telephone or text message, or else as a link in the letter, which opens a few times
    within two weeks. You send the letter yourself, and file what they answer: what they confirm is ticked together,
    and what the next list of clients still has comes back.
    """


@instruction.command("make")
@click.argument("slug")
@click.option("--owner", "email", required=True, help="Whose word it is.")
@click.option("--code", help="The six digits that the authenticator shows now; asked for, if not given.")
@click.option(
    "-o", "--output", "path", type=click.Path(dir_okay=False), help="Write the letter into this file."
)
@click.option(
    "--attachment",
    "file",
    type=click.Path(dir_okay=False),
    help="Write the list into this locked file; without it the letter has a link.",
)
@click.option("--yes", is_flag=True, help="Do not ask whether it is right; the tasks are listed anyhow.")
@json_option
@pass_door
def make(
    door: Door,
    slug: str,
    email: str,
    code: str | None,
    path: str | None,
    file: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Make one instruction of the tasks by hand, exactly as they stand listed, and print its letter.

    Its link, or the password of its file (on stderr), is shown this once. Nothing is sent.
    """
    account, address = door.account(slug), door.program.settings.public_url
    if address is None and file is None:
        raise WrongUse(
            "The letter needs a link that the maker can open: set OVIKELLO_PUBLIC_URL, or give --attachment."
        )
    for one in filter(None, (path, file)):
        _can_be_made(one)
    if file is not None and path is not None and Path(file).absolute() == Path(path).absolute():
        raise WrongUse("The letter and the list are two files. Name another one.")
    with database.read(door.program.engine) as db:
        tasks = approvals_instructed.waiting(db, account)[:AT_ONCE]
        policy = salons_policies.newest(db, slug)
    if not tasks or policy is None:
        raise Refused("There is nothing that an instruction could list.")
    click.echo("\n".join(map(as_line, tasks)), err=True)
    if not yes and not as_json and not click.confirm(f"One instruction of these {len(tasks)}?", err=True):
        raise Refused("Nothing was made.")
    people = instructions_people.of(door.program, account, [one.client or "" for one in tasks])

    def give(db: Session, owner: UUID) -> Made:
        return approvals_instructed.make(
            db,
            account,
            [one.job for one in tasks],
            seen=group_digest(tasks),
            people=people,
            policy=policy,
            owner=owner,
            now=door.now(),
            numbers=door.program.settings.numbers,
            is_attached=file is not None,
        )

    made = with_word(door, email, slug, code, give)
    _tell_made(door, account, policy, made, email, path, file, as_json)


def _tell_made(
    door: Door,
    account: Account,
    policy: Policy,
    made: Made,
    email: str,
    path: str | None,
    file: str | None,
    as_json: bool,
) -> None:
    refused = [{"job": str(one.job), "because": one.because} for one in made.refused]
    for one in made.refused:
        click.echo(f"Fell out: {one.job} ({one.because})", err=True)
    if made.new is None:
        say(as_json, {"instruction": None, "refused": refused}, "")
        raise Refused("Nothing was left of it, so nothing was made.")
    token, address = made.new.token, (door.program.settings.public_url or "").rstrip("/")
    with database.write(door.program.engine) as db:
        kept, owner = kept_of(db, account, made.new.instruction), door.speaker(db, email, account.slug)
        letter = instruct_letter.write(db, account, policy, kept, token, address, now=door.now())
        handed = instruct_letter.hand_over(db, account, policy, kept, token, owner=owner, now=door.now())
    told = document(kept) | {"subject": letter.subject, "letter": letter.body, "refused": refused}
    if file is not None and handed is not None:
        _write(file, handed.locked())
        told |= {"attachment": file, "password": instructions_attachment.password(token)}
        if not as_json:
            click.echo(
                f"The list is in {file}. Its password, not to be sent by mail: {told['password']}", err=True
            )
    if path is not None:
        _write(path, letter.text.encode())
    where = f"The letter is in {path}." if path is not None else letter.text
    say(as_json, told, f"Made: {kept.instruction}\n{where}")


def _can_be_made(path: str) -> None:
    """Wrong use where a file cannot be made, before anything is."""
    if Path(path).exists():
        raise WrongUse(f"There is a file {path} already. Name another one.")
    if not os.access(Path(path).absolute().parent, os.W_OK):
        raise WrongUse(f"No file can be made in the folder of {path}. Name another one.")


def _write(path: str, content: bytes) -> None:
    """A file for nobody but whoever asked for it."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


for command in instructions_answers.COMMANDS:
    instruction.add_command(command)

COMMANDS = (instruction,)
