"""What is not provably whole is not judged; and no word is taken on it, and nothing is erased by a word from before."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from connector import database, dispatch, freshness, jobs_noes, quarantine, salons_policies
from connector.console import refusals
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.tables import Census, Quarantined
from policies.decisions import JobKind
from policies.periods import Period
from tests.builders import NOON, Clock
from tests.connector.booking import Booking, Story, record
from tests.connector.intake import body_of, browser, rows, send
from tests.connector.lists import bring, by_hand, clients
from tests.connector.night_world import says_no

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
#: where the policy says nothing
TWO_DAYS, FOURTEEN_DAYS = 2 * DAY, 14 * DAY
UNREAD = {"booking": {"id": "b-1", "client_id": "c-1", "starts_at": "tomorrow at ten"}}


@pytest.fixture
def story(program: Program, salon: Account, stranger: Account) -> Story:
    """Two clients who are due, at each of two salons."""
    booking = Booking()
    here, there = (Story(replace(program, send=booking), one, booking) for one in (salon, stranger))
    for one in (here, there):
        one.there_is(record("c-1"), record("c-2"))
    return here


def unread(story: Story, kind: str = "booking.created") -> None:
    """Send something that cannot be read."""
    body = body_of(kind, UNREAD)
    assert send(browser(story.program), story.program, story.account, body).status_code == 202


def answered(story: Story) -> None:
    """Drop what waits unread."""
    with database.write(story.program.engine) as db:
        for one in quarantine.waiting(db, story.account):
            quarantine.drop(db, story.account, one.id, now=NOON)


def because(story: Story, job_id: UUID) -> list[str]:
    """Why a word was not taken."""
    return [one.because for one in story.approved(job_id).refused]


def there(story: Story, stranger: Account) -> Story:
    """The stranger's side."""
    return replace(story, account=stranger)


def test_what_lies_unread_stops_a_call_that_was_approved_before_it(story: Story, stranger: Account) -> None:
    job_id, theirs = story.approved_job_for("c-1"), there(story, stranger).approved_job_for("c-1")
    unread(story)
    assert dispatch.run_one(story.program, job_id) == "put_off"
    row = story.row(job_id)
    assert (row.state, row.reason, story.booking.writes) == (State.APPROVED, "quarantined_known", [])
    assert dispatch.run_one(story.program, theirs) == "sent"
    answered(story)
    due_at = row.due_at
    assert due_at is not None
    later = replace(story, program=replace(story.program, now=lambda: due_at))
    assert dispatch.run_one(later.program, job_id) == "sent"
    assert set(story.records) == {"c-2"}


def test_what_is_of_no_known_kind_stops_nothing(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    unread(story, "client.sneezed")
    assert dispatch.run_one(story.program, job_id) == "sent"


def test_what_lies_unread_lets_no_word_be_taken_and_the_job_waits_on(story: Story, stranger: Account) -> None:
    job_id, theirs = story.job_for("c-1"), there(story, stranger).job_for("c-1")
    unread(story)
    assert because(story, job_id) == ["quarantined_known"]
    assert story.state(job_id) is State.PROPOSED
    assert there(story, stranger).approved(theirs).approved == (theirs,)
    answered(story)
    assert because(story, job_id) == []


@pytest.mark.parametrize(("passed", "word"), [(TWO_DAYS - SECOND, "sent"), (TWO_DAYS, "put_off")])
def test_a_mirror_that_is_no_longer_fresh_erases_nothing(
    story: Story, clock: Clock, passed: timedelta, word: str
) -> None:
    job_id = story.approved_job_for("c-1")
    clock.at = NOON + passed
    assert dispatch.run_one(story.program, job_id) == word
    assert ("c-1" in story.records) is (word == "put_off")
    if word == "put_off":
        assert story.row(job_id).reason == "stale"


@pytest.mark.parametrize(("passed", "reasons"), [(TWO_DAYS - SECOND, []), (TWO_DAYS, ["stale"])])
def test_a_mirror_that_is_no_longer_fresh_lets_no_word_be_taken(
    story: Story, clock: Clock, passed: timedelta, reasons: list[str]
) -> None:
    job_id = story.job_for("c-1")
    clock.at = NOON + passed
    assert because(story, job_id) == reasons


def test_before_the_first_census_no_word_is_taken(story: Story) -> None:
    job_id = story.job_for("c-1")
    with database.write(story.program.engine) as db:
        db.connection().execute(Census.__table__.delete())  # type: ignore[attr-defined]
    assert because(story, job_id) == ["never_compared"]


def test_a_no_is_carried_out_whatever_lies_unread(story: Story) -> None:
    story.there_is(record("c-3", marketing={"email": True}, last_activity_at="2026-11-01T10:00:00Z"))
    story.told(says_no("c-3"))
    unread(story)
    with database.write(story.program.engine) as db:
        (job_id,) = jobs_noes.propose(db, story.account, ["c-3"], now=NOON)
    assert story.row(job_id).kind is JobKind.MARKETING_OFF
    assert dispatch.run_one(story.program, job_id) == "sent"
    assert story.records["c-3"]["marketing"] == {"email": False}
    assert len(rows(story.program, story.account, Quarantined)) == 1


def test_every_reason_is_a_sentence_of_its_own(story: Story) -> None:
    words = {"never_compared", "stale", "quarantined_known", "no_policy"}
    assert words <= set(refusals.WORDS)
    with database.read(story.program.engine) as db:
        assert freshness.objection(db, story.account, now=NOON) is None


@pytest.mark.parametrize(("passed", "word"), [(FOURTEEN_DAYS - SECOND, None), (FOURTEEN_DAYS, "stale")])
def test_lists_that_are_brought_in_by_hand_are_good_for_fourteen_days(
    program: Program, clock: Clock, passed: timedelta, word: str | None
) -> None:
    account = by_hand(program, "kasin")
    bring(program, account, *clients(range(1, 4)))
    with database.read(program.engine) as db:
        assert freshness.objection(db, account, now=clock.at + passed) == word


@pytest.mark.parametrize("dialect", ["by_hand", "standard"])
@pytest.mark.parametrize(("passed", "word"), [(5 * DAY - SECOND, None), (5 * DAY, "stale")])
def test_what_the_policy_says_goes_before_what_is_usual(
    story: Story, program: Program, clock: Clock, dialect: str, passed: timedelta, word: str | None
) -> None:
    account = story.account
    if dialect == "by_hand":
        account = by_hand(program, "kasin")
        bring(program, account, *clients(range(1, 4)))
    with database.read(program.engine) as db:
        policy = salons_policies.newest(db, account.slug)
        assert policy is not None
        said = replace(policy, retention=replace(policy.retention, fresh_for=Period(days=5)))
        at = freshness.fresh_at(db, account.slug)
        assert at is not None
        found = freshness.gate(db, account, said, now=at + passed)
    assert [one.code for one in found] == ([] if word is None else [word])
