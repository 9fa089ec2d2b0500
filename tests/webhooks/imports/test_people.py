"""Rows about people: what is taken of each, and which are refused, with line and reason."""

from datetime import date

import pytest

from tests.webhooks.imports.calendars import TODAY
from webhooks.imports import columns, people, reading, values
from webhooks.imports.fields import Kind
from webhooks.imports.people import Read
from webhooks.imports.row_reader import Person
from webhooks.vocabulary import Category, Channel


def read(*lines: str, kind: Kind = Kind.CLIENTS) -> Read:
    """What is read in a list."""
    sheet = reading.sheet_of("\n".join(lines).encode())
    return people.read(sheet, columns.guess(sheet, kind), kind, TODAY)


def one(*lines: str, kind: Kind = Kind.CLIENTS) -> Person:
    """The only person in a list."""
    (person,) = read(*lines, kind=kind).people
    return person


@pytest.mark.parametrize(
    ("header", "kind", "day", "why"),
    [
        ("Nimi;Viimeisin käynti", Kind.CLIENTS, "26.11.2026 klo 23.59", None),
        ("Nimi;Viimeisin käynti", Kind.CLIENTS, "27.11.2026", "ahead"),
        ("Nimi;Viimeisin käynti", Kind.CLIENTS, "2026-11-26T21:59:00Z", None),
        ("Nimi;Viimeisin käynti", Kind.CLIENTS, "2026-11-26T22:00:00Z", "ahead"),
        ("Nimi;Viimeisin käynti", Kind.CLIENTS, "1.1.2099", "ahead"),
        ("Nimi;Viimeisin käynti", Kind.CLIENTS, "31.12.79", "ahead"),
        ("Nimi;Viimeisin käynti", Kind.CLIENTS, "31.12.80", None),
        ("Nimi;Seuraava aika", Kind.CLIENTS, "25.11.2028", None),
        ("Nimi;Seuraava aika", Kind.CLIENTS, "26.11.2028", "ahead"),
        ("Asiakas;Päivä", Kind.VISITS, "25.11.2028", None),
        ("Asiakas;Päivä", Kind.VISITS, "26.11.2028", "ahead"),
        ("Asiakas;Päivä", Kind.SALES, "26.11.2026", None),
        ("Asiakas;Päivä", Kind.SALES, "27.11.2026", "ahead"),
    ],
)
def test_a_day_that_has_yet_to_come_is_refused_unless_it_may_be_a_booking(
    header: str, kind: Kind, day: str, why: str | None
) -> None:
    found = read(header, f"Anna;{day}", kind=kind)
    assert [(row.line, row.why, row.header) for row in found.refused] == (
        [] if why is None else [(2, why, header.split(";")[1])]
    )


def test_a_column_that_has_a_thirteenth_month_has_its_months_first() -> None:
    found = read("Name;Last visit", "Anna;12/31/2025", "Bertta;2/1/2026").people
    assert [person.at for person in found] == [date(2025, 12, 31), date(2026, 2, 1)]
    found = read("Name;Last visit", "Anna;12/11/2025", "Bertta;2/1/2026").people
    assert [person.at for person in found] == [date(2025, 11, 12), date(2026, 1, 2)]
    mixed = read("Name;Last visit", "Anna;12/31/2025", "Bertta;31/12/2025")
    assert [(row.line, row.why) for row in mixed.refused] == [(2, "day")]


@pytest.mark.parametrize(
    ("cells", "noes"),
    [
        ("joskus;ei;;", {Channel.EMAIL, Channel.SMS}),
        ("joskus;ei;kyllä;", {Channel.SMS}),
        ("joskus;kyllä;;ei", {Channel.SMS}),
        ("joskus;kyllä;;", set()),
        ("1.9.2026;ehkä;ei;", {Channel.EMAIL}),
        ("1.9.2026;ei;ehkä;kyllä", {Channel.EMAIL}),
        ("1.9.2026;ehkä;;", set()),
    ],
)
def test_of_a_refused_row_its_noes_and_its_day_are_read_and_nothing_else(
    cells: str, noes: set[Channel]
) -> None:
    header = "Asiakasnumero;Viimeisin käynti;Markkinointilupa;Sähköpostimarkkinointi;Tekstiviestimarkkinointi"
    (row,) = read(header, f"1;{cells}").refused
    assert row.person is not None
    assert dict(row.person.marketing) == dict.fromkeys(noes, False)
    day = None if cells.startswith("joskus") else date(2026, 9, 1)
    assert (row.person.at, row.person.categories) == (day, frozenset())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("040 123 4567", "040 123 4567"),
        ("+358 (0)40-1234567", "+358 (0)40-1234567"),
        ("401234567", "0401234567"),
        ("401234567.0", "0401234567"),
        ("358401234567", "+358401234567"),
        ("12345", None),
        ("1.2.2026", None),
        ("04012345678901234", None),
        ("040 kotona", None),
    ],
)
def test_a_telephone_number_gets_back_what_a_spreadsheet_took(text: str, number: str | None) -> None:
    assert values.phone_of(text) == number


def test_a_client_is_read_whole() -> None:
    person = one(
        "Asiakasnro;Etunimi;Sukunimi;Puhelin;Sähköposti;Viimeisin käynti;Seuraava aika;Markkinointilupa;Osoite;Huom",
        "17;Anna;Aalto;040 1234567;anna@salonki.fi;1.9.2026;;kyllä;Kuja 1;",
    )
    assert (person.line, person.number, person.name) == (2, "17", "Anna Aalto")
    assert (person.phone, person.email) == ("040 1234567", "anna@salonki.fi")
    assert (person.at, person.next_at, person.tells_next) == (date(2026, 9, 1), None, True)
    assert person.marketing == {Channel.EMAIL: True, Channel.SMS: True}
    held = {Category.IDENTITY, Category.CONTACT, Category.VISITS, Category.ADDRESS}
    assert person.categories == held | {Category.MARKETING_PREFERENCES}


def test_an_empty_cell_is_not_told_and_never_a_no() -> None:
    assert one("Nimi;Markkinointilupa", "Anna;").marketing == {}


def test_in_a_column_of_ticks_an_empty_cell_is_a_no() -> None:
    found = read("Nimi;Markkinointilupa", "Anna;x", "Bertta;").people
    assert [person.marketing.get(Channel.EMAIL) for person in found] == [True, False]


def test_a_switch_for_one_channel_goes_before_a_plain_one() -> None:
    person = one("Nimi;Markkinointilupa;SMS-markkinointi", "Anna;kyllä;ei")
    assert person.marketing == {Channel.EMAIL: True, Channel.SMS: False}


@pytest.mark.parametrize(
    ("header", "cell", "said"),
    [
        ("Markkinointikielto", "kyllä", dict.fromkeys((Channel.EMAIL, Channel.SMS), False)),
        ("Markkinointikielto", "kielletty", dict.fromkeys((Channel.EMAIL, Channel.SMS), False)),
        ("Markkinointikielto", "ei", dict.fromkeys((Channel.EMAIL, Channel.SMS), True)),
        ("Markkinointikielto", "", {}),
        ("Markkinointikielto", "-", {}),
        ("Markkinointilupa", "-", {}),
        ("SMS-kielto", "kyllä", {Channel.SMS: False}),
        ("Markkinointilupa;SMS-kielto", "kyllä;kyllä", {Channel.EMAIL: True, Channel.SMS: False}),
        ("Markkinointilupa;Markkinointikielto", "ei;ei", dict.fromkeys((Channel.EMAIL, Channel.SMS), False)),
        (
            "SMS-markkinointi;Markkinointikielto",
            "kyllä;kyllä",
            dict.fromkeys((Channel.EMAIL, Channel.SMS), False),
        ),
        ("SMS-markkinointi;SMS-kielto", "kyllä;ei", {Channel.SMS: True}),
    ],
)
def test_what_is_forbidden_is_read_the_right_way_round_and_the_no_goes_first(
    header: str, cell: str, said: dict[Channel, bool]
) -> None:
    assert one(f"Nimi;{header}", f"Anna;{cell}").marketing == said


def test_whether_a_prohibition_was_called_off_or_a_permission_is_not_guessed() -> None:
    found = read("Nimi;Puhelin;Markkinointikielto", "Anna;040 1234567;peruttu")
    assert [(row.line, row.why, row.header) for row in found.refused] == [
        (2, "yes_or_no", "Markkinointikielto")
    ]


def test_among_ticks_of_what_is_forbidden_an_empty_cell_forbids_nothing() -> None:
    found = read("Nimi;Markkinointikielto", "Anna;x", "Bertta;", "Cilla;-").people
    assert [person.marketing.get(Channel.EMAIL) for person in found] == [False, True, True]


def test_wrong_rows_are_refused_by_line_and_reason_and_the_others_are_taken() -> None:
    found = read(
        "Asiakasnro;Nimi;Viimeisin käynti;Markkinointilupa",
        "1;Anna;1.9.2026;kyllä",
        "2;Bertta;joskus;ei",
        ";;1.9.2026;ei",
        "4;Doris;1.9.2026;ehkä",
        "5;Eeva;;",
    )
    assert [person.number for person in found.people] == ["1", "5"]
    assert [(row.line, row.why, row.header) for row in found.refused] == [
        (3, "day", "Viimeisin käynti"),
        (4, "nobody", ""),
        (5, "yes_or_no", "Markkinointilupa"),
    ]


@pytest.mark.parametrize(
    "footer",
    [
        "Yhteensä 4 asiakasta",
        "Yhteensä: 4",
        "Yhteensä",
        "Total 4",
        "4 asiakasta",
        "Asiakkaita yhteensä 4",
        "Antal: 4",
    ],
)
def test_a_sum_below_the_list_is_nobody(footer: str) -> None:
    lines = ("Nimi;Puhelin;Viimeisin käynti", "Anna;040 1234567;1.9.2026")
    found = read(*lines, f"{footer};;")
    assert ([one.name for one in found.people], [(row.line, row.why) for row in found.refused]) == (
        ["Anna"],
        [(3, "sum")],
    )
    assert found.refused[0].person is None
    assert [one.name for one in read(*lines, f"{footer};;", "Bertta;;").people] == ["Anna", footer, "Bertta"]
    assert [one.name for one in read(*lines, f"{footer};040 7654321;").people] == ["Anna", footer]


@pytest.mark.parametrize("name", ["Summa Matti", "Yhteensä Oy 4", "Anna 2", "Antal Anna"])
def test_the_last_of_a_list_is_somebody_all_the_same(name: str) -> None:
    found = read("Nimi;Puhelin;Viimeisin käynti", "Anna;040 1234567;1.9.2026", f"{name};;")
    assert [one.name for one in found.people] == ["Anna", name]


def test_a_name_that_stands_twice_alone_is_nobodys() -> None:
    found = read(
        "Nimi;Puhelin", "Anna Aalto;", "anna aalto;", "Bertta Berg;", "Doris Dahl;040 1111111", "Doris Dahl;"
    )
    assert [person.line for person in found.people] == [4, 5, 6]
    assert [(row.line, row.why) for row in found.refused] == [(2, "alike"), (3, "alike")]


def test_a_visit_needs_its_day_and_says_whether_it_took_place() -> None:
    found = read(
        "Asiakas;Päivä;Tila",
        "Anna;1.9.2026 klo kymmenen;Valmis",
        "Anna;2.9.2026;Peruttu",
        "Anna;3.9.2026;Ei saapunut",
        "Anna;;Valmis",
        kind=Kind.VISITS,
    )
    assert [(person.line, person.is_off) for person in found.people] == [(3, True), (4, True)]
    assert [(row.line, row.why, row.header) for row in found.refused] == [
        (2, "day", "Päivä"),
        (5, "no_day", "Päivä"),
    ]


@pytest.mark.parametrize("cell", ["17", "17.0", '="17"'])
def test_a_customers_number_is_the_same_however_a_spreadsheet_writes_it(cell: str) -> None:
    assert one("Asiakasnumero;Nimi;Puhelin", f"{cell};Aino Kivelä;050 123 4567").number == "17"
