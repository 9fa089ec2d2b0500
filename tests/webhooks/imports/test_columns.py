"""What a column is: by what was said, by its header in three languages, by how its values look."""

from unicodedata import normalize

import pytest

from webhooks.imports import columns, headers, reading
from webhooks.imports.columns import UnknownColumn
from webhooks.imports.fields import TELLS, Field, Kind
from webhooks.imports.headers_words import WORDS_OF
from webhooks.imports.sheet import Sheet


def sheet(header: str, *rows: str) -> Sheet:
    """A list."""
    return reading.sheet_of("\n".join([header, *(rows or ("a;b;c;d;e;f",))]).encode())


def fields(header: str, *rows: str, kind: Kind = Kind.CLIENTS) -> list[Field | None]:
    """What its columns are taken for."""
    return [column.field for column in columns.guess(sheet(header, *rows), kind)]


F = Field


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "Asiakasnro;Etunimi;Sukunimi;Puh.;Sähköposti;Viimeksi käynyt",
            [F.NUMBER, F.FIRST_NAME, F.LAST_NAME, F.PHONE, F.EMAIL, F.LAST_VISIT],
        ),
        (
            "Kundnr;Förnamn;Efternamn;Mobilnummer;E-post;Senaste besök",
            [F.NUMBER, F.FIRST_NAME, F.LAST_NAME, F.PHONE, F.EMAIL, F.LAST_VISIT],
        ),
        (
            "Customer ID;First name;LAST_NAME;Mobile phone;E-mail;Last visit",
            [F.NUMBER, F.FIRST_NAME, F.LAST_NAME, F.PHONE, F.EMAIL, F.LAST_VISIT],
        ),
        (
            "Asiakkaan nimi;Asiakkaan sähköposti;Markkinointi: sähköposti;Synt.aika;Hetu;Huomautukset",
            [F.NAME, F.EMAIL, F.MARKETING_EMAIL, F.BIRTH, F.IDENTITY_CODE, F.NOTES],
        ),
    ],
)
def test_headers_are_read_in_three_languages(header: str, expected: list[Field | None]) -> None:
    assert fields(header) == expected


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Viim. käynti", F.LAST_VISIT),
        ("Edell.käynti", F.LAST_VISIT),
        ("Viimeksi", F.LAST_VISIT),
        ("Viimeisin asiointi", F.LAST_VISIT),
        ("Sen. besök", F.LAST_VISIT),
        ("Viim. varaus", None),
        ("Matkapuh.", F.PHONE),
        ("GSM-numero", F.PHONE),
        ("Asiakkaan puh.", F.PHONE),
        ("As.nro", F.NUMBER),
        ("As nro", None),
        ("Suku- ja etunimi", F.NAME),
        ("Sukun.", F.LAST_NAME),
        ("Lisätietoja", F.NOTES),
        ("Sähköp.", None),
        ("No.", None),
        ("A.", None),
    ],
)
def test_a_word_that_is_cut_short_with_a_point_is_known_where_it_can_be_no_other(
    header: str, field: Field | None
) -> None:
    assert headers.meant_by(header) is field


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Markkinointikielto", F.FORBIDDEN),
        ("Suoramarkkinointikielto", F.FORBIDDEN),
        ("Kielto", F.FORBIDDEN),
        ("Marketing opt-out", F.FORBIDDEN),
        ("Sähköpostikielto", F.FORBIDDEN_EMAIL),
        ("SMS-kielto", F.FORBIDDEN_SMS),
        ("Markkinointilupa", F.MARKETING),
    ],
)
def test_what_is_forbidden_is_another_column_than_what_is_allowed(header: str, field: Field) -> None:
    assert headers.meant_by(header) is field


def test_a_header_is_known_however_its_letters_are_composed() -> None:
    parts = normalize("NFD", "Viimeisin käynti")
    assert fields(f"Nimi;{parts}") == [F.NAME, F.LAST_VISIT]
    assert headers.meant_by(parts) is F.LAST_VISIT
    one = sheet("Nimi;Käynti")
    assert columns.said(one, Kind.CLIENTS, [(normalize("NFD", "käynti"), "last_visit")]) == {
        "Käynti": F.LAST_VISIT
    }


def test_where_no_header_is_known_the_values_tell() -> None:
    rows = ("Anna;040 1234567;a@salonki.fi;1572860-1", "Bertta;+358 50 7654321;b@salonki.fi;1572860-2")
    assert fields("A;B;C;D", *rows) == [None, F.PHONE, F.EMAIL, None]
    assert fields("A;B", "Oy Yritys;1572860-1", "Ab Firma;1572860-2") == [None, None]
    assert fields("A;B", "Oy Yritys;0112038-9", "Ab Firma;1572860-0") == [None, F.BUSINESS_ID]


def test_a_column_of_days_is_the_day_of_a_visit_and_never_guessed_to_be_a_clients_last_one() -> None:
    assert fields("Nimi;B", "Anna;1.9.2026", kind=Kind.VISITS) == [F.NAME, F.DAY]
    assert fields("Nimi;B", "Anna;1.9.2026") == [F.NAME, None]


@pytest.mark.parametrize(
    ("header", "rows", "field"),
    [
        ("Saako lähettää mainoksia?", ("kyllä", "ei", "-", "ei lupaa"), F.MARKETING),
        ("Uutiskirje tilattu (sähköposti)", ("kyllä", "ei"), F.MARKETING_EMAIL),
        ("Mainoksia tekstiviestillä", ("x", ""), F.MARKETING_SMS),
        ("Mainonta kielletty", ("kyllä", "ei"), F.FORBIDDEN),
        ("Ei mainostekstiviestejä", ("1", "0"), F.FORBIDDEN_SMS),
        ("Reklam via e-post förbjuden", ("ja", "nej"), F.FORBIDDEN_EMAIL),
        ("Markkinoinnin lähde", ("Instagram", "ystävä"), None),
        ("Markkinoinnin lähde", ("ei", "ystävä"), None),
        ("Kanta-asiakas", ("kyllä", "ei"), None),
        ("", ("kyllä", "ei"), None),
    ],
)
def test_a_yes_or_a_no_is_of_marketing_where_its_header_speaks_of_that(
    header: str, rows: tuple[str, ...], field: Field | None
) -> None:
    assert fields(f"Nimi;{header};X", *(f"Anna {row};{row};x" for row in rows))[1] is field


def asked(header: str, *rows: str, kind: Kind = Kind.CLIENTS) -> dict[str, Field]:
    """What is asked of its columns."""
    one = sheet(header, *rows)
    found = columns.guess(one, kind, {"Pois": None})
    return {column.header: field for column, field in columns.may_be(one, found, kind).items()}


def test_of_days_and_answers_that_a_list_of_clients_leaves_out_it_is_asked_what_they_are() -> None:
    rows = ("Anna;1.9.2026;ei;sana", "Bertta;2.9.2026;kyllä;sana")
    assert asked("Nimi;Kerta;VIP;Muu", *rows) == {"Kerta": F.LAST_VISIT, "VIP": F.MARKETING}
    assert asked("Nimi;Viimeisin käynti;VIP;Muu", *rows) == {"VIP": F.MARKETING}
    assert asked("Nimi;Viimeisin käynti;Markkinointilupa;Muu", *rows) == {}
    assert asked("Nimi;Kerta;Markkinointikielto;Muu", *rows) == {"Kerta": F.LAST_VISIT}
    assert asked("Nimi;Kerta;VIP;Päivä", *(f"{row};1.1.2026" for row in rows), kind=Kind.VISITS) == {}


def test_an_identity_code_is_known_by_how_it_looks() -> None:
    assert fields("Nimi;Koodi", "Anna;131052-308T") == [F.NAME, F.IDENTITY_CODE]


def test_of_two_columns_for_one_thing_the_first_is_taken() -> None:
    assert fields("Nimi;Puhelin;Matkapuhelin") == [F.NAME, F.PHONE, None]


def test_a_whole_name_is_left_where_both_its_parts_are_there() -> None:
    assert fields("Asiakas;Etunimi;Sukunimi") == [None, F.FIRST_NAME, F.LAST_NAME]


def test_what_was_said_goes_before_what_is_guessed() -> None:
    one = sheet("Nimi;Puhelin;Toinen")
    told = columns.said(one, Kind.CLIENTS, [("puhelin", "-"), ("Toinen", "phone")])
    assert [column.field for column in columns.guess(one, Kind.CLIENTS, told)] == [F.NAME, None, F.PHONE]


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ([("Ikä", "name")], "header"),
        ([("Nimi", "shoe_size")], "field"),
        ([("Nimi", "day")], "field"),
        ([("Nimi", "name"), ("Toinen", "name")], "twice"),
    ],
)
def test_what_cannot_be_so_is_not_taken_for_said(pairs: list[tuple[str, str]], why: str) -> None:
    with pytest.raises(UnknownColumn, match=why):
        columns.said(sheet("Nimi;Toinen"), Kind.CLIENTS, pairs)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Nimi;Puhelin;Viimeisin käynti", Kind.CLIENTS),
        ("Nimi;Puhelin", Kind.CLIENTS),
        ("Nimi;Päivä;Palvelu", Kind.VISITS),
        ("Customer;Date;Service;Price", Kind.VISITS),
        ("Asiakas;Pvm;Summa", Kind.SALES),
        ("Kund;Datum;Kvitto", Kind.SALES),
    ],
)
def test_what_a_list_is_of_is_told_by_its_headers(header: str, kind: Kind) -> None:
    assert columns.kind_of(sheet(header)) is kind


@pytest.mark.parametrize(
    ("header", "tells"), [("Nimi;Puhelin", True), ("Asiakasnro;Huom", True), ("Puhelin;Sähköposti", False)]
)
def test_a_telephone_number_alone_says_nothing_of_who_somebody_is(header: str, tells: bool) -> None:
    one = sheet(header)
    assert columns.tells_who(columns.guess(one, Kind.CLIENTS)) is tells


@pytest.mark.parametrize(
    ("header", "kind", "tells"),
    [
        ("Nimi;Puhelin", Kind.CLIENTS, True),
        ("Nimi;Päivä;Palvelu", Kind.VISITS, True),
        ("Nimi;Palvelu", Kind.VISITS, False),
        ("Asiakas;Summa", Kind.SALES, False),
    ],
)
def test_a_list_of_visits_or_sales_needs_a_day_in_each_row_and_one_of_clients_does_not(
    header: str, kind: Kind, tells: bool
) -> None:
    assert columns.tells_when(columns.guess(sheet(header), kind), kind) is tells


def test_no_word_has_two_meanings_and_every_meaning_has_a_word() -> None:
    words = [word.strip() for text in WORDS_OF.values() for word in text.split(",")]
    assert sorted(words) == sorted(set(words))
    assert {headers.meant_by(word) for word in words} == set(Field)
    assert set().union(*TELLS.values()) == set(Field)
