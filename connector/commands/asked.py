"""What was asked of the owner, answered from a terminal."""

from uuid import UUID

import click
from sqlmodel import Session

from connector import answers, salons_policies
from connector.commands.door import Door, json_option, pass_door, say
from connector.commands.jobs import with_word


@click.command("answer")
@click.argument("slug")
@click.argument("word", type=click.Choice(list(answers.WORDS)))
@click.option("--owner", "email", required=True, help="Whose word it is.")
@click.option("--code", help="The six digits that the authenticator shows now; asked for, if not given.")
@click.option("--client", "clients", multiple=True, help="Only this client; may be said several times.")
@json_option
@pass_door
def answer(
    door: Door, slug: str, word: str, email: str, code: str | None, clients: tuple[str, ...], as_json: bool
) -> None:
    """Answer once, as a group, what was asked.

    \b
    ovikello answer aava switch_off --owner owner@example.com
    ovikello answer aava same --client c-17 --owner owner@example.com

    \b
    keep, switch_off      of marketing that is on without a record behind it
    same, somebody_else   of a client with the telephone or e-mail of somebody erased who had said no

    Without --client it answers for everybody of whom that was asked. 'ovikello policy explain' says of one client
    what would follow.
    """
    account = door.account(slug)

    def give(db: Session, owner: UUID) -> int:
        today = salons_policies.today(db, slug, door.now()) or door.now().date()
        rows = [row for row in answers.asked(db, account) if row.category.startswith(answers.WORDS[word])]
        chosen = [row for row in rows if not clients or row.client in clients]
        return answers.answer(db, account, chosen, word, owner=owner, now=door.now(), today=today)

    count = with_word(door, email, slug, code, give)
    say(as_json, {"salon": slug, "answered": count}, f"Answered: {count}. The next night acts on it.")


COMMANDS = (answer,)
