"""Looks: done is what was looked at; lies, slowness and reappearances come to light."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from connector import database, dispatch, mirror, verify
from connector.states import State
from connector.tables import Client, Tombstone
from policies.decisions import JobKind
from tests.builders import NOON
from tests.connector.booking import Odd, Story, lies, record
from webhooks.events import Answer, Consent, ConsentAnswered, InvoiceChanged, InvoiceState
from webhooks.vocabulary import Channel, Purpose

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def sent(story: Story, client: str = "c-1", kind: JobKind = JobKind.ERASE, *odd: Odd) -> UUID:
    """A job that was sent."""
    job_id = story.approved_job_for(client, kind)
    story.booking.odd.extend(odd)
    assert dispatch.run_one(story.program, job_id) == "sent"
    return job_id


def look(story: Story, job_id: UUID, nth: int = 0, after: timedelta = timedelta(0)) -> str:
    """Make a look."""
    return verify.run_one(story.at(NOON + after).program, job_id, nth)


def due(story: Story, after: timedelta) -> dict[str, int]:
    """Make every look that is due, and count."""
    return dict(verify.look_due(story.at(NOON + after).program, limit=50))


def buried(story: Story) -> list[tuple[str, str]]:
    """Everybody who has a tombstone."""
    with database.read(story.program.engine) as db:
        return [(stone.salon, stone.client_key) for stone in db.exec(select(Tombstone))]


def mirrored(story: Story) -> set[tuple[str, str]]:
    """Everybody who is mirrored."""
    with database.read(story.program.engine) as db:
        return {(one.salon, one.client) for one in db.exec(select(Client))}


def off(story: Story) -> UUID:
    """A job that switches e-mail off after a no, sent."""
    story.there_is(
        record("c-1", marketing={"email": True}, last_activity_at="2026-11-01T10:00:00Z", revision=5)
    )
    no = Consent(Purpose.NEWSLETTER, (Channel.EMAIL,), Answer.WITHDRAWN, NOON)
    story.told(ConsentAnswered(at=NOON, digest="n", client="c-1", consent=no))
    (job_id,) = [one for one in story.judged("c-1") if story.row(one).kind is JobKind.MARKETING_OFF]
    return job_id


def test_an_erased_client_is_verified_buried_and_leaves_the_mirror(story: Story) -> None:
    job_id = sent(story)
    assert due(story, timedelta(0)) == {"verified": 1}
    assert (story.state(job_id), story.row(job_id).live) == (State.VERIFIED, None)
    assert buried(story) == [("aava", story.account.keys.client_key("c-1"))]
    assert mirrored(story) == {("aava", "c-2"), ("toinen", "c-1")}


def test_looks_are_made_at_once_after_a_day_and_after_thirty_then_the_id_is_destroyed(story: Story) -> None:
    job_id = sent(story)
    assert due(story, timedelta(0)) == {"verified": 1}
    assert due(story, DAY - timedelta(seconds=1)) == {}
    assert due(story, DAY) == {"gone": 1}
    assert story.row(job_id).client is not None
    assert due(story, 30 * DAY - timedelta(seconds=1)) == {}
    assert due(story, 30 * DAY) == {"gone": 1}
    assert story.row(job_id).client is None
    assert due(story, 400 * DAY) == {}


def test_each_look_is_made_once(story: Story) -> None:
    job_id = sent(story)
    assert look(story, job_id) == "verified"
    assert look(story, job_id) == "looked_already"


def test_a_lie_is_found_out_and_asks_for_a_new_word_and_a_new_call(story: Story) -> None:
    job_id = sent(story, "c-1", JobKind.ERASE, lies())
    assert look(story, job_id) == "reopened"
    row = story.row(job_id)
    assert (row.state, row.round, row.reason, row.approval) == (State.PROPOSED, 2, "still_there", None)
    assert buried(story) == []
    assert story.approved(job_id).approved == (job_id,)
    assert dispatch.run_one(story.program, job_id) == "sent"
    assert story.booking.writes[-1][2] == f"{job_id}.2.0"
    assert look(story, job_id) == "verified"


def test_a_slow_erasure_is_pending_until_it_is_done(story: Story) -> None:
    job_id = sent(story, "c-1", JobKind.ERASE, Odd(status=202))
    assert look(story, job_id) == "pending"
    assert due(story, timedelta(seconds=1)) == {}
    assert due(story, timedelta(seconds=2)) == {"pending": 1}
    del story.records["c-1"]
    assert due(story, HOUR) == {"verified": 1}
    assert story.state(job_id) is State.VERIFIED


@pytest.mark.parametrize(("after", "word"), [(7 * DAY - HOUR, "pending"), (7 * DAY, "stuck")])
def test_a_slow_erasure_that_takes_a_week_is_stuck(story: Story, after: timedelta, word: str) -> None:
    job_id = sent(story, "c-1", JobKind.ERASE, Odd(status=202))
    look(story, job_id)
    assert look(story, job_id, after=after) == word


@pytest.mark.parametrize(("nth", "after"), [(1, DAY), (2, 30 * DAY)])
def test_a_client_that_is_brought_back_reopens_the_job_and_can_be_erased_again(
    story: Story, nth: int, after: timedelta
) -> None:
    job_id = sent(story)
    for number in range(nth):
        look(story, job_id, number)
    story.records["c-1"] = record("c-1")
    assert look(story, job_id, nth, after) == "reopened"
    assert (story.row(job_id).reason, story.state(job_id)) == ("reappeared", State.PROPOSED)
    later = story.at(NOON + after)
    assert later.approved(job_id).approved == (job_id,)
    assert dispatch.run_one(later.program, job_id) == "sent"
    assert "c-1" not in story.records
    assert look(story, job_id, 0, after) == "verified"


def test_somebody_who_came_back_by_themselves_is_not_erased_again(story: Story) -> None:
    job_id = sent(story)
    look(story, job_id)
    story.records["c-1"] = record("c-1", last_activity_at="2026-11-25T08:00:00Z")
    look(story, job_id, 1, DAY)
    later = story.at(NOON + DAY)
    later.approved(job_id)
    assert dispatch.run_one(later.program, job_id) == "withdrawn"
    assert "c-1" in story.records


def test_an_anonymised_client_is_verified_by_what_is_left_and_stays_without_a_name(story: Story) -> None:
    story.there_is(record("c-4", "identity", "contact", "billing"))
    story.told(
        InvoiceChanged(
            at=NOON, digest="i", invoice="i", client="c-4", state=InvoiceState.PAID, issued_on=NOON.date()
        )
    )
    job_id = sent(story, "c-4", JobKind.DETACH)
    assert look(story, job_id, after=HOUR) == "verified"
    assert buried(story) == []
    assert story.judged("c-4") == []
    story.records["c-4"]["phone"] = "+358401234567"
    assert look(story, job_id, 1, DAY) == "reopened"


def test_a_switch_that_is_still_on_is_turned_off_again_by_itself_but_later(story: Story) -> None:
    job_id = off(story)
    story.booking.odd.append(lies())
    assert dispatch.run_one(story.program, job_id) == "sent"
    assert look(story, job_id) == "reopened"
    row = story.row(job_id)
    assert (row.state, row.round, row.due_at) == (State.APPROVED, 2, NOON + 2 * HOUR)
    later = story.at(NOON + 2 * HOUR)
    assert dispatch.run_one(later.program, job_id) == "sent"
    assert look(story, job_id, 0, 2 * HOUR) == "verified"
    assert story.records["c-1"]["marketing"]["email"] is False


@pytest.mark.parametrize(("says_yes", "word"), [(True, "leftovers"), (False, "reopened")])
def test_a_switch_that_is_on_again_counts_unless_the_client_said_yes(
    story: Story, says_yes: bool, word: str
) -> None:
    job_id = off(story)
    dispatch.run_one(story.program, job_id)
    assert look(story, job_id) == "verified"
    story.records["c-1"] |= {"marketing": {"email": True}, "revision": 9}
    if says_yes:
        yes = Consent(Purpose.NEWSLETTER, (Channel.EMAIL,), Answer.GIVEN, NOON + HOUR)
        story.told(ConsentAnswered(at=NOON + HOUR, digest="y", client="c-1", consent=yes))
    assert look(story, job_id, 1, DAY) == word


def test_without_an_answer_the_look_is_made_later(story: Story) -> None:
    job_id = sent(story)
    story.booking.is_silent = True
    assert look(story, job_id) == "no_answer"
    assert due(story, timedelta(seconds=1)) == {}
    story.booking.is_silent = False
    assert due(story, timedelta(seconds=2)) == {"verified": 1}
    assert story.state(job_id) is State.VERIFIED


def test_what_is_to_be_done_by_hand_is_verified_once_it_is_gone(story: Story) -> None:
    story.booking.can.remove("erase")
    job_id = story.approved_job_for("c-1")
    assert dispatch.run_one(story.program, job_id) == "by_hand"
    assert due(story, timedelta(0)) == {"by_hand": 1}
    assert due(story, timedelta(hours=5)) == {}
    del story.records["c-1"]
    assert due(story, timedelta(hours=6)) == {"verified": 1}
    assert due(story, timedelta(hours=29)) == {}
    assert due(story, timedelta(hours=30)) == {"gone": 1}


def test_a_system_that_cannot_be_read_proves_it_by_its_list(story: Story) -> None:
    story.booking.can[:] = ["list"]
    job_id = story.approved_job_for("c-1")
    assert dispatch.run_one(story.program, job_id) == "by_hand"
    assert due(story, timedelta(0)) == {"by_hand": 1}
    with database.write(story.program.engine) as db:
        mirror.bury(db, story.account, "c-1", at=NOON + HOUR, by="staff")
    assert due(story, timedelta(hours=6)) == {"verified": 1}
    assert story.state(job_id) is State.VERIFIED
