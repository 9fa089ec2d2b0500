"""A customer of whom only Ovikello has a number: by the name where it is known, and by words where it is not."""

import re

import pytest

from connector import vault_ids
from connector.console import called
from connector.program import Program
from connector.salons import Account
from tests.builders import NOON, Clock
from tests.connector.console.visitor import Person, Visitor, person, text_of
from tests.connector.lists import GONE, bring, by_hand, clients, to_be_done

OWN = re.compile(r"list-[0-9a-f]")


@pytest.fixture
def nameless(program: Program, clock: Clock) -> Account:
    """A salon whose lists have no customer numbers."""
    clock.at = NOON.replace(year=2027, month=1, day=15)
    account = by_hand(program, "nimin")
    bring(program, account, *(line.partition(";")[2] for line in (*clients(range(1, 21)), *GONE)))
    return account


@pytest.fixture
def owner_there(program: Program, nameless: Account, clock: Clock) -> Person:
    """Who speaks for it, once three erasures are to be done by hand."""
    them = person(program, clock, "omistaja@nimin.example", nameless.slug)
    assert to_be_done(program, nameless, them.id) == 3
    return them


def links(page: str, *, to: str) -> set[str]:
    """Where a page leads, as far as it begins so."""
    return set(re.findall(rf'href="({to}[^"#?]+)"', page))


def test_no_page_about_them_shows_the_number_that_only_ovikello_has(
    visitor: Visitor, owner_there: Person
) -> None:
    phone = visitor.log_in(owner_there)
    seen = 0
    jobs = links(phone.get("/tasks").get_data(as_text=True), to="/jobs/")
    assert jobs
    for job in jobs:
        page = phone.get(job).get_data(as_text=True)
        (client,) = links(page, to="/customers/")
        for path in (job, client, f"{client}/hold", f"{client}/request"):
            shown = text_of(phone.get(path))
            assert OWN.search(shown) is None, path
            seen += "Vanha 8" in shown
    assert seen == 4 * len(jobs)


def test_a_customers_page_has_the_name_from_the_card_and_says_so(
    visitor: Visitor, owner_there: Person
) -> None:
    phone = visitor.log_in(owner_there)
    job = links(phone.get("/tasks").get_data(as_text=True), to="/jobs/").pop()
    client = links(phone.get(job).get_data(as_text=True), to="/customers/").pop()
    shown = text_of(phone.get(client))
    assert re.search(r"Vanha 8\d", shown)
    assert "Nimi on tuodusta listasta" in shown
    assert "kysyttiin varausjärjestelmältä" not in shown


def test_who_was_erased_is_told_by_words_and_the_last_visit_and_not_by_that_number(
    visitor: Visitor, owner_there: Person
) -> None:
    phone = visitor.log_in(owner_there)
    task = re.search(r'action="(/tasks/[^"]+)"', phone.get("/tasks").get_data(as_text=True))
    assert task is not None
    assert phone.post(task[1], salon="nimin", done="yes").status_code == 303
    page = phone.get("/tasks")
    assert re.search(r"Asiakas, jonka nimeä ei tiedetä\s+käynyt viimeksi 1\.2\.2015", text_of(page))
    job = f"/jobs/{task[1].rpartition('/')[2]}"
    for path in ("/tasks", job, *links(phone.get(job).get_data(as_text=True), to="/customers/")):
        assert OWN.search(text_of(phone.get(path))) is None, path


def test_a_number_of_the_booking_system_is_shown_as_the_system_writes_it(visitor: Visitor) -> None:
    with visitor.client.application.test_request_context("/"):
        assert called.called("17") == "Asiakas 17"
        assert called.called(vault_ids.left_behind("17", 1)) == "Asiakas 17"
        assert called.numbered("17") == "asiakas 17"
        assert called.numbered("list-0a") == called.numbered(vault_ids.left_behind("list-0a", 1)) == ""
        assert called.called(vault_ids.left_behind("list-0a", 2)) == "Asiakas, jonka nimeä ei tiedetä"
