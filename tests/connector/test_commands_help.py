"""`--help` teaches: what comes of a command, when one would use it, and an example that the command itself takes."""

import shlex
from uuid import uuid4

import click
import pytest
from click.testing import CliRunner

from connector.commands import cli

#: what stands in an example for an id that a list shows
IDS = {"JOB", "ITEM", "HOLD", "ID"}
#: their group's own help has the three that are used in turn
IN_THE_GROUP = {("instruction", "list"), ("instruction", "withdraw")}


def chain(group: click.Group, before: tuple[click.Command, ...] = ()) -> list[tuple[click.Command, ...]]:
    """Every command that does something, behind the groups that lead to it."""
    found: list[tuple[click.Command, ...]] = []
    for command in group.commands.values():
        here = (*before, command)
        found += chain(command, here) if isinstance(command, click.Group) else [here]
    return found


def words_of(commands: tuple[click.Command, ...]) -> tuple[str, ...]:
    """What is typed for it."""
    return tuple(command.name or "" for command in commands)


def examples(command: click.Command) -> list[list[str]]:
    """The lines of a help that could be typed as they stand, without the program's name."""
    lines = [line.strip() for line in (command.help or "").splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("ovikello ")]


COMMANDS = chain(cli)


@pytest.mark.parametrize("commands", COMMANDS, ids=lambda commands: " ".join(words_of(commands)))
def test_a_help_has_an_example_of_its_command(commands: tuple[click.Command, ...]) -> None:
    words = words_of(commands)
    shown = [one for command in commands for one in examples(command)]
    assert words in IN_THE_GROUP or any(tuple(one[: len(words)]) == words for one in shown)


@pytest.mark.parametrize("commands", COMMANDS, ids=lambda commands: " ".join(words_of(commands)))
def test_a_help_says_more_than_what_the_command_is(commands: tuple[click.Command, ...]) -> None:
    parts = [part for command in commands for part in (command.help or "").split("\n\n")[1:]]
    assert any("\b" not in part and len(part.split()) > 8 for part in parts)


EXAMPLES = [
    words
    for command in {id(one): one for commands in COMMANDS for one in commands}.values()
    for words in examples(command)
]


@pytest.mark.parametrize("words", EXAMPLES, ids=" ".join)
def test_an_example_is_taken_as_it_stands(words: list[str]) -> None:
    command: click.Command = cli
    rest = [str(uuid4()) if word in IDS else word for word in words]
    while isinstance(command, click.Group):
        command = command.commands[rest.pop(0)]
    command.make_context("ovikello", rest)  # raises a usage error where it is not taken


@pytest.mark.parametrize("commands", COMMANDS, ids=lambda commands: " ".join(words_of(commands)))
def test_a_help_is_read_without_an_installation(commands: tuple[click.Command, ...]) -> None:
    result = CliRunner().invoke(cli, [*words_of(commands), "--help"])
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")


@pytest.mark.parametrize(
    "words",
    [
        ("approve", "aava", "x", "--owner", "o"),
        ("reject", "aava", "x", "--owner", "o", "--reason", "r"),
        ("hold", "end", "aava", "x", "--owner", "o"),
        ("quarantine", "drop", "aava", "x"),
        ("quarantine", "release", "aava", "x"),
    ],
    ids=" ".join,
)
def test_a_wrong_id_is_told_where_the_right_ones_are_listed(words: tuple[str, ...]) -> None:
    listed = {"approve": "jobs", "reject": "jobs"}.get(words[0], f"{words[0]} list")
    result = CliRunner().invoke(cli, list(words))
    assert result.exit_code == 2
    assert "'x' is no id of a " in result.stderr
    assert f"'ovikello {listed}" in result.stderr


def test_what_was_typed_cannot_write_over_the_terminal() -> None:
    result = CliRunner().invoke(cli, ["dialect", "check", "a\nb\x1b[2J"])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith("ovikello: There is no dialect 'a?b?[2J'.")
