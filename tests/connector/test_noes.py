"""A no takes effect at once, on whatever way it came in, and whether a policy is in force or not."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from connector import census, database, dispatch, jobs, quarantine, salons_policies, verify
from connector.program import Program
from connector.salons import Account
from connector.states import State
from policies.decisions import JobKind
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY
from tests.connector.booking import Booking, Story, record
from tests.connector.intake import body_of, browser, send
from webhooks.calls import Call, Reply

NO = {"purpose": "newsletter", "answer": "withdrawn", "at": "2026-11-20T09:00:00Z", "channels": ["email"]}
LATELY = "2026-11-01T10:00:00Z"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def story(program: Program, salon: Account, stranger: Account) -> Story:
    """A client whom e-mail goes to, and a stranger's of the same id."""
    booking = Booking()
    here, there = (Story(replace(program, send=booking), one, booking) for one in (salon, stranger))
    for one in (here, there):
        one.there_is(wanted("c-1"))
    return here


def wanted(client: str, **more: object) -> dict[str, object]:
    """The record of somebody who gets letters."""
    return record(client, marketing={"email": True}, last_activity_at=LATELY, last_visit_at=LATELY, **more)


def off(story: Story) -> list[tuple[str | None, State]]:
    """Every job that switches marketing off."""
    return [(one.client, one.state) for one in story.listed() if one.kind is JobKind.MARKETING_OFF]


def nothing_for_the_stranger(story: Story, stranger: Account) -> bool:
    """Whether no job stands at the other salon."""
    with database.read(story.program.engine) as db:
        return jobs.listed(db, stranger) == []


def test_a_no_that_is_released_from_quarantine_takes_effect_at_once(
    story: Story, stranger: Account, clock: Clock
) -> None:
    said = {"client_id": "c-1", "purpose": "newsletter", "channels": ["email"]}
    body = body_of("consent.withdrawn", said, when=NOON + 10 * MINUTE)
    assert send(browser(story.program), story.program, story.account, body).status_code == 202
    assert off(story) == []
    with database.write(story.program.engine) as db:
        (waiting,) = quarantine.waiting(db, story.account)
        assert quarantine.release(db, story.account, waiting.id, now=NOON + 10 * MINUTE)
    assert off(story) == [("c-1", State.APPROVED)]
    assert nothing_for_the_stranger(story, stranger)


def test_a_no_that_only_the_list_tells_takes_effect_in_the_census(story: Story, stranger: Account) -> None:
    story.records["c-1"] |= {"consents": [NO], "revision": 7}
    story.records["c-2"] = wanted("c-2")
    assert census.run(story.program, "aava").is_complete
    assert off(story) == [("c-1", State.APPROVED)]
    assert nothing_for_the_stranger(story, stranger)
    assert census.run(story.program, "aava").is_complete
    assert len(off(story)) == 1


def test_a_no_of_somebody_whom_the_list_left_out_takes_effect_in_the_census(story: Story) -> None:
    full = story.program.send
    story.records["c-1"] |= {"consents": [NO], "revision": 7}

    def without(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        reply = full(account, call, idempotency_key=idempotency_key)
        if call.path == "clients":
            reply.json["clients"].clear()
        return reply

    census.run(replace(story.program, send=without), "aava")
    assert off(story) == [("c-1", State.APPROVED)]


def test_a_no_that_the_look_before_a_call_tells_takes_effect_with_it(story: Story) -> None:
    story.there_is(record("c-3", marketing={"email": True}))
    job_id = story.job_for("c-3")
    assert story.approved(job_id).approved == (job_id,)
    story.records["c-3"] |= {"last_activity_at": LATELY, "consents": [NO]}
    assert dispatch.run_one(story.program, job_id) == "withdrawn"
    assert off(story) == [("c-3", State.APPROVED)]


def test_a_no_that_a_look_afterwards_tells_takes_effect_with_it(story: Story) -> None:
    job_id = story.approved_job_for(before(story), JobKind.ERASE)
    assert dispatch.run_one(story.program, job_id) == "sent"
    story.records["c-4"] = wanted("c-4", consents=[NO])
    assert verify.run_one(story.at(NOON + MINUTE).program, job_id, 0) == "reopened"
    assert off(story) == [("c-4", State.APPROVED)]


def before(story: Story) -> str:
    """Somebody who is due to be erased."""
    story.there_is(record("c-4"))
    return "c-4"


def test_a_no_waits_for_no_policys_first_day_and_is_carried_out_before_it(story: Story) -> None:
    text = (LIBRARY / "yearly_purge.toml").read_text()
    later = re.sub(r"(?m)^effective_from = .*$", "effective_from = 2026-12-01", text)
    with database.write(story.program.engine) as db:
        db.connection().exec_driver_sql("DELETE FROM policy_version WHERE salon = 'aava'")
        salons_policies.activate(db, story.account.slug, later.encode(), now=NOON)
        assert salons_policies.in_force(db, "aava", NOON.date()) is None
    said = {"client_id": "c-1", "purpose": "newsletter", "channels": ["email"]}
    door = browser(story.program)
    assert send(door, story.program, story.account, body_of("consent.withdrawn", said)).status_code == 204
    ((_, state),) = off(story)
    assert state is State.APPROVED
    assert dispatch.send_due(story.program, limit=9) == {"sent": 1}
    assert story.records["c-1"]["marketing"] == {"email": False}
    assert verify.look_due(story.program, limit=9) == {"verified": 1}
