"""A booking system says "not now" and has done it all the same: the job is seen done, and not taken back for it."""

from datetime import date, timedelta

import pytest

from connector import dispatch, journal, verify
from connector.program import Program
from connector.salons import Account
from connector.states import State
from policies.decisions import JobKind
from tests.builders import NOON
from tests.connector.booking import Odd, Story, beside_a_stranger, record
from webhooks.calls import Reply
from webhooks.events import (
    Answer,
    ClientDeleted,
    Consent,
    ConsentAnswered,
    DeletedBy,
    InvoiceChanged,
    InvoiceState,
)
from webhooks.vocabulary import Channel, Purpose

LATER = NOON + timedelta(seconds=10)


@pytest.fixture
def story(program: Program, salon: Account, stranger: Account) -> Story:
    """One to be erased, one to be detached, one who stays; and a stranger's client of the same id."""
    told = beside_a_stranger(
        program,
        salon,
        stranger,
        record("c-1"),
        record("c-2"),
        record("c-4", "identity", "contact", "billing"),
    )
    paid = InvoiceChanged(
        at=NOON, digest="i", invoice="i", client="c-4", state=InvoiceState.PAID, issued_on=date(2025, 6, 1)
    )
    told.told(paid)
    return told


def carried_out(story: Story, client: str, kind: JobKind, status: int) -> State:
    """Approve it, have its call answered so though it was done, have the mirror told, and go on later."""
    job_id = story.approved_job_for(client, kind)
    story.booking.odd.append(Odd(status=status, is_done=True))
    assert dispatch.run_one(story.program, job_id) == "approved"
    if client in story.records:
        looked = story.account.dialect.looked(Reply(200, dict(story.records[client])), LATER)
        assert looked.told is not None
        story.told(looked.told)
    else:
        story.told(ClientDeleted(client=client, at=LATER, digest="told", by=DeletedBy.STAFF))
    dispatch.run_one(story.at(LATER).program, job_id)
    verify.run_one(story.at(LATER).program, job_id, 0)
    return story.state(job_id)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("client", "kind"), [("c-1", JobKind.ERASE), ("c-4", JobKind.DETACH)])
def test_what_was_done_though_the_answer_said_not_now_is_verified_and_asked_for_once(
    story: Story, client: str, kind: JobKind, status: int
) -> None:
    assert carried_out(story, client, kind, status) is State.VERIFIED
    assert len(story.booking.writes) == 1
    assert "c-2" in story.records
    assert set(story.booking.clients["toinen"]) == {"c-1"}


@pytest.mark.parametrize(
    ("status", "kept"),
    [(204, 1), (429, 1), (503, 1), (500, 1), (408, 1), (401, 0), (403, 0), (409, 0), (422, 0)],
)
def test_only_a_refusal_takes_a_destructive_call_back_from_the_journal(
    story: Story, status: int, kept: int
) -> None:
    job_id = story.approved_job_for("c-1", JobKind.ERASE)
    story.booking.odd.append(Odd(status=status, is_done=kept == 1))
    dispatch.run_one(story.program, job_id)
    folder = story.program.settings.journal_dir
    assert len(journal.destroyed(folder, story.account)) == kept


@pytest.mark.parametrize("status", [429, 503])
def test_a_switch_that_was_turned_off_though_the_answer_said_not_now_is_not_turned_again(
    story: Story, status: int
) -> None:
    lately = {"last_activity_at": "2026-11-01T10:00:00Z", "revision": 5}
    story.there_is(record("c-5", marketing={"email": True}, **lately))
    no = Consent(Purpose.NEWSLETTER, (Channel.EMAIL,), Answer.WITHDRAWN, NOON)
    story.told(ConsentAnswered(client="c-5", at=NOON, digest="no", consent=no))
    (job_id,) = (job for job in story.judged("c-5") if story.row(job).kind is JobKind.MARKETING_OFF)
    story.booking.odd.append(Odd(status=status, is_done=True))
    assert dispatch.run_one(story.program, job_id) == "approved"
    assert dispatch.run_one(story.at(LATER).program, job_id) == "sent"
    assert len(story.booking.writes) == 1
