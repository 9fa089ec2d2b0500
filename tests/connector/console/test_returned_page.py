"""Who was erased and is told of again: seen by name where there is one, and answered for exactly what was shown."""

import re

import pytest

from connector import database, mirror, mirror_returned
from connector.salons import Account
from connector.tables import Evidence
from tests.builders import Clock
from tests.connector.booking import Story, record
from tests.connector.console.visitor import Person, Visitor, text_of
from tests.connector.intake import apply, at, deleted, rows, told

NOBODY = "0" * 64


@pytest.fixture
def returned(story: Story, theirs: Story) -> None:
    """c-1 was deleted in the booking system, c-2 here; of both, and of the stranger's, something later was told."""
    for one in (story, theirs):
        apply(one.program, one.account, told("c-1"), told("c-2"), deleted("c-1"))
        with database.write(one.program.engine) as db:
            mirror.bury(db, one.account, "c-2", at=at(1), by="ovikello")
        apply(one.program, one.account, told("c-1", day=0.5), told("c-2", day=0.4))
    story.records["c-1"] = record("c-1", name="Aino Aalto")


def waiting(story: Story) -> set[str | None]:
    with database.read(story.program.engine) as db:
        return {one.client for one in mirror_returned.listed(db, story.account)}


def named(visitor: Visitor, nth: int) -> str:
    """What the nth choice on the page says."""
    found = re.findall(r'name="who" value="([^"]*)"', visitor.get("/returned").get_data(as_text=True))
    return str(found[nth])


def lines(story: Story, account: Account) -> list[str]:
    return [row.body.decode() for row in rows(story.program, account, Evidence) if b"came_back" in row.body]


@pytest.mark.usefixtures("returned")
def test_both_sorts_are_shown_and_only_one_can_be_taken_back(story: Story, logged_in: Visitor) -> None:
    page = logged_in.get("/returned")
    shown = text_of(page)
    assert "Aino Aalto" in shown
    assert shown.index("Poistettu varausjärjestelmässä") < shown.index("Poistettu sinun luvallasi")
    assert page.get_data(as_text=True).count('value="keep"') == 1
    assert "c-1" not in re.findall(r'href="([^"]*)"', page.get_data(as_text=True))


@pytest.mark.usefixtures("returned")
def test_the_customers_page_leads_there_until_everybody_is_answered(logged_in: Visitor) -> None:
    assert re.search(r'href="/returned".*?2 asiakasta', logged_in.get("/customers").get_data(as_text=True))
    for word in ("keep", "gone"):
        logged_in.post("/returned", salon="aava", who=named(logged_in, 0), answer=word)
    assert "/returned" not in logged_in.get("/customers").get_data(as_text=True)


@pytest.mark.usefixtures("returned")
@pytest.mark.parametrize(
    ("nth", "word", "left"), [(0, "keep", {"c-2"}), (0, "gone", {"c-2"}), (1, "gone", {"c-1"})]
)
def test_an_answer_is_about_those_who_were_chosen(
    story: Story, theirs: Story, logged_in: Visitor, nth: int, word: str, left: set[str]
) -> None:
    answer = logged_in.post("/returned", salon="aava", who=named(logged_in, nth), answer=word)
    assert (answer.status_code, answer.location) == (303, "/returned?said=1")
    assert waiting(story) == left
    assert waiting(theirs) == {"c-1", "c-2"}
    assert len(lines(story, story.account)) == 1
    assert lines(theirs, theirs.account) == []
    assert "Kirjattu: 1 asiakas" in text_of(logged_in.get("/returned?said=1"))


@pytest.mark.usefixtures("returned")
def test_whom_we_erased_is_not_taken_back_by_a_form_that_was_not_shown(
    story: Story, logged_in: Visitor
) -> None:
    assert (
        logged_in.post("/returned", salon="aava", who=named(logged_in, 1), answer="keep").status_code == 409
    )
    assert waiting(story) == {"c-1", "c-2"}


@pytest.mark.usefixtures("returned")
def test_of_whom_something_later_was_told_since_nothing_is_answered(story: Story, logged_in: Visitor) -> None:
    who = named(logged_in, 0)
    apply(story.program, story.account, told("c-1", day=0.1, has_account=True))
    answer = logged_in.post("/returned", salon="aava", who=who, answer="gone")
    assert answer.status_code == 409
    assert "lista on muuttunut" in text_of(answer)
    assert waiting(story) == {"c-1", "c-2"}


@pytest.mark.usefixtures("returned")
@pytest.mark.parametrize(
    ("who", "status"),
    [
        *((word, 422) for word in ("", "x", "\x00", NOBODY, f"{NOBODY}~2026-11-24", f"{NOBODY}~x")),
        (f"{NOBODY}~2026-11-24T10:00:00+00:00", 409),
    ],
)
def test_what_no_form_of_ours_says_changes_nothing(
    story: Story, logged_in: Visitor, who: str, status: int
) -> None:
    assert logged_in.post("/returned", salon="aava", who=who, answer="gone").status_code == status
    assert (
        logged_in.post("/returned", salon="toinen", who=named(logged_in, 0), answer="gone").status_code == 409
    )
    assert logged_in.post("/returned", salon="aava", who=named(logged_in, 0), answer="x").status_code == 404
    assert waiting(story) == {"c-1", "c-2"}


@pytest.mark.usefixtures("returned")
def test_whose_number_is_forgotten_can_be_answered_all_the_same(
    story: Story, visitor: Visitor, owner: Person, clock: Clock
) -> None:
    clock.at += at(0) - at(40)
    logged_in = visitor.log_in(owner)
    with database.write(story.program.engine) as db:
        mirror.settle_tombstones(db, story.account, clock.at)
    assert waiting(story) == {None}
    page = text_of(logged_in.get("/returned"))
    assert "Asiakas, jonka numero ei ole enää tallessa" in page
    assert (
        logged_in.post("/returned", salon="aava", who=named(logged_in, 0), answer="gone").status_code == 303
    )
    assert text_of(logged_in.get("/returned")).count("Asiakas, jonka numero") == 1


def test_where_nobody_waits_the_page_says_so(logged_in: Visitor) -> None:
    assert "Kukaan poistettu ei ole palannut" in text_of(logged_in.get("/returned"))
