"""`ovikello salon test`: both halves of the wiring, over real HTTP; what is broken is named, with what to do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask

from connector import hooks_refusals, wiring
from connector.app import create_app
from connector.pretend.listening import Listening
from connector.program import Program
from connector.salons import Account
from connector.sender import HttpSender
from connector.wiring import Step
from tests.builders import Clock
from tests.connector.intake import secrets_of
from tests.connector.pretend_world import World, pretending
from webhooks.calls import Call, Reply
from webhooks.signatures import new_secret

pytestmark = pytest.mark.journey  # over real HTTP, both ways

WRONG = new_secret(b"w" * 32)


@dataclass
class Wired:
    """A salon whose booking system knows where its events go, and what to sign them with."""

    program: Program
    account: Account
    world: World
    app: Flask

    def prove(self, **changed: object) -> list[Step]:
        """Try the wiring; the booking system delivers whenever it is waited for."""
        account = replace(self.account, **changed)  # type: ignore[arg-type]
        return wiring.prove(
            self.program, account, public_url="https://ovi.example", pause=self.deliver, wait=1
        )

    def deliver(self, _seconds: float) -> None:
        """Let what waits go out, and what came of it be written down."""
        self.world.system.outbox.deliver()
        self.app.extensions["ovikello-refusals"].settle()


@pytest.fixture
def wired(program: Program, salon: Account) -> Iterator[Wired]:
    """Everything right, over real HTTP both ways."""
    app = create_app(program)
    listening = Listening(app)
    with pretending() as world:
        secret = secrets_of(program, salon)[0]
        world.system.outbox.connect(f"{listening.base_url}/webhooks/{salon.slug}", secret)
        account = replace(salon, base_url=world.base_url, token=world.system.token)
        yield Wired(program, account, world, app)
    listening.stop()


def broken(steps: list[Step]) -> str:
    """The one step that does not hold: the last one, after nothing but steps that do."""
    assert [step.held for step in steps] == [True] * (len(steps) - 1) + [False]
    return steps[-1].text


def test_a_whole_wiring_holds_both_ways(wired: Wired) -> None:
    assert [(step.step, step.held) for step in wired.prove()] == [("callbacks", True), ("events", True)]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"base_url": None}, "salon set-address"),
        ({"base_url": "http://127.0.0.1:9"}, "nothing answers there"),
        ({"base_url": "https://no-such-host.invalid"}, "no host of that name"),
        ({"token": "another"}, "salon set-token"),
    ],
)
def test_of_broken_callbacks_it_says_what_is_wrong_and_tries_no_event(
    wired: Wired, changed: dict[str, object], words: str
) -> None:
    (step,) = wired.prove(**changed)
    assert (step.step, step.held) == ("callbacks", False)
    assert words in step.text
    assert [path for _, path, _ in wired.world.system.calls if path.endswith("/test")] == []


def test_a_path_that_leads_nowhere_is_said(wired: Wired) -> None:
    assert "Check the address' path" in broken(wired.prove(base_url=f"{wired.account.base_url}/elsewhere"))


@pytest.mark.parametrize(
    ("allowed", "url", "words"),
    [
        (frozenset[str](), "http://127.0.0.1:9", "Use https, or allow this host"),
        (frozenset[str](), "https://127.0.0.1:9", "the address is private"),
    ],
)
def test_an_address_that_we_refuse_ourselves_is_not_blamed_on_the_booking_system(
    wired: Wired, allowed: frozenset[str], url: str, words: str
) -> None:
    wired.program = replace(wired.program, send=HttpSender(allowed))
    assert words in broken(wired.prove(base_url=url))


def test_a_wrong_secret_is_named_also_when_it_was_noted_a_moment_before(wired: Wired) -> None:
    wired.world.system.outbox.secret = WRONG
    for _ in range(2):  # a refusal is noted once a minute
        assert "with a wrong secret" in broken(wired.prove())


def test_events_that_go_somewhere_else_are_said_with_the_address_that_is_right(wired: Wired) -> None:
    wired.world.system.outbox.connect("http://127.0.0.1:9/webhooks/aava", WRONG)
    assert "https://ovi.example/webhooks/aava" in broken(wired.prove())


def test_a_refusal_of_long_ago_is_not_this_ones_fault(wired: Wired, clock: Clock) -> None:
    wired.world.system.outbox.secret = WRONG
    wired.prove()
    clock.at += hooks_refusals.ONCE_A
    wired.world.system.outbox.connect("http://127.0.0.1:9/webhooks/aava", WRONG)
    assert "none came in" in broken(wired.prove())


def test_of_level_one_it_says_what_was_not_tried_and_nothing_is_broken(wired: Wired) -> None:
    wired.world.system.can = None
    answers, events = wired.prove()
    assert (answers.held, events.held, events.tried) == (True, True, False)
    assert "level 1 has none" in events.text
    assert [path for _, path, _ in wired.world.system.calls if path.endswith("/test")] == []


def test_of_level_one_whose_events_came_in_it_says_so(wired: Wired) -> None:
    wired.world.system.can = None
    client = min(wired.world.system.register.records)
    wired.world.system.salon.changes(client, at=wired.world.clock(), phone="+358 40 555 0002")
    wired.deliver(0)
    _, events = wired.prove()
    assert (events.held, events.tried, "have come in" in events.text) == (True, True, True)


def test_a_list_with_a_record_that_cannot_be_read_is_said_with_row_and_field(wired: Wired) -> None:
    def send(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """A list whose second record calls its id by another name."""
        return Reply(200, {"clients": [{"id": "c-1"}, {"client_id": "c-2"}], "next_cursor": None})

    wired.program = replace(wired.program, send=send)
    (step,) = wired.prove()
    assert (step.step, step.held) == ("list", False)
    assert "clients[1].id" in step.text
    assert "c-2" not in step.text


def test_a_system_without_a_client_cannot_be_asked_for_an_event(wired: Wired) -> None:
    wired.world.system.register.records.clear()
    assert "cannot be tried" in broken(wired.prove())


@pytest.mark.parametrize(("minutes", "words"), [(5, "a wrong secret"), (6, "6 minutes apart")])
@pytest.mark.parametrize("way", [1, -1])
def test_a_refusal_under_a_clock_that_is_wrong_is_not_blamed_on_the_secret(
    wired: Wired, minutes: int, words: str, way: int
) -> None:
    wired.world.clock.at += way * timedelta(minutes=minutes)
    if minutes == 5:  # a moment that is still near enough: then only the secret can be wrong
        wired.world.system.outbox.secret = WRONG
    assert words in broken(wired.prove())


@pytest.mark.parametrize(
    ("misbehaves", "words"), [("unavailable_calls", "too busy just now"), ("fail_calls", "answers 500")]
)
def test_a_system_that_is_busy_or_broken_is_told_from_a_wrong_address(
    wired: Wired, misbehaves: str, words: str
) -> None:
    setattr(wired.world.system.misbehaviour, misbehaves, 9)
    assert words in broken(wired.prove())


def test_for_programs_each_step_has_its_word(wired: Wired) -> None:
    (step,) = wired.prove(token="another")
    assert step.as_json() == {
        "step": "callbacks", "held": False, "word": "token_refused", "number": None, "where": "",
        "tried": True, "text": step.text
    }  # fmt: skip
