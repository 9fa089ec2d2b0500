"""Workbooks are read as the same list that a text file has, and whatever one asks for, it stays within its bounds."""

import io
import zipfile

import pytest

from connector import spreadsheets, spreadsheets_apart
from connector.spreadsheets_apart import BOUNDS, Bounds
from tests.connector.workbooks import Cell, workbook
from tests.connector.workbooks_old import old_workbook
from webhooks.imports.errors import UnreadableList

ROWS: list[tuple[Cell, ...]] = [
    ("Asiakasnumero", "Nimi", "Viimeisin käynti"),
    (17, "Äijä & Öö", (46266,)),
    (18, "Berg, Bertta", "3.9.2026"),
]
OLD = [("Asiakasnumero", "Nimi", "Viimeisin käynti"), ("17", "Äijä & Öö", "2026-09-01")]
WHOLE = workbook(ROWS)
MB = 1024 * 1024


def reason(data: bytes) -> str | None:
    """Why a file is no list."""
    try:
        spreadsheets.sheet_of(data)
    except UnreadableList as error:
        return error.reason
    return None


def lines(data: bytes, bounds: Bounds) -> list[int] | str:
    """On which lines of a workbook something stands, or why it cannot be read."""
    try:
        return [row.line for row in spreadsheets_apart.rows(data, bounds)]
    except UnreadableList as error:
        return error.reason


def far(place: str, sign: str = "=") -> str:
    """One cell, far from all others."""
    return f'<row r="{place.lstrip("ABDFX")}"><c r{sign}"{place}"><v>1</v></c></row>'


def test_a_workbook_gives_what_a_text_file_gives() -> None:
    sheet = spreadsheets.sheet_of(WHOLE)
    text = 'Asiakasnumero;Nimi;Viimeisin käynti\r\n17;Äijä & Öö;2026-09-01\r\n18;"Berg, Bertta";3.9.2026\r\n'
    assert sheet == spreadsheets.sheet_of(text.encode("utf-16"))
    assert [row.line for row in sheet.rows] == [2, 3]


def test_an_old_workbook_gives_the_same() -> None:
    assert spreadsheets.sheet_of(old_workbook(OLD)) == spreadsheets.sheet_of(workbook(ROWS[:2]))


def test_a_row_of_a_workbook_is_on_the_line_that_its_program_shows() -> None:
    sheet = spreadsheets.sheet_of(workbook([("",), ("Nimi", "Puhelin"), ("",), ("Anna", "040 1234567")]))
    assert [row.line for row in sheet.rows] == [4]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (workbook(ROWS, beside=far("B50000")), None),
        (workbook(ROWS, beside=far("XFD9")), "too_many"),
        (workbook(ROWS, beside=far("XFD1048576")), "too_heavy"),
        (workbook(ROWS, beside=far("XFD1048576", " = ")), "too_heavy"),
        (workbook(ROWS, beside=far("XFD1048576"), folder="other"), "too_heavy"),
        (workbook(ROWS, comment=' r="1"' * 1_000_000), None),
        (old_workbook(OLD, far=(60_000, 1)), None),
        (old_workbook(OLD, far=(65_535, 65_535)), "too_heavy"),
    ],
    ids=["near", "wide", "far", "spaces", "elsewhere", "comment", "old and near", "old and far"],
)
def test_whatever_a_workbook_asks_for_it_ends_as_a_list_or_as_a_word(data: bytes, why: str | None) -> None:
    assert reason(data) == why


def test_a_workbook_that_asks_for_more_memory_than_it_may_have_is_told_in_a_word() -> None:
    wide, bounds = workbook(ROWS, beside=far("XFD90")), Bounds(memory=48 * MB)
    assert (lines(WHOLE, bounds), lines(wide, bounds)) == ([1, 2, 3], "too_heavy")
    assert lines(wide, BOUNDS) == [1, 2, 3, 90]


def test_a_workbook_that_takes_longer_than_it_may_is_ended() -> None:
    assert lines(WHOLE, Bounds(seconds=0)) == "too_heavy"
    assert lines(WHOLE, BOUNDS) == [1, 2, 3]


def test_a_workbook_says_no_more_than_a_text_may() -> None:
    said = sum(map(len, (b'[1, ["Nimi", "Puhelin"]]\n', b'[2, ["Aino", "040 1234567"]]\n')))
    book = workbook([("Nimi", "Puhelin"), ("Aino", "040 1234567")])
    assert lines(book, Bounds(rows=said)) == [1, 2]
    assert lines(book, Bounds(rows=said - 1)) == "too_long"
    assert BOUNDS.rows == spreadsheets.LARGEST


def test_while_one_workbook_is_read_another_waits_and_is_then_told_to_come_again() -> None:
    with spreadsheets_apart._ONE_AT_A_TIME:
        assert lines(WHOLE, Bounds(wait_seconds=0)) == "busy"
        assert spreadsheets.sheet_of(b"Nimi;Puhelin\nAnna;040 1234567\n").header == ("Nimi", "Puhelin")
    assert lines(WHOLE, Bounds(wait_seconds=0)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 and no more", "no_workbook"),
        (WHOLE[: len(WHOLE) // 2], "no_workbook"),
        (WHOLE.replace(b"xl/worksheets/", b"xl/worksheetz/"), "no_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "no_workbook"),
        (workbook([("Nimi", "Puhelin")]), "empty"),
        (b"x" * (spreadsheets.LARGEST + 1), "too_large"),
    ],
)
def test_what_is_no_workbook_is_told_in_a_word(data: bytes, why: str) -> None:
    assert reason(data) == why


def test_an_archive_of_something_else_is_no_list() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert reason(file.getvalue()) == "no_workbook"
