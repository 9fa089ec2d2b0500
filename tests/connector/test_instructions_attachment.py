"""The list of an instruction as a locked file: what it holds, for whom it opens, and where it lies meanwhile."""

import math
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import olefile
import pytest
from msoffcrypto.exceptions import InvalidKeyError

from connector import exports_seal, instructions_attachment, texts
from connector.instructions_attachment import EACH, GROUPS, SIGNS, locked, password
from connector.instructions_list import Row
from tests.connector.locked import opened, writes

AT = datetime(2027, 1, 15, 12, tzinfo=UTC)
TOKEN = "t" * 43
ROWS = [
    Row(1, "17", '=HYPERLINK("http://x.example";"Maija")', "+358 40 123", "@SUM(A1)", "Poista asiakas"),
    Row(2, "", "-2+3", "040 1", "x@y.example", "Poista asiakas"),
    Row(3, "0017", "Äiti 👩‍👧 🦄", "", "", "Poista asiakas"),
    Row(4, "https://x.example", "אבי כהן", "", "", "Poista asiakas"),
    Row(5, "5", "<b>&amp;\\n_x0041_", "", "", "Poista asiakas"),
]


def test_it_opens_with_its_password_and_holds_every_row_as_text_whatever_a_name_looks_like() -> None:
    sheets = opened(locked(texts.of("fi"), ROWS, ("Aava", "Ohje x"), TOKEN, made_at=AT), password(TOKEN))
    head, *rows = sheets["Asiakkaat"]
    assert head == ["Rivi", "Asiakasnumero", "Nimi", "Puhelin", "Sähköposti", "Mitä tehdään"]
    assert rows == [[row.nth, row.client, row.name, row.phone, row.email, row.what] for row in ROWS]
    assert sheets["Ohje"] == [["Aava"], ["Ohje x"]]


@pytest.mark.parametrize(
    ("language", "names"), [("sv", ["Kunder", "Instruktionen"]), ("en", ["Customers", "The instruction"])]
)
def test_it_is_written_in_the_language_of_its_letter(language: str, names: list[str]) -> None:
    sheets = opened(locked(texts.of(language), ROWS, ("x",), TOKEN, made_at=AT), password(TOKEN))
    assert list(sheets) == names


def test_it_opens_with_no_other_password_and_says_nothing_in_clear() -> None:
    file = locked(texts.of("fi"), ROWS, ("Aava",), TOKEN, made_at=AT)
    for other in (password("u" * 43), password(TOKEN).replace("-", "")):
        with pytest.raises(InvalidKeyError):
            opened(file, other)
    for said in ("Maija", "Äiti", "Poista", "Aava", "sheet1.xml", password(TOKEN)):
        assert said.encode() not in file
        assert said.encode("utf-16-le") not in file


@pytest.mark.parametrize("count", [1, 400])
def test_a_short_list_and_a_long_one_make_a_whole_file(count: int) -> None:
    rows = [Row(nth, str(nth), f"Asiakas {nth}", "", "", "Poista asiakas") for nth in range(1, count + 1)]
    file = locked(texts.of("fi"), rows, ("Aava",), TOKEN, made_at=AT)
    assert not olefile.OleFileIO(file, raise_defects=olefile.DEFECT_INCORRECT).parsing_issues
    assert len(opened(file, password(TOKEN))["Asiakkaat"]) == count + 1


def test_it_is_made_in_memory_alone(tmp_path: Path) -> None:
    with writes() as seen:
        locked(texts.of("fi"), ROWS, ("Aava",), TOKEN, made_at=AT)
        assert seen == []
        (tmp_path / "x").write_text("x")
    assert seen == [str(tmp_path / "x")]


def test_a_password_can_be_read_out_and_is_too_long_to_be_guessed() -> None:
    tokens = [exports_seal.new_token() for _ in range(200)]
    passwords = {password(token) for token in tokens}
    assert len(passwords) == len(tokens)
    assert {sign for one in passwords for sign in one} == {*SIGNS, "-"}
    assert not set(SIGNS) & set("01ilogqbpvw")
    assert all([len(group) for group in one.split("-")] == [EACH] * GROUPS for one in passwords)
    assert len(SIGNS) == len(set(SIGNS))
    assert GROUPS * EACH * math.log2(len(SIGNS)) > 80
    assert password(tokens[0]) == password(tokens[0])


def test_the_files_name_says_which_instruction_it_belongs_to_and_nothing_else() -> None:
    name = instructions_attachment.file_name(texts.of("fi"), UUID(int=0x12345678 << 96))
    assert name == "asiakaslista-12345678.xlsx"
