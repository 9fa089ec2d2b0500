"""The list of an instruction as a locked file beside its letter: who gets it, how long, what it leaves behind."""

import html
import logging
import re
from datetime import timedelta

import pytest
from flask import Flask
from msoffcrypto.exceptions import InvalidKeyError
from werkzeug.test import TestResponse

from connector import nightly_packages
from connector.program import Program
from connector.salons import Account
from connector.tables import Evidence, Instruction
from tests.builders import Clock
from tests.connector.console.asking import instruction_of, make
from tests.connector.console.visitor import Person, Visitor, hidden, text_of
from tests.connector.intake import rows
from tests.connector.locked import opened, writes

DAYS = timedelta(days=1)
PASSWORD = re.compile(r"\b[a-z2-9]{3}(?:-[a-z2-9]{3}){5}\b")


@pytest.fixture
def made(phone: Visitor, them: Person) -> TestResponse:
    """The page with the letter, the file and its password."""
    answer = make(phone, them, way="file")
    assert answer.status_code == 200
    return answer


def save(by: Visitor, made: TestResponse, *, salon: str = "kasin", **more: str) -> TestResponse:
    """Press "Save the list"."""
    form = {"salon": salon, "token": hidden(made, "token")} | more
    return by.post(f"{instruction_of(made)}/attachment", **form)


def password_on(made: TestResponse) -> str:
    """What the page says opens the file."""
    (found,) = set(PASSWORD.findall(text_of(made)))
    return str(found)


def letter_on(made: TestResponse) -> str:
    """The letter's text."""
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", made.get_data(as_text=True), re.S)
    assert found
    return html.unescape(found[1])


def told(program: Program, account: Account) -> list[str]:
    """What befell the instruction, by the evidence."""
    chain = sorted(rows(program, account, Evidence), key=lambda row: row.seq)
    lines = [row.body.decode() for row in chain]
    found = [re.search(r'"to":"(\w+)"', line) for line in lines if '"what":"instruction"' in line]
    return [one[1] for one in found if one]


def test_the_page_gives_the_list_as_a_file_that_opens_with_the_password_beside_it(
    made: TestResponse, phone: Visitor
) -> None:
    answer = save(phone, made)
    assert answer.status_code == 200
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = re.search(r"Lista on liitteenä: (\S+)", letter_on(made))
    assert name is not None
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name[1]}"'
    assert name[1].endswith(".xlsx")
    sheets = opened(answer.get_data(), password_on(made))
    assert sorted(row[2] for row in sheets["Asiakkaat"][1:]) == ["Vanha 81", "Vanha 82", "Vanha 83"]
    assert [row[0] for row in sheets["Asiakkaat"][1:]] == [1, 2, 3]
    assert {row[5] for row in sheets["Asiakkaat"][1:]} == {"Poista asiakas"}
    mark = re.search(r"Ohje \w+, annettu .*tiiviste \w+", letter_on(made))
    assert mark is not None
    assert [mark[0]] in sheets["Ohje"]
    with pytest.raises(InvalidKeyError):
        opened(answer.get_data(), password_on(made)[:-1])


def test_the_letter_says_that_the_password_comes_by_another_way_and_has_neither_it_nor_a_link(
    made: TestResponse, phone: Visitor
) -> None:
    letter = letter_on(made)
    assert "puhelimitse tai tekstiviestillä, emme sähköpostissa" in letter
    saved = phone.post(f"{instruction_of(made)}/letter", salon="kasin", token=hidden(made, "token"))
    for text in (letter, saved.get_data(as_text=True)):
        assert "Lista on liitteenä: " in text
        assert password_on(made) not in text
        assert hidden(made, "token") not in text
        assert "/package/" not in text
        assert re.search(r"Vanha 8\d", text) is None


def test_no_link_opens_a_list_that_goes_along_as_a_file(made: TestResponse, app: Flask) -> None:
    link = f"/package/list/{hidden(made, 'token')}"
    for answer in (Visitor(app).get(link), Visitor(app).post(link, **{"as": "json"})):
        assert answer.status_code == 404


def test_a_list_behind_a_link_is_no_file(phone: Visitor, them: Person) -> None:
    linked = make(phone, them)
    assert PASSWORD.search(text_of(linked)) is None
    assert save(phone, linked).status_code == 409


def test_each_saving_is_written_down_without_a_name_and_costs_nothing(
    made: TestResponse, phone: Visitor, program: Program, kasin: Account
) -> None:
    for _ in range(3):
        assert save(phone, made).status_code == 200
    assert told(program, kasin) == ["made", *["attached"] * 3]
    (row,) = rows(program, kasin, Instruction)
    assert (row.opened, row.openings_left, row.body is not None) == (0, 0, True)


def test_neither_names_nor_password_lie_anywhere_in_clear(
    made: TestResponse, phone: Visitor, program: Program, kasin: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with writes() as seen:
        file = save(phone, made).get_data()
    assert seen == []
    kept = repr([tuple(row) for row in rows(program, kasin, Instruction)]).encode()
    said = b"".join(row.body for row in rows(program, kasin, Evidence))
    for words in ("Vanha 8", "5550008", password_on(made), hidden(made, "token")):
        assert words.encode() not in file + kept + said
        assert words not in caplog.text


def test_who_has_not_the_token_gets_no_file(
    made: TestResponse, phone: Visitor, program: Program, kasin: Account
) -> None:
    for token in ("", "x" * 43, "\x00", password_on(made)):
        assert save(phone, made, token=token).status_code == 409
    assert told(program, kasin) == ["made"]


def test_a_stranger_and_another_salons_owner_get_what_all_strangers_get(
    made: TestResponse, app: Flask, other_owner: Person, program: Program, kasin: Account
) -> None:
    stranger = save(Visitor(app), made)
    assert (stranger.status_code, stranger.location) == (303, "/login")
    theirs = Visitor(app).log_in(other_owner)
    assert save(theirs, made, salon="toinen").status_code == 404
    assert save(theirs, made).status_code == 409  # a form of another salon's page
    assert told(program, kasin) == ["made"]


@pytest.mark.parametrize(("days", "status"), [(13, 200), (14, 409)])
def test_the_file_is_there_until_its_time_is_over_whether_or_not_a_night_ran(
    made: TestResponse,
    phone: Visitor,
    them: Person,
    program: Program,
    clock: Clock,
    days: int,
    status: int,
) -> None:
    clock.at += days * DAYS
    phone.log_in(them)
    assert save(phone, made).status_code == status
    nightly_packages.end(program)
    assert save(phone, made).status_code == status


@pytest.mark.parametrize("answer", ["confirmed", "refused", None])
def test_after_the_answer_or_once_withdrawn_there_is_no_file_any_more(
    made: TestResponse, phone: Visitor, answer: str | None
) -> None:
    page = instruction_of(made)
    assert "Lista kulkee kirjeen mukana tiedostona" in text_of(phone.get(page))
    if answer is None:
        phone.post(f"{page}/withdraw", salon="kasin")
    else:
        phone.post(f"{page}/sent", salon="kasin", on="2027-01-15")
        assert save(phone, made).status_code == 200
        phone.post(f"{page}/{answer}", salon="kasin", on="2027-01-15", reason="x")
    assert save(phone, made).status_code == 409
    assert "tuhottu" in text_of(phone.get(page))


def test_a_code_that_does_not_hold_leaves_what_was_chosen(phone: Visitor, them: Person) -> None:
    for way, other in (("file", "link"), ("link", "file")):
        page = make(phone, them, way=way, code="000000").get_data(as_text=True)
        assert re.search(rf'value="{way}" checked', page)
        assert not re.search(rf'value="{other}" checked', page)
