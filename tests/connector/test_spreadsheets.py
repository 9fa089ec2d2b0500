"""Workbooks are read as the same list that a text file has, and none that unpacks to a bomb is opened."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector import spreadsheets
from tests.connector.workbooks import Cell, workbook
from webhooks.imports.errors import UnreadableList

ROWS: list[tuple[Cell, ...]] = [
    ("Asiakasnumero", "Nimi", "Viimeisin käynti"),
    (17, "Äijä & Öö", (46266,)),
    (18, "Berg, Bertta", "3.9.2026"),
]
WHOLE = workbook(ROWS)


def reason(data: bytes) -> str | None:
    """Why a file is no list."""
    try:
        spreadsheets.sheet_of(data)
    except UnreadableList as error:
        return error.reason
    return None


def test_a_workbook_gives_what_a_text_file_gives() -> None:
    sheet = spreadsheets.sheet_of(WHOLE)
    text = 'Asiakasnumero;Nimi;Viimeisin käynti\r\n17;Äijä & Öö;2026-09-01\r\n18;"Berg, Bertta";3.9.2026\r\n'
    assert sheet == spreadsheets.sheet_of(text.encode("utf-16"))
    assert [row.line for row in sheet.rows] == [2, 3]


def test_a_row_of_a_workbook_is_on_the_line_that_its_program_shows() -> None:
    sheet = spreadsheets.sheet_of(workbook([("",), ("Nimi", "Puhelin"), ("",), ("Anna", "040 1234567")]))
    assert [row.line for row in sheet.rows] == [4]


def test_what_unpacks_to_too_much_is_not_unpacked() -> None:
    bomb = workbook(ROWS, padding=200 * 1024 * 1024)
    assert len(bomb) < 1024 * 1024
    assert reason(bomb) == "unpacks_too_large"


@pytest.mark.parametrize(
    ("place", "why"),
    [("XFD1048576", "too_many"), ("A99999999", "too_many"), ("B250000", None), ("XFD700", "too_many")],
)
def test_a_cell_far_away_makes_no_room_for_all_between(place: str, why: str | None) -> None:
    beside = f'<row r="{place.lstrip("ABDFX")}"><c r="{place}"><v>1</v></c></row>'
    assert reason(workbook(ROWS, beside=beside)) == why


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 and no more", "no_workbook"),
        (WHOLE[: len(WHOLE) // 2], "no_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "no_workbook"),
        (workbook([("Nimi", "Puhelin")]), "empty"),
        (b"x" * (spreadsheets.LARGEST + 1), "too_large"),
    ],
)
def test_what_is_no_workbook_is_told_in_a_word(data: bytes, why: str) -> None:
    assert reason(data) == why


def test_an_archive_of_something_else_is_not_looked_into() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert reason(file.getvalue()) == "no_workbook"


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_workbook_gives_rows_or_a_word_for_why_not(damage: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for place, value in damage:
        data[place] = value
    assert reason(bytes(data)) in {
        None,
        "no_workbook",
        "unpacks_too_large",
        "empty",
        "not_text",
        "encoding",
    } | {
        "one_column",
        "no_header",
        "no_rows",
        "too_many",
        "password",
    }
