"""Owners from the command line: who may give the word, who no longer, and a way back for who lost the phone."""

from typing import Any
from uuid import UUID

import click
from sqlmodel import Session

from connector import database, owners, owners_invitations, owners_people, owners_recovery
from connector.commands.door import (
    Commands,
    Door,
    WrongUse,
    json_option,
    pass_door,
    pass_reading_door,
    say,
)

_LINK = "Open once, within three days"


@click.group(cls=Commands)
def owner() -> None:
    """Who may give the word: invite them, end their right, help them back in.

    \b
    ovikello owner add owner@example.com --salon aava
    ovikello owner list
    """


@owner.command("add")
@click.argument("email")
@click.option("--salon", "slug", required=True, help="The salon that this owner speaks for.")
@click.option(
    "--with-secrets", is_flag=True, help="Give a password and a TOTP address at once, for a terminal."
)
@json_option
@pass_door
def add_owner(door: Door, email: str, slug: str, with_secrets: bool, as_json: bool) -> None:
    """Make a one-time invitation, so that nobody but the owner sees the password and the TOTP secret.

    \b
    ovikello owner add owner@example.com --salon aava

    Give the link that is printed to the owner by a way that you trust: whoever opens it first sets up the log-in. It
    opens once, within three days. Somebody who has a log-in already gets the right at once, and no link. Whoever
    speaks for several salons is added to each by the same address.
    """
    account = door.account(slug)
    if not owners_people.is_address(email):
        raise WrongUse(f"'{email}' is not an e-mail address. Write it like owner@example.com.")
    vault, public_url, now = door.program.vault, door.settings.public_url, door.now()
    with database.write(door.program.engine) as db:
        is_set_up = owners.is_set_up(db, vault, email)
        person = owners.known(db, vault, email, now=now)
        owners.give_right(db, vault, person, account.slug, now=now)
        elsewhere = [one for one in owners.salons_of(db, person) if one != slug]
        secrets, invitation = None, None
        if with_secrets and not is_set_up:
            secrets = owners.give_secrets(db, vault, email, now=now)
        elif not is_set_up:
            invitation = owners_invitations.address(
                public_url, owners_invitations.invite(db, person, now=now)
            )
    document = {"email": email, "invitation": invitation}
    if secrets is not None:
        document |= {"password": secrets.password, "totp_uri": secrets.totp_uri}
        text = f"{email} can log in at once.\nPassword: {secrets.password}\nTOTP: {secrets.totp_uri}"
    elif invitation is not None:
        text = f"Invited: {email}\n{_LINK}: {invitation}"
    else:
        text = _has_a_log_in(email, slug, elsewhere)
    say(as_json, document, text)


@owner.command("list")
@click.option("--salon", "slug", help="Only who speaks for this salon.")
@json_option
@pass_reading_door
def list_owners(door: Door, slug: str | None, as_json: bool) -> None:
    """Who may give the word, for which salons, whether they can log in, and how many recovery codes are left.

    \b
    ovikello owner list
    ovikello owner list --salon aava

    For a look at who still has a right, after somebody has left. Somebody without recovery codes who loses the phone
    needs 'ovikello owner reset'.
    """
    if slug is not None:
        door.account(slug)
    with database.read(door.program.engine) as db:
        rows = sorted((_row(door, db, one) for one in owners.everybody(db)), key=lambda row: row["email"])
    shown = [row for row in rows if slug is None or slug in row["salons"]]
    lines = [f"{row['email']}  {', '.join(row['salons']) or 'no salon'}  {_state(row)}" for row in shown]
    say(as_json, shown, "\n".join(lines) or "Nobody yet. Add somebody with 'ovikello owner add'.")


@owner.command("remove")
@click.argument("email")
@click.option("--salon", "slug", required=True, help="The salon that they shall no longer speak for.")
@json_option
@pass_door
def remove_owner(door: Door, email: str, slug: str, as_json: bool) -> None:
    """End somebody's right at a salon, with their sessions there. The last who can log in has to stay.

    \b
    ovikello owner remove former@example.com --salon aava

    Their right at other salons goes on. What they approved before stays approved, and the evidence says so.
    """
    account = door.account(slug)
    with database.write(door.program.engine) as db:
        person = owners.speaks_for(db, door.program.vault, email, slug)
        if person is None:
            raise WrongUse(f"Nobody of that e-mail address speaks for {slug}. See 'ovikello owner list'.")
        if owners_people.end(db, account, person, now=door.now()) == "last":
            raise WrongUse(
                f"Nobody else can give the word for {slug}. Add somebody first, and let them open their invitation."
            )
    say(as_json, {"email": email, "salon": slug}, f"{email} no longer speaks for {slug}.")


@owner.command("reset")
@click.argument("email")
@json_option
@pass_door
def reset_owner(door: Door, email: str, as_json: bool) -> None:
    """A lost phone or password: ends every session, the code and the recovery codes; gives a new invitation.

    \b
    ovikello owner reset owner@example.com

    Make sure that it is they who ask: the link that is printed sets up a new password and a new code, for every salon
    that they speak for. It opens once, within three days. Nobody else's log-in is touched.
    """
    with database.write(door.program.engine) as db:
        token = owners.reset(db, door.program.vault, email, now=door.now())
    if token is None:
        raise WrongUse("There is no owner with that e-mail address. Add one with 'ovikello owner add'.")
    link = owners_invitations.address(door.settings.public_url, token)
    say(as_json, {"email": email, "invitation": link}, f"{_LINK}: {link}")


def _row(door: Door, db: Session, one: UUID) -> dict[str, Any]:
    vault, now = door.program.vault, door.now()
    email = owners.email_of(db, vault, one)
    return {
        "email": email,
        "salons": owners.salons_of(db, one),
        "is_set_up": owners.is_set_up(db, vault, email),
        "invited_until": owners_invitations.until(db, one, now=now),
        "recovery_codes": owners_recovery.left(db, one),
    }


def _state(row: dict[str, Any]) -> str:
    if row["is_set_up"]:
        return f"can log in · recovery codes left: {row['recovery_codes']}"
    until = row["invited_until"]
    return f"invited until {until:%Y-%m-%d %H:%M} UTC" if until else "invitation over: 'ovikello owner reset'"


def _has_a_log_in(email: str, slug: str, elsewhere: list[str]) -> str:
    """An address is not proof of a person: name what else the same log-in opens."""
    others = f", as they do for {', '.join(elsewhere)}" if elsewhere else ""
    return (
        f"{email} speaks for {slug} as well now, with the password and the codes that they have already{others}.\n"
        "If you are not sure that it was they who set these up: 'ovikello owner reset' begins anew."
    )


COMMANDS = (owner,)
