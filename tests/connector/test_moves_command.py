"""A move at the terminal: what is to be done next, what cannot be, and what is unfinished."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result

from connector.commands.door import Door
from connector.program import Program
from connector.salons import Account
from connector.tables import Quarantined
from tests.builders import Clock
from tests.connector.command_line import ovikello
from tests.connector.intake import apply, at, body_of, browser, digest, rows, secrets_of, send
from tests.connector.moves import Leaving, with_a_no
from webhooks.events import RequestReceived, Right


@pytest.fixture
def place(program: Program, salon: Account, stranger: Account, clock: Clock) -> Leaving:
    """A salon with a client 17 who said no to mail; and a stranger's client 17."""
    return with_a_no(program, salon, stranger, clock)


@pytest.fixture
def run(place: Leaving) -> Callable[..., Result]:
    """A command on this installation."""
    return lambda *words: ovikello(Door(settings=place.program.settings, now=place.clock), *words)


def test_a_move_is_made_at_the_terminal_and_says_what_is_to_be_done(
    place: Leaving, run: Callable[..., Result], tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("token-of-the-new-one")
    words = ("--dialect", "standard", "--base-url", "https://new.example/api", "--token-file", str(token))
    done = run("salon", "move", "aava", *words, "--confirm", "aava")
    assert done.exit_code == 0
    (secret,) = secrets_of(place.program, place.old)
    for said in ("/webhooks/aava", secret, "ovikello sync aava", "article 28(3)(g)", "new one: 1."):
        assert said in done.stdout
    assert (place.account.base_url, place.account.token) == (
        "https://new.example/api",
        "token-of-the-new-one",
    )


def test_to_a_system_without_an_interface_the_next_step_is_its_list(
    place: Leaving, run: Callable[..., Result]
) -> None:
    done = run("salon", "move", "aava", "--dialect", "by_hand", "--confirm", "aava")
    assert "ovikello import aava FILE" in done.stdout
    assert "secret" not in done.stdout
    document = json.loads(
        run(
            "salon", "move", "aava", "--dialect", "by_hand", "--confirm", "aava", "--unfinished", "--json"
        ).stdout
    )
    assert (document["salon"], document["clients"]) == ("aava", 0)


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("--dialect", "by_hand", "--confirm", "toinen"), 2, "Nothing was moved"),
        (("--dialect", "nowhere", "--confirm", "aava"), 2, "There is no dialect"),
        (("--dialect", "by_hand", "--base-url", "https://a.example", "--confirm", "aava"), 2, "no address"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_moved(
    place: Leaving, run: Callable[..., Result], words: tuple[str, ...], status: int, says: str
) -> None:
    done = run("salon", "move", "aava", *words)
    assert (done.exit_code, says in done.output) == (status, True)
    assert place.account.moved_at is None


def test_what_is_unfinished_is_named_with_what_to_do_and_ends_only_if_that_is_said(
    place: Leaving, run: Callable[..., Result]
) -> None:
    with browser(place.program) as door:
        sneeze = body_of("client.sneezed", {"client_id": "17"})
        assert send(door, place.program, place.old, sneeze).status_code == 202
    asked = RequestReceived(at=at(2), digest=digest("r"), client="17", right=Right.ACCESS, received_at=at(2))
    apply(place.program, place.old, asked)
    place.clock.at += timedelta(days=5)
    refused = run("salon", "move", "aava", "--dialect", "by_hand", "--confirm", "aava")
    assert refused.exit_code == 1
    for said in ("ovikello sync aava", "1 deliveries wait unread", "1 requests"):
        assert said in refused.output
    assert place.account.moved_at is None
    assert (
        run("salon", "move", "aava", "--dialect", "by_hand", "--confirm", "aava", "--unfinished").exit_code
        == 0
    )
    assert [row.state for row in rows(place.program, place.old, Quarantined)] == ["dropped"]
