"""What did not work: a page for a browser, a problem for a program, and never a word of what was sent."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from connector import database
from connector.app import create_app
from connector.program import Program
from connector.salons import Account
from tests.conftest import connect
from tests.connector.console.visitor import Person, Visitor, person, text_of


@pytest.mark.parametrize("path", ["/nothing", "/jobs/nonsense/deeper", "/%ff", "/approve/x"])
def test_a_mistyped_address_is_a_page_with_a_way_back(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "Täällä ei ole mitään" in text_of(answer)
    assert 'href="/"' in answer.get_data(as_text=True)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_who_is_logged_in_keeps_the_menu(logged_in: Visitor) -> None:
    page = text_of(logged_in.get("/nothing"))
    assert "Viime yö" in page
    assert "Parturi-kampaamo Pihlaja Oy" in page


def test_a_program_gets_a_problem_instead(app: Flask) -> None:
    browser = app.test_client()
    for accept in ("*/*", "application/json", ""):
        answer = browser.get("/nothing", headers={"Accept": accept})
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    for path in ("/webhooks/a/b", "/metrics"):
        assert browser.get(path, headers={"Accept": "text/html"}).content_type == "application/problem+json"


def test_a_method_that_no_page_has_is_a_page_too(app: Flask) -> None:
    answer = app.test_client().put("/login", headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.mimetype) == (405, "text/html")
    assert "GET" in answer.headers["Allow"]


def test_a_form_of_another_site_is_a_page_that_says_so(logged_in: Visitor) -> None:
    answer = logged_in.post("/approve", site="cross-site", salon="aava", jobs="0" * 32, word="approve")
    assert answer.status_code == 403
    assert "Lomake ei tullut Ovikellon omalta sivulta" in text_of(answer)


@pytest.mark.parametrize("slug", ["a\x00b", "toinen", "", "x" * 5000, "🦊"])
def test_a_salon_that_is_not_the_owners_is_not_there(
    logged_in: Visitor, stranger: Account, slug: str
) -> None:
    assert logged_in.post("/settings/salon", salon=slug).status_code == 404
    assert "Parturi-kampaamo" in text_of(logged_in.get("/"))


def test_a_value_that_the_database_cannot_hold_is_a_bad_request(program: Program) -> None:
    app = create_app(program)

    @app.get("/holds")
    def holds() -> str:
        with database.read(program.engine) as db:
            raise sa.exc.DataError("SELECT", {}, ValueError(str(db.is_active)))

    answer = app.test_client().get("/holds")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_an_owner_of_several_salons_goes_from_one_to_another(
    program: Program, visitor: Visitor, owner: Person
) -> None:
    connect(program, "toinen")
    both = person(program, owner.clock, "kaksi@aava.example", "aava", "toinen")
    visitor.log_in(both)
    assert 'name="salon" value="toinen"' in visitor.get("/").get_data(as_text=True)
    assert visitor.post("/settings/salon", salon="toinen").location == "/"
    assert 'name="salon" value="aava"' in visitor.get("/").get_data(as_text=True)


def test_a_store_that_is_away_is_a_page_that_says_whose_fault_it_is(
    program: Program, logged_in: Visitor
) -> None:
    away = sa.create_engine("sqlite:////nowhere/at/all.db")
    browser = Visitor(create_app(replace(program, engine=away)))
    browser.client.set_cookie("ovikello", "x")
    answer = browser.get("/")
    away.dispose()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Vika on Ovikellossa, ei sinussa" in text_of(answer)
    assert "503" in text_of(answer)


def test_something_broken_is_a_page_without_its_cause(program: Program) -> None:
    app = create_app(program)

    @app.get("/breaks")
    def breaks() -> str:
        raise RuntimeError("Aino Aalto")

    app.testing = False
    answer = Visitor(app).get("/breaks")
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "Ovikelloon tuli vika" in text_of(answer)
    assert "Aino" not in text_of(answer)


def test_only_what_is_there_is_kept_by_browsers(visitor: Visitor) -> None:
    with visitor.get("/static/ovikello.css") as there:
        assert "public" in there.headers["Cache-Control"]
    for path in ("/static/nothing.css", "/login", "/nothing"):
        assert visitor.get(path).headers["Cache-Control"] == "no-store"
    assert visitor.post("/static/ovikello.css").headers["Cache-Control"] == "no-store"
