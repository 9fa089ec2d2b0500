"""The connection page of a salon that has moved: what is asked there, and what is said of the move."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from connector import census, census_short, database
from connector.salons import Account
from tests.builders import Clock
from tests.connector.booking import Story
from tests.connector.console.visitor import Person, Visitor, text_of
from tests.connector.intake import apply, told
from tests.connector.moves import Leaving
from tests.connector.night_world import compare

PAGE, WHOLE = "/settings/connection", "/settings/connection/whole"


def points(number: int) -> dict[str, str]:
    """By what somebody is known in both systems."""
    return {"email": f"a{number}@posti.example", "phone": f"040 {number:07}"}


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
    assert "Siinä on 5 asiakasta. Aiemmassa varausjärjestelmässä: 30." in shown
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
