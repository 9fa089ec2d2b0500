"""Finding a customer: by number, telephone or e-mail; what was typed stays nowhere; lists without a name in clear."""

import pytest

from connector import mirror, nightly
from connector.database import write
from connector.program import Program
from connector.salons import Account
from tests.builders import Clock
from tests.connector.booking import LATELY, Story, record
from tests.connector.console.visitor import Visitor, text_of
from tests.connector.intake import merged
from tests.connector.lists import GONE, HEADER, bring, clients
from tests.connector.moves import leaving
from webhooks.imports.fields import Kind

PHONE = "040 123 4567"
#: whose list has neither numbers to call nor addresses
NAMED = ((107, "Väinö Virtanen"), (108, "Aino Aalto"), (109, "Aino Aalto"), (110, "Väinö Virtanen-Aho"))


def find(visitor: Visitor, who: str) -> tuple[int, str]:
    """Search, and follow to where it leads: its status and words."""
    answer = visitor.post("/customers", salon="aava", who=who)
    if answer.status_code == 303:
        assert answer.location.startswith("/customers/")
        answer = visitor.get(answer.location)
    return answer.status_code, text_of(answer)


@pytest.mark.parametrize(
    "who",
    [
        " 2083 ",
        PHONE,
        "+358 40 123 4567",
        "0401234567",
        "Aino.Aalto@Posti.example ",
        "aino.aalto@posti.example",
    ],
)
def test_a_customer_is_found_however_the_number_or_address_is_written(
    story: Story, theirs: Story, logged_in: Visitor, who: str
) -> None:
    there = {"phone": PHONE, "email": "aino.aalto@posti.example"}
    story.there_is(record("2083", name="Aino Aalto", **there), record("2084", name="Elli Harju"))
    theirs.there_is(record("2083", name="Vieras Nainen", **there))
    status, page = find(logged_in, who)
    assert (status, "Aino Aalto" in page, "Vieras" in page) == (200, True, False)


@pytest.mark.parametrize(
    "who", ["2085", "050 765 4321", "nobody@posti.example", "", " ", "a\x00b", "x" * 9000, "' OR 1=1 --"]
)
def test_who_is_not_found_may_have_three_reasons(
    story: Story, theirs: Story, logged_in: Visitor, who: str
) -> None:
    story.there_is(record("2083", phone=PHONE))
    theirs.there_is(record("2085", phone="050 765 4321"))
    status, page = find(logged_in, who)
    assert status == 404
    assert "toisen numeron" in page
    assert "poistettu" in page
    assert "uusi" in page


def test_where_names_are_kept_sealed_a_whole_name_finds_who_gave_nothing_else(
    program: Program, kasin: Account, phone: Visitor
) -> None:
    of_names = [f"{number};{name};;;1.9.2026;" for number, name in NAMED]
    taken = bring(program, kasin, *clients(range(1, 21)), *GONE, *of_names)
    assert taken.finding is None
    assert "Koko nimi" in text_of(phone.get("/customers"))
    for typed in ("Väinö Virtanen", "  väinö   VIRTANEN "):
        found = phone.post("/customers", salon="kasin", who=typed)
        assert found.status_code == 303
        assert "Väinö Virtanen" in text_of(phone.get(found.location))
    assert phone.post("/customers", salon="kasin", who="Virtanen").status_code == 404
    several = phone.post("/customers", salon="kasin", who="Aino Aalto")
    assert (several.status_code, text_of(several).count("Aino Aalto")) == (200, 2)


@pytest.mark.parametrize(
    ("listed", "typed", "is_found"),
    [
        ("Virtanen Väinö", "Väinö Virtanen", True),
        ("Virtanen, Väinö", "Väinö Virtanen", True),
        ("Virtanen, Väinö", "virtanen väinö", True),
        ("Väinö Virtanen", "Virtanen,  Väinö", True),
        ("Virtanen Väinö", "Virtanen,Väinö", True),
        ("Virtanen, Väinö Olavi", "Väinö Olavi Virtanen", True),
        ("von Wright, Väinö Olavi", "Väinö Olavi von Wright", True),
        ("Väinö Virtanen", "Väinö Virtanen-Aho", False),
        ("Olavi Väinö Virtanen", "Väinö Olavi Virtanen", False),  # turned, but not shuffled
        ("Aa Bee Cee Dee Ee", "Ee Aa Bee Cee Dee", False),  # more words than are turned
        ("Aa Bee Cee Dee Ee", "aa bee cee dee ee", True),
    ],
)
def test_a_name_is_found_with_the_family_name_first_or_last(
    program: Program, kasin: Account, phone: Visitor, listed: str, typed: str, is_found: bool
) -> None:
    taken = bring(program, kasin, *clients(range(1, 21)), *GONE, f"107;{listed};;;1.9.2026;")
    assert taken.finding is None
    found = phone.post("/customers", salon="kasin", who=typed)
    assert found.status_code == (303 if is_found else 404)
    assert not is_found or listed in text_of(phone.get(found.location))


def test_a_name_finds_nobody_of_another_salon_and_none_where_no_names_are_kept(
    program: Program, kasin: Account, story: Story, logged_in: Visitor
) -> None:
    bring(program, kasin, HEADER, "7;Väinö Virtanen;;;1.9.2026;", kind=Kind.CLIENTS)
    story.there_is(record("c-1", name="Väinö Virtanen"))
    assert "Koko nimi" not in text_of(logged_in.get("/customers"))
    assert logged_in.post("/customers", salon="aava", who="Väinö Virtanen").status_code == 404


def test_a_shared_number_shows_everybody_who_has_it_and_chooses_nobody(
    story: Story, logged_in: Visitor
) -> None:
    for client, name in (("c-1", "Äiti Aalto"), ("c-2", "Poika Aalto"), ("c-3", "Elli Harju")):
        phone = {"phone": PHONE} if client != "c-3" else {}
        story.there_is(record(client, name=name, **phone))
    answer = logged_in.post("/customers", salon="aava", who=PHONE)
    page = text_of(answer)
    assert answer.status_code == 200
    assert ("Äiti Aalto" in page, "Poika Aalto" in page, "Elli Harju" in page) == (True, True, False)
    assert "2 asiakkaalla on tämä" in page


def test_a_number_that_many_share_asks_for_25_names_at_most(story: Story, logged_in: Visitor) -> None:
    story.there_is(*(record(f"c-{number:02}", phone=PHONE) for number in range(27)))
    story.booking.reads = 0
    page = text_of(logged_in.post("/customers", salon="aava", who=PHONE))
    assert "27 asiakkaalla on tämä" in page
    assert "2 muullakin on tämä" in page
    assert story.booking.reads == 25


def test_somebody_erased_is_found_by_the_number_and_by_no_contact_point(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", name="Aino Aalto", phone=PHONE))
    with write(story.program.engine) as db:
        mirror.bury(db, story.account, "c-1", at=story.program.now(), by="ovikello")
    assert find(logged_in, PHONE)[0] == 404
    status, page = find(logged_in, "c-1")
    assert status == 200
    assert "Poistettu Ovikellon kautta" in page
    assert "Aino Aalto" not in page


def test_who_was_left_with_an_earlier_booking_system_is_found_by_no_contact_point(
    program: Program, salon: Account, logged_in: Visitor, clock: Clock
) -> None:
    place = leaving(program, salon, clock)
    place.tell("c-1", phone=PHONE)
    assert find(logged_in, PHONE)[0] == 200
    place.move()
    assert find(logged_in, PHONE)[0] == 404


def test_a_form_of_another_salon_finds_nobody(story: Story, theirs: Story, logged_in: Visitor) -> None:
    theirs.there_is(record("v-1", name="Vieras Nainen"))
    answer = logged_in.post("/customers", salon="toinen", who="v-1")
    assert answer.status_code == 409
    assert "Vieras" not in text_of(answer)


def test_the_lists_tell_who_is_held_back_and_why_and_who_is_judged_next(
    story: Story, theirs: Story, logged_in: Visitor
) -> None:
    story.there_is(
        record("c-1", name="Aino Aalto", open_invoices=1), record("c-2", name="Elli Harju", **LATELY)
    )
    theirs.there_is(record("v-1", name="Vieras Nainen", open_invoices=1))
    assert "Katsotaan ensi yönä 2 asiakasta" in text_of(logged_in.get("/customers"))
    assert "Elli Harju" in text_of(logged_in.get("/customers?list=next"))
    nightly.run(story.program)
    page = text_of(logged_in.get("/customers"))
    assert "Odottaa toistaiseksi 1 asiakas" in page
    assert "Aino Aalto" not in page
    held = text_of(logged_in.get("/customers?list=held"))
    assert "Aino Aalto" in held
    assert "lasku" in held
    assert "Elli Harju" not in held
    assert "Vieras" not in held


def test_a_long_list_is_shown_page_by_page_and_asks_for_25_names_at_most(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(*(record(f"c-{number:02}", name=f"Nimi {number:02}.") for number in range(26)))
    story.booking.reads = 0
    first = text_of(logged_in.get("/customers?list=next"))
    assert story.booking.reads == 25
    second = text_of(logged_in.get("/customers?list=next&page=2"))
    shown = [{number for number in range(26) if f"Nimi {number:02}." in page} for page in (first, second)]
    assert (len(shown[0]), len(shown[1]), shown[0] | shown[1]) == (25, 1, set(range(26)))


def test_who_goes_on_under_another_number_is_counted_once_among_those_who_are_judged_next(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", name="Aino Aalto"), record("c-2", name="Aino Uusinimi", **LATELY))
    story.told(merged("c-1", "c-2", day=0))
    assert "Katsotaan ensi yönä 1 asiakas" in text_of(logged_in.get("/customers"))
    shown = text_of(logged_in.get("/customers?list=next"))
    assert ("Aino Uusinimi" in shown, "Aino Aalto" in shown) == (True, False)


@pytest.mark.parametrize("query", ["?list=held", "?list=next", "?list=nothing", "?list=held&page=9"])
def test_an_empty_list_says_so(logged_in: Visitor, query: str) -> None:
    answer = logged_in.get(f"/customers{query}")
    assert answer.status_code == 200
    assert "Asiakkaat" in text_of(answer)


def test_the_pages_addresses_show_no_id(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("pekka.puupaa", name="Pekka Puupää", open_invoices=1))
    nightly.run(story.program)
    page = logged_in.get("/customers?list=held").get_data(as_text=True)
    where = logged_in.post("/customers", salon="aava", who="pekka.puupaa").location
    assert f'href="{where}"' in page
    assert "pekka" not in where
