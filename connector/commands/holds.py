"""Holds by hand: open one, see them, end one."""

from datetime import date
from typing import Any
from uuid import UUID

import click
from sqlmodel import Session

from connector import database, holds, owners, salons_policies
from connector.commands.door import (
    Commands,
    Day,
    Door,
    WrongUse,
    json_option,
    pass_door,
    pass_reading_door,
    say,
)
from connector.commands.ids import Id
from connector.holds import HoldRefused, Opened
from connector.salons import Account
from policies.holds import HandKind
from policies.vocabulary import Category

_WORDS = [kind.value for kind in HandKind if kind is not HandKind.OTHER]


@click.group("hold", cls=Commands)
def hold() -> None:
    """Keep a client's details although they are due: for a claim, an authority, a request.

    \b
    ovikello hold open aava c-17 --why legal_claim --review 2027-05-01 --owner owner@example.com
    ovikello hold list aava

    A hold has who opened it, why, on what, and a day on which it is looked at again. It holds until somebody ends it;
    from its review on each night reminds of it.
    """


@hold.command("open")
@click.argument("slug")
@click.argument("client")
@click.option("--why", type=click.Choice(_WORDS), help="The reason as a word; it decides what is held.")
@click.option("--reason", help="The reason in your own words; it is kept sealed until the hold ends.")
@click.option(
    "--review", "--until", "review_on", type=Day(), required=True, help="When it is to be looked at again."
)
@click.option(
    "--category",
    "categories",
    multiple=True,
    type=click.Choice([category.value for category in Category]),
    help="Hold only this; may be said several times. Without it: what the reason needs.",
)
@click.option("--owner", "email", required=True, help="Whose hold it is.")
@json_option
@pass_door
def open_hold(
    door: Door,
    slug: str,
    client: str,
    why: str | None,
    reason: str | None,
    review_on: date,
    categories: tuple[str, ...],
    email: str,
    as_json: bool,
) -> None:
    """Hold a client, or part of the details, from now on; nothing held is erased until the hold ends.

    \b
    ovikello hold open aava c-17 --why legal_claim --review 2027-05-01 --owner owner@example.com
    ovikello hold open aava c-17 --reason "…" --category photos --review 2027-01-31 --owner owner@example.com

    A legal claim holds the facts of the treatment; an invoice, its collection or a prepaid value hold what those
    need; any other reason holds everything, unless --category names what. The next night judges the client again.
    """
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        owner, today = _who(db, door, account, email)
        try:
            made = holds.open_by_hand(
                db,
                account,
                client,
                why=HandKind(why) if why else HandKind.OTHER,
                reason=reason,
                categories=[Category(word) for word in categories],
                review_on=review_on,
                owner=owner,
                now=door.now(),
                today=today,
            )
        except HoldRefused as refused:
            raise WrongUse(str(refused)) from None
        (opened,) = [one for one in holds.listed(db, account) if one.hold == made]
        document = _document(db, door, slug, opened)
    say(as_json, document, f"Held until you end it: {made}\nIt is looked at again on {review_on}.")


@hold.command("list")
@click.argument("slug")
@click.option("--ended", is_flag=True, help="Those that have ended too.")
@json_option
@pass_reading_door
def list_holds(door: Door, slug: str, ended: bool, as_json: bool) -> None:
    """Every hold that was opened by hand, the next review first.

    \b
    ovikello hold list aava
    ovikello hold list aava --ended

    Each line begins with the HOLD that 'end' asks for. For a look whether its reason still stands.
    """
    account = door.account(slug)
    with database.read(door.program.engine) as db:
        document = [_document(db, door, slug, one) for one in holds.listed(db, account, ended=ended)]
    text = "\n".join(map(_line, document)) or f"No hold is open by hand at {slug}."
    say(as_json, document, text)


@hold.command("end")
@click.argument("slug")
@click.argument("hold_id", metavar="HOLD", type=Id("a hold", "ovikello hold list SLUG"))
@click.option("--owner", "email", required=True, help="Who ends it.")
@json_option
@pass_door
def end_hold(door: Door, slug: str, hold_id: UUID, email: str, as_json: bool) -> None:
    """End a hold. What it held is judged in the next night, and still needs your word before it goes.

    \b
    ovikello hold end aava HOLD --owner owner@example.com

    The text of its reason is destroyed; that it was there, and who ended it, stays in the evidence.
    """
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        owner, today = _who(db, door, account, email)
        try:
            client = holds.end(db, account, hold_id, owner=owner, now=door.now(), today=today)
        except HoldRefused as refused:
            raise WrongUse(str(refused)) from None
    document = {"salon": slug, "hold": str(hold_id), "client": client, "ended_at": door.now().isoformat()}
    say(as_json, document, "Ended. The next night judges what it held.")


def _who(db: Session, door: Door, account: Account, email: str) -> tuple[UUID, date]:
    """The owner, and the salon's day."""
    owner = door.speaker(db, email, account.slug)
    today = salons_policies.today(db, account.slug, door.now())
    return owner, today or door.now().date()


def _document(db: Session, door: Door, slug: str, one: Opened) -> dict[str, Any]:
    return {
        "hold": str(one.hold),
        "salon": slug,
        "client": one.client,
        "why": one.why.value,
        "reason": one.reason,
        "categories": [category.value for category in one.categories],
        "review_on": one.review_on.isoformat(),
        "opened_by": owners.email_of(db, door.program.vault, one.opened_by),
        "opened_at": one.opened_at.isoformat(),
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
    }


def _line(document: dict[str, Any]) -> str:
    """One hold for a terminal."""
    everything = len(document["categories"]) == len(Category)
    what = "everything" if everything else ", ".join(document["categories"])
    until = (
        f"ended {document['ended_at'][:10]}" if document["ended_at"] else f"review {document['review_on']}"
    )
    text = f": {document['reason']}" if document["reason"] else ""
    return f"{document['hold']}  {document['client']:<14} {until}  {document['why']}{text}  ({what})"


COMMANDS = (hold,)
