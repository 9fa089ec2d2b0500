"""Logging in and out, as a browser sees it."""

from tests.connector.console.visitor import Person, Visitor, text_of


def test_password_and_code_open_the_queue(visitor: Visitor, owner: Person) -> None:
    page = visitor.log_in(owner).get("/")
    assert page.status_code == 200
    assert "Emme vielä tiedä" in text_of(page)
