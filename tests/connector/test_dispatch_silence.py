"""A booking system that never answers again: nothing is sent blindly, and after a week the owner decides."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from connector import approvals, database, dispatch, jobs_work, nightly, texts, verify
from connector.console import refusals
from connector.reports_findings import MESSAGES
from connector.salons import Account
from connector.states import State
from policies.decisions import JobKind
from tests.builders import NOON
from tests.conftest import connect
from tests.connector.booking import Odd, Story, owner, record, times_out
from tests.connector.night_world import compare
from webhooks.events import Answer, Consent, ConsentAnswered
from webhooks.vocabulary import Channel, Purpose

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def run(story: Story, job_id: UUID, at: datetime = NOON) -> str:
    """Carry on with one job at a moment."""
    return dispatch.run_one(story.at(at).program, job_id)


def unknown(story: Story, *, is_done: bool) -> UUID:
    """An erasure whose answer never came, at a system that says nothing any more."""
    job_id = story.approved_job_for("c-1")
    story.booking.odd.append(times_out(is_done=is_done))
    assert run(story, job_id) == "unknown"
    story.booking.is_silent = True
    return job_id


def stuck(story: Story, *, is_done: bool) -> UUID:
    """The same a week later."""
    job_id = unknown(story, is_done=is_done)
    assert run(story, job_id, NOON + WEEK) == "stuck"
    return job_id


def word(story: Story, job_id: UUID, at: datetime) -> None:
    """The owner wants it tried again."""
    assert story.at(at).approved(job_id).approved == (job_id,)


# ---- both sides of the week --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "said", "state"),
    [
        (jobs_work.TIMEOUT, "put_off", State.UNKNOWN),
        (WEEK - SECOND, "put_off", State.UNKNOWN),
        (WEEK, "stuck", State.STUCK),
    ],
)
def test_a_system_that_stays_silent_is_asked_for_a_week_and_then_the_owner_is(
    story: Story, after: timedelta, said: str, state: State
) -> None:
    job_id = unknown(story, is_done=True)
    assert run(story, job_id, NOON + after) == said
    assert story.state(job_id) is state
    assert len(story.booking.writes) == 1


@pytest.mark.story
def test_in_a_week_of_silence_it_is_asked_ever_later_and_never_sent(story: Story) -> None:
    job_id = unknown(story, is_done=False)
    asked = 0
    while story.state(job_id) is State.UNKNOWN:
        due_at = story.row(job_id).due_at
        assert due_at is not None
        run(story, job_id, due_at)
        asked += 1
    row = story.row(job_id)
    assert (row.state, row.reason, row.due_at) == (State.STUCK, "never_answered", None)
    assert WEEK <= row.moved_at - NOON < WEEK + timedelta(hours=1)
    assert asked < 7 * 24 + 20
    assert len(story.booking.writes) == 1


def test_an_answer_within_the_week_settles_it_without_the_owner(story: Story) -> None:
    job_id = unknown(story, is_done=True)
    run(story, job_id, NOON + WEEK - SECOND)
    story.booking.is_silent = False
    assert run(story, job_id, NOON + WEEK + timedelta(hours=2)) == "sent"
    assert len(story.booking.writes) == 1


# ---- the owner's word --------------------------------------------------------------------------------


def test_what_was_done_after_all_is_not_sent_again_when_the_owner_wants_it_tried(story: Story) -> None:
    job_id = stuck(story, is_done=True)
    story.booking.is_silent = False
    later = NOON + WEEK + DAY
    word(story, job_id, later)
    assert run(story, job_id, later) == "sent"
    assert len(story.booking.writes) == 1
    assert verify.run_one(story.at(later).program, job_id, 0) == "verified"


def test_what_is_still_there_is_looked_at_and_sent_once_more_under_the_same_key(story: Story) -> None:
    job_id = stuck(story, is_done=False)
    story.booking.is_silent = False
    later = NOON + WEEK + DAY
    word(story, job_id, later)
    before = story.booking.reads
    assert run(story, job_id, later) == "sent"
    assert story.booking.reads == before + 1
    assert [key for *_, key in story.booking.writes] == [f"{job_id}.1.0"] * 2
    assert "c-1" not in story.records
    assert "c-1" in story.booking.clients["toinen"]


def test_while_the_system_stays_silent_the_word_sends_nothing_and_runs_out(story: Story) -> None:
    job_id = stuck(story, is_done=False)
    later = NOON + WEEK + DAY
    word(story, job_id, later)
    assert run(story, job_id, later) == "put_off"
    assert run(story, job_id, later + WEEK) == "expired"
    assert len(story.booking.writes) == 1


def test_a_client_that_came_back_meanwhile_is_left_alone_whatever_the_owner_said(story: Story) -> None:
    job_id = stuck(story, is_done=False)
    story.booking.is_silent = False
    word(story, job_id, NOON + WEEK)
    story.records["c-1"] |= {"last_activity_at": "2026-11-30T11:00:00Z", "revision": 9}
    assert run(story, job_id, NOON + WEEK) == "withdrawn"
    assert len(story.booking.writes) == 1


def test_the_owner_can_leave_it(story: Story) -> None:
    job_id = stuck(story, is_done=False)
    seen = {one.job: one.digest for one in story.listed()}
    with database.write(story.program.engine) as db:
        approvals.reject(db, story.account, [job_id], seen=seen, owner=owner(db), now=NOON + WEEK)
    assert (story.state(job_id), story.row(job_id).client) == (State.WITHDRAWN, None)
    assert len(story.booking.writes) == 1


@pytest.mark.parametrize("is_done", [True, False])
def test_of_several_calls_the_one_that_was_done_is_not_made_again(story: Story, is_done: bool) -> None:
    account = connect(story.program, "hoitola", policy="health_two_years")
    care, lately = replace(story, account=account), "2026-11-01T10:00:00Z"
    old = {"health": "2023-02-01", "treatments": "2023-02-01"}
    held = ("identity", "health", "treatments")
    care.there_is(record("c-9", *held, oldest_entry=old, last_activity_at=lately, last_visit_at=lately))
    job_id = care.approved_job_for("c-9", JobKind.ERASE_CATEGORIES)
    care.booking.odd.append(times_out(is_done=is_done))
    assert run(care, job_id) == "unknown"
    care.booking.is_silent = True
    assert run(care, job_id, NOON + WEEK) == "stuck"
    care.booking.is_silent = False
    word(care, job_id, NOON + WEEK)
    moment = NOON + WEEK
    while care.state(job_id) is State.APPROVED:
        run(care, job_id, moment)
    assert care.state(job_id) is State.SENT
    health, treatments = (f"clients/c-9/categories/{name}" for name in ("health", "treatments"))
    assert [path for _, path, _ in care.booking.writes] == [
        health,
        *([] if is_done else [health]),
        treatments,
    ]
    assert verify.run_one(care.at(moment).program, job_id, 0) == "verified"


# ---- a system that cannot be asked at all --------------------------------------------------------------


def test_what_destroys_and_cannot_be_looked_up_goes_to_the_owner_at_once(story: Story) -> None:
    story.booking.can.remove("read")
    job_id = story.approved_job_for("c-1")
    story.booking.odd.append(times_out(is_done=False))
    assert run(story, job_id) == "unknown"
    assert run(story, job_id, NOON + jobs_work.TIMEOUT) == "stuck"
    assert (story.row(job_id).reason, len(story.booking.writes)) == ("cannot_look", 1)
    word(story, job_id, NOON + DAY)
    assert run(story, job_id, NOON + DAY) == "sent"
    assert [key for *_, key in story.booking.writes] == [f"{job_id}.1.0"] * 2


def test_a_recorded_no_is_simply_sent_again_since_switching_off_twice_harms_nobody(story: Story) -> None:
    story.booking.can.remove("read")
    lately = "2026-11-01T10:00:00Z"
    story.there_is(record("c-1", marketing={"email": True}, last_activity_at=lately, revision=5))
    no = Consent(Purpose.NEWSLETTER, (Channel.EMAIL,), Answer.WITHDRAWN, NOON)
    story.told(ConsentAnswered(at=NOON, digest="n", client="c-1", consent=no))
    (job_id,) = [one for one in story.judged("c-1") if story.row(one).kind is JobKind.MARKETING_OFF]
    story.booking.odd.append(times_out(is_done=False))
    assert run(story, job_id) == "unknown"
    assert run(story, job_id, NOON + jobs_work.TIMEOUT) == "approved"
    assert run(story, job_id, NOON + jobs_work.TIMEOUT + 2 * SECOND) == "sent"


@pytest.mark.story
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)  # the calendar decides
def test_a_no_that_never_gets_through_is_tried_for_a_week_and_then_the_owner_is_asked(story: Story) -> None:
    lately = "2026-11-01T10:00:00Z"
    story.there_is(record("c-1", marketing={"email": True}, last_activity_at=lately, revision=5))
    no = Consent(Purpose.NEWSLETTER, (Channel.EMAIL,), Answer.WITHDRAWN, NOON)
    story.told(ConsentAnswered(at=NOON, digest="n", client="c-1", consent=no))
    (job_id,) = [one for one in story.judged("c-1") if story.row(one).kind is JobKind.MARKETING_OFF]
    story.booking.odd.extend([times_out(is_done=False)] * 400)
    while (due_at := story.row(job_id).due_at) is not None:
        moment = due_at
        run(story, job_id, moment)
    assert (story.state(job_id), story.row(job_id).reason) == (State.STUCK, "gave_up")
    assert WEEK < moment - NOON < WEEK + timedelta(hours=2)


# ---- the owner is told ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "code"), [("never_answered", "unknown"), ("answered_400", "stuck")])
def test_the_night_tells_what_is_not_known_apart_from_what_was_refused(
    story: Story, stranger: Account, reason: str, code: str
) -> None:
    if reason == "never_answered":
        job_id = stuck(story, is_done=True)
        story.booking.is_silent = False
    else:
        job_id = story.approved_job_for("c-1")
        story.booking.odd.append(Odd(status=400))
        assert run(story, job_id) == "stuck"
    assert story.row(job_id).reason == reason
    later = story.at(NOON + WEEK)
    compare(later.program, later.account, stranger, at=NOON + WEEK)
    ours, theirs = nightly.run(later.program).salons
    told = {one.code: one.clients for one in ours.findings if one.code in {"unknown", "stuck"}}
    assert told == {code: ("c-1",)}
    assert not {"unknown", "stuck"} & {one.code for one in theirs.findings}


def test_what_was_sent_and_cannot_be_looked_at_is_overdue_in_the_end(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    assert run(story, job_id) == "sent"
    story.booking.is_silent = True
    for days, late in ((6, 0), (7, 1)):
        later = story.at(NOON + days * DAY)
        verify.look_due(later.program, limit=9)
        compare(later.program, later.account, at=NOON + days * DAY)
        (report,) = nightly.run(later.program, salon="aava").salons
        assert len([job for job in report.overdue if job.job == job_id]) == late


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("reason", ["never_answered", "cannot_look", "gave_up", "still_there"])
def test_the_owner_reads_why_it_is_stuck_in_their_language(language: str, reason: str) -> None:
    said = refusals.in_words(texts.of(language), reason)
    assert said
    assert reason not in said
    assert (said == refusals.WORDS[reason]) is (language == "en")
    night = MESSAGES["unknown"][1]
    assert (texts.of(language).gettext(night) == night) is (language == "en")
