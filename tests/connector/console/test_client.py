"""One customer's page: why each detail is kept and until when, what was said, what was done, with its proof."""

import re
from datetime import timedelta

import pytest

from connector import approvals, database, dispatch, mirror, nightly, salons_move, verify
from connector.database import write
from connector.salons import Account
from tests.builders import NOON
from tests.conftest import connect
from tests.connector.booking import LATELY, Story, record
from tests.connector.console.visitor import Person, Visitor, text_of
from tests.connector.moves import NEW
from tests.connector.night_world import says_no
from tests.connector.test_costs import listening
from webhooks.events import (
    Answer,
    ClientDeleted,
    ClientMerged,
    Consent,
    ConsentAnswered,
    DeletedBy,
    Method,
    RequestReceived,
    Right,
)
from webhooks.vocabulary import Channel, Purpose


def link(account: Account, client: str) -> str:
    """The address of a customer's page."""
    return f"/customers/{account.keys.link_of(client)}"


def page_of(story: Story, visitor: Visitor, client: str = "c-1") -> str:
    """What a customer's page says."""
    answer = visitor.get(link(story.account, client))
    assert answer.status_code == 200
    return text_of(answer)


def proof_of(story: Story, visitor: Visitor, client: str) -> str:
    """Under which keyed name a customer's page offers the evidence about them."""
    page = visitor.get(link(story.account, client)).get_data(as_text=True)
    (key,) = re.findall(r'href="/evidence/customers/([0-9a-f]{64})/file"', page)
    return str(key)


def test_the_name_is_asked_once_and_its_time_is_told(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", name="Anna Korhonen", **LATELY))
    story.booking.reads = 0
    page = page_of(story, logged_in)
    assert "Anna Korhonen" in page
    assert re.search(r"Nimi haettiin varausjärjestelmästä klo 14\.\d\d. Ovikello ei tallenna sitä", page)
    assert story.booking.reads == 1


def test_each_category_says_why_it_is_kept_until_when_and_what_would_change_that(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", **LATELY))
    page = page_of(story, logged_in)
    assert "Nimi, puhelin ja sähköposti, käynnit Jää" in page
    assert "Lupauksesi: 1 vuosi viime asioinnista, laskettuna päivästä 2.11.2026." in page
    assert "2.11.2027 asti. Poistetaan sen jälkeisenä siivouspäivänä 15.1.2028." in page
    assert "Uusi varaus tai käynti: aika alkaa alusta." in page
    assert "Kaikki on niin kuin olet luvannut." in page


def test_a_debt_holds_the_name_back_and_nothing_else(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", "identity", "contact", "visits", open_invoices=1))
    page = page_of(story, logged_in)
    assert "Käynnit Valmis poistettavaksi" in page
    assert "Nimi, puhelin ja sähköposti Odottaa" in page
    assert "Maksu tai hyvitys: asia katsotaan uudestaan seuraavana yönä." in page
    assert "Mikä estää poiston Lasku on maksamatta Pitää tallessa:" in page
    assert "Päättyy itsestään, kun syy poistuu" in page
    assert page.index("Valmis poistettavaksi") < page.index("Odottaa Miksi")


def test_what_the_law_keeps_is_told_apart_from_what_the_owner_promised(
    story: Story, logged_in: Visitor
) -> None:
    story.told_paid_invoice("c-1", **LATELY)
    page = page_of(story, logged_in)
    assert "Laskut ja kuitit Laki vaatii" in page
    assert "laki menee omien sääntöjesi edelle" in page


def test_what_waits_for_the_owner_is_one_tap_away(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1"))
    job_id = story.job_for("c-1")
    answer = logged_in.get(link(story.account, "c-1"))
    assert f'href="/jobs/{job_id}">Katso ja hyväksy' in answer.get_data(as_text=True)


def test_answers_stand_as_a_time_line_with_how_where_and_by_which_wording(
    story: Story, logged_in: Visitor
) -> None:
    yes = Consent(
        Purpose.NEWSLETTER,
        (Channel.EMAIL,),
        Answer.GIVEN,
        NOON - timedelta(days=700),
        Method.CHECKBOX,
        "2",
        "Sanna",
    )
    unknown = Consent(Purpose.DIRECT_MARKETING, (), Answer.GIVEN, NOON - timedelta(days=600))
    story.there_is(record("c-1", marketing={"email": True, "sms": False}, **LATELY))
    for number, consent in enumerate((yes, unknown)):
        story.told(ConsentAnswered(client="c-1", consent=consent, at=consent.at, digest=str(number)))
    story.told(says_no("c-1"))
    page = page_of(story, logged_in)
    assert "Lupa: uutiskirje" in page
    assert "sähköposti · rasti lomakkeessa · henkilökunta kirjasi · seloste, versio 2" in page
    assert "kaikki tavat · varausjärjestelmä ei kertonut, miten" in page
    assert "Lupa peruttu: uutiskirje" in page
    assert "Sanna" not in page
    assert "Mainoksia ei saa lähettää näin: sähköposti." in page
    assert "tekstiviesti: pois." in page
    assert page.index("Lupa peruttu") < page.index("kaikki tavat") < page.index("rasti lomakkeessa")


def test_an_objection_is_told_once_and_forbids_everything(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", **LATELY))
    story.told(RequestReceived(at=NOON, digest="x", client="c-1", right=Right.OBJECTION, received_at=NOON))
    page = page_of(story, logged_in)
    assert "Mainoksia ei saa lähettää. " in page
    assert "Kielsi kaikki mainokset" in page
    assert "Lupa peruttu" not in page
    assert "Odottaa vastausta" not in page


@pytest.mark.parametrize(
    ("days", "right", "said"),
    [
        (0, Right.ERASURE, "30 päivää aikaa"),
        (30, Right.ACCESS, "1 päivä aikaa"),
        (31, Right.ACCESS, "Viimeinen päivä tänään"),
        (32, Right.ACCESS, "1 päivän myöhässä"),
        (61, Right.RECTIFICATION, "31 päivää myöhässä"),
        (100, Right.ERASURE, "myöhässä"),
    ],
)
def test_a_request_says_until_when_it_wants_an_answer(
    story: Story, logged_in: Visitor, days: int, right: Right, said: str
) -> None:
    story.there_is(record("c-1", **LATELY))
    at = NOON - timedelta(days=days)
    story.told(RequestReceived(at=at, digest="x", client="c-1", right=right, received_at=at))
    page = page_of(story, logged_in)
    assert "Odottaa vastausta" in page
    assert said in page


def test_what_is_answered_in_words_is_not_called_late_for_ever(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", **LATELY))
    at = NOON - timedelta(days=62)
    story.told(RequestReceived(at=at, digest="x", client="c-1", right=Right.RECTIFICATION, received_at=at))
    page = page_of(story, logged_in)
    assert "Odottaa vastausta" not in page
    assert "Pyysi, että tiedot korjataan" in page


@pytest.mark.parametrize(("days", "is_open"), [(-1, True), (1, False)])
def test_what_was_turned_down_since_has_been_answered(
    story: Story, logged_in: Visitor, owner: Person, days: int, is_open: bool
) -> None:
    story.there_is(record("c-1"))
    at = story.program.now() - timedelta(days=days)
    job_id = story.job_for("c-1")
    seen = {one.job: one.digest for one in story.listed()}
    with write(story.program.engine) as db:
        approvals.reject(db, story.account, [job_id], seen=seen, owner=owner.id, now=story.program.now())
    entry = RequestReceived(at=at, digest="x", client="c-1", right=Right.ERASURE, received_at=at)
    story.told(entry)
    assert ("Odottaa vastausta" in page_of(story, logged_in)) is is_open


def test_somebody_erased_leaves_what_was_done_and_how_good_the_proof_is(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", name="Anna Korhonen"), record("c-2"))
    job_id = story.approved_job_for("c-1")
    dispatch.run_one(story.program, job_id)
    verify.run_one(story.program, job_id, 0)
    story.booking.reads = 0
    page = page_of(story, logged_in)
    assert "Poistunut asiakas" in page
    assert "Poistettu Ovikellon kautta 24.11.2026." in page
    assert "asiakkaan tietoja ei enää ole" in page
    assert "luettiin varausjärjestelmästä" in page
    assert "tarkistetaan uudestaan keskiviikko 25.11.2026" in page
    assert "Anna Korhonen" not in page
    assert story.booking.reads == 0


def test_the_proof_about_somebody_of_an_earlier_booking_system_is_still_theirs_and_no_namesakes(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1"))
    job_id = story.approved_job_for("c-1")
    dispatch.run_one(story.program, job_id)
    verify.run_one(story.program, job_id, 0)
    before = proof_of(story, logged_in, "c-1")
    with database.write(story.program.engine) as db:
        salons_move.move(db, story.account, NEW, now=story.program.now(), even_so=True)
    assert proof_of(story, logged_in, "c-1") == before == story.account.keys.client_key("c-1")


def test_a_task_by_hand_that_was_ticked_is_proved_by_the_owners_word_alone(
    story: Story, logged_in: Visitor
) -> None:
    story.booking.can = ["list", "read"]
    story.there_is(record("c-1"))
    job_id = story.approved_job_for("c-1")
    dispatch.run_one(story.program, job_id)
    logged_in.post(f"/jobs/{job_id}/tick", salon="aava")
    assert "sinun sanasi mukaan" in page_of(story, logged_in)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (DeletedBy.CLIENT, "Asiakas poisti tietonsa itse"),
        (DeletedBy.STAFF, "Poistettu varausjärjestelmässä"),
    ],
)
def test_somebody_removed_there_says_by_whom(
    story: Story, logged_in: Visitor, by: DeletedBy, said: str
) -> None:
    story.there_is(record("c-1"))
    story.told(ClientDeleted(at=NOON, digest="x", client="c-1", by=by))
    assert said in page_of(story, logged_in)


def test_somebody_missing_and_somebody_told_of_again_say_so(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1"), record("c-2"))
    with write(story.program.engine) as db:
        mirror.miss(db, story.account, "c-1", at=story.program.now())
    story.told(ClientDeleted(at=NOON - timedelta(days=2), digest="x", client="c-2", by=DeletedBy.STAFF))
    story.told(says_no("c-2"))
    assert "Ei ole ollut varausjärjestelmän listalla" in page_of(story, logged_in)
    assert "Varausjärjestelmä on kertonut tästä asiakkaasta sen jälkeen" in page_of(story, logged_in, "c-2")


@pytest.mark.parametrize("asked", ["c-1", "c-2"])
def test_merged_ids_are_one_customer_under_the_id_that_goes_on(
    story: Story, logged_in: Visitor, asked: str
) -> None:
    story.there_is(record("c-1", **LATELY), record("c-2", name="Anna Korhonen", **LATELY))
    story.told(ClientMerged(at=NOON, digest="m", client="c-1", into="c-2"))
    page = page_of(story, logged_in, asked)
    assert "Anna Korhonen" in page
    assert "Asiakas c-2. Yhdistetty: c-1." in page


def test_a_merge_of_which_half_was_told_is_not_judged(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", **LATELY))
    at = story.program.now() + timedelta(seconds=1)
    story.told(ClientDeleted(at=at, digest="x", client="c-1", by=DeletedBy.MERGE))
    page = page_of(story, logged_in)
    assert "yhdistettiin toiseen" in page
    assert "Tästä ei juuri nyt päätellä mitään." in page


def test_somebody_without_identifiers_is_not_asked_for(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", name="Anonymisoitu"))
    with write(story.program.engine) as db:
        mirror.remove_identifiers(db, story.account, "c-1", at=NOON)
    story.booking.reads = 0
    page = page_of(story, logged_in)
    assert "Tunnisteet poistettu 24.11.2026" in page
    assert story.booking.reads == 0


def test_a_silent_booking_system_leaves_the_id_the_facts_and_the_reason(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", name="Anna Korhonen", **LATELY))
    story.booking.is_silent = True
    page = page_of(story, logged_in)
    assert "Varausjärjestelmä ei juuri nyt vastaa, joten nimeä ei saatu." in page
    assert "Asiakas c-1" in page
    assert "2.11.2027 asti" in page
    assert "Nimi haettiin" not in page


def test_a_customer_whom_the_booking_system_does_not_have_is_told_of(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", **LATELY))
    del story.records["c-1"]
    assert "ettei siellä ole tällaista asiakasta" in page_of(story, logged_in)


def test_nobody_elses_page_opens(story: Story, theirs: Story, logged_in: Visitor) -> None:
    theirs.there_is(record("c-1", name="Vieras Nainen"))
    key = story.account.keys.link_of("c-1")
    answers = [
        logged_in.get(link(theirs.account, "c-1")),  # a stranger's address
        logged_in.get(link(story.account, "c-1")),  # our own, of nobody
        logged_in.get(f"/customers/{key[:-1]}"),
        logged_in.get("/customers/c-1"),
        logged_in.get("/customers/%00"),
    ]
    assert [one.status_code for one in answers] == [404] * 5
    assert not any("Vieras" in text_of(one) for one in answers)
    assert "Ovikello ei tiedä tästä asiakkaasta mitään" in text_of(answers[1])


def test_without_rules_in_force_facts_are_told_and_nothing_is_judged(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", name="Anna Korhonen", **LATELY))
    with database.write(story.program.engine) as db:
        db.connection().exec_driver_sql("UPDATE policy_version SET effective_from = '2027-06-01'")
    page = page_of(story, logged_in)
    assert "Sääntösi eivät ole vielä voimassa" in page
    assert "Kävi viimeksi maanantai 2.11.2026" in page


def test_a_page_costs_the_same_however_much_there_is_to_tell(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", marketing={"email": True}), record("c-2", **LATELY))
    page_of(story, logged_in)
    with listening(story.program.engine) as plain:
        page_of(story, logged_in, "c-2")
    for number in range(6):
        story.told(says_no("c-1", at=NOON - timedelta(days=number)))
        nightly.run(story.program, salon="aava")
    with listening(story.program.engine) as full:
        page_of(story, logged_in)
    jobs_and_looks, merged_and_told = 2, 3
    assert len(full.statements) - len(plain.statements) <= jobs_and_looks + merged_and_told
    assert sum("consent_record" in one for one, _ in full.statements) == 2  # the facts, and the time line


def test_another_salons_policy_is_no_matter(story: Story, logged_in: Visitor) -> None:
    connect(story.program, "kolmas", policy="accounts")
    story.there_is(record("c-1", **LATELY))
    assert "15.1.2028" in page_of(story, logged_in)


def test_every_page_that_names_a_customer_leads_to_theirs(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1"), record("c-2", marketing={"email": True}, **LATELY))
    nightly.run(story.program, salon="aava")
    (job,) = [one for one in story.listed() if one.client == "c-1"]
    for path, client in (
        ("/", "c-1"),
        (f"/jobs/{job.job}", "c-1"),
        ("/questions/marketing.unrecorded", "c-2"),
    ):
        page = logged_in.get(path).get_data(as_text=True)
        assert f'href="{link(story.account, client)}"' in page, path
