"""What is held of a client, to be handed over: proposed from a terminal."""

import click

from connector import database, exports_asked, texts
from connector.commands.door import Door, WrongUse, json_option, list_of, pass_door, say
from connector.exports_asked import CannotExport
from connector.states import State

_WHY = {
    "no_client": "No client '{client}' is in the mirror of {slug}. Check the id, or run '{bring}'.",
    "erased": "Client '{client}' of {slug} has been erased, so there is nothing to hand over.",
    "no_policy": "No policy of {slug} is in force today. See 'ovikello policy activate --help'.",
}
#: where the job stands → what comes next
_NEXT = {
    State.PROPOSED: (
        "It waits for the owner's word: on the job's page, or with 'ovikello approve {slug} {job} --owner EMAIL'."
    ),
    State.BY_HAND: "Ovikello's own part is ready on the job's page; the booking system's part has to be added by hand.",
    State.STUCK: "It is stuck; the owner decides on the job's page.",
}
_ELSE = "It is made within moments. The owner is shown the link on the job's page, once."


@click.command("export")
@click.argument("slug")
@click.argument("client")
@click.option(
    "--language",
    type=click.Choice(list(texts.LANGUAGES)),
    help="The language of the copy. Without it: the client's own, as the booking system has it.",
)
@json_option
@pass_door
def export(door: Door, slug: str, client: str, language: str | None, as_json: bool) -> None:
    """Propose a copy of what the booking system and Ovikello hold of a client.

    \b
    ovikello export aava c-17 --language sv

    After the owner's word the copy is made and sealed. The owner is shown its link once, on the job's page, and gives
    it to the client, after making sure who asks. It opens a few times within two weeks; then the copy is destroyed.
    """
    account = door.account(slug)
    try:
        with database.write(door.program.engine) as db:
            made = exports_asked.propose(db, account, client, language=language, now=door.now())
    except CannotExport as cannot:
        raise WrongUse(
            _WHY[cannot.because].format(slug=slug, client=client, bring=list_of(account))
        ) from None
    document = {
        "job": str(made.job),
        "salon": slug,
        "client": made.client,
        "state": made.state.value,
        "new": made.is_new,
    }
    head = f"{'Proposed' if made.is_new else 'It stands already'}: {made.job}"
    say(as_json, document, f"{head}\n{_NEXT.get(made.state, _ELSE).format(slug=slug, job=made.job)}")


COMMANDS = (export,)
