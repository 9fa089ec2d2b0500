"""The owner's word: on exactly what was shown, item by item, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from connector import approvals, database, jobs, mirror, salons_policies
from connector.approvals import Refused
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.tables import Approval, Tombstone
from tests.builders import NOON
from tests.connector.booking import Booking, Story, owner, record
from webhooks.events import InvoiceChanged, InvoiceState, LoggedIn


@pytest.fixture
def story(program: Program, salon: Account) -> Story:
    """Three clients who are due."""
    booking = Booking()
    told = Story(replace(program, send=booking), salon, booking)
    told.there_is(record("c-1"), record("c-2"), record("c-3"))
    return told


def word(story: Story, ids: list[UUID], seen: approvals.Seen, *, second: bool = False) -> approvals.Approved:
    """Give a word."""
    with database.write(story.program.engine) as db:
        return approvals.approve(db, story.account, ids, seen=seen, owner=owner(db), now=NOON, second=second)


def test_a_word_approves_what_was_shown_and_is_good_for_a_week(story: Story) -> None:
    ids = [story.job_for(client) for client in ("c-1", "c-2")]
    waits = story.job_for("c-3")
    assert set(story.approved(*ids).approved) == set(ids)
    for job_id in ids:
        row = story.row(job_id)
        assert (row.state, row.due_at, row.expires_at) == (State.APPROVED, NOON, NOON + timedelta(days=7))
    assert story.state(waits) is State.PROPOSED
    with database.read(story.program.engine) as db:
        (kept,) = db.exec(select(Approval)).all()
    assert (kept.word, kept.jobs, kept.salon) == ("approved", 2, "aava")
    assert {story.row(job_id).approval for job_id in ids} == {kept.id}


def test_a_word_on_something_else_than_what_stands_there_falls_out_alone(story: Story) -> None:
    good, other = story.job_for("c-1"), story.job_for("c-2")
    seen = {good: story.row(good).digest, other: story.row(good).digest}
    given = word(story, [good, other], seen)
    assert given.approved == (good,)
    assert given.refused == (Refused(other, "not_what_was_shown"),)
    assert story.state(other) is State.PROPOSED


def test_a_groups_digest_is_good_for_exactly_that_group(story: Story) -> None:
    ids = [story.job_for(client) for client in ("c-1", "c-2")]
    shown = approvals.group_digest(story.listed())
    third = story.job_for("c-3")
    assert word(story, [*ids, third], shown).approved == ()
    assert word(story, ids[:1], shown).approved == ()
    assert {story.state(job_id) for job_id in (*ids, third)} == {State.PROPOSED}
    assert set(word(story, ids[::-1], shown).approved) == set(ids)


def test_a_groups_digest_does_not_hold_for_a_job_that_was_replaced(story: Story) -> None:
    old = story.job_for("c-1")
    shown = approvals.group_digest(story.listed())
    story.there_is(record("c-1", last_activity_at="2024-05-01T10:00:00Z", revision=2))
    (new,) = story.judged("c-1")
    given = word(story, [old, new], shown)
    assert given.approved == ()
    assert Refused(old, "is_withdrawn") in given.refused


def test_another_salons_job_cannot_be_approved_or_rejected(story: Story, stranger: Account) -> None:
    job_id = story.job_for("c-1")
    seen = {job_id: story.row(job_id).digest}
    with database.write(story.program.engine) as db:
        by = owner(db)
        given = approvals.approve(db, stranger, [job_id], seen=seen, owner=by, now=NOON)
        said = approvals.reject(db, stranger, [job_id], seen=seen, owner=by, now=NOON)
        assert not approvals.tick(db, stranger, job_id, owner=by, now=NOON)
    assert given.refused == said.refused == (Refused(job_id, "no_such_job"),)
    assert story.state(job_id) is State.PROPOSED


def test_a_job_is_approved_once(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    assert story.approved(job_id, uuid4()).refused[0] == Refused(job_id, "is_approved")


def test_new_activity_takes_the_job_back_and_leaves_the_others(story: Story) -> None:
    came, stays = story.job_for("c-1"), story.job_for("c-2")
    story.told(LoggedIn(at=NOON, digest="d", client="c-1"))
    given = story.approved(came, stays)
    assert given.approved == (stays,)
    assert given.refused == (Refused(came, "active_again"),)
    assert (story.state(came), story.row(came).client) == (State.WITHDRAWN, None)


def test_an_invoice_that_was_opened_meanwhile_holds_and_says_so(story: Story) -> None:
    story.there_is(record("c-4", "identity", "contact", "billing"))
    (job_id,) = story.judged("c-4")
    story.told(
        InvoiceChanged(
            at=NOON, digest="d", invoice="i-1", client="c-4", state=InvoiceState.OPEN, issued_on=NOON.date()
        )
    )
    given = story.approved(job_id)
    assert given.approved == ()
    assert given.refused == (Refused(job_id, "held_open_invoice"),)
    assert story.state(job_id) is State.WITHDRAWN


def test_a_client_that_is_gone_needs_no_word(story: Story) -> None:
    job_id = story.job_for("c-1")
    with database.write(story.program.engine) as db:
        mirror.bury(db, story.account, "c-1", at=NOON, by="staff")
    assert story.approved(job_id).refused == (Refused(job_id, "client_gone"),)


def test_a_new_policy_takes_back_what_was_shown_under_the_old_one(story: Story) -> None:
    job_id = story.job_for("c-1")
    with database.write(story.program.engine) as db:
        policy = db.connection().exec_driver_sql("SELECT body FROM policy_version").scalar_one()
        salons_policies.activate(
            db, story.account.slug, policy.encode() + b"\n# changed\n", now=NOON + timedelta(hours=1)
        )
    assert story.approved(job_id).refused == (Refused(job_id, "policy_changed"),)


@pytest.mark.parametrize(("second", "state"), [(False, State.PROPOSED), (True, State.APPROVED)])
def test_what_is_over_the_nights_limit_needs_a_second_confirmation(
    story: Story, second: bool, state: State
) -> None:
    (job_id,) = story.judged("c-1", over_limit=True)
    given = story.approved(job_id, second=second)
    assert story.state(job_id) is state
    assert bool(given.refused) is not second
    if given.refused:
        assert given.refused[0].because == "needs_second"


def test_a_no_is_kept_with_its_sealed_reason_and_stops_the_job(story: Story) -> None:
    job_id, other = story.job_for("c-1"), story.job_for("c-2")
    seen = {job_id: story.row(job_id).digest}
    with database.write(story.program.engine) as db:
        said = approvals.reject(
            db, story.account, [job_id], seen=seen, owner=owner(db), now=NOON, reason="tulee ensi viikolla"
        )
    assert said.approved == (job_id,)
    assert (story.state(job_id), story.state(other)) == (State.REJECTED, State.PROPOSED)
    with database.read(story.program.engine) as db:
        (kept,) = db.exec(select(Approval)).all()
    assert kept.word == "rejected"
    assert kept.reason is not None
    assert b"ensi viikolla" not in kept.reason
    assert story.judged("c-1") == []


def test_a_stuck_job_can_be_tried_again_or_given_up(story: Story) -> None:
    again, no_more = story.approved_job_for("c-1"), story.approved_job_for("c-2")
    with database.write(story.program.engine) as db:
        for job_id in (again, no_more):
            jobs.move(db, story.account, job_id, State.APPROVED, State.SENDING, at=NOON)
            jobs.move(db, story.account, job_id, State.SENDING, State.STUCK, at=NOON, failures=9)
    assert story.approved(again).approved == (again,)
    assert (story.state(again), story.row(again).failures) == (State.APPROVED, 0)
    with database.write(story.program.engine) as db:
        seen = {no_more: story.row(no_more).digest}
        approvals.reject(db, story.account, [no_more], seen=seen, owner=owner(db), now=NOON)
    assert story.state(no_more) is State.WITHDRAWN


def test_a_task_by_hand_ends_with_the_owners_tick_and_the_client_is_buried(story: Story) -> None:
    job_id, other = story.approved_job_for("c-1"), story.approved_job_for("c-2")
    with database.write(story.program.engine) as db:
        by = owner(db)
        assert not approvals.tick(db, story.account, job_id, owner=by, now=NOON)
        for one in (job_id, other):
            jobs.move(db, story.account, one, State.APPROVED, State.BY_HAND, at=NOON)
        assert approvals.tick(db, story.account, job_id, owner=by, now=NOON)
        assert not approvals.tick(db, story.account, job_id, owner=by, now=NOON)
        assert not approvals.tick(db, story.account, uuid4(), owner=by, now=NOON)
    assert (story.state(job_id), story.state(other)) == (State.VERIFIED, State.BY_HAND)
    with database.read(story.program.engine) as db:
        buried = [stone.client_key for stone in db.exec(select(Tombstone))]
    assert buried == [story.account.keys.client_key("c-1")]
