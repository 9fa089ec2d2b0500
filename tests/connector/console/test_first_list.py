"""A salon without an interface that never brought a list reads that this comes first, and where; nobody else does."""

from dataclasses import replace

import pytest

from connector import nightly
from connector.program import Program
from connector.salons import Account
from tests.builders import Clock
from tests.connector.booking import Story
from tests.connector.console.test_known_how import weekly
from tests.connector.console.visitor import Person, Visitor, person, text_of
from tests.connector.lists import GONE, bring, by_hand, clients

FIRST = "Tuo ensimmäiseksi asiakaslistasi"


@pytest.fixture
def new(program: Program) -> Account:
    """A salon that was set up just now."""
    return by_hand(program, "uusi")


@pytest.fixture
def theirs(program: Program, clock: Clock, new: Account) -> Person:
    """Who speaks for it."""
    return person(program, clock, "omistaja@uusi.example", "uusi")


def leads_to_lists(phone: Visitor, path: str) -> bool:
    """Whether a page's own part has a link to where lists are brought in."""
    page = phone.get(path).get_data(as_text=True)
    return 'href="/import"' in page[page.index("<main") : page.index("</main>")]


def test_the_first_page_and_the_night_s_say_that_a_list_comes_first_until_it_came(
    program: Program, new: Account, theirs: Person, visitor: Visitor
) -> None:
    phone = visitor.log_in(theirs)
    for path in ("/", "/night"):
        assert FIRST in text_of(phone.get(path))
        assert leads_to_lists(phone, path)
    nightly.run(program, salon="uusi")
    assert FIRST in text_of(phone.get("/"))
    for path in ("/", "/night"):
        assert leads_to_lists(phone, path)
    assert "Asiakaslistaa ei ole vielä tuotu" in text_of(phone.get("/night"))
    bring(program, new, *clients(range(1, 21)), *GONE)
    assert FIRST not in text_of(phone.get("/"))


def test_the_weekly_letter_says_it_first_of_all_and_where(
    program: Program, new: Account, theirs: Person
) -> None:
    told = replace(program, settings=replace(program.settings, public_url="https://ovikello.example"))
    letter = weekly(told, new, theirs)
    assert "Sinua odottaa:\n- asiakaslistasi: sitä ei ole vielä tuotu" in letter
    assert "Tuo se täällä: https://ovikello.example/import" in letter
    assert "asentajaa" not in letter
    assert "kohdassa Tuo lista" in weekly(program, new, theirs)
    bring(program, new, *clients(range(1, 21)))
    assert "asiakaslistasi" not in weekly(program, new, theirs)


def test_a_salon_whose_system_tells_by_itself_is_asked_for_no_list(
    story: Story, logged_in: Visitor, owner: Person
) -> None:
    for path in ("/", "/night"):
        assert FIRST not in text_of(logged_in.get(path))
    assert "asiakaslistasi" not in weekly(story.program, story.account, owner)
