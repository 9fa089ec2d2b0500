"""A salon moves while Ovikello is in the middle of something: nothing of it is done or written under the new ids."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from connector import (
    capabilities,
    census,
    census_hinted,
    database,
    dispatch,
    mirror_hints,
    nightly,
    verify,
)
from connector.program import Program
from connector.salons import Account
from connector.states import LIVE, State
from connector.tables import Client, Entry, Hint, Look, Standing
from tests.builders import Clock
from tests.connector.booking import Booking, Story, record
from tests.connector.intake import rows
from tests.connector.moves import Leaving, leaving
from webhooks.calls import Call, Reply

OTHER = {"email": "joku@muu.example", "phone": "050 765 4321"}


@dataclass
class Interrupted:
    """A booking system at one of whose calls the salon moves away: before it is answered, or after."""

    booking: Booking
    at: Callable[[Call], bool]
    move: Callable[[], object]
    is_done: bool = field(default=False)

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Answer one call."""
        reply = self.booking(account, call, idempotency_key=idempotency_key)
        if not self.is_done and account.slug == "aava" and self.at(call):
            self.is_done = True
            self.move()
        return reply


@pytest.fixture
def place(program: Program, salon: Account, clock: Clock) -> Leaving:
    """A salon that can move."""
    return leaving(program, salon, clock)


@pytest.fixture
def theirs(place: Leaving, stranger: Account) -> Story:
    """Another salon, whose client is to be erased too."""
    story = Story(place.program, stranger, place.booking)
    story.there_is(record("17"))
    return story


def story_of(place: Leaving) -> Story:
    """The salon's side before the move."""
    return Story(place.program, place.old, place.booking)


def moving(place: Leaving, at: Callable[[Call], bool]) -> Program:
    """The program, at one of whose calls the salon moves."""
    return replace(place.program, send=Interrupted(place.booking, at, place.move))


def is_untouched(place: Leaving) -> bool:
    """Whether nothing of the old system lives, and nothing was written for an id of the new one."""
    tables = (Client, Entry, Hint, Look, Standing)
    return (
        all(rows(place.program, place.old, table) == [] for table in tables)
        and [job for job in place.jobs() if job.state in LIVE] == []
        and place.is_whole()
    )


def test_a_night_that_is_judging_proposes_nothing_under_the_new_ids_and_the_others_night_goes_on(
    place: Leaving, theirs: Story
) -> None:
    story_of(place).there_is(*(record(f"c-{number}") for number in range(45)))

    def after_the_first_batch(line: str) -> None:
        if line.startswith("aava:") and place.account.moved_at is None:
            place.move()

    report = nightly.run(place.program, progress=after_the_first_batch)
    assert place.account.moved_at is not None
    assert is_untouched(place)
    found = {one.salon: {finding.code for finding in one.findings} for one in report.salons}
    assert "night_failed" in found["aava"]
    assert "night_failed" not in found["toinen"]
    assert len(theirs.listed()) == 1


def test_what_the_old_system_can_is_not_remembered_of_the_new_one_where_the_answer_came_after_the_move(
    place: Leaving, theirs: Story
) -> None:
    program, old = moving(place, lambda call: call.path == "capabilities"), place.account
    assert "erase" in capabilities.of(program, old)
    place.booking.can = ["list", "read"]
    assert capabilities.of(place.program, place.account) == {"list", "read"}
    assert "erase" not in capabilities.of(place.program, theirs.account)
    place.booking.can = ["list", "read", "erase"]
    assert capabilities.of(place.program, place.account) == {"list", "read"}


def test_a_walk_that_is_going_on_ends_and_the_new_one_begins_from_its_own_first_page(
    place: Leaving, theirs: Story
) -> None:
    for number in range(5):
        place.has(f"c-{number}")
    program = moving(place, lambda call: call.path == "clients")
    assert census.run(program, "aava").finding == "no_answer"
    assert is_untouched(place)
    place.booking.clients["aava"] = {}
    place.has("17", **OTHER)
    done = place.walk()
    assert (done.finding, done.seen) == (None, 1)


@pytest.mark.parametrize("at", ["GET", "DELETE"])
def test_a_job_whose_call_is_out_ends_and_what_comes_of_it_is_nobodys_in_the_new_system(
    place: Leaving, theirs: Story, at: str
) -> None:
    job = erasure_of(place, "17")
    program = moving(place, lambda call: call.method == at and call.path == "clients/17")
    others = theirs.approved_job_for("17")
    dispatch.send_due(program, limit=9)
    assert theirs.state(others) is not State.APPROVED
    assert is_untouched(place)
    (ended,) = [one for one in place.jobs() if one.id == job]
    assert (ended.state, ended.client) == (State.WITHDRAWN, None)
    place.booking.clients["aava"] = {}
    place.has("17", **OTHER)
    assert place.walk().new == 1
    place.clock.at += timedelta(days=40)
    dispatch.send_due(place.program, limit=9)
    verify.look_due(place.program, limit=9)
    assert "17" in place.booking.clients["aava"]


def test_a_look_that_is_being_made_tells_nothing_of_the_new_system(place: Leaving, theirs: Story) -> None:
    erasure_of(place, "17")
    dispatch.send_due(place.program, limit=9)
    place.clock.at += timedelta(days=1, hours=1)
    assert rows(place.program, place.old, Look) != []
    program = moving(place, lambda call: call.method == "GET" and call.path == "clients/17")
    verify.look_due(program, limit=9)
    assert place.account.moved_at is not None
    looks = [look for look in rows(place.program, place.old, Look) if look.looked_at is None]
    assert looks == []
    assert place.is_whole()


def test_a_hint_that_is_being_fetched_brings_nobody_into_the_new_system(
    place: Leaving, theirs: Story
) -> None:
    place.has("17")
    with database.write(place.program.engine) as db:
        for account in (place.old, theirs.account):
            mirror_hints.put(db, account, ["17"], now=place.clock.at - timedelta(minutes=1))
    program = moving(place, lambda call: call.path == "clients/17")
    assert census_hinted.fetch_due(program, limit=9) == {"moved": 1, "told": 1}
    assert is_untouched(place)


def erasure_of(place: Leaving, client: str) -> object:
    """An approved erasure of this client."""
    story = story_of(place)
    story.there_is(record(client))
    return story.approved_job_for(client)
