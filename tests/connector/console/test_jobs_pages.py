"""One job and one group: what goes of whom, what was done, what is to be done by hand, what a look found."""

from datetime import timedelta

import pytest

from connector import dispatch, verify
from connector.states import State
from policies.decisions import JobKind
from tests.builders import NOON
from tests.connector.booking import Story, record
from tests.connector.console.visitor import Person, Visitor, form_of, text_of
from tests.connector.night_world import says_no
from webhooks.events import RaffleEntered

LATELY = {"last_activity_at": "2026-11-02T10:00:00Z", "last_visit_at": "2026-11-02T10:00:00Z"}


def test_a_finished_erasure_tells_what_was_done_and_when_it_is_looked_at_again(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", name="Aino Aalto"))
    job_id = story.approved_job_for("c-1")
    dispatch.run_one(story.program, job_id)
    verify.run_one(story.program, job_id, 0)
    page = text_of(logged_in.get(f"/jobs/{job_id}"))
    assert "Poistunut asiakas" in page
    assert "Mitä tehtiin: Pois varausjärjestelmästä: nimi, puhelin ja sähköposti, käynnit" in page
    assert "asiakkaan tietoja ei enää ole · luettiin varausjärjestelmästä 24.11.2026 klo 14.0" in page
    assert "tarkistetaan uudestaan keskiviikko 25.11.2026" in page
    assert "Aino Aalto" not in page


def test_a_switch_that_was_turned_off_tells_which(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", name="Aino Aalto", marketing={"email": True}, **LATELY))
    story.told(says_no("c-1"))
    job_id = story.job_for("c-1", JobKind.MARKETING_OFF)
    dispatch.run_one(story.program, job_id)
    verify.run_one(story.program, job_id, 0)
    page = text_of(logged_in.get(f"/jobs/{job_id}"))
    assert "Aino Aalto" in page
    assert "Mitä tehtiin: Mainokset loppuvat: sähköposti" in page


def test_what_the_system_cannot_do_is_ticked_by_the_owner(
    story: Story, logged_in: Visitor, other_owner: Person, theirs: Story
) -> None:
    story.booking.can = ["list", "read"]
    story.there_is(record("c-1", name="Aino Aalto"))
    job_id = story.approved_job_for("c-1")
    dispatch.run_one(story.program, job_id)
    page = logged_in.get(f"/jobs/{job_id}")
    assert "Tee tämä ensin varausjärjestelmässä" in text_of(page)
    assert "Tehtävä käsin (1)" in text_of(logged_in.get("/"))
    form = form_of(page, f"/jobs/{job_id}/tick")
    assert logged_in.post(f"/jobs/{job_id}/tick", salon="toinen").status_code == 409
    assert story.state(job_id) is State.BY_HAND
    answers = [logged_in.post(f"/jobs/{job_id}/tick", **form) for _ in range(2)]
    assert {one.location for one in answers} == {"/?ticked=1"}
    assert story.state(job_id) is State.VERIFIED
    assert "sanoit, että tämä on tehty" in text_of(logged_in.get(f"/jobs/{job_id}"))
    logged_in.client.delete_cookie("ovikello")
    logged_in.log_in(other_owner)
    assert logged_in.post(f"/jobs/{job_id}/tick", salon="toinen").status_code == 404


def test_an_erasure_reminds_of_the_other_places_before_the_word_and_keeps_what_was_ticked_after_it(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", name="Aino Aalto"), record("c-2", marketing={"email": True}, **LATELY))
    job_id = story.job_for("c-1")
    assert "vihko kassalla" in text_of(logged_in.get(f"/jobs/{job_id}"))
    assert logged_in.post(f"/jobs/{job_id}/places", salon="aava", place="1").status_code == 303
    assert story.state(job_id) is State.PROPOSED
    story.approved(job_id)
    dispatch.run_one(story.program, job_id)
    verify.run_one(story.program, job_id, 0)
    page = logged_in.get(f"/jobs/{job_id}")
    assert "vihko kassalla merkitsit sen" in text_of(page)
    assert "liikkeen puhelin" in text_of(page)
    story.told(says_no("c-2"))
    off = story.job_for("c-2", JobKind.MARKETING_OFF)
    assert "vihko kassalla" not in text_of(logged_in.get(f"/jobs/{off}"))
    assert logged_in.post(f"/jobs/{off}/places", salon="aava", place="1").status_code == 400


def test_what_does_not_wait_for_a_hand_cannot_be_ticked(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1"))
    job_id = story.job_for("c-1")
    assert logged_in.post(f"/jobs/{job_id}/tick", salon="aava").status_code == 409
    assert story.state(job_id) is State.PROPOSED


def test_a_group_of_part_erasures_holds_only_those_of_whom_the_same_goes(
    story: Story, logged_in: Visitor
) -> None:
    drawn = NOON - timedelta(days=520)
    for client in ("c-1", "c-2", "c-3"):
        story.there_is(record(client, "identity", "contact", "raffles", **LATELY))
        story.told(RaffleEntered(at=drawn, digest=client, raffle="r", client=client, may_publish_name=None))
        story.job_for(client, JobKind.ERASE_CATEGORIES)
    page = text_of(logged_in.get("/"))
    assert "Vanhat tiedot: 3 asiakasta Joidenkin tietojen poisto" in page
    assert "Pois varausjärjestelmästä: arvontaliput" in page
    assert "Jätä näin" in page
    assert "arvonta 22.6.2025" in page
    where = logged_in.get("/").get_data(as_text=True).split('href="/approve?')[1].split('"')[0]
    assert "Poista nämä tiedot 3 asiakkaalta" in text_of(logged_in.get(f"/approve?{where}"))


def test_a_group_of_whole_erasures_says_what_only_some_of_them_have(story: Story, logged_in: Visitor) -> None:
    for number, client in enumerate(("c-1", "c-2", "c-3")):
        story.there_is(record(client, "identity", "contact", *(["birth"] if number else [])))
        story.job_for(client)
    page = text_of(logged_in.get("/"))
    assert "Pois varausjärjestelmästä: nimi, puhelin ja sähköposti; osalta myös syntymäaika" in page


def test_a_long_group_is_shown_page_by_page(story: Story, logged_in: Visitor) -> None:
    for number in range(26):
        story.there_is(record(f"c-{number}", name=f"Nimi {number}."))
        story.job_for(f"c-{number}")
    where = logged_in.get("/").get_data(as_text=True).split('href="/jobs?')[1].split('"')[0]
    pages = [
        text_of(logged_in.get(f"/jobs?{where}{more}"))
        for more in ("", "&page=2", "&page=0", "&page=99999999")
    ]
    assert ["Sivu 1/2" in page for page in pages] == [True, False, True, True]
    shown = [{number for number in range(26) if f"Nimi {number}." in page} for page in pages]
    assert (len(shown[0]), len(shown[1]), shown[0] | shown[1]) == (25, 1, set(range(26)))


@pytest.mark.parametrize(
    "path", ["/jobs/00000000-0000-0000-0000-000000000000", "/jobs/nonsense", "/jobs/%00"]
)
def test_a_job_that_is_not_ours_is_a_page_that_says_so(logged_in: Visitor, path: str) -> None:
    answer = logged_in.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "Hyväksynnät" in text_of(answer)
