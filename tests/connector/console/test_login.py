"""Logging in and out, as a browser sees it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector import database, sessions
from connector.program import Program
from connector.tables import Ownership
from tests.connector.console.visitor import PASSWORD, Person, Visitor, text_of


def test_password_and_code_open_the_queue(visitor: Visitor, owner: Person) -> None:
    page = visitor.log_in(owner).get("/")
    assert page.status_code == 200
    assert "Emme vielä tiedä" in text_of(page)


def test_a_wrong_password_keeps_the_address_and_says_nothing_of_what_was_wrong(
    visitor: Visitor, owner: Person
) -> None:
    answers = [
        visitor.post("/login", email=email, password="väärä salasana")
        for email in (owner.email, "x@aava.example")
    ]
    told = [answer.get_data(as_text=True) for answer in answers]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert "Sähköposti tai salasana on väärin." in text_of(answers[0])
    assert f'value="{owner.email}"' in told[0]
    assert told[0].replace(owner.email, "") == told[1].replace("x@aava.example", "")


@pytest.mark.parametrize("path", ["/", "/night", "/jobs?group=x", "/approve?group=x", "/questions/x"])
def test_no_page_opens_without_the_code(visitor: Visitor, owner: Person, path: str) -> None:
    assert visitor.get(path).location == "/login"
    visitor.post("/login", email=owner.email, password=PASSWORD)
    assert visitor.get(path).location == "/login/code"
    assert visitor.post("/login/code", code="000000").status_code == 403
    assert visitor.get(path).location == "/login/code"


def test_the_code_page_leads_on_whoever_is_logged_in_already(visitor: Visitor, owner: Person) -> None:
    visitor.log_in(owner)
    assert visitor.get("/login").location == visitor.get("/login/code").location == "/"
    assert visitor.post("/login/code", code="000000").location == "/"


def test_logging_out_ends_a_copied_cookie_too(visitor: Visitor, owner: Person) -> None:
    visitor.log_in(owner)
    cookie = visitor.client.get_cookie("ovikello")
    assert cookie is not None
    assert visitor.post("/logout").location == "/login"
    visitor.client.set_cookie("ovikello", cookie.value)
    assert visitor.get("/").location == "/login"


@pytest.mark.parametrize(
    ("idle", "is_open"), [(timedelta(minutes=30, seconds=-1), True), (timedelta(minutes=30), False)]
)
def test_half_an_hour_without_a_page_logs_out(
    visitor: Visitor, owner: Person, idle: timedelta, is_open: bool
) -> None:
    visitor.log_in(owner)
    owner.clock.at += idle
    assert (visitor.get("/").status_code == 200) is is_open


def test_a_chosen_language_goes_with_the_owner_to_another_browser(visitor: Visitor, owner: Person) -> None:
    visitor.log_in(owner)
    visitor.post("/language", language="sv")
    other = Visitor(visitor.client.application).log_in(owner)
    assert "Vi vet inte ännu" in text_of(other.get("/"))
    assert other.post("/language", language="../xx").status_code == 303
    assert "Vi vet inte ännu" in text_of(other.get("/"))


def test_an_owner_of_no_salon_is_told_so(program: Program, visitor: Visitor, owner: Person) -> None:
    visitor.log_in(owner)
    with database.write(program.engine) as db:
        db.connection().execute(sa.delete(Ownership))
    answer = visitor.get("/")
    assert answer.status_code == 403
    assert "Sinulla ei ole täällä enää yhtään salonkia" in text_of(answer)


def test_sessions_that_are_over_are_swept(program: Program, visitor: Visitor, owner: Person) -> None:
    visitor.log_in(owner)
    with database.write(program.engine) as db:
        assert sessions.sweep(db, now=owner.clock.at) == 0
        assert sessions.sweep(db, now=owner.clock.at + timedelta(hours=12)) == 1
