"""The owner's word in the console: on what was shown, once, by whom it belongs to."""

from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from connector import dispatch, verify
from connector.states import State
from policies.decisions import JobKind
from tests.builders import NOON, Clock
from tests.connector.booking import Odd, Story, lies, record
from tests.connector.console.visitor import Person, Visitor, form_of, text_of
from tests.connector.night_world import says_no
from webhooks.events import LoggedIn, RequestReceived, Right


def names(*clients: str) -> list[dict[str, object]]:
    """Customers who are due, each with a name of their own."""
    return [record(client, name=f"Nimi {client}") for client in clients]


def asks(story: Story, client: str) -> UUID:
    """A customer asked for erasure; the job that follows."""
    story.there_is(record(client, name=f"Nimi {client}", last_activity_at="2026-11-02T10:00:00Z"))
    story.told(RequestReceived(at=NOON, digest=client, client=client, right=Right.ERASURE, received_at=NOON))
    return story.job_for(client)


def send(browser: Visitor, page: TestResponse, word: str, **more: str) -> TestResponse:
    """Send a page's form as it stands, with this word."""
    return browser.post("/approve", **(form_of(page, "/approve") | {"word": word} | more))


def test_a_right_code_approves_what_the_page_showed(story: Story, logged_in: Visitor, owner: Person) -> None:
    story.there_is(*names("c-1", "c-2"))
    job_id, other = story.job_for("c-1"), story.job_for("c-2")
    page = logged_in.get(f"/jobs/{job_id}")
    assert "Nimi c-1" in text_of(page)
    assert "Nimi c-2" not in text_of(page)
    answer = send(logged_in, page, "approve", code=owner.next_code())
    assert (answer.status_code, answer.location) == (303, "/?approved=1")
    assert (story.state(job_id), story.state(other)) == (State.APPROVED, State.PROPOSED)
    assert "Hyväksytty. Se tehdään hetken päästä" in text_of(logged_in.get("/?approved=1"))


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "١٢٣٤٥٦", "000000"])
def test_a_code_that_does_not_hold_changes_nothing_and_shows_the_same_page(
    story: Story, logged_in: Visitor, code: str
) -> None:
    story.there_is(*names("c-1"))
    job_id = story.job_for("c-1")
    answer = send(logged_in, logged_in.get(f"/jobs/{job_id}"), "approve", code=code)
    assert answer.status_code == 403
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert "Jokainen tieto erikseen" in text_of(answer)
    assert story.state(job_id) is State.PROPOSED


def test_the_same_form_sent_twice_is_done_once_and_said_to_be_done(
    story: Story, logged_in: Visitor, owner: Person
) -> None:
    story.there_is(*names("c-1"))
    job_id = story.job_for("c-1")
    form = form_of(logged_in.get(f"/jobs/{job_id}"), "/approve") | {
        "word": "approve",
        "code": owner.next_code(),
    }
    answers = [logged_in.post("/approve", **form) for _ in range(3)]
    assert {(one.status_code, one.location) for one in answers} == {(303, "/?approved=1")}
    assert story.state(job_id) is State.APPROVED


def test_a_refusal_sent_twice_is_one_refusal(story: Story, logged_in: Visitor) -> None:
    story.there_is(*names("c-1"))
    job_id = story.job_for("c-1")
    form = form_of(logged_in.get(f"/jobs/{job_id}"), "/approve", nth=1) | {
        "word": "reject",
        "reason": "Ei nyt.",
    }
    answers = [logged_in.post("/approve", **form) for _ in range(2)]
    assert {(one.status_code, one.location) for one in answers} == {(303, "/?rejected=1")}
    assert story.state(job_id) is State.REJECTED


def test_what_somebody_else_settled_is_no_failure(story: Story, logged_in: Visitor, owner: Person) -> None:
    story.there_is(*names("c-1"))
    job_id = story.job_for("c-1")
    form = form_of(logged_in.get(f"/jobs/{job_id}"), "/approve") | {
        "word": "approve",
        "code": owner.next_code(),
    }
    story.approved(job_id)  # by another owner of the same salon
    answer = logged_in.post("/approve", **form)
    assert answer.status_code == 409
    assert "Tämä on jo käsitelty" in text_of(answer)


def test_another_salons_owner_sees_and_decides_nothing(
    story: Story, theirs: Story, visitor: Visitor, owner: Person, other_owner: Person
) -> None:
    story.there_is(*names("c-1"))
    theirs.there_is(record("c-1", name="Vieras Asiakas"))
    job_id, their_job = story.job_for("c-1"), theirs.job_for("c-1")
    form = form_of(visitor.log_in(owner).get(f"/jobs/{job_id}"), "/approve")
    visitor.client.delete_cookie("ovikello")
    visitor.log_in(other_owner)
    assert visitor.get(f"/jobs/{job_id}").status_code == 404
    for salon in ("aava", "toinen"):
        code = other_owner.next_code()
        answer = visitor.post("/approve", **(form | {"salon": salon, "word": "approve", "code": code}))
        assert answer.status_code == 409
        assert "Nimi c-1" not in text_of(answer)
    assert "Nimi c-1" not in text_of(visitor.get("/"))
    assert (story.state(job_id), theirs.state(their_job)) == (State.PROPOSED, State.PROPOSED)


def test_a_group_is_approved_as_a_group_and_the_rest_waits_on(
    story: Story, logged_in: Visitor, owner: Person
) -> None:
    story.there_is(*names("c-1", "c-2", "c-3"))
    ids = [story.job_for(client) for client in ("c-1", "c-2", "c-3")]
    asked = asks(story, "c-4")
    queue = logged_in.get("/")
    assert "Poistot: 3 asiakasta" in text_of(queue)
    assert "2 asiaa odottaa päätöstäsi" in text_of(queue)
    where = queue.get_data(as_text=True).split('href="/approve?')[1].split('"')[0]
    page = logged_in.get(f"/approve?{where}")
    assert "Hyväksy 3 poistoa" in text_of(page)
    answer = send(logged_in, page, "approve", code=owner.next_code())
    assert answer.location == "/?approved=3"
    assert {story.state(one) for one in ids} == {State.APPROVED}
    assert story.state(asked) is State.PROPOSED


def test_who_has_come_since_falls_out_with_the_reason(
    story: Story, logged_in: Visitor, owner: Person, clock: Clock
) -> None:
    story.there_is(*names("c-1", "c-2", "c-3"))
    came, *stay = (story.job_for(client) for client in ("c-1", "c-2", "c-3"))
    where = logged_in.get("/").get_data(as_text=True).split('href="/approve?')[1].split('"')[0]
    page = logged_in.get(f"/approve?{where}")
    story.told(LoggedIn(at=clock.at, digest="d", client="c-1"))
    form = form_of(page, "/approve") | {"word": "approve", "code": owner.next_code()}
    answer = logged_in.post("/approve", **form)
    assert answer.status_code == 409
    told = text_of(answer)
    assert "1 jäi tekemättä" in told
    assert "1 asiakas Asiakas on sen jälkeen varannut tai käynyt" in told
    assert "Sinun ei tarvitse tehdä tälle mitään. Nimi c-1" in told
    assert "Nimi c-2" not in told
    assert [story.state(one) for one in (came, *stay)] == [State.WITHDRAWN, State.APPROVED, State.APPROVED]
    again = logged_in.post("/approve", **form)  # the page is loaded anew
    assert (again.status_code, again.location) == (303, "/?approved=2")


def test_more_than_the_limit_needs_a_second_word(story: Story, logged_in: Visitor, owner: Person) -> None:
    story.there_is(*names("c-1"))
    (job_id,) = story.judged("c-1", over_limit=True)
    page = logged_in.get(f"/jobs/{job_id}")
    assert "Selasin listan läpi" in text_of(page)
    assert "Iso joukko" in text_of(logged_in.get("/"))
    code = owner.next_code()
    without = send(logged_in, page, "approve", code=code)
    assert without.status_code == 422
    assert "Rastita ensin, että selasit listan läpi." in text_of(without)
    assert story.state(job_id) is State.PROPOSED
    assert send(logged_in, page, "approve", code=code, second="yes").status_code == 303  # it was not used up
    assert story.state(job_id) is State.APPROVED


@pytest.mark.parametrize("reason", ["", "   \n"])
def test_a_customers_request_is_refused_with_a_reason_only(
    story: Story, logged_in: Visitor, reason: str
) -> None:
    job_id = asks(story, "c-1")
    page = logged_in.get(f"/jobs/{job_id}")
    assert "Asiakkaalla on oikeus saada perustelu" in text_of(page)
    answer = send(logged_in, page, "reject", reason=reason)
    assert answer.status_code == 422
    assert "Kirjoita perustelu" in text_of(answer)
    assert story.state(job_id) is State.PROPOSED
    assert send(logged_in, page, "reject", reason="Lasku on auki.").location == "/?rejected=1"
    assert story.state(job_id) is State.REJECTED


def test_what_nobody_asked_for_may_be_left_without_a_reason(story: Story, logged_in: Visitor) -> None:
    story.there_is(*names("c-1"))
    job_id = story.job_for("c-1")
    assert send(logged_in, logged_in.get(f"/jobs/{job_id}"), "reject").location == "/?rejected=1"
    assert story.state(job_id) is State.REJECTED


def test_the_reason_can_be_read_on_the_jobs_page_and_by_nobody_else(
    story: Story, logged_in: Visitor, other_owner: Person
) -> None:
    story.there_is(*names("c-1"))
    job_id = story.job_for("c-1")
    send(logged_in, logged_in.get(f"/jobs/{job_id}"), "reject", reason="Hän varaa <b>ensi</b> viikolla.")
    told = logged_in.get(f"/jobs/{job_id}")
    assert "Kirjoitit: Hän varaa <b>ensi</b> viikolla." in text_of(told)
    assert "<b>ensi</b>" not in told.get_data(as_text=True)
    assert "Asiakas, jonka nimi ei ole enää tallessa täällä" in text_of(told)
    assert "Poistunut asiakas" not in text_of(told)
    assert text_of(told).count("jätit ennalleen") == 1
    logged_in.client.delete_cookie("ovikello")
    assert logged_in.log_in(other_owner).get(f"/jobs/{job_id}").status_code == 404


def test_what_the_system_refuses_is_stuck_and_can_be_tried_again_or_left(
    story: Story, logged_in: Visitor, owner: Person
) -> None:
    story.there_is(*names("c-1", "c-2"))
    again, left = story.approved_job_for("c-1"), story.approved_job_for("c-2")
    for job_id in (again, left):
        story.booking.odd.append(Odd(status=409))
        dispatch.run_one(story.program, job_id)
        assert story.state(job_id) is State.STUCK
    assert text_of(logged_in.get("/")).count("Varausjärjestelmä ei suostunut.") == 2
    page = logged_in.get(f"/jobs/{again}")
    assert "Yritä uudestaan" in text_of(page)
    assert send(logged_in, page, "approve", code=owner.next_code()).status_code == 303
    assert send(logged_in, logged_in.get(f"/jobs/{left}"), "reject").status_code == 303
    assert (story.state(again), story.state(left)) == (State.APPROVED, State.WITHDRAWN)


def test_a_lie_that_was_found_out_is_told_on_the_card_and_on_the_page(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(*names("c-1"))
    job_id = story.approved_job_for("c-1")
    story.booking.odd.append(lies())
    dispatch.run_one(story.program, job_id)
    verify.run_one(story.program, job_id, 0)
    for page in (logged_in.get("/"), logged_in.get(f"/jobs/{job_id}")):
        assert "Ei onnistunut" in text_of(page)
        assert "sanoi poistaneensa, mutta tiedot ovat yhä siellä" in text_of(page)
        assert "still_there" not in text_of(page)


def test_a_switch_needs_no_code(story: Story, logged_in: Visitor) -> None:
    lately = "2026-11-02T10:00:00Z"
    story.there_is(record("c-1", marketing={"email": True}, last_activity_at=lately, last_visit_at=lately))
    story.told(says_no("c-1"))
    job_id = story.job_for("c-1", JobKind.MARKETING_OFF)
    story.booking.odd.append(Odd(status=409))
    dispatch.run_one(story.program, job_id)
    page = logged_in.get(f"/jobs/{job_id}")
    assert "koodisovelluksesta" not in text_of(page)
    assert "Miksi jätät mainokset päälle?" in text_of(page)
    assert send(logged_in, page, "reject").status_code == 422
    assert send(logged_in, page, "approve").status_code == 303
    assert story.state(job_id) is State.APPROVED


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"word": "approve"},
        {"jobs": "0" * 32},
        {"jobs": "0" * 32, "word": "x"},
        {"jobs": "not a job", "word": "approve"},
        {"jobs": "\x00", "word": "reject"},
    ],
)
def test_a_form_that_is_none_of_ours_is_a_page_that_says_so(logged_in: Visitor, form: dict[str, str]) -> None:
    answer = logged_in.post("/approve", salon="aava", **form)
    assert answer.status_code == 400
    assert "Ovikello ei ymmärtänyt, mitä lähetettiin" in text_of(answer)


def test_a_job_that_never_was_is_settled(logged_in: Visitor) -> None:
    answer = logged_in.post("/approve", salon="aava", jobs="0" * 32, seen="", word="approve", code="123456")
    assert answer.status_code == 409
    assert logged_in.get("/approve?group=nothing").status_code == 404
    assert "Tämä on jo käsitelty" in text_of(logged_in.get("/jobs?group=nothing"))
