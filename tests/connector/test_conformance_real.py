"""The trials of the conformance kit at a test account: it is told of no misbehaviour, and only who is named goes."""

from collections.abc import Iterator

import pytest

from connector import conformance, conformance_account
from connector.conformance_line import Astray
from connector.conformance_registry import SYSTEMS
from connector.conformance_report import Report
from connector.conformance_system import System
from connector.conformance_trials import OF_ERASURES, OF_WEBHOOKS, TRIALS
from connector.pretend.seconds import Seconds
from connector.sender import CallFailed, HttpSender
from connector.sender_pace import Pace
from tests.builders import Clock
from tests.connector.level_one import Answer, LevelOne
from tests.connector.level_one_called import sender, wire_of
from webhooks.calls import Call
from webhooks.registry import DIALECTS

pytestmark = pytest.mark.journey  # an Ovikello for each trial

#: one for the account's own check, and one for each trial that erases
NAMED = [f"c-{number}" for number in range(1, 9)]


def by_trial(report: Report) -> dict[str, tuple[bool | None, str]]:
    """What came of each."""
    return {one.trial: (one.held, one.why) for one in report.results}


def test_an_account_goes_through_every_misbehaviour_and_only_who_was_named_is_erased() -> None:
    system = LevelOne()
    report = conformance.check_account(wire_of(system), erase=NAMED)
    assert report.grade == "A", report.text()
    assert set(TRIALS) <= set(by_trial(report))
    assert {client for client, _ in system.writes} == set(NAMED) == system.gone
    assert len(system.clients) == 8
    for trial in OF_WEBHOOKS:
        assert "made here" in by_trial(report)[trial][1]


def test_who_names_nobody_is_told_what_was_not_tried_and_why_and_nothing_is_written() -> None:
    system = LevelOne()
    report = conformance.check_account(wire_of(system))
    assert (report.grade, system.writes) == ("B", [])
    untried = {trial: why for trial, (held, why) in by_trial(report).items() if held is None}
    assert set(untried) == OF_ERASURES | {"erasing", "cursor", "gone", "same_answer"}
    assert untried["lying"].startswith("not tried here, because nobody is named for it")
    assert [trial for trial, (held, _) in by_trial(report).items() if held is False] == []


class LiesNowAndThen(LevelOne):
    """It calls the erasure of one client done, and never does it."""

    def erase(self, client: str, key: str | None) -> Answer:
        """Of most it is true."""
        return (204, None) if client == "c-5" else super().erase(client, key)


def test_an_account_that_lies_by_itself_is_found_out_in_the_trial_that_its_client_was_named_for() -> None:
    report = conformance.check_account(wire_of(LiesNowAndThen()), erase=NAMED)
    broken = {trial: why for trial, (held, why) in by_trial(report).items() if held is False}
    assert broken == {"slow": "what was promised was not done"}
    assert report.grade == "C"


def test_an_account_with_too_few_clients_says_how_many_are_wanted() -> None:
    system = LevelOne()
    system.clients = {client: system.clients[client] for client in NAMED}
    report = conformance.check_account(wire_of(system), erase=NAMED[:2])
    assert "at least 8 clients" in by_trial(report)["short_list"][1]
    assert system.gone == {"c-1"}


def test_an_account_that_cannot_be_read_is_not_led_through_trials() -> None:
    system = LevelOne()
    system.token = "another"
    wire = wire_of(system)
    system.token = "tok"
    results = by_trial(conformance.check_account(wire, erase=NAMED))
    assert {results[trial] for trial in TRIALS} == {
        (None, "not tried here, because the account cannot be read")
    }
    assert system.writes == []


@pytest.fixture(params=sorted(set(SYSTEMS) - {"standard"}))
def theirs(request: pytest.FixtureRequest, clock: Clock) -> Iterator[tuple[str, System]]:
    """A pretend system that stands for somebody's test account, with twenty clients who were never there yet."""
    made = SYSTEMS[request.param](clock)
    made.crowd(20)
    yield request.param, made
    made.stop()


def test_a_system_with_a_language_of_its_own_is_tried_in_all_but_its_webhooks(
    theirs: tuple[str, System],
) -> None:
    name, made = theirs
    seconds = Seconds()
    pace = Pace(10_000, monotonic=seconds.now, sleep=seconds.sleep)
    wire = conformance_account.wire(
        DIALECTS[name],
        made.base_url,
        made.token,
        send=HttpSender(frozenset({"127.0.0.1"}), pace=pace, pause=0),
        now=Clock(),
        settings=made.settings,
    )
    named = wire.everybody(100)[:7]
    report = conformance.check_account(wire, erase=named)
    assert report.grade == "B", report.text()
    assert {trial for trial, (held, _) in by_trial(report).items() if held is None} == OF_WEBHOOKS
    assert [made.holds(client) for client in named] == [False] * 7


@pytest.mark.parametrize(("path", "is_passed_on"), [("clients/c-1", True), ("clients/c-2", False)])
def test_no_write_is_passed_on_but_about_the_one_who_was_named(path: str, is_passed_on: bool) -> None:
    system = LevelOne()
    line = Astray(sender(system), may_write="clients/c-1")
    call = Call("DELETE", path)
    account = wire_of(system).account
    if is_passed_on:
        assert line(account, call).status == 204
    else:
        with pytest.raises(CallFailed, match="not_passed_on"):
            line(account, call)
    assert len(system.writes) == is_passed_on
