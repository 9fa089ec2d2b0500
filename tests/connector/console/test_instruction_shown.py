"""An instruction shows every row that the word is given on; its letter says what is so, and of how many."""

import re

import pytest

from connector import answers, approvals, approvals_instructed, database, dispatch, jobs
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
    """The owner's phone, with erasures of ten to do; marketing of one of them is to be switched off too."""
    bring(program, kasin, *clients(range(1, 41)), *GONE, *OLD)
    assert to_be_done(program, kasin, them.id) == 10
    with database.write(program.engine) as db:
        one = [row for row in answers.asked(db, kasin) if row.client == "60"]
        day = clock.at.date()
        assert answers.answer(db, kasin, one, answers.SWITCH_OFF, owner=them.id, now=clock.at, today=day) == 1
    to_be_done(program, kasin, them.id)
    return visitor.log_in(them)


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


def test_a_no_is_the_owners_own_and_waits_for_no_makers_answer(
    program: Program, kasin: Account, ten: Visitor, them: Person
) -> None:
    page = f"{link(kasin, '61')}/request"
    ten.post(page, **form_of(ten.get(page), page), right="objection", on="2027-01-15")
    dispatch.send_due(program, limit=9)
    with database.read(program.engine) as db:
        (no,) = (one for one in jobs.listed(db, kasin, [State.BY_HAND]) if one.content.by_no)
        makers = approvals_instructed.waiting(db, kasin)
        assert (len(makers), no.job in {one.job for one in makers}) == (11, False)
    form = form_of(ten.get("/tasks/instruction"), "/tasks/instruction")
    assert no.job.hex not in form["jobs"]
    with database.read(program.engine) as db:
        seen = approvals.group_digest(jobs.listed(db, kasin, job_ids=[no.job]))
    refused = ten.post(
        "/tasks/instruction",
        **(form | {"jobs": no.job.hex, "seen": seen, "way": "link", "code": them.next_code()}),
    )
    assert refused.status_code == 409
    assert "Listassa on 11 riviä" in text_of(make(ten, them))


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
