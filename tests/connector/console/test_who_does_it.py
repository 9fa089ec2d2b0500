"""A salon without an interface is told who does what: the owner, by hand; and what is kept of names, and why."""

from datetime import timedelta

import pytest

from connector import database, dispatch, jobs, nightly, verify
from connector.program import Program
from connector.salons import Account
from connector.states import State
from tests.builders import Clock
from tests.connector.booking import LATELY, Story, record
from tests.connector.console.test_client import link
from tests.connector.console.test_tasks import first_task
from tests.connector.console.visitor import Person, Visitor, form_of, text_of
from tests.connector.lists import GONE, bring, clients, to_be_done
from tests.connector.night_world import says_no

#: what only holds where a booking system is called
NOT_SO = (
    "Ovikello katsoo, että niin todella kävi",
    "Ovikello tarkistaa jokaisen",
    "tieto menee varausjärjestelmään",
    "lähtee pian",
    "Ovikello ei tallenna nimiä",
    "Mainokset loppuvat heti",
    "Ovikello kuulee siitä",
    "Kaikki on niin kuin olet luvannut",
)


def proposals(program: Program, account: Account, state: State = State.PROPOSED) -> list[jobs.Listed]:
    """What waits there."""
    with database.read(program.engine) as db:
        return jobs.listed(db, account, [state])


@pytest.fixture
def waiting(program: Program, kasin: Account, visitor: Visitor, them: Person) -> Visitor:
    """The owner's phone, when three erasures wait for a word."""
    nightly.run(program, salon=kasin.slug)
    return visitor.log_in(them)


def test_before_and_after_the_word_it_is_said_that_the_owner_does_it(
    program: Program, kasin: Account, waiting: Visitor, them: Person
) -> None:
    first = proposals(program, kasin)[0]
    before = text_of(waiting.get(f"/jobs/{first.job}"))
    assert "Teet tämän itse varausjärjestelmässä" in before
    page = f"/jobs/{first.job}"
    form = form_of(waiting.get(page), "/approve") | {"word": "approve", "code": them.next_code()}
    answer = waiting.post("/approve", **form)
    assert answer.status_code == 303
    after = text_of(waiting.get(answer.location))
    assert "Se tulee hetken päästä käsin tehtäviisi" in after
    assert "hyväksytty, tulee kohta tehtäviisi" in after
    for shown in (before, after):
        assert not [one for one in NOT_SO if one in shown]


def test_a_no_that_is_written_down_is_the_owners_to_carry_over(
    program: Program, kasin: Account, waiting: Visitor
) -> None:
    page = link(kasin, "7")
    form = form_of(waiting.get(f"{page}/request"), f"{page}/request") | {
        "right": "objection",
        "on": "2027-01-15",
    }
    assert "Otat mainokset itse pois päältä" in text_of(waiting.get(f"{page}/request"))
    answer = waiting.post(f"{page}/request", **form)
    shown = text_of(waiting.get(answer.location))
    assert "Varausjärjestelmä ei saa tästä tietoa itsestään: ota mainokset siellä pois päältä." in shown
    assert "Asiakas on kieltänyt mainokset, ja ne ovat yhä päällä: ota ne pois päältä" in shown
    assert not [one for one in NOT_SO if one in shown]


def test_names_are_said_to_be_kept_where_they_are(waiting: Visitor, story: Story, owner: Person) -> None:
    shown = text_of(waiting.get("/customers"))
    assert "listasi nimet, puhelinnumerot ja sähköpostiosoitteet ovat tallessa täällä" in shown
    assert "Ovikello ei tallenna nimiä" not in shown
    theirs = text_of(Visitor(waiting.client.application).log_in(owner).get("/customers"))
    assert "Ovikello ei tallenna nimiä" in theirs
    assert "ovat tallessa täällä" not in theirs


def test_a_salon_whose_system_is_called_is_told_what_ovikello_does(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1"))
    page = text_of(logged_in.get(f"/jobs/{story.job_for('c-1')}"))
    assert "Ovikello katsoo, että niin todella kävi" in page
    assert "Teet tämän itse" not in page


def test_a_no_that_is_still_on_in_the_booking_system_is_not_as_was_promised(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", **LATELY, marketing={"email": True}), record("c-2", **LATELY))
    assert "Kaikki on niin kuin olet luvannut" in text_of(logged_in.get(link(story.account, "c-2")))
    story.told(says_no("c-1"))
    shown = text_of(logged_in.get(link(story.account, "c-1")))
    assert "Kaikki on niin kuin olet luvannut" not in shown
    assert "ne ovat yhä päällä varausjärjestelmässä" in shown


def test_a_no_to_marketing_rests_on_no_list_and_is_done_however_old_the_last_one_is(
    program: Program, kasin: Account, waiting: Visitor, them: Person, clock: Clock
) -> None:
    page = f"{link(kasin, '7')}/request"
    waiting.post(page, **form_of(waiting.get(page), page), right="objection", on="2027-01-15")
    to_be_done(program, kasin, them.id)
    dispatch.send_due(program, limit=9)
    assert len(proposals(program, kasin, State.BY_HAND)) == 4
    clock.at += timedelta(days=20)
    waiting.log_in(them)
    shown = text_of(waiting.get("/tasks"))
    assert "Laita mainokset pois päältä" in shown
    assert "Asiakaslista on liian vanha 3 tehtävään" in shown
    (off,) = [one for one in proposals(program, kasin, State.BY_HAND) if not one.kind.is_destructive]
    assert first_task(waiting) == f"/tasks/{off.job}"
    assert "Tehty varausjärjestelmässä" in text_of(waiting.get(f"/jobs/{off.job}"))
    others = [one for one in proposals(program, kasin, State.BY_HAND) if one.kind.is_destructive]
    assert waiting.post(f"/tasks/{others[0].job}", salon="kasin", done="yes").status_code == 409
    assert waiting.post(f"/tasks/{off.job}", salon="kasin", done="yes").status_code == 303
    assert "Asiakaslista on tähän liian vanha" in text_of(waiting.get("/tasks"))


def test_what_was_marked_as_erased_and_is_on_the_list_is_not_said_to_have_come_back(
    program: Program, kasin: Account, phone: Visitor, clock: Clock
) -> None:
    task = first_task(phone)
    phone.post(task, salon="kasin", done="yes")
    clock.at += timedelta(minutes=5)
    bring(program, kasin, *clients(range(1, 21)), *GONE)
    verify.look_due(program, limit=9)
    shown = text_of(phone.get(f"/jobs/{task.rpartition('/')[2]}"))
    assert "Tiedot on merkitty poistetuiksi, mutta asiakas on yhä listalla." in shown
    assert "ilmestyivät takaisin" not in shown
    assert "Jokainen tieto erikseen" not in shown


def test_what_is_asked_of_the_owner_is_not_as_was_promised(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", **LATELY, marketing={"email": True}))
    assert "joten se kysytään sinulta" in text_of(logged_in.get(link(story.account, "c-1")))
