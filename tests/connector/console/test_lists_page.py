"""Lists from a phone: shown before anything is taken, carried by the form alone, and never written to a disk."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, TestResponse

from connector import database, imports_remembered, imports_systems, sealed_cards
from connector.app import InMemory, create_app
from connector.program import Program
from connector.salons import Account
from connector.salons_system import System
from connector.tables import Client, ConsentRecord
from tests.builders import Clock
from tests.connector.chains import lines_of
from tests.connector.console.visitor import Person, Visitor, form_of, person, text_of
from tests.connector.intake import rows
from tests.connector.lists import bring, by_hand, clients
from tests.connector.moves import leaving
from tests.connector.workbooks import workbook
from webhooks.imports.fields import Field, Kind


@pytest.fixture
def kasin(program: Program) -> Account:
    """A salon without an interface."""
    return by_hand(program, "kasin")


@pytest.fixture
def phone(program: Program, them: Person) -> Visitor:
    """The owner's phone."""
    return Visitor(create_app(program)).log_in(them)


def choose(phone: Visitor, lines: list[str] | bytes, *, kind: str = "", salon: str = "kasin") -> TestResponse:
    """Choose a file: one of these lines, or these bytes."""
    data = lines if isinstance(lines, bytes) else "\r\n".join(lines).encode("cp1252")
    file = (io.BytesIO(data), "asiakkaat.csv")
    return phone.client.post(
        "/import",
        data={"salon": salon, "kind": kind, "file": file},
        content_type="multipart/form-data",
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def take(phone: Visitor, page: TestResponse, **changed: str) -> TestResponse:
    """Take what a page shows, as it shows it but for what is changed."""
    body = page.get_data(as_text=True)
    said = {
        name: (chosen[1] if (chosen := re.search(r'<option value="([^"]*)" selected', inner)) else "")
        for name, inner in re.findall(r'<select id="(c\d+)"[^>]*>(.*?)</select>', body, re.S)
    }
    hidden = form_of(page, "/import/take")
    return phone.post("/import/take", **{**said, **hidden, **changed})


def lists_in(program: Program, account: Account) -> list[dict[str, Any]]:
    """What the evidence says of the lists that were taken in."""
    return [line for line in lines_of(program, account).values() if line["what"] == "list"]


def tick(page: TestResponse, finding: str = "") -> str:
    """What the tick on a doubt carries, as the page has it."""
    found = re.findall(r' name="despite" value="([^":]*:\d+:\d+)" required', page.get_data(as_text=True))
    (value,) = (one for one in found if one.startswith(finding))
    return str(value)


def there(program: Program, account: Account) -> set[str]:
    """The clients that the mirror has."""
    return {row.client for row in rows(program, account, Client)}


def test_a_list_is_shown_before_anything_is_taken_and_then_taken_and_remembered(
    program: Program, kasin: Account, phone: Visitor
) -> None:
    page = choose(phone, clients(range(1, 4)))
    shown = text_of(page)
    assert (page.status_code, there(program, kasin)) == (200, set())
    assert "Asiakas 1" in shown
    assert "3 riviä" in shown
    answer = take(phone, page)
    assert (answer.status_code, there(program, kasin)) == (200, {"1", "2", "3"})
    with database.read(program.engine) as db:
        assert imports_remembered.columns(db, kasin, Kind.CLIENTS)["Puhelin"] is Field.PHONE
        assert sealed_cards.of(db, kasin, ["1"])["1"].name == "Asiakas 1"
    assert "asiakkaat" in text_of(phone.get("/import"))


def test_what_was_changed_on_the_page_counts(program: Program, kasin: Account, phone: Visitor) -> None:
    page = choose(phone, ["Asiakasnumero;Nimi;Milloin", "17;Anna;1.9.2026"])
    take(phone, page, c1="", c2="last_visit")
    with database.read(program.engine) as db:
        remembered = imports_remembered.columns(db, kasin, Kind.CLIENTS)
    assert (remembered["Nimi"], remembered["Milloin"]) == (None, Field.LAST_VISIT)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"c0": "name"}, "Kaksi saraketta"),
        ({"c0": "", "c1": ""}, "nimi tai numero"),
    ],
)
def test_what_cannot_be_taken_so_is_said_and_nothing_is_taken(
    program: Program, kasin: Account, phone: Visitor, changed: dict[str, str], says: str
) -> None:
    answer = take(phone, choose(phone, clients([1])), **changed)
    assert (answer.status_code, there(program, kasin)) == (422, set())
    assert says in text_of(answer)


@pytest.mark.parametrize("moves", [1, 2])
def test_a_list_that_was_shown_before_a_move_is_not_taken_after_it(
    program: Program, kasin: Account, phone: Visitor, clock: Clock, moves: int
) -> None:
    take(phone, choose(phone, clients(range(1, 31))))
    old = choose(phone, ["Asiakasnumero;Milloin", "5;20.11.2026"], kind="visits")
    place = leaving(program, kasin, clock)
    for _ in range(moves):
        place.move(System("by_hand"))
    others = [line.replace("Asiakas ", "Uusi ").replace("040", "050") for line in clients(range(1, 31))]
    assert bring(program, place.account, *others, despite=["old_list", "short_list"]).is_taken
    answer = take(phone, old)
    assert answer.status_code == 422
    assert "Olet vaihtanut varausjärjestelmää" in text_of(answer)
    assert place.facts("5").last_visit_on == date(2026, 9, 1)
    shown = choose(phone, ["Asiakasnumero;Milloin", "5;20.11.2026"], kind="visits")
    again = take(phone, shown)
    if again.status_code == 409:
        again = phone.post("/import/take", **form_of(again, "/import/take"), despite="old_list")
    assert again.status_code == 200
    assert place.facts("5").last_visit_on == date(2026, 11, 20)


def test_a_far_shorter_list_is_asked_about_and_who_said_that_it_is_right_is_written_down(
    program: Program, kasin: Account, phone: Visitor, them: Person
) -> None:
    take(phone, choose(phone, clients(range(12))))
    answer = take(phone, choose(phone, clients(range(5))))
    assert (answer.status_code, len(there(program, kasin))) == (409, 12)
    assert "puuttuu 7 asiakasta" in text_of(answer)
    hidden = form_of(answer, "/import/take")
    assert phone.post("/import/take", **hidden).status_code == 409
    assert [line["overruled"] for line in lists_in(program, kasin)] == [{}]
    again = phone.post("/import/take", **hidden, despite=tick(answer))
    assert (again.status_code, len(there(program, kasin))) == (200, 5)
    newest = lists_in(program, kasin)[-1]
    assert (newest["overruled"], newest["owner"]) == ({"short_list": [7, 12]}, str(them.id))


def test_a_tick_holds_for_no_more_than_the_page_said(
    program: Program, kasin: Account, phone: Visitor, clock: Clock
) -> None:
    take(phone, choose(phone, clients(range(12))))
    answer = take(phone, choose(phone, clients(range(5))))
    hidden, said = form_of(answer, "/import/take"), tick(answer)
    assert said == "short_list:7:12"
    clock.at += timedelta(minutes=1)
    bring(program, kasin, *clients(range(40)))
    for word in (said, "short_list"):
        again = phone.post("/import/take", **hidden, despite=word)
        assert (again.status_code, len(there(program, kasin))) == (409, 40)
        assert "puuttuu 35 asiakasta" in text_of(again)
        assert "despite" not in form_of(again, "/import/take")
    assert phone.post("/import/take", **hidden, despite=tick(again)).status_code == 200
    assert len(there(program, kasin)) == 5


def test_a_list_on_which_far_more_say_no_is_asked_about_and_its_columns_can_be_mended(
    program: Program, kasin: Account, phone: Visitor
) -> None:
    take(phone, choose(phone, clients(range(12))))
    answer = take(phone, choose(phone, [line.replace("kyllä", "ei") for line in clients(range(12))]))
    assert (answer.status_code, rows(program, kasin, ConsentRecord)) == (409, [])
    assert "Tällä listalla heistä 12 on kieltänyt sen" in text_of(answer)
    hidden = form_of(answer, "/import/take")
    columns = phone.post("/import/take", **hidden, columns="again")
    assert (columns.status_code, "Asiakas 1" in text_of(columns)) == (200, True)
    assert (take(phone, columns, c5="").status_code, rows(program, kasin, ConsentRecord)) == (200, [])
    assert phone.post("/import/take", **hidden, despite=tick(answer)).status_code == 200
    assert len(rows(program, kasin, ConsentRecord)) == 24


def test_noes_that_are_the_owners_own_doing_are_no_clients(
    program: Program, kasin: Account, phone: Visitor
) -> None:
    take(phone, choose(phone, clients(range(12))))
    noes = [line.replace("kyllä", "ei") for line in clients(range(12))]
    answer = take(phone, choose(phone, noes))
    assert "otin mainokset itse pois päältä" in text_of(answer)
    both = re.findall(r'type="radio" name="despite" value="([^"]*)"', answer.get_data(as_text=True))
    assert both == ["many_noes:12:12", "many_noes:12:12:owners"]
    hidden = form_of(answer, "/import/take")
    assert phone.post("/import/take", **hidden, despite=both[1]).status_code == 200
    assert rows(program, kasin, ConsentRecord) == []
    newest = lists_in(program, kasin)[-1]
    assert (newest["noes"], newest["overruled"]) == ("owners", {"many_noes": [12, 12]})


def test_visits_of_which_no_row_is_clear_can_only_be_mended_and_those_with_some_are_asked_about(
    program: Program, kasin: Account, phone: Visitor
) -> None:
    take(phone, choose(phone, clients(range(3))))
    lines = ["Asiakas;Päivä", *(f"Kuka {number};1.10.2026" for number in range(5))]
    answer = take(phone, choose(phone, lines[:3], kind="visits"))
    assert (answer.status_code, "yksikään rivi ei kerro" in text_of(answer)) == (409, True)
    assert "asiakaslistalla ei ole ketään" in text_of(answer)
    hidden = form_of(answer, "/import/take")
    assert phone.post("/import/take", **hidden, columns="again").status_code == 200
    assert phone.post("/import/take", **hidden).status_code == 409
    answer = take(phone, choose(phone, [*lines, "Asiakas 1;1.10.2026"], kind="visits"))
    assert (answer.status_code, "6 rivistä 5 ei kerro" in text_of(answer)) == (409, True)
    hidden = form_of(answer, "/import/take")
    assert phone.post("/import/take", **hidden, despite=tick(answer)).status_code == 200


@pytest.mark.parametrize(("whose", "noes"), [("", 10), (":owners", 0)])
def test_what_was_said_of_one_doubt_is_kept_while_the_other_is_asked(
    program: Program, kasin: Account, phone: Visitor, whose: str, noes: int
) -> None:
    take(phone, choose(phone, clients(range(12))))
    answer = take(phone, choose(phone, [line.replace("kyllä", "ei") for line in clients(range(5))]))
    half = phone.post(
        "/import/take", **form_of(answer, "/import/take"), despite=tick(answer, "many_noes") + whose
    )
    assert (half.status_code, "kieltänyt" in text_of(half)) == (409, False)
    hidden = form_of(half, "/import/take")
    assert hidden["despite"] == f"many_noes:5:5{whose}"
    both = phone.client.post(
        "/import/take",
        data={**hidden, "despite": [hidden["despite"], tick(half)]},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert (both.status_code, len(there(program, kasin))) == (200, 5)
    assert len(rows(program, kasin, ConsentRecord)) == noes


def test_a_workbook_is_read_and_one_that_asks_for_too_much_is_to_be_saved_as_csv(phone: Visitor) -> None:
    rows = [("Asiakasnumero", "Nimi"), ("17", "Anna")]
    assert "1 rivi" in text_of(choose(phone, workbook(rows)))
    far = '<row r="1048576"><c r = "XFD1048576"><v>1</v></c></row>'
    answer = choose(phone, workbook(rows, beside=far))
    assert (answer.status_code, "Tallenna se CSV:nä" in text_of(answer)) == (422, True)
    long = choose(phone, workbook([*rows, *[("17", "Anna" * 1000)] * 1000]))
    assert (long.status_code, "'ovikello import'" in text_of(long)) == (422, True)


def test_a_column_that_is_left_out_and_has_dates_is_asked_about_and_can_be_taken_afterwards(
    program: Program, kasin: Account, phone: Visitor
) -> None:
    page = choose(phone, ["Asiakasnumero;Nimi;Kerta;VIP", "17;Anna;1.9.2026;ei"])
    shown = text_of(page)
    assert "Sarakkeessa on päiviä. Ovatko ne käyntipäiviä?" in shown
    assert "Sarakkeessa on kyllä ja ei. Koskeeko se markkinointia?" in shown
    answer = take(phone, page)
    assert (answer.status_code, there(program, kasin)) == (200, {"17"})
    assert "Sarakkeessa Kerta on päiviä. Ovatko ne käyntipäiviä?" in text_of(answer)
    assert "Listassa ei ole käyntipäiviä" not in text_of(answer)
    columns = phone.post("/import/take", **form_of(answer, "/import/take"), columns="again")
    taken = take(phone, columns, c2="last_visit")
    assert (taken.status_code, "käyntipäiviä" in text_of(taken)) == (200, False)
    with database.read(program.engine) as db:
        assert imports_remembered.columns(db, kasin, Kind.CLIENTS)["Kerta"] is Field.LAST_VISIT


def test_wrong_rows_are_named_and_no_days_of_visits_are_asked_for(phone: Visitor) -> None:
    shown = text_of(take(phone, choose(phone, ["Asiakasnumero;Nimi", "1;Anna", ";", "3;Doris", "x;", ";;"])))
    assert "Tuo myös käynnit" in shown
    shown = text_of(take(phone, choose(phone, [clients([])[0], "1;Anna;;;joskus;"])))
    assert "Rivi 2" in shown
    assert "päivä, jota ei voi lukea" in shown


@pytest.mark.parametrize(("minutes", "status"), [(60, 200), (61, 422)])
def test_a_list_that_was_shown_long_ago_is_not_taken_for_todays(
    phone: Visitor, clock: Clock, them: Person, minutes: int, status: int
) -> None:
    page = choose(phone, clients([1]))
    clock.at += timedelta(minutes=minutes)
    phone.log_in(them)
    clock.at -= timedelta(seconds=30)
    assert take(phone, page).status_code == status


def test_a_form_that_is_not_ours_or_anothers_is_taken_by_nobody(
    program: Program, kasin: Account, phone: Visitor, clock: Clock
) -> None:
    other = by_hand(program, "toinenkasin")
    they = Visitor(phone.client.application).log_in(
        person(program, clock, "omistaja@toinen.example", "toinenkasin")
    )
    page = choose(phone, clients([1]))
    assert take(they, page, salon="toinenkasin").status_code == 400
    assert take(phone, page, list="AAAA").status_code == 400
    assert take(phone, page, c0="shoe_size").status_code == 400
    assert (there(program, other), there(program, kasin)) == (set(), set())


@pytest.mark.parametrize(("lines", "says"), [([""], "Valitse ensin"), (["vain yksi"], "vain yksi sarake")])
def test_what_is_no_list_is_said_with_what_to_do(phone: Visitor, lines: list[str], says: str) -> None:
    answer = choose(phone, lines)
    assert (answer.status_code, says in text_of(answer)) == (422, True)


def test_a_salon_whose_booking_system_tells_by_itself_brings_in_nothing(
    program: Program, salon: Account, logged_in: Visitor
) -> None:
    assert "kertoo" in text_of(logged_in.get("/import"))
    assert choose(logged_in, clients([1]), salon="aava").status_code == 409
    assert there(program, salon) == set()


def test_a_file_stays_in_memory_however_large_it_is() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        + b"y" * 900_000
        + b"\r\n--x--\r\n"
    )
    environ = EnvironBuilder(
        method="POST", input_stream=io.BytesIO(body), content_type="multipart/form-data; boundary=x"
    ).get_environ()
    assert isinstance(InMemory(environ | {"CONTENT_LENGTH": str(len(body))}).files["file"].stream, io.BytesIO)


@pytest.mark.parametrize(
    ("named", "found"),
    [("Ajas Oy", "Ajas"), ("TIMMA", "Timma"), ("Varaamo Esimerkki Oy", None), ("", None), (None, None)],
)
def test_a_system_is_known_by_its_name_and_nothing_is_said_of_it_that_no_manual_says(
    named: str | None, found: str | None
) -> None:
    system = imports_systems.of(named)
    assert (None if system is None else system.name) == found
    assert [one.name for one in imports_systems.SYSTEMS if one.manual] == ["Ajas"]
    assert all((one.words is None) is (one.manual is None) for one in imports_systems.SYSTEMS)


def test_the_page_says_where_the_list_is_found(phone: Visitor) -> None:
    page = phone.get("/import").get_data(as_text=True)
    assert "Asiakkaiden vienti" in page
    assert 'href="https://ohje.ajas.fi/"' in page
    assert "asiakaspalvelu" in page


# ---- the page of the connection, where there is none ---------------------------------------------------


def test_the_connection_page_says_which_lists_came_and_until_when_they_are_good(
    program: Program, kasin: Account, phone: Visitor, clock: Clock, them: Person
) -> None:
    shown = text_of(phone.get("/settings/connection"))
    assert "Vielä ei ole tullut asiakaslistaa" in shown
    assert shown.count("ei koskaan") == 3
    bring(program, kasin, *clients(range(1, 4)))
    at = clock.at
    for passed, words in ((timedelta(), "viimeinen päivä: "), (timedelta(days=14), "liian vanha")):
        clock.at = at + passed
        phone.log_in(them)
        page = phone.get("/settings/connection")
        shown = text_of(page)
        assert words in shown
        assert shown.count("ei koskaan") == 2
        assert 'href="/import"' in page.get_data(as_text=True)


def test_where_there_is_no_interface_no_address_and_no_secret_is_asked_for(phone: Visitor) -> None:
    shown = phone.get("/settings/connection").get_data(as_text=True)
    for word in ("/webhooks/", "/settings/connection/address", "/settings/connection/secret"):
        assert word not in shown
    for path in ("address", "secret"):
        assert phone.get(f"/settings/connection/{path}").status_code == 404
    for path in ("address", "secret", "test"):
        assert phone.post(f"/settings/connection/{path}", salon="kasin", code="000000").status_code == 404
    assert "Mitkä listat ovat tulleet" in text_of(phone.get("/settings"))


def test_where_there_is_one_its_connection_page_is_as_before(logged_in: Visitor) -> None:
    shown = logged_in.get("/settings/connection").get_data(as_text=True)
    assert "/settings/connection/address" in shown
    assert "/webhooks/aava" in shown
