"""`ovikello export`: proposes a copy, and says in a sentence what cannot be exported."""

import json
from dataclasses import replace

import pytest
from click.testing import Result

from connector.commands.door import Door
from connector.program import Program
from connector.salons import Account
from connector.states import State
from tests.builders import Clock
from tests.connector.booking import Booking, Story, record
from tests.connector.command_line import ovikello


@pytest.fixture
def story(program: Program, salon: Account, stranger: Account) -> Story:
    """A salon with a client, and another one without."""
    told = Story(replace(program, send=Booking()), salon, Booking())
    told.there_is(record("c-1"))
    return told


def run(story: Story, clock: Clock, *words: str) -> Result:
    return ovikello(
        Door(settings=story.program.settings, now=clock, send=story.program.send), "export", *words
    )


def test_it_proposes_and_says_what_comes_next(story: Story, clock: Clock) -> None:
    first = json.loads(run(story, clock, "aava", "c-1", "--language", "sv", "--json").stdout)
    assert first | {"job": ""} == {
        "job": "",
        "salon": "aava",
        "client": "c-1",
        "state": "proposed",
        "new": True,
    }
    (listed,) = story.listed()
    assert (str(listed.job), listed.state, listed.content.language) == (first["job"], State.PROPOSED, "sv")
    again = run(story, clock, "aava", "c-1", "--language", "sv")
    assert f"It stands already: {first['job']}" in again.stdout
    assert f"ovikello approve aava {first['job']}" in again.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("aava", "nobody"), "No client 'nobody' is in the mirror of aava"),
        (("toinen", "c-1"), "No client 'c-1' is in the mirror of toinen"),
        (("nowhere", "c-1"), "There is no salon 'nowhere'"),
        (("aava", "c-1", "--language", "xx"), "'xx' is not one of 'fi', 'sv', 'en'"),
        (("aava",), "Missing argument 'CLIENT'"),
    ],
)
def test_what_cannot_be_exported_is_said_in_a_sentence(
    story: Story, clock: Clock, words: tuple[str, ...], says: str
) -> None:
    result = run(story, clock, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert story.listed() == []
