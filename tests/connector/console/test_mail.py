"""Mail settings: what comes, whether it arrives, and the truth where it does not."""

from dataclasses import replace

import pytest
from flask import Flask

from connector import database, letters_due, mailing
from connector.app import create_app
from connector.program import Program
from connector.salons import Account
from tests.builders import Clock
from tests.connector.booking import Booking
from tests.connector.console.visitor import Person, Visitor, text_of
from tests.connector.postbox import Postbox

PAGE = "/settings/mail"


@pytest.fixture
def postbox() -> Postbox:
    """Where letters go."""
    return Postbox()


@pytest.fixture
def posted(program: Program, postbox: Postbox, booking: Booking) -> Program:
    """A program with mail."""
    return replace(program, send=booking, post=postbox)


@pytest.fixture
def app(posted: Program) -> Flask:
    """The application with mail."""
    return create_app(posted)


def tried(visitor: Visitor) -> str:
    """What the page says after a letter was asked for."""
    return text_of(visitor.get(visitor.post(f"{PAGE}/trial").location or ""))


def test_a_letter_that_is_asked_for_goes_to_whoever_asked_once_a_minute(
    logged_in: Visitor, owner: Person, other_owner: Person, postbox: Postbox, clock: Clock
) -> None:
    assert "Kirje lähti" in tried(logged_in)
    assert "Odota minuutti" in tried(logged_in)
    assert [letter["To"] for letter in postbox.letters] == [owner.email]


@pytest.mark.parametrize(
    ("why", "says"),
    [("no_answer", "ei vastannut"), ("login", "kirjautumista"), ("tls", "varmenne ei kelpaa")],
)
def test_a_letter_that_did_not_go_out_says_why_and_what_to_do(
    logged_in: Visitor, postbox: Postbox, why: str, says: str
) -> None:
    postbox.why = why
    answered = tried(logged_in)
    assert says in answered
    assert "Kerro Ovikellon ylläpitäjälle" in answered
    assert says in logged_in.get(PAGE).text


def test_the_weekly_letter_is_stopped_and_taken_up_again_for_one_owner_of_one_salon(
    logged_in: Visitor,
    posted: Program,
    salon: Account,
    stranger: Account,
    owner: Person,
    other_owner: Person,
    postbox: Postbox,
) -> None:
    assert logged_in.post(PAGE, weekly="no").status_code == 303
    mailing.run(posted)
    assert [letter["To"] for letter in postbox.letters] == [other_owner.email]
    logged_in.post(PAGE, weekly="yes")
    mailing.run(posted)
    assert [letter["To"] for letter in postbox.letters] == [other_owner.email, owner.email]
    with database.read(posted.engine) as db:
        assert letters_due.takes_weekly(db, stranger.slug, other_owner.id)
        assert not letters_due.takes_weekly(db, stranger.slug, owner.id)
    assert "Viimeisin kirje lähti 24.11.2026" in logged_in.get(PAGE).text


def test_an_installation_without_mail_says_so(program: Program, booking: Booking, owner: Person) -> None:
    visitor = Visitor(create_app(replace(program, send=booking))).log_in(owner)
    page = visitor.get(PAGE).text
    assert "Täältä ei lähetetä postia" in page
    assert "OVIKELLO_MAIL_URL" in page
    assert "Lähetä minulle" not in page


def test_a_made_up_word_in_the_address_shows_nothing(logged_in: Visitor) -> None:
    page = logged_in.get(f"{PAGE}?told=<script>").text
    assert "<script>" not in page
    assert 'role="status"' not in page
