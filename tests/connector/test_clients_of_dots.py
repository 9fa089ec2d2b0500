"""A client whose id leads elsewhere in an address (dots, slashes): a person does what is to be done."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from connector import approvals, census, database, dispatch, texts, verify
from connector.console import refusals
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.states import State
from connector.tables import Client
from tests.builders import NOON
from tests.connector.booking import Booking, Story, owner, record
from webhooks.calls import Call, Reply

DAY = timedelta(days=1)


class Guarded(Booking):
    """Refuses what the sender refuses: a path with a part that is walked up."""

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Answer one call."""
        if call.path.split("/")[-1] in {"%2E", "%2E%2E", ".", ".."}:
            raise CallFailed("unsafe_path", permanent=True)
        if call.path == "clients":
            mine = self.clients.setdefault(account.slug, {})
            return Reply(200, {"clients": list(mine.values()), "next_cursor": None})
        return super().__call__(account, call, idempotency_key=idempotency_key)


@pytest.fixture
def story(program: Program, salon: Account, stranger: Account) -> Story:
    """Clients who are due, two of them named by dots; and a stranger's."""
    booking = Guarded()
    theirs = Story(replace(program, send=booking), stranger, booking)
    theirs.there_is(record("."))
    told = Story(replace(program, send=booking), salon, booking)
    told.there_is(record("."), record(".."), record(".a"), record("c-1"), record("c-2/../c-1"))
    return told


@pytest.mark.parametrize("client", [".", "..", "c-2/../c-1"])
def test_what_cannot_be_named_is_done_by_hand_and_the_owner_is_told_why(story: Story, client: str) -> None:
    job_id = story.approved_job_for(client)
    assert dispatch.run_one(story.program, job_id) == "by_hand"
    row = story.row(job_id)
    assert (row.state, row.reason) == (State.BY_HAND, "no_address_for_client")
    assert story.booking.writes == []


def test_an_id_that_only_begins_with_a_dot_is_called_as_any_other(story: Story) -> None:
    job_id = story.approved_job_for(".a")
    assert dispatch.run_one(story.program, job_id) == "sent"


def test_the_owners_tick_ends_it_and_later_looks_do_not_wait_for_ever(story: Story) -> None:
    job_id = story.approved_job_for(".")
    dispatch.run_one(story.program, job_id)
    assert verify.look_due(story.program, limit=9) == {"by_hand": 1}
    with database.write(story.program.engine) as db:
        assert approvals.tick(db, story.account, job_id, owner=owner(db), now=NOON)
    assert verify.look_due(story.at(NOON + DAY).program, limit=9) == {"gone": 1}
    assert verify.look_due(story.at(NOON + 30 * DAY).program, limit=9) == {"gone": 1}
    with database.read(story.program.engine) as db:
        assert (db.get(Client, ("aava", ".")), db.get(Client, ("toinen", ".")) is None) == (None, False)


def test_a_census_that_misses_such_a_client_is_whole_all_the_same(story: Story) -> None:
    del story.records["."]
    del story.records["c-1"]
    done = census.run(story.program, "aava")
    assert (done.is_complete, done.finding, done.vanished) == (True, None, 1)
    with database.read(story.program.engine) as db:
        left = db.exec(select(Client.client).where(Client.salon == "aava")).all()
    assert sorted(left) == [".", "..", ".a", "c-2/../c-1"]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_reason_is_said_in_the_owners_language(language: str) -> None:
    said = refusals.in_words(texts.of(language), "no_address_for_client")
    assert (said == refusals.WORDS["no_address_for_client"]) is (language == "en")
