"""docs/run-it.md is true: its commands, settings, files and metrics are those of the program, and its steps work."""

import re
import shlex
from pathlib import Path

import click
import pytest
from prometheus_client import generate_latest

from connector import database, metrics_standing
from connector.app import create_app
from connector.commands import cli
from connector.program import Program
from connector.salons import Account

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "run-it.md").read_text()
DEPLOY = ROOT / "docs" / "deploy"
ALERTS = (DEPLOY / "alerts.yml").read_text()
SERVICE = (DEPLOY / "ovikello.service").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL)
COMMANDS = sorted(
    {
        words
        for block in BLOCKS
        for line in block.splitlines()
        for part in re.split(r"&&|\|", line.split("#")[0])
        if (words := part.strip()).startswith("ovikello ")
    }
)


def find(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words lead to, and what is left of them."""
    command: click.Command = cli
    while words and isinstance(command, click.Group) and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_page_is_one_with_the_arguments_that_it_takes(line: str) -> None:
    command, rest = find(shlex.split(line)[1:])
    assert not isinstance(command, click.Group), line
    command.make_parser(click.Context(command)).parse_args(rest)  # raises where an option is not known
    options = {name for option in command.params for name in option.opts}
    assert {word for word in rest if word.startswith("--")} <= options


def test_every_setting_of_the_page_and_of_the_service_is_one() -> None:
    known = set(re.findall(r'"(OVIKELLO_\w+)"', (ROOT / "connector" / "config.py").read_text()))
    known |= {f"{name}_FILE" for name in ("OVIKELLO_DATABASE_URL", "OVIKELLO_SECRET_KEY")}
    named = set(re.findall(r"OVIKELLO_[A-Z_]+", TEXT + SERVICE + (DEPLOY / "environment").read_text()))
    assert named
    assert named <= known


def test_every_file_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"docs/deploy/[\w.]+|tests/\w+\.py", TEXT))
    assert {path.name for path in DEPLOY.iterdir()} == {
        Path(name).name for name in named if name.startswith("docs/deploy/")
    }
    assert all((ROOT / name).exists() for name in named)


def test_every_metric_of_the_page_and_of_the_alerts_is_told(program: Program, salon: Account) -> None:
    door = create_app(program).test_client()
    assert door.post("/webhooks/aava", data=b"{}").status_code == 401
    with database.read(program.engine) as db:
        told = (generate_latest() + metrics_standing.text(db, program.now())).decode()
    names = set(re.findall(r"\bovikello_[a-z_]+", TEXT + ALERTS)) - {"ovikello_http_seconds"}
    assert len(names) > 5
    assert [name for name in names if f"\n{name}" not in told] == []
    assert "ovikello_http_seconds_bucket" in told
    for name, label, value in re.findall(r'(\w+)\{(\w+)="(\w+)"\}', ALERTS):
        assert name == "up" or f'{name}{{{label}="{value}"}}' in told, (name, label, value)


def test_the_service_has_time_to_end_what_it_has_begun(program: Program) -> None:
    (seconds,) = re.findall(r"TimeoutStopSec=(\d+)", SERVICE)
    numbers = program.settings.numbers
    assert int(seconds) > 2 * numbers.over_after.total_seconds()
