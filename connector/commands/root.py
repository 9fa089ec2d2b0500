"""The command `ovikello` and its groups."""

import gc

import click

from connector.commands import (
    asked,
    connection,
    dialects,
    door,
    evidence,
    evidence_file,
    exports,
    holds,
    instructions,
    jobs,
    law,
    law_tried,
    leaving,
    lists,
    move,
    night,
    owners,
    quarantine,
    queue,
    returned,
    serving,
    setup,
    tokens,
    upkeep,
)


@click.group(
    cls=door.Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="ovikello")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Keeps a salon's privacy promises, beside its booking system.

    \b
    Begin here:
      ovikello demo                  see all of it, with a pretend salon
      ovikello init                  make the database and the keys
      ovikello salon add SLUG …      connect a salon's booking system
      ovikello owner add EMAIL …     invite the owner, who gives the word
      ovikello serve                 receive webhooks, show the console, run the nights

    Settings come from the environment (OVIKELLO_DATA_DIR and others; see the README).
    Exit status: 0 done, 1 findings or refused, 2 wrong use.
    """
    if ctx.obj is None:
        ctx.obj = door.Door()


for command in (
    *setup.COMMANDS,
    *connection.COMMANDS,
    *dialects.COMMANDS,
    *owners.COMMANDS,
    *serving.COMMANDS,
    *night.COMMANDS,
    *lists.COMMANDS,
    *queue.COMMANDS,
    *jobs.COMMANDS,
    *asked.COMMANDS,
    *holds.COMMANDS,
    *instructions.COMMANDS,
    *exports.COMMANDS,
    *law.COMMANDS,
    *law_tried.COMMANDS,
    *evidence.COMMANDS,
    *evidence_file.COMMANDS,
    *quarantine.COMMANDS,
    *tokens.COMMANDS,
    *returned.COMMANDS,
    *upkeep.COMMANDS,
    *leaving.COMMANDS,
    *move.COMMANDS,
):
    cli.add_command(command)


def main() -> None:
    """The console script."""
    # what was imported stays to the end: a walk over a long list makes much that the collector looks through anyway
    gc.freeze()
    cli.main(prog_name="ovikello")
