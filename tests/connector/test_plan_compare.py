"""`ovikello policy simulate`: what another policy file would change."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from connector import database, plan_compare
from connector.commands.door import Door
from connector.config import Settings
from connector.plan_compare import Change, Comparison
from connector.program import Program
from connector.salons import Account
from policies.reading import read
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY
from tests.connector.command_line import ovikello
from tests.connector.night_world import gone_quiet, policy_of, record, tell
from tests.connector.test_commands import dump
from webhooks.events import ClientMerged

YEARLY = (LIBRARY / "yearly_purge.toml").read_bytes()
#: the same salon, keeping everything that it erased after a year for three
LONGER = YEARLY.replace(
    b'for = "P1Y", counted_from = "last_activity"', b'for = "P3Y", counted_from = "last_activity"'
)
TODAY = NOON.date()


def simulate(world: Settings, clock: Clock, file: Path, *more: str) -> Result:
    return ovikello(Door(settings=world, now=clock), "policy", "simulate", "aava", str(file), *more)


@pytest.fixture
def longer(tmp_path: Path) -> Path:
    """The other policy file."""
    file = tmp_path / "longer.toml"
    file.write_bytes(LONGER)
    return file


def test_who_would_be_kept_by_the_other_file_is_named_with_each_category(
    world: Settings, clock: Clock, program: Program, salon: Account, stranger: Account, longer: Path
) -> None:
    tell(program, salon, gone_quiet("c-quiet"), record("c-lately"))
    tell(program, stranger, gone_quiet("c-theirs"))
    before = dump(program.engine)
    result = simulate(world, clock, longer, "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (document["clients"], document["now"], document["then"]) == (2, {"erase": 1}, {})
    assert document["changes"] == [
        {"client": "c-quiet", "category": category, "now": "erase", "then": "keep"}
        for category in ("contact", "identity", "visits")
    ]
    assert dump(program.engine) == before


def test_the_file_that_is_in_force_changes_nothing(
    world: Settings, clock: Clock, program: Program, salon: Account
) -> None:
    tell(program, salon, gone_quiet("c-quiet"), record("c-lately"))
    result = simulate(world, clock, LIBRARY / "yearly_purge.toml")
    assert "0 of 2 clients would be judged differently." in result.stdout
    assert "2 clients judged" in result.stderr


def test_a_merged_client_is_judged_once(program: Program, salon: Account) -> None:
    tell(program, salon, gone_quiet("c-old"), gone_quiet("c-new"))
    tell(
        program, salon, ClientMerged(client="c-old", into="c-new", at=NOON - timedelta(days=400), digest="m")
    )
    with database.read(program.engine) as db:
        policy = policy_of(program, salon, TODAY)
        found = plan_compare.compare(db, salon, policy, read(LONGER), TODAY)
    assert found.clients == 1
    assert {change.client for change in found.changes} == {"c-new"}


def test_more_differences_than_a_terminal_holds_are_counted(
    world: Settings, clock: Clock, program: Program, salon: Account, longer: Path
) -> None:
    tell(program, salon, *(gone_quiet(f"c-{number}") for number in range(7)))
    shown = simulate(world, clock, longer).stdout
    assert "7 of 7 clients would be judged differently." in shown
    assert shown.count("erase → keep") == 20
    assert "… and 1 more: --json lists them all." in shown


@given(limit=st.integers(1, 6))
def test_batches_of_any_size_come_to_the_same(limit: int, program: Program, salon: Account) -> None:
    seen_at = (datetime(2023, 1, 5, tzinfo=UTC), datetime(2024, 11, 2, tzinfo=UTC), NOON - timedelta(days=9))
    tell(program, salon, *(record(f"c-{n}", seen_at[n % 3]) for n in range(5)))
    policy, whole, parts = policy_of(program, salon, TODAY), Comparison(), Comparison(ended_at="")
    with database.read(program.engine) as db:
        whole.add(plan_compare.compare(db, salon, policy, read(LONGER), TODAY))
        while parts.ended_at is not None:
            after = parts.ended_at
            parts.add(plan_compare.compare(db, salon, policy, read(LONGER), TODAY, after=after, limit=limit))
    assert parts == whole
    assert Change("c-1", "identity", "erase", "keep") in whole.changes
