"""The connection page of a salon that has moved: what is asked there, and what is said of the move."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from connector import census, census_short, database
from connector.salons import Account
from connector.salons_system import System
from tests.builders import Clock
from tests.connector.booking import Story
from tests.connector.console.gallery_moved import points
from tests.connector.console.visitor import Person, Visitor, form_of, text_of
from tests.connector.intake import apply, secrets_of, told
from tests.connector.moves import Leaving
from tests.connector.night_world import compare
from tests.connector.test_arrivals import PINGING, registered
from webhooks.signatures_none import address_key

PAGE, WHOLE = "/settings/connection", "/settings/connection/whole"
ADDRESS, SECRET = f"{PAGE}/address", f"{PAGE}/secret"


@pytest.fixture
def leaving(story: Story, stranger: Account, clock: Clock) -> Leaving:
    """A salon with thirty clients, and a stranger with as many."""
    for account in (story.account, stranger):
        clients = (told(f"{number}", day=100, **points(number)) for number in range(1, 31))
        apply(story.program, account, *clients)
    compare(story.program, story.account, stranger)
    return Leaving(story.program, story.account, story.booking, clock)


def comes(place: Leaving, count: int) -> census.Done:
    """The new booking system's list comes, with so many of them."""
    for number in range(1, count + 1):
        place.has(f"n-{number}", **points(number))
    return place.walk(after=timedelta(minutes=5))


def walk_on(visitor: Visitor) -> str:
    """Of which walk the page asks."""
    (walk,) = re.findall(r'name="walk" value="([^"]*)"', visitor.get(PAGE).get_data(as_text=True))
    return str(walk)


# ---- a short list --------------------------------------------------------------------------------------


def test_where_the_list_is_whole_nothing_is_asked(leaving: Leaving, logged_in: Visitor) -> None:
    assert WHOLE not in logged_in.get(PAGE).get_data(as_text=True)


def test_of_a_first_list_that_is_far_too_short_the_owner_says_that_those_are_all(
    leaving: Leaving, logged_in: Visitor
) -> None:
    leaving.move()
    comes(leaving, 5)
    shown = text_of(logged_in.get(PAGE))
    assert "Siinä on 5 asiakasta. Aiemman varausjärjestelmän 30 asiakkaasta siltä puuttuu 25." in shown
    answer = logged_in.post(WHOLE, salon="aava", walk=walk_on(logged_in))
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = logged_in.get(PAGE)
    assert "Sanoit, että lista on kokonainen." in text_of(page)
    assert WHOLE not in page.get_data(as_text=True)
    leaving.clock.at += timedelta(minutes=5)
    leaving.night()
    assert len(leaving.joined()) == 5
    assert "Sanoit, että lista on kokonainen." not in text_of(logged_in.get(PAGE))


@pytest.mark.parametrize(("walk", "status"), [("", 400), ("0" * 32, 409)])
def test_a_word_on_another_list_than_the_one_that_was_shown_is_taken_for_none(
    leaving: Leaving, logged_in: Visitor, walk: str, status: int
) -> None:
    leaving.move()
    comes(leaving, 5)
    assert logged_in.post(WHOLE, salon="aava", walk=walk).status_code == status
    assert WHOLE in logged_in.get(PAGE).get_data(as_text=True)


def test_a_strangers_owner_says_nothing_of_this_salons_list(
    leaving: Leaving, app: Flask, other_owner: Person, logged_in: Visitor
) -> None:
    leaving.move()
    comes(leaving, 5)
    walk = walk_on(logged_in)
    other = Visitor(app).log_in(other_owner)
    assert other.post(WHOLE, salon="toinen", walk=walk).status_code == 409
    assert other.post(WHOLE, salon="aava", walk=walk).status_code != 303
    with database.read(leaving.program.engine) as db:
        found = census_short.asked(db, leaving.account)
    assert found is not None
    assert not found.is_said


# ---- the move ------------------------------------------------------------------------------------------

MOVED = "Siirto toisesta varausjärjestelmästä"


def test_where_no_move_was_made_nothing_is_said_of_one(leaving: Leaving, logged_in: Visitor) -> None:
    comes(leaving, 30)
    assert MOVED not in text_of(logged_in.get(PAGE))


def test_before_the_first_list_the_page_says_that_it_is_awaited_and_how_many_wait(
    leaving: Leaving, logged_in: Visitor
) -> None:
    leaving.move()
    shown = text_of(logged_in.get(PAGE))
    for said in (
        f"{MOVED} Tämän varausjärjestelmän ensimmäistä kokonaista listaa odotetaan.",
        "Aiempi jätettiin 24.11.2026",
        "Löytyi tästä 0 asiakasta",
        "Ei vielä löytynyt 30 asiakasta",
        "Heitä odotetaan 30 päivää ensimmäisestä kokonaisesta listasta",
    ):
        assert said in shown


def test_after_it_the_page_says_who_was_found_and_until_when_the_others_are_waited_for(
    leaving: Leaving, logged_in: Visitor
) -> None:
    leaving.move()
    comes(leaving, 24)
    shown = text_of(logged_in.get(PAGE))
    for said in (
        "Löytyi tästä 24 asiakasta",
        "Ei vielä löytynyt 6 asiakasta",
        "24.12.2026 asti",
        "unohdetaan",
    ):
        assert said in shown
    assert "listaa odotetaan" not in shown


def test_where_everybody_was_found_nobody_is_waited_for(leaving: Leaving, logged_in: Visitor) -> None:
    leaving.move()
    comes(leaving, 30)
    shown = text_of(logged_in.get(PAGE))
    assert "Ei vielä löytynyt 0 asiakasta" in shown
    assert "Heitä odotetaan" not in shown


@pytest.mark.parametrize(("days", "is_over"), [(29.99, False), (30.01, True)])
def test_once_the_time_is_over_the_page_says_that_the_others_are_forgotten(
    leaving: Leaving, app: Flask, owner: Person, days: float, is_over: bool
) -> None:
    leaving.move()
    comes(leaving, 24)
    leaving.clock.at += timedelta(days=days)
    shown = text_of(Visitor(app).log_in(owner).get(PAGE))
    assert ("Ei vielä löytynyt" in shown) is not is_over
    assert ("on unohdettu" in shown) is is_over


def test_a_salon_that_moved_to_lists_sees_it_beside_them(
    leaving: Leaving, logged_in: Visitor, stranger: Account
) -> None:
    leaving.move(System("by_hand"))
    shown = text_of(logged_in.get(PAGE))
    assert "Ei vielä löytynyt 30 asiakasta" in shown


def test_another_salons_move_is_nothing_of_ours(leaving: Leaving, app: Flask, other_owner: Person) -> None:
    leaving.move()
    comes(leaving, 24)
    assert MOVED not in text_of(Visitor(app).log_in(other_owner).get(PAGE))


# ---- what was open during the move -----------------------------------------------------------------------


def test_what_was_written_of_the_old_system_before_the_move_is_not_kept_for_the_new_one(
    leaving: Leaving, logged_in: Visitor, owner: Person, stranger: Account
) -> None:
    old = "https://vanha.example/api"
    address = form_of(logged_in.get(ADDRESS), ADDRESS) | {"address": old, "token": "vanha-avain"}
    secret = form_of(logged_in.get(SECRET), SECRET)
    leaving.move()
    there, secrets = leaving.account, secrets_of(leaving.program, leaving.old)
    for path, form in ((ADDRESS, address), (SECRET, secret)):
        answer = logged_in.post(path, **form, code=owner.next_code())
        assert answer.status_code == 409
        assert "Olet vaihtanut varausjärjestelmää" in text_of(answer)
    assert (leaving.account.base_url, leaving.account.token) == (there.base_url, there.token)
    assert secrets_of(leaving.program, leaving.old) == secrets
    anew = form_of(logged_in.get(SECRET), SECRET)
    assert logged_in.post(SECRET, **anew, code=owner.next_code()).status_code == 200
    new = form_of(logged_in.get(ADDRESS), ADDRESS) | {"address": old, "token": "vanha-avain"}
    assert logged_in.post(ADDRESS, **new, code=owner.next_code()).status_code == 303
    assert (leaving.account.base_url, leaving.account.token) == (old, "vanha-avain")


# ---- the address that the new system calls ---------------------------------------------------------------


def test_an_address_with_a_key_in_it_is_shown_whole_with_its_secret_and_never_else(
    leaving: Leaving, logged_in: Visitor, owner: Person
) -> None:
    with registered(PINGING):
        leaving.move(System(PINGING.name, "http://127.0.0.1:8", "token-of-the-new-one"))
        page = logged_in.get(PAGE).get_data(as_text=True)
        assert "/webhooks/aava/…" in page
        assert address_key(secrets_of(leaving.program, leaving.old)[0]) not in page
        # where nothing is signed, no secret of the booking system's own would be good for anything
        assert 'name="given"' not in logged_in.get(SECRET).get_data(as_text=True)
        form = form_of(logged_in.get(SECRET), SECRET)
        made = logged_in.post(SECRET, **form, given="x" * 20, code=owner.next_code())
        assert "x" * 20 not in secrets_of(leaving.program, leaving.old)
        secret = secrets_of(leaving.program, leaving.old)[0]
        assert f"/webhooks/aava/{address_key(secret)}<" in made.get_data(as_text=True)
        assert address_key(secret) not in logged_in.get(PAGE).get_data(as_text=True)


def test_an_address_without_a_key_stands_whole_on_the_page(leaving: Leaving, logged_in: Visitor) -> None:
    leaving.move()
    page = logged_in.get(PAGE).get_data(as_text=True)
    assert "/webhooks/aava</code>" in page
