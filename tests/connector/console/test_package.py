"""The way of a copy from the owner's word to the client's hands: who sees what, how often, until when."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from connector import database, dispatch, exports_asked, verify
from connector.console import links
from connector.states import State
from tests.builders import NOON, Clock
from tests.connector.booking import LATELY, Story, record
from tests.connector.console.visitor import Person, Visitor, form_of, text_of
from webhooks.events import RequestReceived, Right

NAME = "Aino Aaltonen"
DAYS = timedelta(days=1)


@pytest.fixture
def aino(story: Story) -> str:
    """A client who comes."""
    story.there_is(record("c-1", "identity", "contact", "notes", name=NAME, **LATELY))
    return "c-1"


def proposed(story: Story, *, language: str | None = "en") -> UUID:
    with database.write(story.program.engine) as db:
        made = exports_asked.propose(db, story.account, "c-1", language=language, now=story.program.now())
    return made.job


def approve(visitor: Visitor, owner: Person, job: UUID, **more: str) -> TestResponse:
    """Give the word on the job's page, with a code unless said otherwise."""
    form = form_of(visitor.get(f"/jobs/{job}"), "/approve")
    return visitor.post("/approve", **(form | {"word": "approve", "code": owner.next_code()} | more))


def carried_out(story: Story, job: UUID) -> None:
    assert dispatch.run_one(story.program, job) == "sent"
    assert verify.run_one(story.program, job, 0) == "verified"


def show(visitor: Visitor, owner: Person, job: UUID, **more: str) -> TestResponse:
    form = {"salon": "aava", "who": "yes", "code": owner.next_code()} | more
    return visitor.post(f"/jobs/{job}/package/link", **form)


def path_in(answer: TestResponse) -> str:
    """The link that a page shows."""
    found = re.search(r'class="copy"[^>]*>([^<]+)<', answer.get_data(as_text=True))
    assert found is not None
    return urlsplit(found[1]).path


@pytest.fixture
def ready(story: Story, aino: str, logged_in: Visitor, owner: Person) -> UUID:
    """A copy that waits for its owner."""
    job = proposed(story)
    assert approve(logged_in, owner, job).status_code == 303
    carried_out(story, job)
    return job


@pytest.fixture
def link(ready: UUID, logged_in: Visitor, owner: Person) -> str:
    """The link that the owner was shown."""
    return path_in(show(logged_in, owner, ready))


@pytest.fixture
def client(app: Flask) -> Visitor:
    """The client's own browser."""
    return Visitor(app)


def open_it(visitor: Visitor, path: str, how: str = "json") -> TestResponse:
    return visitor.post(path, **{"as": how})


# ---- the owner's word --------------------------------------------------------------------------------


def test_a_copy_is_made_only_after_a_word_with_a_code(
    story: Story, aino: str, logged_in: Visitor, owner: Person
) -> None:
    job = proposed(story)
    page = text_of(logged_in.get(f"/jobs/{job}"))
    assert NAME in page
    for code in ("", "000000"):
        assert approve(logged_in, owner, job, code=code).status_code == 403
        assert story.state(job) is State.PROPOSED
    assert approve(logged_in, owner, job).status_code == 303
    assert story.state(job) is State.APPROVED


def test_three_copies_are_three_decisions_and_never_a_group(story: Story, logged_in: Visitor) -> None:
    for number in range(3):
        story.there_is(record(f"c-{number}", name=f"Asiakas {number}", **LATELY))
        with database.write(story.program.engine) as db:
            exports_asked.propose(db, story.account, f"c-{number}", language=None, now=NOON)
    page = logged_in.get("/")
    assert page.get_data(as_text=True).count("/approve?group=") == 0
    assert "3 " in text_of(page)


def test_a_request_for_the_details_says_until_when_it_must_be_answered(
    story: Story, aino: str, logged_in: Visitor
) -> None:
    asked = NOON - 20 * DAYS
    story.told(RequestReceived(at=asked, digest="r", client="c-1", right=Right.ACCESS, received_at=asked))
    job = proposed(story)
    assert story.row(job).because == '["access_requested"]'
    assert "10 päivää" in text_of(
        logged_in.get("/")
    )  # received on the 4th of November, due on the 4th of December


# ---- the link ----------------------------------------------------------------------------------------


def test_the_link_is_shown_once_with_a_code_to_who_says_that_they_know_who_asks(
    logged_in: Visitor, owner: Person, ready: UUID
) -> None:
    assert show(logged_in, owner, ready, who="").status_code == 422
    assert show(logged_in, owner, ready, code="000000").status_code == 403
    shown = show(logged_in, owner, ready)
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    assert path_in(shown).startswith("/package/")
    assert show(logged_in, owner, ready).status_code == 409
    assert "/package/" not in logged_in.get(f"/jobs/{ready}").get_data(as_text=True).replace(
        f"/jobs/{ready}/package", ""
    )


def test_until_its_link_was_shown_a_copy_stands_in_the_queue_and_on_the_customer_s_page(
    app: Flask, story: Story, ready: UUID, other_owner: Person, logged_in: Visitor, owner: Person
) -> None:
    other, at = Visitor(app), f'<a href="/jobs/{ready}">'
    other.log_in(other_owner)
    customer = f"/customers/{story.account.keys.link_of('c-1')}"

    def pages() -> list[int]:
        seen = (logged_in.get("/"), logged_in.get(customer), other.get("/"))
        return [page.get_data(as_text=True).count(at) for page in seen]

    assert pages() == [2, 2, 0]  # by itself, and among what happened lately or was done
    show(logged_in, owner, ready)
    assert pages() == [1, 1, 0]


def test_another_salons_owner_gets_no_link_and_ends_nothing(
    app: Flask, ready: UUID, other_owner: Person, logged_in: Visitor, owner: Person
) -> None:
    stranger = Visitor(app).log_in(other_owner)
    for what in ("link", "end", "again"):
        form = {"salon": "toinen", "who": "yes", "code": other_owner.next_code()}
        assert stranger.post(f"/jobs/{ready}/package/{what}", **form).status_code == 409
        assert stranger.post(f"/jobs/{ready}/package/{what}", **(form | {"salon": "aava"})).status_code == 409
    assert show(logged_in, owner, ready).status_code == 200


# ---- opening -----------------------------------------------------------------------------------------


def test_looking_at_the_link_counts_nothing_and_shows_nothing_of_the_client(
    client: Visitor, link: str
) -> None:
    for _ in range(8):
        page = client.get(link)
        assert page.status_code == 200
        assert "It opens 5 more times" in text_of(page)
        assert NAME not in page.get_data(as_text=True)
        assert client.client.head(link).status_code == 200


def test_it_opens_as_a_page_and_as_files_without_a_log_in(client: Visitor, link: str) -> None:
    page = open_it(client, link, "page")
    assert page.status_code == 200
    assert NAME in text_of(page)
    assert page.headers["Content-Disposition"].startswith("inline")
    file = open_it(client, link, "html")
    assert file.headers["Content-Disposition"] == 'attachment; filename="my-details.html"'
    data = open_it(client, link, "json")
    assert data.headers["Content-Disposition"] == 'attachment; filename="my-details.json"'
    assert data.content_type.startswith("application/json")
    (held,) = json.loads(data.get_data())["booking_system"]["records"]
    assert held["categories"]["identity"] == {"name": NAME}
    for answer in (page, file, data):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers


def test_it_opens_so_many_times_and_then_nothing_is_left_of_it(
    client: Visitor, link: str, ready: UUID, logged_in: Visitor
) -> None:
    assert [open_it(client, link).status_code for _ in range(6)] == [200] * 5 + [404]
    assert "tuhottu" in text_of(logged_in.get(f"/jobs/{ready}")).lower()


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 404)])
def test_it_opens_until_its_time_is_over(
    client: Visitor, link: str, clock: Clock, story: Story, seconds: int, status: int
) -> None:
    begun = clock.at - timedelta(seconds=30)  # the code that showed the link was the next one
    clock.at = begun + 14 * DAYS + timedelta(seconds=seconds)
    assert client.get(link).status_code == status
    assert open_it(client, link).status_code == status


def test_links_that_open_nothing_are_answered_alike(
    client: Visitor, link: str, ready: UUID, logged_in: Visitor
) -> None:
    logged_in.post(f"/jobs/{ready}/package/end", salon="aava")
    never = f"/package/{'x' * 43}"
    pages = {client.get(path).get_data() for path in (link, never, "/package/x", f"{link}x")}
    assert len(pages) == 1
    opened = [open_it(client, path) for path in (link, never, "/package/x")]
    assert {answer.status_code for answer in opened} == {404}
    assert {answer.get_data() for answer in opened} == pages


def test_what_is_asked_for_wrongly_counts_nothing(client: Visitor, link: str) -> None:
    assert client.post(link).status_code == 400
    assert open_it(client, link, "pdf").status_code == 400
    assert client.post(link, site="cross-site", **{"as": "json"}).status_code == 403
    assert "5 more times" in text_of(client.get(link))


def test_of_many_clicks_at_once_as_many_get_something_as_may(app: Flask, link: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: open_it(Visitor(app), link).status_code, range(12)))
    assert sorted(answers) == [200] * 5 + [404] * 7


def test_who_guesses_too_often_has_to_wait_and_keeps_nobody_from_a_link_that_opens(
    client: Visitor, link: str, clock: Clock
) -> None:
    answers = [client.get("/package/nothing").status_code for _ in range(links.RATE.burst + 1)]
    assert answers[-2:] == [404, 429]
    assert open_it(client, link).status_code == 200
    assert client.post("/package/nothing", **{"as": "page"}).status_code == 429
    clock.at += timedelta(seconds=1)
    assert client.get("/package/nothing").status_code == 404


# ---- afterwards --------------------------------------------------------------------------------------


def test_the_owner_sees_how_often_it_was_opened_ends_it_and_makes_a_new_one_with_a_new_word(
    story: Story, client: Visitor, link: str, ready: UUID, logged_in: Visitor, owner: Person
) -> None:
    open_it(client, link)
    assert "Avattu kerran" in text_of(logged_in.get(f"/jobs/{ready}"))
    assert logged_in.post(f"/jobs/{ready}/package/end", salon="aava").location == f"/jobs/{ready}"
    assert logged_in.post(f"/jobs/{ready}/package/end", salon="aava").status_code == 409
    again = logged_in.post(f"/jobs/{ready}/package/again", salon="aava")
    job = UUID(again.location.rpartition("/")[2])
    assert job != ready
    assert story.state(job) is State.PROPOSED
    approve(logged_in, owner, job)
    carried_out(story, job)
    assert path_in(show(logged_in, owner, job)) != link


def test_more_copies_than_the_policy_reckons_with_are_a_warning_and_no_refusal(
    story: Story, aino: str, logged_in: Visitor, owner: Person
) -> None:
    for given in range(3):
        job = proposed(story)
        page = text_of(logged_in.get(f"/jobs/{job}"))
        assert ("Tälle asiakkaalle on annettu" in page) is (given >= 2)
        assert approve(logged_in, owner, job).status_code == 303
        carried_out(story, job)
        assert show(logged_in, owner, job).status_code == 200


def test_until_the_word_another_language_can_be_chosen(story: Story, aino: str, logged_in: Visitor) -> None:
    job = proposed(story, language=None)
    form = {"salon": "aava", "language": "sv"}
    other = UUID(logged_in.post(f"/jobs/{job}/package/again", **form).location.rpartition("/")[2])
    assert (story.state(job), story.state(other)) == (State.WITHDRAWN, State.PROPOSED)
    assert "svenska" in text_of(logged_in.get(f"/jobs/{other}"))
    answer = logged_in.post(f"/jobs/{other}/package/again", **(form | {"language": ""}))
    own = UUID(answer.location.rpartition("/")[2])
    assert {one.job: one.content.language for one in story.listed()}[own] is None
    assert logged_in.post(f"/jobs/{own}/package/again", **(form | {"language": "xx"})).status_code == 400


def test_a_copy_answers_its_request_once_its_link_was_given(
    story: Story, aino: str, logged_in: Visitor, owner: Person
) -> None:
    story.told(RequestReceived(at=NOON, digest="r", client="c-1", right=Right.ACCESS, received_at=NOON))
    page = f"/customers/{story.account.keys.link_of('c-1')}"
    job = proposed(story)
    approve(logged_in, owner, job)
    carried_out(story, job)
    assert "24.12.2026" in text_of(logged_in.get(page))  # to be answered by
    show(logged_in, owner, job)
    assert "24.12.2026" not in text_of(logged_in.get(page))
