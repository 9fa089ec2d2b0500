"""What became of an instruction, from a terminal: it was sent, withdrawn, answered."""

from datetime import date, datetime
from uuid import UUID

import click
from sqlmodel import Session

from connector import (
    approvals_instructed,
    database,
    instructions,
    instructions_kept,
    instructions_list,
    jobs_places,
    salons_policies,
)
from connector.commands.door import Day, Door, WrongUse, json_option, pass_door, pass_reading_door, say
from connector.commands.instructions_said import document, kept_of, line
from connector.salons import Account
from policies.decisions import JobKind

_NOT_OPEN = "No answer is waited for: say first that it was sent, or see 'ovikello instruction list {slug}'."


@click.command("list")
@click.argument("slug")
@json_option
@pass_reading_door
def list_instructions(door: Door, slug: str, as_json: bool) -> None:
    """What was asked of the maker, the newest first, and where each stands."""
    account = door.account(slug)
    with database.read(door.program.engine) as db:
        found = instructions_kept.listed(db, account)
    text = "\n".join(map(line, found)) or f"No instruction was made at {slug}."
    say(as_json, [document(one) for one in found], text)


@click.command("sent")
@click.argument("slug")
@click.argument("which", metavar="ID", type=click.UUID)
@click.option("--on", type=Day(), help="The day on which it went out; today, if not given.")
@click.option("--owner", "email", required=True, help="Who says so.")
@json_option
@pass_door
def sent(door: Door, slug: str, which: UUID, on: date | None, email: str, as_json: bool) -> None:
    """Say that the letter went out. Its tasks wait for the answer from then on."""
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        kept = kept_of(db, account, which)
        day = _checked(db, door, account, on, kept.made_at)
        owner = door.speaker(db, email, slug)
        if not instructions.sent(db, account, which, on=day, owner=owner, now=door.now()):
            raise WrongUse(f"It was sent or ended before. See 'ovikello instruction list {slug}'.")
    say(as_json, {"instruction": str(which), "sent_on": day}, f"Noted: sent on {day}.")


@click.command("withdraw")
@click.argument("slug")
@click.argument("which", metavar="ID", type=click.UUID)
@click.option("--owner", "email", required=True, help="Who says so.")
@json_option
@pass_door
def withdraw(door: Door, slug: str, which: UUID, email: str, as_json: bool) -> None:
    """Do not send it after all: its list is destroyed, and its tasks are to be done by hand."""
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        kept_of(db, account, which)
        owner = door.speaker(db, email, slug)
        if not instructions.withdraw(db, account, which, owner=owner, now=door.now()):
            raise WrongUse(f"It was sent or ended before. See 'ovikello instruction list {slug}'.")
    say(as_json, {"instruction": str(which), "answer": "withdrawn"}, "Withdrawn. Its list is destroyed.")


@click.command("answered")
@click.argument("slug")
@click.argument("which", metavar="ID", type=click.UUID)
@click.argument("answer", type=click.Choice(["confirmed", "refused"]))
@click.option("--on", type=Day(), help="When it was done, or when they said no; today, if not given.")
@click.option("--but", default="", help="Numbers of the rows that they left, such as 3,17-19.")
@click.option(
    "--places",
    is_flag=True,
    help="You took them out of every place that the policy names, too (notebook, phone).",
)
@click.option("--reason", help="Why they said no; it is kept sealed.")
@click.option("--owner", "email", required=True, help="Who says so.")
@json_option
@pass_door
def answered(
    door: Door,
    slug: str,
    which: UUID,
    answer: str,
    on: date | None,
    but: str,
    places: bool,
    reason: str | None,
    email: str,
    as_json: bool,
) -> None:
    """File what the maker answered.

    confirmed ticks all its tasks but the rows that they left; each is proved by the next list of clients. The places
    beside the booking system are ticked by --places, or later on its page. refused needs --reason, and leaves all
    of them to be done by hand.
    """
    account = door.account(slug)
    if (answer == "refused") != bool(reason):
        raise WrongUse("Give --reason with 'refused', and only there.")
    if answer == "refused" and (places or but):
        raise WrongUse("Nothing was erased where they said no: leave --places and --but out.")
    with database.write(door.program.engine) as db:
        kept = kept_of(db, account, which)
        if not kept.waits or kept.sent_on is None:
            raise WrongUse(_NOT_OPEN.format(slug=slug))
        day = _checked(db, door, account, on, kept.sent_on)
        owner, now = door.speaker(db, email, slug), door.now()
        told: dict[str, object] = {"instruction": str(which), "answer": answer, "on": day}
        if reason:
            approvals_instructed.refuse(db, account, which, on=day, reason=reason, owner=owner, now=now)
            text = "Filed: they said no. Its tasks are to be done by hand."
        else:
            left = _rows(but, kept.tasks)
            done = approvals_instructed.confirm(db, account, which, on=day, but=left, owner=owner, now=now)
            assert done is not None  # noqa: S101 - it waits, as was looked at in this transaction
            waits = _places(db, account, which, are_ticked=places, owner=owner, now=now)
            told |= {"ticked": len(done.ticked), "left": done.left, "over": done.over, "places": waits}
            text = f"Ticked: {len(done.ticked)}. Left by them: {len(done.left)}. No longer needed: {len(done.over)}."
            if any(waits.values()):
                text += "\nStill to be looked through for them: " + ", ".join(filter(waits.get, waits)) + "."
    say(as_json, told, text)


def _checked(db: Session, door: Door, account: Account, on: date | None, since: date | datetime) -> date:
    """The day that was said, or today; wrong use where it cannot be."""
    policy = salons_policies.newest(db, account.slug)
    zone = None if policy is None else policy.time_zone
    today = door.now().astimezone(zone).date()
    first = since.astimezone(zone).date() if isinstance(since, datetime) else since
    day = on or today
    if not first <= day <= today:
        raise WrongUse(f"{day} cannot be right: it is before {first}, or still to come.")
    return day


def _places(
    db: Session, account: Account, which: UUID, *, are_ticked: bool, owner: UUID, now: datetime
) -> dict[str, int]:
    """For how many of those who were erased each place of the policy waits to be ticked, once it was said."""
    named = jobs_places.named_by(salons_policies.newest(db, account.slug), JobKind.ERASE)
    erased = instructions_kept.done(db, account, which)
    if are_ticked:
        jobs_places.tick(db, account, erased, named, owner=owner, now=now)
    return {place.name: left for place, left in jobs_places.unticked(db, account, erased, named)}


def _rows(text: str, most: int) -> frozenset[int]:
    try:
        return instructions_list.numbers(text, most)
    except ValueError:
        raise WrongUse(f"Write rows like 3,17-19; the list has 1 to {most}.") from None


COMMANDS = (list_instructions, sent, withdraw, answered)
