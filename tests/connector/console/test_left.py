"""A task that the owner left says so: for what, of whom by name, and when it comes again; its word did not run out."""

from datetime import timedelta

import pytest

from connector import database, holds, jobs, nightly
from connector.program import Program
from connector.salons import Account
from connector.states import State
from tests.builders import Clock
from tests.connector.booking import Story, record
from tests.connector.console.test_tasks import first_task
from tests.connector.console.visitor import Person, Visitor, text_of
from tests.connector.lists import GONE, bring, clients

RAN_OUT = "hyväksyntäsi vanhentui"
NOBODY = "Asiakas, jonka nimi ei ole enää tallessa täällä"


def left(phone: Visitor, word: str, **more: str) -> tuple[str, str]:
    """A task is left; the page of its job, and the name on it."""
    task = first_task(phone)
    page = f"/jobs/{task.rpartition('/')[2]}"
    name = text_of(phone.get(page)).partition("Vanha ")[2][:2]
    assert phone.post(task, salon="kasin", done=word, **more).status_code == 303
    return page, f"Vanha {name}"


@pytest.mark.parametrize(
    ("word", "more", "said"),
    [
        ("booking_ahead", {}, "jätit sen: hänellä on tuleva varaus"),
        ("open_invoice", {}, "jätit sen: jotain on maksamatta"),
        ("prepaid_value", {}, "jätit sen: hänellä on lahjakortti"),
        ("other", {"reason": "Tulee keväällä"}, "jätit sen: Tulee keväällä"),
    ],
)
def test_it_says_that_it_was_left_for_what_and_of_whom(
    phone: Visitor, word: str, more: dict[str, str], said: str
) -> None:
    page, name = left(phone, word, **more)
    for path in ("/", page):
        shown = text_of(phone.get(path))
        assert said in shown
        assert name in shown
        assert RAN_OUT not in shown
        assert NOBODY not in shown
    assert "Tietojen poisto: jätit sen" in text_of(phone.get("/evidence"))


def test_it_says_when_it_comes_again_and_then_it_does(
    program: Program, kasin: Account, phone: Visitor, them: Person, clock: Clock
) -> None:
    page, name = left(phone, "booking_ahead")
    shown = text_of(phone.get(page))
    assert "Siitä muistutetaan: sunnuntai 14.2.2027" in shown
    assert "lopeta este asiakkaan sivulla" in shown
    nightly.run(program, salon="kasin")
    assert "jätit sen: hänellä on tuleva varaus" in text_of(phone.get(page))
    clock.at += timedelta(minutes=5)
    with database.write(program.engine) as db:
        (hold,) = holds.listed(db, kasin)
        holds.end(db, kasin, hold.hold, owner=them.id, now=program.now(), today=program.now().date())
    ended = text_of(phone.get(page))
    assert "Olet jo lopettanut sen esteen" in ended
    assert name in ended
    report = nightly.run(program, salon="kasin").salons[0]
    assert [job.client for job in report.proposed] == [hold.client]


def test_a_task_that_the_facts_overtook_is_no_longer_needed_and_was_left_by_nobody(
    program: Program, kasin: Account, phone: Visitor, clock: Clock
) -> None:
    clock.at += timedelta(minutes=5)
    bring(program, kasin, *clients(range(1, 21)), *(row.replace("1.2.2015", "10.1.2027") for row in GONE))
    nightly.run(program, salon="kasin")
    with database.read(program.engine) as db:
        over = jobs.listed(db, kasin, [State.EXPIRED])
    assert len(over) == 3
    for path in ("/", f"/jobs/{over[0].job}"):
        shown = text_of(phone.get(path))
        assert "ei enää tarpeen" in shown
        assert RAN_OUT not in shown
        assert "jätit sen" not in shown


def test_a_word_that_ran_out_says_so(story: Story, visitor: Visitor, owner: Person, clock: Clock) -> None:
    story.there_is(record("c-1"))
    job_id = story.approved_job_for("c-1")
    clock.at += timedelta(days=8)
    with database.write(story.program.engine) as db:
        assert jobs.expire_due(db, story.account, now=story.program.now()) == 1
    assert RAN_OUT in text_of(visitor.log_in(owner).get(f"/jobs/{job_id}"))


def test_another_salons_owner_reads_nothing_of_it(phone: Visitor, other_owner: Person) -> None:
    page, _ = left(phone, "booking_ahead")
    theirs = Visitor(phone.client.application).log_in(other_owner)
    assert "jätit sen" not in text_of(theirs.get("/"))
    assert theirs.get(page).status_code == 404
