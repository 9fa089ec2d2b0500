"""Free text that outlives a name is searched before the name is forgotten, and the owner is told in which field."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, select

from connector import database, dispatch, evidence, verify
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.tables import Evidence
from policies.decisions import JobKind
from tests.builders import NOON
from tests.connector.booking import Booking, Odd, Story, record, times_out

HOUR = timedelta(hours=1)
MAIJA = {"name": "Maija Virtanen", "phone": "040 123 4567"}


@pytest.fixture
def story(program: Program, salon: Account, stranger: Account) -> Story:
    """A salon, and a stranger's client of the same id."""
    booking = Booking()
    theirs = Story(replace(program, send=booking), stranger, booking)
    theirs.there_is(record("c-1"))
    return Story(replace(program, send=booking), salon, booking)


def detached(story: Story, *odd: Odd, **fields: object) -> UUID:
    """A client with these fields whose name was taken away, but for the books."""
    story.told_paid_invoice("c-1", **MAIJA, **fields)
    job_id = story.approved_job_for("c-1", JobKind.DETACH)
    story.booking.odd.extend(odd)
    dispatch.run_one(story.program, job_id)
    return job_id


def test_free_text_that_names_the_client_reopens_the_job_with_the_field(story: Story) -> None:
    job_id = detached(story, wishes="Maijan toive: ei tuoksuja", history="kuiva päänahka")
    assert verify.run_one(story.program, job_id, 0) == "reopened"
    (job,) = story.listed()
    assert (job.state, job.reason, job.left_in) == (State.PROPOSED, "named_in_text", ("wishes",))


def test_a_telephone_number_in_free_text_is_found_in_another_spelling(story: Story) -> None:
    job_id = detached(story, history=[{"text": "soita +358 (0)40 1234567"}])
    assert verify.run_one(story.program, job_id, 0) == "reopened"
    assert story.listed()[0].left_in == ("history",)


def test_free_text_that_speaks_of_nobody_may_stay(story: Story) -> None:
    job_id = detached(story, wishes="ei tuoksuja", history="kuiva päänahka 7/43")
    assert verify.run_one(story.program, job_id, 0) == "verified"
    assert story.listed()[0].left_in == ()


def test_once_the_owner_took_it_out_the_next_round_is_verified(story: Story) -> None:
    job_id = detached(story, wishes="Maijan toive")
    later = story.at(NOON + HOUR)
    verify.run_one(later.program, job_id, 0)
    assert later.judged("c-1") == []  # the record says that all is gone: the job stands by what is left
    assert story.state(job_id) is State.PROPOSED
    story.records["c-1"]["wishes"] = "toive"
    assert later.approved(job_id).approved == (job_id,)
    assert dispatch.run_one(later.program, job_id) == "sent"
    assert verify.run_one(later.program, job_id, 0) == "verified"
    assert story.listed()[0].left_in == ()


def test_a_client_who_was_back_meanwhile_is_not_anonymised_for_what_was_left(story: Story) -> None:
    job_id = detached(story, wishes="Maijan toive")
    verify.run_one(story.at(NOON + HOUR).program, job_id, 0)
    back = record("c-1", "identity", "contact", "billing", last_activity_at="2026-11-24T13:30:00Z", **MAIJA)
    later = story.at(NOON + 2 * HOUR)
    later.there_is(back)
    assert later.approved(job_id).approved == ()
    assert story.records["c-1"]["name"] == "Maija Virtanen"


def test_a_call_that_was_lost_is_searched_by_what_was_there_before(story: Story) -> None:
    job_id = detached(story, times_out(is_done=True), wishes="Maijan toive")
    assert story.state(job_id) is State.UNKNOWN
    assert dispatch.run_one(story.at(NOON + HOUR).program, job_id) == "sent"
    assert verify.run_one(story.at(NOON + HOUR).program, job_id, 0) == "reopened"
    assert story.listed()[0].left_in == ("wishes",)


def test_a_slow_system_that_leaves_a_name_in_text_is_stuck_with_the_field(story: Story) -> None:
    job_id = detached(story, Odd(status=202), wishes="Maijan toive")
    assert verify.run_one(story.program, job_id, 0) == "pending"
    story.records["c-1"] = {"id": "c-1", "name": "", "categories": ["billing"], "wishes": "Maijan toive"}
    assert verify.run_one(story.at(NOON + HOUR).program, job_id, 0) == "stuck"
    assert (story.row(job_id).reason, story.listed()[0].left_in) == ("named_in_text", ("wishes",))


def test_a_field_that_identifies_and_is_left_is_named_too(story: Story) -> None:
    job_id = detached(story)
    story.records["c-1"]["notes"] = "aina myöhässä"
    assert verify.run_one(story.program, job_id, 0) == "reopened"
    (job,) = story.listed()
    assert (job.reason, job.left_in) == ("still_leftovers", ("notes",))


def test_what_was_found_is_kept_as_a_field_and_never_as_text(story: Story) -> None:
    job_id = detached(story, wishes="Maijan toive", Maija_Virtanen="Maija")
    verify.run_one(story.program, job_id, 0)
    with database.read(story.program.engine) as db:
        everything = repr(
            [db.connection().execute(sa.select(t)).all() for t in SQLModel.metadata.sorted_tables]
        )
        told = [json.loads(body) for body in db.exec(select(Evidence.body).where(Evidence.salon == "aava"))]
        assert evidence.check(db, story.account).whole
    assert "Maija" not in everything
    assert "toive" not in everything
    assert ["wishes"] in [line.get("left_in") for line in told]


def test_an_erased_client_has_no_text_to_search(story: Story) -> None:
    story.there_is(record("c-1", **MAIJA, wishes="Maijan toive"))
    job_id = story.approved_job_for("c-1")
    dispatch.run_one(story.program, job_id)
    reads = story.booking.reads
    assert verify.run_one(story.program, job_id, 0) == "verified"
    assert (story.listed()[0].left_in, story.booking.reads) == ((), reads + 1)
