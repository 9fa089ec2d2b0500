"""The export job: asked for, given the owner's word, made, looked at; and what is in the package."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from connector import database, dispatch, exports, exports_asked, jobs, verify
from connector.exports_asked import Proposed
from connector.program import Program
from connector.salons import Account
from tests.connector.booking import Booking, Story, owner, record

LATELY = {"last_activity_at": "2026-11-02T10:00:00Z", "last_visit_at": "2026-11-02T10:00:00Z"}
HELD = ("identity", "contact", "visits", "notes")


@pytest.fixture
def story(program: Program, salon: Account, stranger: Account) -> Story:
    """A salon with a client who comes, on one booking system with another salon that has a c-1 of its own."""
    booking = Booking()
    theirs = Story(replace(program, send=booking), stranger, booking)
    theirs.there_is(record("c-1", name="Vieras"), record("c-9", name="Vieras"))
    told = Story(replace(program, send=booking), salon, booking)
    told.there_is(record("c-1", *HELD, notes=[{"text": "pitää kahvista"}], **LATELY))
    return told


def asked(story: Story, client: str = "c-1", *, language: str | None = None) -> Proposed:
    """Somebody asks what is held of them."""
    with database.write(story.program.engine) as db:
        return exports_asked.propose(db, story.account, client, language=language, now=story.program.now())


def approved(story: Story, client: str = "c-1", *, language: str | None = None) -> UUID:
    """An export with the owner's word."""
    job = asked(story, client, language=language).job
    assert story.approved(job).approved == (job,)
    return job


def made(story: Story, client: str = "c-1", *, language: str | None = None) -> UUID:
    """An export that was made and looked at."""
    job = approved(story, client, language=language)
    assert dispatch.run_one(story.program, job) == "sent"
    assert verify.run_one(story.program, job, 0) == "verified"
    return job


def link_of(story: Story, job: UUID) -> str:
    """The link's token, as it is shown to the owner."""
    with database.write(story.program.engine) as db:
        row = jobs.row_of(db, story.account, job)
        shown = exports.show(db, story.account, row, owner=owner(db), now=story.program.now())
    assert shown is not None
    return shown[1]


def opened(story: Story, token: str) -> dict[str, Any] | None:
    """What the link gives, once."""
    with database.write(story.program.engine) as db:
        body = exports.open_once(db, story.account, token, now=story.program.now())
    return None if body is None else json.loads(body)


def document_of(story: Story, client: str = "c-1", **more: Any) -> dict[str, Any]:
    """What is in a client's package."""
    found = opened(story, link_of(story, made(story, client, **more)))
    assert found is not None
    return found


def test_an_export_is_made_looked_at_and_opens(story: Story) -> None:
    document = document_of(story)
    (of_one,) = document["booking_system"]["records"]
    assert of_one["customer_number"] == "c-1"
    assert of_one["categories"]["identity"] == {"name": "Testi Asiakas"}
    assert of_one["categories"]["notes"] == [{"text": "pitää kahvista"}]
    assert "Vieras" not in json.dumps(document)
    assert story.booking.writes == []
