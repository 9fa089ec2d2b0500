"""What a look found: each ending stands where it should, in words that the owner understands, with what can be done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from connector import database, dispatch, mirror, plan, salons_policies, texts, verify
from connector.console import refusals
from connector.jobs import Listed
from connector.program import Program
from connector.salons import Account
from connector.states import State
from policies.decisions import JobKind
from tests.builders import NOON
from tests.connector.booking import Booking, Odd, Story, lies, record, times_out
from tests.connector.console.visitor import Person, Visitor, text_of
from tests.connector.intake import TODAY, answered, apply, at, told
from webhooks.events import Answer
from webhooks.vocabulary import Channel, Purpose

DAY = timedelta(days=1)


@pytest.fixture
def story(program: Program, salon: Account) -> Story:
    """A client who is due, and one who stays."""
    booking = Booking()
    made = Story(replace(program, send=booking), salon, booking)
    made.there_is(record("c-1"), record("c-2", last_activity_at="2026-11-01T10:00:00Z"))
    return made


def sent(story: Story, *odd: Odd) -> UUID:
    """An erasure that was called for."""
    job_id = story.approved_job_for("c-1")
    story.booking.odd.extend(odd)
    dispatch.run_one(story.program, job_id)
    return job_id


def look(story: Story, job_id: UUID, nth: int = 0, after: timedelta = timedelta(0)) -> None:
    """Make a look."""
    verify.run_one(story.at(NOON + after).program, job_id, nth)


def says_done_and_is_not(story: Story) -> UUID:
    job_id = sent(story, lies())
    look(story, job_id)
    return job_id


def timed_out_and_is_done(story: Story) -> UUID:
    job_id = sent(story, times_out(is_done=True))
    dispatch.run_one(story.at(NOON + DAY).program, job_id)
    look(story, job_id, after=DAY)
    return job_id


def slow(story: Story) -> UUID:
    job_id = sent(story, Odd(status=202))
    look(story, job_id)
    return job_id


def slow_for_a_week(story: Story) -> UUID:
    job_id = slow(story)
    look(story, job_id, after=7 * DAY)
    return job_id


def slow_and_done(story: Story) -> UUID:
    job_id = slow(story)
    del story.records["c-1"]
    look(story, job_id, after=DAY)
    return job_id


def back_after(days: int, nth: int) -> Callable[[Story], UUID]:
    def came(story: Story) -> UUID:
        job_id = sent(story)
        for number in range(nth):
            look(story, job_id, number)
        story.records["c-1"] = record("c-1")
        look(story, job_id, nth, days * DAY)
        return job_id

    return came


def detached(story: Story, **fields: object) -> UUID:
    story.told_paid_invoice("c-9", name="Maija Virtanen", **fields)
    job_id = story.approved_job_for("c-9", JobKind.DETACH)
    dispatch.run_one(story.program, job_id)
    return job_id


def left_in_notes(story: Story) -> UUID:
    job_id = detached(story)
    story.records["c-9"]["notes"] = "aina myöhässä"
    look(story, job_id)
    return job_id


def spoken_of(story: Story) -> UUID:
    job_id = detached(story, wishes="Maijan toive")
    look(story, job_id)
    return job_id


ENDINGS: list[tuple[Callable[[Story], UUID], State, str | None]] = [
    (says_done_and_is_not, State.PROPOSED, "still_there"),
    (timed_out_and_is_done, State.VERIFIED, None),
    (slow, State.PENDING, "accepted"),
    (slow_for_a_week, State.STUCK, "still_there"),
    (slow_and_done, State.VERIFIED, None),
    (back_after(1, 1), State.PROPOSED, "reappeared"),
    (back_after(30, 2), State.PROPOSED, "reappeared"),
    (left_in_notes, State.PROPOSED, "still_leftovers"),
    (spoken_of, State.PROPOSED, "named_in_text"),
]
NAMES = [*(end[0].__name__ for end in ENDINGS[:5]), "back_after_a_day", "back_after_thirty", "notes", "text"]


def listed(story: Story, job_id: UUID) -> Listed:
    """The job as commands and pages see it."""
    (found,) = [one for one in story.listed() if one.job == job_id]
    return found


@pytest.mark.parametrize(("end", "state", "reason"), ENDINGS, ids=NAMES)
def test_each_ending_stands_where_it_should_with_its_reason(
    story: Story, end: Callable[[Story], UUID], state: State, reason: str | None
) -> None:
    job = listed(story, end(story))
    assert (job.state, job.reason) == (state, reason)


@pytest.mark.parametrize(("end", "state", "reason"), ENDINGS, ids=NAMES)
def test_each_ending_is_said_in_three_languages_and_in_no_code(
    story: Story, end: Callable[[Story], UUID], state: State, reason: str | None
) -> None:
    job = listed(story, end(story))
    said = {refusals.of_job(texts.of(language), job) for language in texts.LANGUAGES}
    if state in {State.VERIFIED, State.PENDING}:  # the state's own words say it all
        assert said == {None}
        return
    assert len(said) == len(texts.LANGUAGES)
    assert not any(reason in (text or "") for text in said if reason)


@pytest.mark.parametrize(
    ("end", "state", "reason"), [e for e in ENDINGS if e[1] in {State.PROPOSED, State.STUCK}]
)
def test_what_did_not_work_is_on_the_page_with_the_two_answers(
    story: Story,
    visitor: Visitor,
    owner: Person,
    end: Callable[[Story], UUID],
    state: State,
    reason: str,
) -> None:
    job = listed(story, end(story))
    page = visitor.log_in(owner).get(f"/jobs/{job.job}")
    words = text_of(page)
    assert (refusals.of_job(texts.of("fi"), job) or "nothing at all") in words
    assert 'name="code"' in page.get_data(as_text=True)
    for name in job.left_in:
        assert f"Se on näissä kentissä: {name}." in words
    assert "Maijan toive" not in words
    assert "aina myöhässä" not in words


def test_who_shares_a_telephone_with_somebody_erased_is_asked_about_and_can_be_answered(
    program: Program, salon: Account, visitor: Visitor, owner: Person
) -> None:
    no = answered(
        Answer.WITHDRAWN, "mother", day=50, purpose=Purpose.DIRECT_MARKETING, channels=(Channel.SMS,)
    )
    apply(program, salon, told("mother", day=100, phone="0401234567"), no)
    apply(program, salon, told("son", day=90, phone="0401234567"))
    with database.write(program.engine) as db:
        mirror.bury(db, salon, "mother", at=at(10), by="ovikello")
        policy = salons_policies.in_force(db, salon.slug, TODAY)
        assert policy is not None
        plan.judge_due(db, salon, policy, TODAY, now=NOON)
    visitor.log_in(owner)
    page = visitor.get("/questions/shared_contact")
    assert "Onko hän sama ihminen?" in text_of(page)
    (seen,) = [
        part.partition('"')[0] for part in page.get_data(as_text=True).split('name="seen" value="')[1:]
    ]
    form = {"salon": salon.slug, "because": "shared_contact", "seen": seen}
    assert visitor.post("/questions", **form, answer="switch_off").status_code == 404
    assert visitor.post("/questions", **form, answer="somebody_else").status_code == 303
