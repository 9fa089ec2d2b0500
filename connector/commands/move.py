"""`ovikello salon move`: a salon changes its booking system, and everything that its clients said goes along."""

import click

from connector import database, salons_move
from connector.commands.door import Door, Refused, WrongUse, json_option, pass_door, say
from connector.commands.setup import abilities_in, salon, to_do_next, token_in
from connector.salons_address import webhook_path
from connector.salons_move import MoveRefused, Unfinished
from connector.salons_system import System
from webhooks.registry import DIALECTS


@salon.command("move")
@click.argument("slug")
@click.option("--dialect", required=True, help="How the new booking system speaks, as for 'salon add'.")
@click.option("--base-url", help="Where the new one is called, such as https://booking.example/api.")
@click.option("--token-file", metavar="F", help="A file with the new booking system's token.")
@click.option("--can", help="What the new one can do, where it does not tell: read,list,erase,…")
@click.option("--walk-in", help="The client id that stands for 'no client' in the new one (ovi asiakas).")
@click.option("--confirm", metavar="SLUG", help="The salon's name once more; asked for, if not given.")
@click.option("--unfinished", is_flag=True, help="Even though something of the old system is unfinished.")
@json_option
@pass_door
def move_salon(
    door: Door,
    slug: str,
    dialect: str,
    base_url: str | None,
    token_file: str | None,
    can: str | None,
    walk_in: str | None,
    confirm: str | None,
    unfinished: bool,
    as_json: bool,
) -> None:
    """Move a salon to another booking system: what clients said, who was erased and the evidence go along.

    \b
    ovikello salon move aava --dialect by_hand
    ovikello salon move aava --dialect standard --base-url https://new.example/api --token-file token

    \b
    Before:  move the clients into the new booking system, and have its own list at hand.
             'ovikello sync aava' (or 'import') once more, so that the last noes come along.
    With it: nothing is called or heard in the old system any more. Its jobs end, its secret is good no more, and
             the list of an instruction to its maker is destroyed. The old ids mean nothing from now on, so that
             id 17 of the new system is nobody of the old one.
    After:   'ovikello sync aava', or 'ovikello import aava FILE'. Whoever has the same telephone number and e-mail
             address there (or the same name and one of the two) goes on as before. Whoever has one alone gets its
             noes, and the owner is asked who it is. Nothing is judged before that list.
             A list with far fewer of the old system's clients stops and asks: say --may-be-short if it is whole.
             So does a file that looks like one of the old system (--may-look-old).
    And:     the old system still holds everything. Its maker has to erase or return it: GDPR article 28(3)(g).
             Ask for it in writing, and keep the answer.

    Whoever is not found in the new system is forgotten thirty days after its first list; noes stay.
    """
    account = door.account(slug)
    to = System(
        dialect,
        base_url,
        token_in(token_file) if token_file else None,
        abilities_in(can),
        walk_in,
    )
    to.check()
    with database.read(door.program.engine) as db:
        left = salons_move.unfinished(db, account, now=door.now())
    if left and not unfinished:
        raise Refused(_why_not(slug, left))
    asked = f"{slug} leaves its booking system, and nothing is heard of that any more. Its name once more"
    if (confirm or click.prompt(asked, err=True)) != slug:
        raise WrongUse(f"That is not '{slug}'. Nothing was moved.")
    try:
        with database.write(door.program.engine) as db:
            moved = salons_move.move(db, account, to, now=door.now(), even_so=unfinished)
    except MoveRefused as refused:
        raise Refused(_why_not(slug, refused.unfinished)) from None
    path = webhook_path(slug, DIALECTS[dialect], moved.secret)
    document = {
        "salon": slug,
        "clients": moved.clients,
        "jobs": moved.jobs,
        "webhook_path": path,
        "webhook_secret": moved.secret,
    }
    say(as_json, document, "\n".join(_told(door, slug, dialect, moved, path)))


def _told(door: Door, slug: str, dialect: str, moved: salons_move.Moved, path: str) -> list[str]:
    """What has happened, and what is to be done now."""
    return [
        f"Moved: {slug} is on '{dialect}' from now on.",
        f"Clients of the old system that wait to be found in the new one: {moved.clients}.",
        f"Jobs that ended: {moved.jobs}.",
        *to_do_next(door, slug, DIALECTS[dialect], path, moved.secret, is_new=True),
        "The old system still holds everything: have its maker erase or return it (GDPR article 28(3)(g)), and keep "
        "the answer. Name the new one in the salon's policy file, and take the old one out of it.",
    ]


def _why_not(slug: str, left: Unfinished) -> str:
    """Everything that is unfinished, with what to do about each."""
    why = []
    if left.objection:
        why.append(
            "it is not known what the old system said lately, so that a no may be missing: run "
            f"'ovikello sync {slug}' (or 'import') once more"
        )
    if left.on_their_way:
        why.append(
            f"{left.on_their_way} jobs have a call out, and nobody has seen what came of it: wait for them "
            f"('ovikello jobs --salon {slug}')"
        )
    if left.unread:
        why.append(f"{left.unread} deliveries wait unread: see 'ovikello quarantine list {slug}'")
    if left.requests:
        why.append(
            f"{left.requests} requests of clients wait for an answer: answer them while the old system can"
        )
    if left.instructions:
        why.append(
            f"{left.instructions} instructions to the maker wait for an answer, and tick nothing after the move: see "
            f"'ovikello instruction list {slug}'"
        )
    return f"{slug} was not moved. " + "; ".join(why) + ". Or say --unfinished, and what is open ends so."


COMMANDS = ()
