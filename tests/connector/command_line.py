"""`ovikello …` as a process of its own would run it: on an installation that it opens, and closes behind it."""

from typing import IO, Any

from click.testing import CliRunner, Result

from connector.commands import cli
from connector.commands.door import Door


def ovikello(door: Door, *words: str, stdin: str | IO[Any] | None = None) -> Result:
    """What a command says, and with which status it ends."""
    result = CliRunner().invoke(cli, list(words), obj=door, input=stdin, catch_exceptions=False)
    if door._program is not None:
        door._program.engine.dispose()
    return result
