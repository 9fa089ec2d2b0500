"""Pages that stood open while the salon moved to another booking system: no word on them reaches anybody else."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from connector import answers, approvals, nightly
from connector.app import create_app
from connector.salons_system import Moved
from connector.states import State
from connector.tables import Entry, Hold, OwnerAnswer
from tests.builders import Clock
from tests.connector.booking import LATELY, Story, record
from tests.connector.console.visitor import Person, Visitor, form_of, text_of
from tests.connector.intake import rows
from tests.connector.moves import Leaving

KNOWN = {"email": "aino@posti.example", "phone": "040 123 4567"}
OTHER = {"email": "joku@muu.example", "phone": "050 765 4321"}


@pytest.fixture
def place(story: Story, theirs: Story, clock: Clock) -> Leaving:
    """A salon with a client 17 who is to be erased; and a stranger's client 17."""
    for one in (story, theirs):
        one.there_is(record("17", **KNOWN))
    story.judged("17")
    return Leaving(story.program, story.account, story.booking, clock)


def page_of(visitor: Visitor, typed: str) -> str:
    """The address of the page of the customer who is found by this."""
    answer = visitor.post("/customers", salon="aava", who=typed)
    assert answer.status_code == 303
    return str(answer.location)


def comes(place: Leaving, client: str, **fields: Any) -> None:
    """The new system's list comes, with this client."""
    place.booking.clients[place.old.slug] = {}
    place.has(client, **fields)
    assert place.walk(after=timedelta(minutes=5)).finding is None


def test_an_old_page_of_a_customer_leads_to_nobody_of_the_same_id_in_the_new_system(
    place: Leaving, logged_in: Visitor
) -> None:
    old = page_of(logged_in, "17")
    place.move()
    shown = logged_in.get(old)
    assert shown.status_code == 200
    assert "Oli asiakkaana aiemmassa varausjärjestelmässä, joka jätettiin 24.11.2026" in text_of(shown)
    assert "\x1f" not in shown.get_data(as_text=True)
    comes(place, "17", **OTHER)
    new = page_of(logged_in, OTHER["email"])
    assert new != old
    assert "Oli asiakkaana aiemmassa" in text_of(logged_in.get(old))
    assert "Oli asiakkaana aiemmassa" not in text_of(logged_in.get(new))


@pytest.mark.parametrize("form", ["request", "hold"])
def test_a_form_that_was_open_during_the_move_is_about_nobody_of_the_same_id(
    place: Leaving, logged_in: Visitor, form: str
) -> None:
    old = page_of(logged_in, "17")
    place.move()
    comes(place, "17", **OTHER)
    words = {"right": "objection", "on": "2026-11-24", "kind": "other", "scope": "notes", "reason": "Riita."}
    assert logged_in.post(f"{old}/{form}", salon="aava", **words).status_code == 404
    assert rows(place.program, place.old, Hold) == rows(place.program, place.old, Entry) == []


def test_an_old_page_of_a_customer_who_was_found_leads_to_them(place: Leaving, logged_in: Visitor) -> None:
    old = page_of(logged_in, "17")
    place.move()
    comes(place, "900", **KNOWN)
    assert place.joined() == {"900": "17"}
    shown = logged_in.get(old).get_data(as_text=True)
    assert "900" in shown
    assert "\x1f" not in shown


def test_a_word_on_a_list_that_was_shown_before_the_move_does_nothing(
    place: Leaving, logged_in: Visitor, owner: Person
) -> None:
    listed = Story(place.program, place.old, place.booking).listed()
    form = {
        "salon": "aava",
        "jobs": " ".join(one.job.hex for one in listed),
        "seen": approvals.group_digest(listed),
        "word": "approve",
        "code": owner.next_code(),
    }
    place.move()
    comes(place, "17", **OTHER)
    logged_in.post("/approve", **form)
    assert listed
    assert [job.state for job in place.jobs() if job.id in {one.job for one in listed}] == [State.WITHDRAWN]
    assert place.booking.writes == []


@pytest.mark.parametrize("word", [answers.KEEP, answers.SWITCH_OFF])
def test_an_answer_on_a_page_that_was_open_during_the_move_is_about_nobody_of_the_same_id(
    story: Story, theirs: Story, clock: Clock, logged_in: Visitor, word: str
) -> None:
    asked = {"marketing": {"email": True}, **LATELY}
    for one in (story, theirs):
        one.there_is(record("17", **KNOWN, **asked))
        nightly.run(one.program, salon=one.account.slug)
    place = Leaving(story.program, story.account, story.booking, clock)
    page = "/questions/marketing.unrecorded"
    form = form_of(logged_in.get(page), "/questions") | {"answer": word}
    place.move()
    comes(place, "17", **OTHER, **asked)
    place.night()
    answer = logged_in.post("/questions", **form)
    assert answer.status_code == 409
    assert rows(place.program, place.old, OwnerAnswer) == []
    again = form_of(answer, "/questions") | {"answer": word}
    assert logged_in.post("/questions", **again).status_code == 303
    (kept,) = rows(place.program, place.old, OwnerAnswer)
    assert (kept.client, kept.answer) == ("17", word)
    assert rows(theirs.program, theirs.account, OwnerAnswer) == []


def test_every_page_can_be_read_after_a_move_before_the_list_and_after_it(
    place: Leaving, theirs: Story, logged_in: Visitor
) -> None:
    jobs = [f"/jobs/{job.id}" for job in place.jobs()]
    pages = [
        "/",
        "/customers",
        "/customers?list=next",
        "/customers?list=held",
        "/evidence",
        "/night",
        "/tasks",
    ]
    pages += [
        "/returned",
        "/keeping",
        "/settings",
        "/settings/connection",
        *jobs,
    ]
    place.move()
    before = {path: logged_in.get(path) for path in pages}
    comes(place, "900", **KNOWN)
    after = {path: logged_in.get(path) for path in pages}
    place.night()
    judged = {path: logged_in.get(path) for path in pages}
    for told in (before, after, judged):
        assert {path: answer.status_code for path, answer in told.items() if answer.status_code >= 400} == {}
        assert [path for path, answer in told.items() if "\x1f" in answer.get_data(as_text=True)] == []


def test_a_form_that_the_move_overtakes_is_settled_and_no_failure(place: Leaving, owner: Person) -> None:
    """Whoever read the salon before it moved gets no turn at it: here the clock tells of that, in its place."""
    overtaken: list[str] = []

    def now() -> datetime:
        if overtaken:
            raise Moved(overtaken.pop())
        return place.clock()

    visitor = Visitor(create_app(replace(place.program, now=now))).log_in(owner)
    page = page_of(visitor, "17")
    overtaken.append("aava")
    answer = visitor.post(f"{page}/request", salon="aava", right="objection", on="2026-11-24")
    assert answer.status_code == 409
    assert "Tästä ei enää odota mikään." in text_of(answer)
    assert rows(place.program, place.old, Entry) == []
    assert visitor.get("/").status_code == 200
