"""A salon without an interface is told who does what: the owner, by hand; and what is kept of names, and why."""

import pytest

from connector import database, jobs, nightly
from connector.program import Program
from connector.salons import Account
from connector.states import State
from tests.connector.booking import LATELY, Story, record
from tests.connector.console.test_client import link
from tests.connector.console.visitor import Person, Visitor, form_of, text_of
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
    story.there_is(record("c-1", **LATELY, marketing={"email": True}))
    assert "Kaikki on niin kuin olet luvannut" in text_of(logged_in.get(link(story.account, "c-1")))
    story.told(says_no("c-1"))
    shown = text_of(logged_in.get(link(story.account, "c-1")))
    assert "Kaikki on niin kuin olet luvannut" not in shown
    assert "ne ovat yhä päällä varausjärjestelmässä" in shown
