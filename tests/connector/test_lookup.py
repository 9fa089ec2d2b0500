"""A 404 counts as "gone" only where the system is shown, in the same pass, to answer for somebody else."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from connector import capabilities, census, database, dispatch, lookup, verify
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.states import State
from connector.tables import Client, Evidence, Tombstone
from tests.builders import NOON
from tests.connector.booking import Booking, Story, record
from tests.connector.intake import rows
from webhooks.calls import Call, Reply

DAY = timedelta(days=1)


@dataclass
class Routes:
    """A booking system whose routes break: `lost` is what is answered with a plain 404."""

    booking: Booking = field(default_factory=Booking)
    lost: Callable[[Call], bool] = lambda call: False
    hidden: set[str] = field(default_factory=set)  # there, and neither listed nor found

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Answer one call; whoever is gone was never there, as systems have it that keep no trace of them."""
        if self.lost(call) or (call.method == "GET" and call.path.removeprefix("clients/") in self.hidden):
            return Reply(404)
        reply = self.booking(account, call, idempotency_key=idempotency_key)
        if call.path == "clients":
            listed = [one for one in reply.json["clients"] if one["id"] not in self.hidden]
            return Reply(200, {"clients": listed, "next_cursor": None})
        return Reply(404) if reply.status == 410 else reply


def everything(call: Call) -> bool:
    """The whole API is somewhere else."""
    return True


def records(call: Call) -> bool:
    """Only what is said of one client."""
    return call.path.startswith("clients/")


@pytest.fixture
def routes() -> Routes:
    """Routes that are whole."""
    return Routes()


@pytest.fixture
def story(program: Program, salon: Account, stranger: Account, routes: Routes) -> Story:
    """Three clients who are due; and a stranger's client of the same id."""
    theirs = Story(replace(program, send=routes), stranger, routes.booking)
    theirs.there_is(record("c-1"))
    told = Story(replace(program, send=routes), salon, routes.booking)
    told.there_is(record("c-1"), record("c-2"), record("c-3"))
    return told


def grades(story: Story) -> list[str]:
    """How good each proof was."""
    lines = [json.loads(row.body) for row in rows(story.program, story.account, Evidence)]
    return [line["grade"] for line in lines if line.get("found") == "gone"]


def graves(story: Story) -> list[str]:
    """Who is buried."""
    return [row.client for row in rows(story.program, story.account, Tombstone)]


def test_an_answer_that_is_about_somebody_else_is_no_answer(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    story.records["c-1"] = record("c-2")
    assert dispatch.run_one(story.program, job_id) == "put_off"
    assert (story.row(job_id).reason, story.booking.writes) == ("look_answered_for_another", [])
    story.records["c-1"] = record("c-1")
    assert dispatch.run_one(story.at(NOON + DAY).program, job_id) == "sent"
    for record_of_another in (
        {"id": "c-2", "name": "Anonyymi", "categories": []},
        {"id": "c-2", "categories": 7},  # nor where it cannot be read
    ):
        story.records["c-1"] = record_of_another
        assert verify.run_one(story.at(NOON + DAY).program, job_id, 0) == "no_answer"
    assert (story.state(job_id), graves(story)) == (State.SENT, [])


@pytest.mark.parametrize("lost", [everything, records])
def test_a_route_that_is_gone_erases_nobody_and_proves_nothing(
    story: Story, routes: Routes, lost: Callable[[Call], bool]
) -> None:
    job_id = story.approved_job_for("c-1")
    capabilities.of(story.program, story.account)
    routes.lost = lost
    assert dispatch.run_one(story.program, job_id) == "put_off"
    assert (story.state(job_id), graves(story), grades(story)) == (State.APPROVED, [], [])
    routes.lost = lambda call: False
    later = story.at(NOON + timedelta(minutes=1))
    assert dispatch.run_one(later.program, job_id) == "sent"
    assert set(story.records) == {"c-2", "c-3"}


@pytest.mark.parametrize("lost", [everything, records])
def test_a_look_at_a_route_that_is_gone_says_nothing_and_is_made_again(
    story: Story, routes: Routes, lost: Callable[[Call], bool]
) -> None:
    job_id = story.approved_job_for("c-1")
    assert dispatch.run_one(story.program, job_id) == "sent"
    story.there_is(record("c-1"))  # it only said that it was done
    routes.lost = lost
    assert verify.run_one(story.program, job_id, 0) == "no_answer"
    assert (story.state(job_id), graves(story), grades(story)) == (State.SENT, [], [])
    routes.lost = lambda call: False
    assert verify.run_one(story.at(NOON + timedelta(hours=1)).program, job_id, 0) == "reopened"


def test_a_404_beside_somebody_who_can_be_read_is_read_back(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    assert dispatch.run_one(story.program, job_id) == "sent"
    assert verify.run_one(story.program, job_id, 0) == "verified"
    assert (grades(story), graves(story)) == (["read_back"], ["c-1"])
    assert set(story.booking.clients["toinen"]) == {"c-1"}


def test_the_last_client_of_a_system_is_absent_from_its_empty_list(story: Story) -> None:
    for client in ("c-2", "c-3"):
        del story.records[client]
    job_id = story.approved_job_for("c-1")
    assert dispatch.run_one(story.program, job_id) == "sent"
    assert verify.run_one(story.program, job_id, 0) == "verified"
    assert grades(story) == ["absent_from_list"]


def test_what_is_not_found_is_erased_all_the_same(story: Story, routes: Routes) -> None:
    job_id = story.approved_job_for("c-1")
    routes.hidden = {"c-1"}
    assert dispatch.run_one(story.program, job_id) == "sent"
    assert set(story.records) == {"c-2", "c-3"}


def test_who_is_listed_and_not_found_is_not_taken_for_gone(story: Story, routes: Routes) -> None:
    routes.lost = lambda call: call == story.account.dialect.look_up("c-1")
    with pytest.raises(CallFailed, match="listed_but_not_found"):
        lookup.look(story.program, story.account, "c-1")


def test_without_a_list_somebody_else_of_the_mirror_is_read(story: Story, routes: Routes) -> None:
    account = replace(story.account, can=frozenset({"read", "erase"}))
    del story.records["c-1"]
    assert lookup.graded(story.program, account, "c-1")[1] == "read_back"
    routes.lost = everything
    with pytest.raises(CallFailed, match="look_answered_404"):
        lookup.graded(story.program, account, "c-1")


@pytest.mark.parametrize("is_lost", [False, True])
def test_where_nobody_else_is_known_a_system_that_says_what_it_can_confirms_it(
    program: Program, salon: Account, routes: Routes, is_lost: bool
) -> None:
    account = replace(salon, can=frozenset({"read", "erase"}))
    running = replace(program, send=routes)
    if is_lost:
        routes.lost = everything
        with pytest.raises(CallFailed, match="look_answered_404"):
            lookup.graded(running, account, "c-1")
    else:
        assert lookup.graded(running, account, "c-1")[1] == "processor_confirmed"


def test_a_system_that_answers_404_to_everything_has_no_level(program: Program, salon: Account) -> None:
    running = replace(program, send=lambda *_, **__: Reply(404))
    with pytest.raises(CallFailed, match="capabilities_not_told"):
        capabilities.of(running, salon)


def test_a_census_buries_nobody_by_the_404_of_a_route_that_is_gone(story: Story, routes: Routes) -> None:
    assert census.run(story.program, "aava").is_complete
    hidden = story.records.pop("c-1")
    routes.lost = records
    assert census.run(story.program, "aava").finding == "cannot_look_up"
    assert graves(story) == []
    story.records["c-1"] = hidden
    routes.lost = lambda call: False
    del story.records["c-2"]
    assert census.run(story.at(NOON + DAY).program, "aava").vanished == 1
    with database.read(story.program.engine) as db:
        assert db.get(Client, ("aava", "c-1")) is not None
    assert graves(story) == ["c-2"]
