"""A list is read the same, however a spreadsheet program wrote it; and any bytes give rows or a clear word."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.imports.calendars import TODAY
from webhooks.imports import columns, people, reading
from webhooks.imports.errors import UnreadableList
from webhooks.imports.fields import Kind
from webhooks.imports.sheet import Sheet

HEADER = ("Asiakasnumero", "Nimi", "Puhelin", "Sähköposti", "Viimeisin käynti", "Markkinointilupa", "Huom.")
REASONS = {
    "empty",
    "encoding",
    "not_text",
    "one_column",
    "no_header",
    "no_rows",
    "too_many",
    "field_too_long",
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
#: what is written in Finland's lists, and what trips whoever splits lines by hand
TEXT = st.text("abcXYZ ÅÄÖåäöéü0123456789.;,|\t\"'@+-\n", max_size=12)


def written(
    rows: Sequence[tuple[str, ...]], delimiter: str = ";", encoding: str = "utf-8", ends: str = "\r\n"
) -> bytes:
    """A list as a spreadsheet program writes it."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=ends).writerows(rows)
    return text.getvalue().encode(encoding)


def sheet_or_reason(data: bytes) -> Sheet | str:
    """A list, or the word for why it is none."""
    try:
        return reading.sheet_of(data)
    except UnreadableList as error:
        return error.reason


@given(st.lists(st.tuples(*[TEXT] * len(HEADER)), min_size=1, max_size=6))
def test_the_same_table_gives_the_same_values_in_every_encoding_and_with_every_delimiter(
    rows: list[tuple[str, ...]],
) -> None:
    found: set[object] = set()
    for delimiter in ";,\t|":
        for encoding in ENCODINGS:
            sheet = sheet_or_reason(written([HEADER, *rows], delimiter, encoding))
            found.add(sheet if isinstance(sheet, str) else tuple(row.cells for row in sheet.rows))
    assert len(found) == 1


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-16")))
def test_any_bytes_give_rows_or_a_word_for_why_not(data: bytes) -> None:
    sheet = sheet_or_reason(data)
    if isinstance(sheet, str):
        assert sheet in REASONS
        return
    for kind in Kind:
        read = people.read(sheet, columns.guess(sheet, kind), kind, TODAY)
        lines = [one.line for one in read.people] + [one.line for one in read.refused]
        assert sorted(lines) == [row.line for row in sheet.rows]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_computer_ends_them(ends: str) -> None:
    sheet = reading.sheet_of(written([("Nimi", "Puhelin"), ("Anna", "040 123 4567")], ends=ends))
    assert [row.cells for row in sheet.rows] == [("Anna", "040 123 4567")]


def test_a_row_is_on_the_line_on_which_the_owner_sees_it() -> None:
    data = 'Asiakaslista 1.9.2026\n\nNimi;Huom\n"Anna";"kaksi\nriviä"\n\nBertta;yksi\n'.encode()
    sheet = reading.sheet_of(data)
    assert sheet.header == ("Nimi", "Huom")
    assert [(row.line, row.cells[0]) for row in sheet.rows] == [(4, "Anna"), (7, "Bertta")]


def test_what_a_spreadsheet_says_of_its_delimiter_is_believed() -> None:
    sheet = reading.sheet_of(b"sep=,\r\nNimi,Puhelin\r\nAnna;Maria,040 1234567\r\n")
    assert [(row.line, row.cells) for row in sheet.rows] == [(3, ("Anna;Maria", "040 1234567"))]


def test_a_comma_in_every_name_does_not_split_it() -> None:
    rows = [("Asiakas", "Puhelin"), ("Aalto, Anna", "1"), ("Berg, Bertta", "2")]
    assert reading.sheet_of(written(rows)).header == ("Asiakas", "Puhelin")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\n;;\n", "empty"),
        ("Nimi;Puhelin\r\n".encode("utf-16-le"), "no_rows"),
        ("Nimi;Puhelin\r\n".encode("utf-16-be"), "no_rows"),
        (b" \r\n \r\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x01\x02\x03", "not_text"),
        (b"\xff\xfea", "encoding"),
        (b"Nimi;\x81\x8d\xe5", "encoding"),
        (b"only one column\nand no more\n", "one_column"),
        (b"Anna;040 1234567\nBertta;050 1234567\n", "no_header"),
        (b"Nimi;Puhelin\n", "no_rows"),
        (b"Nimi;Puhelin\n" + b"x" * 140_000 + b";1\n", "field_too_long"),
        (b"Nimi;Puhelin" + b";a" * 250 + b"\nAnna;1\n", "too_many"),
        (b'Nimi;Puhelin\nAnna;1\n"Bertta;2\nCecilia;3\n', "field_too_long"),
        (b'Nimi;Puhelin\nAnna;1\nBertta;"2\nCecilia;3', "field_too_long"),
    ],
)
def test_what_is_no_list_is_told_in_a_word(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableList) as error:
        reading.sheet_of(data)
    assert error.value.reason == reason


def test_a_cell_may_have_lines_and_a_row_may_end_in_nothing_at_all() -> None:
    data = b'Nimi;Huom\nAnna;"yksi\nkaksi\n"\nBertta;x' + b";" * 5000 + b'\nCecilia;"y\nz"'
    assert [row.cells for row in reading.sheet_of(data).rows] == [
        ("Anna", "yksi\nkaksi"),
        ("Bertta", "x"),
        ("Cecilia", "y\nz"),
    ]


def test_columns_of_one_name_are_told_apart() -> None:
    sheet = reading.sheet_of(b"Nimi;Puhelin;puhelin;Puhelin (2);;;Puhelin\nAnna;1;2;3;4;5;6\n")
    assert sheet.header == ("Nimi", "Puhelin", "puhelin (2)", "Puhelin (2) (2)", "", "", "Puhelin (3)")


def test_nothing_of_a_file_shows_when_it_is_printed() -> None:
    sheet = reading.sheet_of(written([("Nimi", "Puhelin"), ("Zebedeus", "040 7654321")]))
    read = people.read(sheet, columns.guess(sheet, Kind.CLIENTS), Kind.CLIENTS, TODAY)
    assert "Zebedeus" not in repr((sheet, read, read.people))
    assert "7654321" not in repr((sheet, read, read.people))


def test_a_first_row_with_a_persons_own_values_is_no_header() -> None:
    with pytest.raises(UnreadableList, match="no_header"):
        reading.sheet_of(b"Nimi;050 123 4567\nAino;050 765 4321\n")
