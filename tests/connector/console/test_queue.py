"""The first page: what waits, how urgent it is, and what can be said after the last night."""

from datetime import timedelta

import pytest

from connector import database, nightly, reports
from connector.reports import Finding, SalonReport
from connector.states import State
from tests.builders import NOON, Clock
from tests.connector.booking import Story, record
from tests.connector.console.visitor import Person, Visitor, text_of
from webhooks.events import RequestReceived, Right

LATELY = {"last_activity_at": "2026-11-02T10:00:00Z", "last_visit_at": "2026-11-02T10:00:00Z"}


def night(story: Story, *findings: Finding, fresh: bool = True, ago: timedelta = timedelta(hours=9)) -> None:
    """A night that was."""
    report = SalonReport(salon="aava", on=NOON.date(), fresh=fresh, findings=findings)
    with database.write(story.program.engine) as db:
        reports.keep(db, report, at=NOON - ago)


def test_before_the_first_night_nothing_is_said_to_be_well(logged_in: Visitor) -> None:
    page = text_of(logged_in.get("/"))
    assert "Emme vielä tiedä" in page
    assert "kunnossa" not in page
    assert "Ensimmäinen yö on vielä edessä" in text_of(logged_in.get("/night"))


def test_all_is_well_after_a_night_that_looked_and_found_nothing(story: Story, logged_in: Visitor) -> None:
    night(story)
    page = text_of(logged_in.get("/"))
    assert "Kaikki kunnossa" in page
    assert "Viime yönä kaikki oli niin kuin olet luvannut" in page


def test_a_night_that_could_not_look_is_not_well(story: Story, logged_in: Visitor) -> None:
    night(story, Finding("no_answer"), fresh=False)
    page = text_of(logged_in.get("/"))
    assert "Viime yönä ei päästy katsomaan" in page
    assert "kunnossa" not in page
    told = text_of(logged_in.get("/night"))
    assert "Viiva ei ole nolla" in told
    assert "Varausjärjestelmä ei antanut kunnon vastausta" in told


def test_a_night_that_found_something_is_not_well(story: Story, logged_in: Visitor) -> None:
    night(story, Finding("by_hand", {"count": 2}))
    page = text_of(logged_in.get("/"))
    assert "Viime yönä löytyi jotain" in page
    assert "kunnossa" not in page
    assert "Asioita, jotka jonkun pitää tehdä käsin varausjärjestelmässä: 2." in text_of(
        logged_in.get("/night")
    )


@pytest.mark.parametrize(
    ("ago", "said"),
    [(timedelta(hours=36), "Kaikki kunnossa"), (timedelta(hours=36, seconds=1), "Viime öinä")],
)
def test_a_night_too_long_ago_says_nothing_of_today(
    story: Story, visitor: Visitor, owner: Person, clock: Clock, ago: timedelta, said: str
) -> None:
    visitor.log_in(owner)
    night(story, ago=ago - (clock.at - NOON))
    assert said in text_of(visitor.get("/"))
    assert ("Sen jälkeen yhtään yötä" in text_of(visitor.get("/night"))) is (said == "Viime öinä")


def test_another_salons_night_is_none_of_ours(story: Story, visitor: Visitor, other_owner: Person) -> None:
    night(story)
    assert "Emme vielä tiedä" in text_of(visitor.log_in(other_owner).get("/"))


@pytest.mark.parametrize(
    ("days_ago", "said", "look"),
    [
        (22, "8 päivää aikaa", "info"),  # asked on 2 November, answered by 2 December
        (23, "7 päivää aikaa", "warn"),
        (29, "1 päivä aikaa", "warn"),
        (30, "1 päivä aikaa", "warn"),  # 25 October + a month is 25 November
        (31, "Viimeinen päivä tänään", "warn"),
        (32, "1 päivän myöhässä", "warn"),
        (35, "4 päivää myöhässä", "warn"),
    ],
)
def test_a_request_shows_how_many_days_the_law_leaves(
    story: Story, logged_in: Visitor, days_ago: int, said: str, look: str
) -> None:
    asked = NOON - timedelta(days=days_ago)
    story.there_is(record("c-1", **LATELY))
    story.told(RequestReceived(at=asked, digest="r", client="c-1", right=Right.ERASURE, received_at=asked))
    story.job_for("c-1")
    page = logged_in.get("/").get_data(as_text=True)
    if days_ago == 29:  # 26 October + a month is 26 November
        said = "2 päivää aikaa"
    assert f'<span class="tag {look}">{said}</span>' in page


def test_what_is_due_by_the_salons_own_rules_has_no_days_of_the_law(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1"))
    story.job_for("c-1")
    page = text_of(logged_in.get("/"))
    assert "käynyt viimeksi 1.3.2024" in page
    assert "aikaa" not in page


def test_decisions_are_counted_not_customers(story: Story, logged_in: Visitor) -> None:
    for client in ("c-1", "c-2", "c-3", "c-4"):
        story.there_is(record(client))
        story.job_for(client)
    for client in ("q-1", "q-2"):
        story.there_is(record(client, marketing={"email": True}, **LATELY))
    nightly.run(story.program, salon="aava")
    page = logged_in.get("/")
    assert "2 asiaa odottaa päätöstäsi" in text_of(page)
    assert "<title>Hyväksynnät (2)" in page.get_data(as_text=True)
    assert '<span class="n">2<' in logged_in.get("/night").get_data(as_text=True)


def test_what_is_only_proposed_has_not_happened(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1"), record("c-2"))
    story.job_for("c-1")
    assert "Viimeksi tapahtui" not in text_of(logged_in.get("/"))
    story.approved_job_for("c-2")
    assert text_of(logged_in.get("/")).count("hyväksytty, lähtee pian") == 1


def test_where_the_booking_system_is_silent_its_own_ids_are_shown_and_why(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", name="Aino Aalto"))
    pages, why = ("/", f"/jobs/{story.job_for('c-1')}"), "ei juuri nyt vastaa, joten nimien paikalla"
    for path in pages:
        page = text_of(logged_in.get(path))
        assert "Aino Aalto" in page
        assert why not in page
    story.booking.is_silent = True
    for path in pages:
        page = text_of(logged_in.get(path))
        assert "Asiakas c-1" in page
        assert why in page


@pytest.mark.parametrize(
    "name", ["\ud800 Aino", "Aino\x00\x1b[31m", "Aino" * 400_000, "<script>Aino</script>"]
)
def test_a_name_that_is_no_name_harms_no_page(story: Story, logged_in: Visitor, name: str) -> None:
    story.there_is(record("c-1"))
    job_id = story.job_for("c-1")
    story.records["c-1"]["name"] = name
    for path in ("/", f"/jobs/{job_id}"):
        page = logged_in.get(path)
        assert page.status_code == 200
        assert "Aino" in text_of(page)
        assert len(page.data) < 50_000
        assert "<script" not in page.get_data(as_text=True)


def test_every_name_on_the_page_is_asked_for(story: Story, logged_in: Visitor) -> None:
    story.there_is(*(record(f"c-{number}", name=f"Nimi c-{number}") for number in range(14)))
    story.booking.can = ["list", "read"]
    nightly.run(story.program, salon="aava")
    waiting = [one for one in story.listed() if one.state is State.PROPOSED]
    story.approved(*(one.job for one in waiting[:8]), second=True)
    nightly.run(story.program, salon="aava")
    page = text_of(logged_in.get("/"))
    assert "Tehtävä käsin (8)" in page
    assert "Asiakas c-" not in page


@pytest.mark.parametrize(
    "told", ["approved=x", "approved=-1", "approved=99999999", "approved=²", "nothing=1"]
)
def test_a_redirect_that_we_did_not_write_says_nothing(logged_in: Visitor, told: str) -> None:
    assert 'role="status"' not in logged_in.get(f"/?{told}").get_data(as_text=True)


def test_each_language_says_the_first_page_in_its_own_words(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1"))
    story.job_for("c-1")
    for language, said in (("sv", "1 sak väntar på ditt beslut"), ("en", "1 thing waits for your word")):
        logged_in.post("/language", language=language)
        assert said in text_of(logged_in.get("/"))
