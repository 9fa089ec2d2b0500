"""The erased stay erased: late events, lists and new bookings, through the real doors."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from connector import census, database, dispatch, mirror, nightly_findings, salons, verify
from connector.salons import Account
from connector.states import State
from connector.tables import Client, Entry, Tombstone
from tests.builders import NOON
from tests.connector.booking import Story, record
from tests.connector.intake import body_of, browser, send

DAY = timedelta(days=1)


@pytest.fixture
def erased(story: Story) -> UUID:
    """The job that erased c-1."""
    job_id = story.approved_job_for("c-1")
    dispatch.run_one(story.program, job_id)
    assert verify.run_one(story.program, job_id, 0) == "verified"
    return job_id


def mirrored(story: Story) -> set[tuple[str, str]]:
    """Everybody who is mirrored."""
    with database.read(story.program.engine) as db:
        return {(one.salon, one.client) for one in db.exec(select(Client))}


def deliver(story: Story, kind: str, data: object, when: datetime) -> None:
    """A signed event through the real route."""
    door: FlaskClient = browser(story.program)
    assert send(door, story.program, story.account, body_of(kind, data, when=when)).status_code == 204


def looks(story: Story, after: timedelta) -> dict[str, int]:
    """Make every look that is due, and count."""
    return dict(verify.look_due(story.at(NOON + after).program, limit=50))


LATE = [
    ("client.updated", {"client": {"id": "c-1", "has_account": True}}, NOON - 3 * DAY),
    ("booking.created", {"booking": {"id": "b-1", "client_id": "c-1"}}, NOON - 2 * DAY),
    ("client.login", {"client_id": "c-1"}, NOON - DAY),
    ("client.deleted", {"client_id": "c-1", "by": "ovikello"}, NOON + timedelta(seconds=1)),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(LATE)))), ids=str)
@pytest.mark.story
def test_late_events_in_any_order_bring_nobody_back(
    story: Story, erased: UUID, order: tuple[int, ...]
) -> None:
    later = story.at(NOON + timedelta(seconds=2))
    for number in order:
        deliver(later, *LATE[number])
    assert mirrored(story) == {("aava", "c-2"), ("toinen", "c-1")}
    with database.read(story.program.engine) as db:
        assert db.exec(select(Entry).where(Entry.salon == "aava")).all() == []
        assert db.exec(select(Tombstone.told_after)).one() is None
    assert (story.state(erased), looks(story, timedelta(hours=1))) == (State.VERIFIED, {})


@pytest.mark.parametrize("after", [timedelta(hours=3), 40 * DAY])
def test_a_census_that_lists_an_erased_client_reopens_its_job_and_is_a_finding(
    story: Story, erased: UUID, after: timedelta
) -> None:
    looks(story, DAY)
    looks(story, 30 * DAY)
    story.records["c-1"] = record("c-1")
    later = story.at(NOON + after)
    assert census.run(later.program, "aava").is_complete
    assert ("aava", "c-1") not in mirrored(story)
    assert looks(story, after) == {"reopened": 1}
    (job,) = story.listed()
    assert (job.job, job.state, job.reason, job.client) == (erased, State.PROPOSED, "reappeared", "c-1")
    with database.read(story.program.engine) as db:
        found = nightly_findings.look(db, story.account, (), (), on=(NOON + after).date(), now=NOON + after)
    assert "came_back" in {one.code for one in found}
    assert later.approved(erased).approved == (erased,)
    assert dispatch.run_one(later.program, erased) == "sent"
    assert looks(story, after) == {"verified": 1}
    assert set(story.records) == {"c-2"}


def test_an_event_of_an_erased_client_has_its_record_looked_at_again(story: Story, erased: UUID) -> None:
    story.records["c-1"] = record("c-1")
    later = story.at(NOON + timedelta(hours=2))
    deliver(later, "client.created", {"client": {"id": "c-1"}}, NOON + timedelta(hours=1))
    assert looks(story, timedelta(hours=2)) == {"reopened": 1}


def test_an_event_that_was_wrong_changes_nothing_and_the_id_is_destroyed_again(
    story: Story, erased: UUID
) -> None:
    assert looks(story, 30 * DAY) == {"gone": 2}
    assert story.row(erased).client is None
    later = story.at(NOON + 50 * DAY)
    for hour in (1, 2):
        when = NOON + 49 * DAY + timedelta(hours=hour)
        deliver(later, "client.updated", {"client": {"id": "c-1"}}, when)
        assert looks(story, 50 * DAY) == {"gone": 1}
    assert (story.state(erased), story.row(erased).client) == (State.VERIFIED, None)


def test_a_look_without_an_answer_is_made_later(story: Story, erased: UUID) -> None:
    story.records["c-1"] = record("c-1")
    later = story.at(NOON + timedelta(hours=2))
    deliver(later, "client.created", {"client": {"id": "c-1"}}, NOON + timedelta(hours=1))
    story.booking.is_silent = True
    assert looks(story, timedelta(hours=2)) == {"no_answer": 1}
    story.booking.is_silent = False
    assert looks(story, timedelta(hours=5)) == {"reopened": 1}


def test_a_system_that_cannot_be_read_shows_by_its_list_that_somebody_is_back(story: Story) -> None:
    story.booking.can[:] = ["list"]
    job_id = story.approved_job_for("c-1")
    dispatch.run_one(story.program, job_id)
    with database.write(story.program.engine) as db:
        mirror.bury(db, story.account, "c-1", at=NOON, by="staff")
    assert looks(story, timedelta(0)) == {"verified": 1}
    later = story.at(NOON + 2 * DAY)
    assert census.run(later.program, "aava").is_complete
    assert looks(story, 2 * DAY)["reopened"] == 1


def test_what_a_stranger_tells_of_the_same_id_touches_nobody_here(story: Story, erased: UUID) -> None:
    theirs = replace(story, account=stranger_of(story))
    when = NOON + timedelta(hours=1)
    deliver(theirs.at(NOON + timedelta(hours=2)), "client.updated", {"client": {"id": "c-1"}}, when)
    assert looks(story, timedelta(hours=2)) == {}
    assert ("toinen", "c-1") in mirrored(story)


def stranger_of(story: Story) -> Account:
    """The other salon."""
    with database.read(story.program.engine) as db:
        found = salons.account(db, story.program.vault, "toinen")
    assert found is not None
    return found
