"""An erased client of whom something later is told: a finding that can be answered, and nobody is brought back."""

import json

import pytest
from click.testing import Result

from connector import database, evidence, mirror, mirror_returned
from connector.commands.door import Door
from connector.program import Program
from connector.reports import Severity
from connector.salons import Account
from connector.tables import Evidence
from tests.builders import NOON, Clock
from tests.connector.command_line import ovikello
from tests.connector.intake import apply, at, days, deleted, rows, told
from tests.connector.test_census import mirrored
from tests.connector.test_missing import graves, miss
from tests.connector.test_nightly import night


def findings(program: Program, account: Account) -> dict[str, tuple[Severity, tuple[str, ...]]]:
    """What a night says of those who came back."""
    found = night(program, account).findings
    return {
        one.code: (one.severity, one.clients) for one in found if one.code in {"came_back", "found_again"}
    }


def run(program: Program, clock: Clock, *arguments: str) -> Result:
    """Run a command."""
    return ovikello(Door(settings=program.settings, now=clock), "returned", *arguments)


@pytest.fixture
def returned(program: Program, salon: Account, stranger: Account) -> None:
    """Three who were erased; of two of them, and of a stranger's of the same id, something later was told."""
    for account in (salon, stranger):
        apply(program, account, told("c-1"), told("c-2"), told("c-3"), deleted("c-1"), deleted("c-3"))
        with database.write(program.engine) as db:
            mirror.bury(db, account, "c-2", at=at(1), by="ovikello")
        apply(program, account, told("c-1", day=0.5), told("c-2", day=0.4), told("c-3", day=2))


@pytest.mark.usefixtures("returned")
def test_who_was_erased_and_is_told_of_again_is_an_error_until_it_is_answered(
    program: Program, salon: Account, stranger: Account
) -> None:
    assert findings(program, salon) == {"came_back": (Severity.ERROR, ("c-1", "c-2"))}
    with database.write(program.engine) as db:
        assert mirror_returned.leave(db, salon, "c-2", now=NOON)
        assert mirror_returned.keep(db, salon, "c-1", now=NOON)
        assert evidence.check(db, salon).whole
    assert findings(program, salon) == {}
    assert findings(program, stranger) == {"came_back": (Severity.ERROR, ("c-1", "c-2"))}
    answers = [json.loads(row.body) for row in rows(program, salon, Evidence)]
    assert {line["answer"] for line in answers if line["what"] == "came_back"} == {"gone", "kept"}


@pytest.mark.usefixtures("returned")
def test_who_is_kept_is_let_in_again(program: Program, salon: Account) -> None:
    with database.write(program.engine) as db:
        assert mirror_returned.keep(db, salon, "c-1", now=NOON)
    assert mirrored(program, salon) == set()
    apply(program, salon, told("c-1", day=0))
    assert mirrored(program, salon) == {"c-1"}


@pytest.mark.usefixtures("returned")
def test_whom_we_erased_ourselves_is_never_taken_back(program: Program, salon: Account) -> None:
    with database.write(program.engine) as db:
        assert not mirror_returned.keep(db, salon, "c-2", now=NOON)
    apply(program, salon, told("c-2", day=0))
    assert mirrored(program, salon) == set()


@pytest.mark.usefixtures("returned")
def test_who_waits_for_no_answer_cannot_be_answered(program: Program, salon: Account) -> None:
    with database.write(program.engine) as db:
        for client in ("c-3", "nobody"):
            assert not mirror_returned.keep(db, salon, client, now=NOON)
            assert not mirror_returned.leave(db, salon, client, now=NOON)


@pytest.mark.usefixtures("returned")
@pytest.mark.parametrize(("day", "is_told"), [(0.5, False), (0.1, True)])
def test_who_is_gone_is_told_of_again_only_by_something_later(
    program: Program, salon: Account, day: float, is_told: bool
) -> None:
    with database.write(program.engine) as db:
        assert mirror_returned.leave(db, salon, "c-1", now=NOON)
        assert mirror_returned.leave(db, salon, "c-2", now=NOON)
    apply(program, salon, told("c-1", day=day, has_account=True))
    assert ("came_back" in findings(program, salon)) is is_told


@pytest.mark.parametrize(("passed", "is_told"), [(1, True), (2, False)])
def test_who_was_missing_and_is_there_again_is_told_for_a_day(
    program: Program, salon: Account, clock: Clock, passed: int, is_told: bool
) -> None:
    apply(program, salon, told("c-1"))
    miss(program, salon)
    assert findings(program, salon) == {}
    apply(program, salon, told("c-1", day=1))
    clock.at = NOON + days(passed)
    assert findings(program, salon) == ({"found_again": (Severity.WARNING, ())} if is_told else {})


@pytest.mark.usefixtures("returned")
def test_they_are_listed_and_answered_from_a_terminal(program: Program, salon: Account, clock: Clock) -> None:
    listed = json.loads(run(program, clock, "list", "aava", "--json").stdout)
    assert [(one["client"], one["by"]) for one in listed] == [("c-2", "ovikello"), ("c-1", "staff")]
    assert "c-1  erased" in run(program, clock, "list", "aava").stdout
    refused = run(program, clock, "keep", "aava", "c-2")
    assert (refused.exit_code, "not taken back" in refused.output) == (2, True)
    assert json.loads(run(program, clock, "keep", "aava", "c-1", "--json").stdout)["answer"] == "kept"
    assert run(program, clock, "gone", "aava", "c-2").exit_code == 0
    assert run(program, clock, "gone", "aava", "c-2").exit_code == 2
    assert run(program, clock, "list", "aava").stdout == "Nobody who was erased is told of again.\n"
    assert graves(program, salon) == [("c-2", "ovikello"), ("c-3", "staff")]
