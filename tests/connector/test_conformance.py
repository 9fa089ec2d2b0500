"""The conformance kit: every dialect with a pretend system holds, and the kit itself finds what does not."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector import conformance, conformance_account
from connector.conformance_registry import SYSTEMS
from connector.conformance_report import Report, Result
from connector.conformance_system import System
from connector.conformance_trials import OF_WEBHOOKS, TRIALS
from connector.pretend.seconds import Seconds
from connector.salons import Account
from connector.sender import CallFailed, HttpSender
from connector.sender_pace import Pace
from tests.builders import Clock
from webhooks.calls import Call, Reply
from webhooks.registry import DIALECTS

DOCS = Path(__file__).parent.parent.parent / "docs" / "dialects"


@pytest.mark.journey
@pytest.mark.parametrize("name", conformance.known())
def test_a_dialect_bears_everything_that_can_go_wrong(name: str) -> None:
    report = conformance.check(name)
    untried = set[str]() if DIALECTS[name].sends else OF_WEBHOOKS
    assert report.grade == ("B" if untried else "A"), report.text()
    assert [one.trial for one in report.results] == list(TRIALS)
    assert {one.trial for one in report.results if one.held is None} == untried


def test_every_dialect_that_speaks_has_a_pretend_system_and_a_page() -> None:
    speaking = {name for name, dialect in DIALECTS.items() if dialect.has_interface}
    assert set(SYSTEMS) == speaking
    assert {path.stem for path in DOCS.glob("*.md")} == set(DIALECTS) | {"conformance"}


def rows(table: str) -> list[str]:
    """What the first column of a table names."""
    return re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)


def away(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
    """A system that is out of reach."""
    raise CallFailed("no_connection")


def test_the_table_of_the_docs_has_every_trial_and_every_dialect() -> None:
    account, table = (DOCS / "conformance.md").read_text().split("## The trials")
    assert rows(table) == list(TRIALS)
    wire = conformance_account.wire(DIALECTS["standard"], "http://x.example", None, send=away, now=Clock())
    assert rows(account) == [one.trial for one in conformance_account.check(wire)]
    (head,) = re.findall(r"^\| trial \| what goes wrong \| (.+) \|$", table, flags=re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", head)) == sorted(SYSTEMS)


@pytest.mark.parametrize(
    ("held", "grade"),
    [((True, True), "A"), ((True, None), "B"), ((True, False), "C"), ((None, False), "C")],
)
def test_a_grade_is_that_of_the_worst_trial(held: tuple[bool | None, ...], grade: str) -> None:
    assert Report("x", tuple(Result("t", "w", one) for one in held)).grade == grade


@pytest.fixture(params=sorted(SYSTEMS))
def system(request: pytest.FixtureRequest, clock: Clock) -> Iterator[tuple[str, System]]:
    """A pretend system that stands for somebody's test account, with five clients."""
    made = SYSTEMS[request.param](clock)
    made.crowd(5)
    yield request.param, made
    made.stop()


def checked(name: str, system: System, *, token: str | None = None, erase: str | None = None) -> Report:
    """What the kit says of an account."""
    seconds = Seconds()
    pace = Pace(10_000, monotonic=seconds.now, sleep=seconds.sleep)
    send = HttpSender(frozenset({"127.0.0.1"}), pace=pace, pause=0)
    given = token or system.token
    wire = conformance_account.wire(
        DIALECTS[name], system.base_url, given, send=send, now=Clock(), settings=system.settings
    )
    return Report(name, conformance_account.check(wire, erase))


def test_an_account_that_keeps_the_contract_holds_and_nobody_is_erased(system: tuple[str, System]) -> None:
    name, made = system
    report = checked(name, made)
    assert report.grade == "B", report.text()
    untried = {one.trial for one in report.results if one.held is None}
    assert untried == {"erasing"} | ({"cursor", "gone", "same_answer"} if name == "standard" else set())


def test_only_the_client_who_was_named_is_erased(system: tuple[str, System]) -> None:
    name, made = system
    one, other = made.regular("aino"), made.regular("toinen")
    report = checked(name, made, erase=one)
    assert report.grade == "A", report.text()
    assert (made.holds(one), made.holds(other)) == (False, True)


def test_an_account_that_lies_is_found_out(system: tuple[str, System]) -> None:
    name, made = system
    client = made.regular("yksi")
    made.misbehave("lie")
    report = checked(name, made, erase=client)
    assert report.grade == "C"
    assert [one.why for one in report.results if one.held is False] == ["who was erased can still be read"]


def test_a_token_that_is_not_taken_is_said(system: tuple[str, System]) -> None:
    name, made = system
    report = checked(name, made, token=f"{made.token}x")
    assert report.grade == "C"
    assert "401" in report.text()
