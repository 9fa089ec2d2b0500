"""Nights: what was found and what to do, why nothing was proposed, those before; and when the first one comes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from connector import database, nightly, nightly_claims
from connector.console import advice
from connector.program import Program
from connector.reports import MESSAGES
from connector.tables import Night
from tests.builders import NOON, Clock
from tests.connector.booking import Story, record
from tests.connector.console.visitor import Person, Visitor, text_of
from tests.connector.night_world import quarantine

LATELY = {"last_activity_at": "2026-11-02T10:00:00Z", "last_visit_at": "2026-11-02T10:00:00Z"}
DAY = timedelta(days=1)


def night(story: Story) -> None:
    story.compared()
    nightly.run(story.program, salon=story.account.slug)


def begun(program: Program, salon: str, at: datetime) -> None:
    """A night that was claimed and has kept nothing."""
    with database.write(program.engine) as db:
        db.add(Night(salon=salon, on=at.date(), claimed_at=at))


def test_before_the_first_night_it_is_said_when_it_comes(story: Story, logged_in: Visitor) -> None:
    for path in ("/night", "/nights"):
        told = text_of(logged_in.get(path))
        assert "Ensimmäinen yö on vielä edessä" in told
        assert "keskiviikko 25.11.2026 klo 3.00" in told


def test_a_first_night_that_should_have_been_is_not_promised_again(
    story: Story, logged_in: Visitor, clock: Clock
) -> None:
    clock.at = NOON + DAY
    assert "25.11.2026" not in text_of(logged_in.get("/night"))


def test_a_night_in_which_all_is_well_says_so(story: Story, theirs: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", **LATELY))
    quarantine(theirs.program, theirs.account, is_known_type=True)
    night(theirs)
    night(story)
    told = text_of(logged_in.get("/night"))
    assert "Kaikki kunnossa" in told
    assert "Miksi mitään ei ehdotettu" not in told


def test_a_night_that_proposed_something_does_not_say_that_all_of_it_is_as_promised(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1"), *(record(f"n-{number}", **LATELY) for number in range(30)))
    night(story)
    assert story.listed()
    told = text_of(logged_in.get("/night"))
    assert "odottaa päätöstäsi. Muu on niin kuin olet luvannut." in told
    assert "kaikki on niin kuin olet luvannut" not in told


def test_why_nothing_was_proposed_stands_first_with_what_to_do(story: Story, logged_in: Visitor) -> None:
    story.booking.is_silent = True
    nightly.run(story.program, salon="aava")
    told = text_of(logged_in.get("/night"))
    assert told.index("Miksi mitään ei ehdotettu") < told.index("Kokeile, aukeaako varausjärjestelmä sinulle")
    assert "Viiva ei ole nolla" in told
    assert "Nämä toimivat silti" in told


def test_what_is_due_and_was_not_proposed_is_told_with_its_reason(story: Story, logged_in: Visitor) -> None:
    story.there_is(
        record("c-1", open_invoices=1),
        record("c-2", created_at=None, last_activity_at=None, last_visit_at=None),
        record("c-3", marketing={"email": True}, **LATELY),
    )
    night(story)
    page = logged_in.get("/night")
    told = text_of(page)
    assert "Mitä ei ehdotettu, ja miksi" in told
    assert "lasku on maksamatta" in told
    for because in ("no_last_activity", "marketing.unrecorded"):
        assert f'href="/questions/{because}"' in page.get_data(as_text=True)
        assert logged_in.get(f"/questions/{because}").status_code == 200


@pytest.mark.parametrize(
    ("ago", "word"),
    [
        (timedelta(minutes=59), "Yö on juuri menossa"),
        (nightly_claims.ABANDONED_AFTER, "Yö jäi kesken"),
    ],
)
def test_a_night_that_runs_and_one_that_came_to_nothing_are_told_apart(
    story: Story, logged_in: Visitor, ago: timedelta, word: str
) -> None:
    begun(story.program, "aava", NOON - ago)
    assert word in text_of(logged_in.get("/night"))


def test_each_night_has_a_page_and_those_missed_are_told(
    story: Story, theirs: Story, visitor: Visitor, owner: Person, clock: Clock
) -> None:
    story.there_is(record("c-1"))
    for day in (0, 1, 4):
        clock.at = NOON + day * DAY
        night(story)
    night(theirs)
    logged_in = visitor.log_in(owner)
    told = text_of(logged_in.get("/nights"))
    assert [told.index(day) for day in ("28.11.2026", "25.11.2026", "24.11.2026")] == sorted(
        told.index(day) for day in ("28.11.2026", "25.11.2026", "24.11.2026")
    )
    assert "2 yötä jäi väliin" in told
    page = logged_in.get("/night/2026-11-25").get_data(as_text=True)
    assert "Yö 25.11.2026" in page
    assert 'href="/night/2026-11-24"' in page
    assert 'href="/night/2026-11-28"' in page
    assert "/questions/" not in page


@pytest.mark.parametrize("on", ["2026-11-23", "2026-13-01", "x", "2026-11-24T00", "%00", "٢٠٢٦-١١-٢٤"])
def test_a_day_without_a_night_is_said_not_to_be_kept(story: Story, logged_in: Visitor, on: str) -> None:
    night(story)
    assert logged_in.get(f"/night/{on}").status_code == 404


def test_a_strangers_night_is_theirs(theirs: Story, logged_in: Visitor) -> None:
    night(theirs)
    assert logged_in.get("/night/2026-11-24").status_code == 404


def test_many_nights_are_listed_page_by_page(story: Story, logged_in: Visitor) -> None:
    with database.write(story.program.engine) as db:
        _nights(db, 20)
    first, second = text_of(logged_in.get("/nights")), text_of(logged_in.get("/nights?page=2"))
    assert [day in first for day in (" 20.10.2026", " 7.10.2026", " 6.10.2026")] == [True, True, False]
    assert [day in second for day in (" 7.10.2026", " 6.10.2026", " 1.10.2026")] == [False, True, True]
    for page in ("0", "99", "x", "-1"):
        assert logged_in.get(f"/nights?page={page}").status_code == 200


def _nights(db: Session, count: int) -> None:
    for day in range(1, count + 1):
        at = datetime(2026, 10, day, 1, tzinfo=UTC)
        db.add(Night(salon="aava", on=date(2026, 10, day), claimed_at=at))


def test_of_everything_that_a_night_may_find_it_is_said_what_to_do() -> None:
    assert set(advice.OF) == set(MESSAGES)
    assert all(one.steps for one in advice.OF.values())


def test_what_comes_next_is_told_by_its_day(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", **LATELY))
    night(story)
    told = text_of(logged_in.get("/night"))
    assert "1 asiakkaan tietojen aika täyttyy" in told
    assert "lauantai 15.1.2028" in told
