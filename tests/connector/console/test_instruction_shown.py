"""An instruction shows every row that the word is given on; its letter says what is so, and of how many."""

import re

import pytest

from connector import database, dispatch, jobs
from connector.program import Program
from connector.salons import Account
from connector.states import State
from policies.decisions import JobKind
from tests.builders import Clock
from tests.connector.booking import Story, record
from tests.connector.console.asking import make
from tests.connector.console.test_client import link
from tests.connector.console.visitor import Person, Visitor, form_of, text_of
from tests.connector.lists import GONE, bring, clients, to_be_done

OLD = [f"{number};Vanha {number};040 55500{number};;1.2.2015;kyllä" for number in range(60, 67)]
ROW = re.compile(r"Vanha \d\d")


@pytest.fixture
def ten(program: Program, kasin: Account, visitor: Visitor, them: Person, clock: Clock) -> Visitor:
    """The owner's phone, with erasures of ten to do; one of them has said no to marketing too."""
    bring(program, kasin, *clients(range(1, 41)), *GONE, *OLD)
    assert to_be_done(program, kasin, them.id) == 10
    visitor.log_in(them)
    page = f"{link(kasin, '60')}/request"
    visitor.post(page, **form_of(visitor.get(page), page), right="objection", on="2027-01-15")
    dispatch.send_due(program, limit=9)
    return visitor


def test_every_row_that_the_word_is_given_on_stands_on_the_page(
    program: Program, kasin: Account, ten: Visitor
) -> None:
    with database.read(program.engine) as db:
        tasks = jobs.listed(db, kasin, [State.BY_HAND])
    assert [one.kind for one in tasks].count(JobKind.MARKETING_OFF) == 1
    answer = ten.get("/tasks/instruction")
    page = answer.get_data(as_text=True)
    assert [f"/jobs/{one.job}" for one in tasks if f'href="/jobs/{one.job}"' not in page] == []
    shown = text_of(answer)
    assert len(ROW.findall(shown)) == len(tasks) == 11
    assert "Näytä kaikki 11" in shown
    assert "Keistä on kyse: 10 asiakasta" in shown
    assert "Listassa on 11 tehtävää" in shown


def test_the_rows_stand_in_the_order_of_the_list(ten: Visitor) -> None:
    names = ROW.findall(text_of(ten.get("/tasks/instruction")))
    assert names == sorted(names)


def test_the_letter_counts_customers_as_customers_and_rows_as_rows(ten: Visitor, them: Person) -> None:
    answer = make(ten, them)
    letter = text_of(answer)
    assert 'value="Ohje henkilötietojen käsittelijälle: 10 asiakkaan tiedot"' in answer.get_data(as_text=True)
    assert "Listassa on 11 riviä, 10 asiakasta." in letter
    assert "11 asiakasta" not in letter


def test_the_letter_does_not_say_that_the_salon_could_not_do_it_itself(ten: Visitor, them: Person) -> None:
    letter = text_of(make(ten, them))
    assert "emme voi tehdä" not in letter
    assert "Voisimme tehdä saman järjestelmässä käsin" in letter
    assert "28 artiklan 3 kohdan a alakohta" in letter


def test_where_names_are_asked_for_all_rows_stand_there_and_a_page_asks_for_no_more_names_than_any(
    story: Story, logged_in: Visitor
) -> None:
    wanted = [f"c-{number}" for number in range(28)]
    story.booking.can = ["list", "read"]
    story.there_is(*(record(client, name=f"Nimi {client}") for client in wanted))
    for client in wanted:
        dispatch.run_one(story.program, story.approved_job_for(client))
    story.booking.reads = 0
    shown = text_of(logged_in.get("/tasks/instruction"))
    assert "Näytä kaikki 28" in shown
    assert story.booking.reads <= 25
    assert [one for one in wanted if not re.search(rf"(Nimi|Asiakas) {one}\b", shown)] == []
