"""What those who watch can see of an installation: what waits, what is late, what is old, and whose it is never."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families

from connector import database, metrics_standing
from connector.program import Program
from connector.salons import Account
from connector.states import LIVE, State
from connector.tables import Census, Job, Look, Night, Quarantined
from policies.decisions import JobKind
from tests.builders import NOON, Clock
from tests.connector.night_world import compare, quarantine


def read(program: Program) -> dict[str, float]:
    with database.read(program.engine) as db:
        text = metrics_standing.text(db, program.now()).decode()
    return {
        sample.name + "".join(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def add_job(program: Program, account: Account, state: State, **more: Any) -> Job:
    job = Job(
        salon=account.slug,
        kind=JobKind.ERASE,
        state=state,
        client_key=uuid4().hex,
        content="{}",
        digest="d",
        because="[]",
        policy_digest="p",
        proposed_at=NOON,
        moved_at=NOON,
        **more,
    )
    with database.write(program.engine) as db:
        db.add(job)
    return job


def test_an_empty_installation_waits_for_nothing(program: Program) -> None:
    found = read(program)
    assert found["ovikello_salons"] == 0
    assert set(found.values()) == {0.0}
    assert {name for name in found if name.startswith("ovikello_jobs")} == {
        f"ovikello_jobs{one}" for one in LIVE
    }


def test_jobs_are_counted_by_state_over_all_salons_and_ended_ones_are_not(
    program: Program, salon: Account, stranger: Account
) -> None:
    for account in (salon, stranger):
        add_job(program, account, State.PROPOSED)
        add_job(program, account, State.VERIFIED)
    add_job(program, salon, State.STUCK)
    found = read(program)
    assert (found["ovikello_salons"], found["ovikello_jobsproposed"], found["ovikello_jobsstuck"]) == (
        2,
        2,
        1,
    )
    assert "ovikello_jobsverified" not in found


@pytest.mark.parametrize(
    ("since", "late"), [(timedelta(minutes=10), 2), (timedelta(minutes=9, seconds=59), 0)]
)
def test_what_nobody_carries_on_with_is_late_after_ten_minutes_and_not_before(
    program: Program, salon: Account, since: timedelta, late: int
) -> None:
    verified = add_job(program, salon, State.VERIFIED)
    add_job(program, salon, State.APPROVED, due_at=NOON - since)
    add_job(program, salon, State.PROPOSED, due_at=NOON - timedelta(days=9))
    with database.write(program.engine) as db:
        db.add(Look(job=verified.id, round=1, nth=2, salon=salon.slug, due_at=NOON - since))
        db.add(
            Look(
                job=verified.id,
                round=1,
                nth=1,
                salon=salon.slug,
                due_at=NOON - timedelta(days=1),
                looked_at=NOON,
            )
        )
    assert read(program)["ovikello_late"] == late


def test_a_job_that_somebody_works_on_is_not_late(program: Program, salon: Account) -> None:
    lease = NOON + timedelta(seconds=20)
    add_job(program, salon, State.SENDING, due_at=NOON - timedelta(hours=2), lease_until=lease)
    assert read(program)["ovikello_late"] == 0


def test_the_oldest_list_and_night_are_those_of_the_salon_that_has_waited_longest(
    program: Program, salon: Account, stranger: Account
) -> None:
    compare(program, salon, at=NOON - timedelta(hours=30))
    compare(program, salon, at=NOON - timedelta(hours=5))
    compare(program, stranger, at=NOON - timedelta(hours=7))
    with database.write(program.engine) as db:
        for account, hours in ((salon, 9), (stranger, 33)):
            db.add(Night(salon=account.slug, on=NOON.date(), ran_at=NOON - timedelta(hours=hours)))
        db.add(Census(salon=salon.slug, started_at=NOON))
    found = read(program)
    assert found["ovikello_oldest_list_seconds"] == 7 * 3600
    assert found["ovikello_oldest_night_seconds"] == 33 * 3600


def test_a_salon_that_never_had_a_night_has_waited_since_it_was_connected(
    program: Program, salon: Account, clock: Clock
) -> None:
    clock.at = salon.connected_at + timedelta(hours=3)
    assert read(program)["ovikello_oldest_night_seconds"] == 3 * 3600


def test_deliveries_in_quarantine_are_counted_until_they_are_answered(
    program: Program, salon: Account
) -> None:
    quarantine(program, salon, is_known_type=True)
    with database.write(program.engine) as db:
        db.add(
            Quarantined(
                salon=salon.slug,
                delivery="d",
                digest="d" * 64,
                received_at=NOON,
                reason="unknown_word",
                is_known_type=True,
                state="dropped",
            )
        )
    assert read(program)["ovikello_quarantine_waiting"] == 1
