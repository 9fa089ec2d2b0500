"""Free text that still speaks of a person is found, in the forms and spellings that people write; other text is not."""

from time import process_time

import pytest

from webhooks.residue import Person, mentioned, person

MAIJA = person(
    names=["Maija-Liisa Virtanen"],
    contacts=["maija@posti.example.fi", "131052-308T"],
    numbers=["+358 40 123 4567"],
    places=["Mannerheimintie 5 B 12, 00100 Helsinki", "Helsinki", "00100"],
)


def is_found(text: str, whom: Person = MAIJA) -> bool:
    """Whether a note speaks of the person."""
    return mentioned(whom, (("notes", text),)) == {"notes"}


@pytest.mark.parametrize(
    "text",
    [
        "Maija toivoo hiljaista aikaa",
        "MAIJAN oma sävy 7/1",
        "soita Liisalle ennen aikaa",
        "Virtasen perheen lahjakortti",
        "rva virtanen, aina ajoissa",
        "Virtaselta jäi hattu",
        "Maija-Liisalle sama kuin viimeksi",
        "soita 040 1234567",
        "puh. 0401234567 (äiti)",
        "+358 (0)40 123 45 67",
        "00358401234567",
        "vahvistus MAIJA@posti.example.fi",
        "hetu 131052-308t",
        "kotikäynti mannerheimintie 5, summeri",
        "Mannerheimintie  5 B 12",
    ],
)
def test_what_speaks_of_the_person_is_found(text: str) -> None:
    assert is_found(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ei tuoksuja, kuiva päänahka",
        "soita 040 1234568",
        "väri 7/43 + 20 ml, 35 min",
        "Helsinki, 00100",
        "Mannerheimintie 50",
        "Mannerheimintie",
        "varaus 2026-11-24 12:00",
        "lahjakortti 1234567890123",
        "virtaa vähän, pese hellästi",
    ],
)
def test_what_does_not_is_not(text: str) -> None:
    assert not is_found(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Pekka Mäki", "Pekan aika"),
        ("Pekka Mäki", "Mäen tilille"),
        ("Matti", "Matille sama"),
        ("Anna", "Annas färg"),
    ],
)
def test_names_are_found_in_the_forms_that_they_take(name: str, text: str) -> None:
    assert is_found(text, person(names=[name]))


@pytest.mark.parametrize("text", ["kaikki hyvin", "kaipaa kosteutta", "kaiku"])
def test_a_short_name_is_not_found_inside_other_words(text: str) -> None:
    assert not is_found(text, person(names=["Kai"]))


def test_particles_and_towns_name_nobody() -> None:
    whom = person(names=["Carl von Essen"], places=["Turku"])
    assert not is_found("von Turku", whom)
    assert is_found("herra Essenin aika", whom)


def test_nobody_is_found_where_nothing_is_known() -> None:
    nobody = person(names=[" "], contacts=[""], numbers=["0"], places=["Helsinki"])
    assert not nobody
    assert not is_found("Maija 040 1234567", nobody)


def test_the_field_is_told_and_nothing_else() -> None:
    texts = (("wishes", "Maijan toive"), ("treatments", "väri"), ("history", "soita 0401234567"))
    assert mentioned(MAIJA, texts) == {"wishes", "history"}
    assert "maija" not in repr(MAIJA).casefold()


@pytest.mark.parametrize(
    ("place", "street"),
    [
        ("2. Linja 5", "linja 5"),
        ("Iso-Roobertinkatu 12b", "iso-roobertinkatu 12"),
        ("Vanha Suuri Iso Maantie 3 A", "vanha suuri iso maantie 3"),
        ("c/o Äiti, Rantakatu 7", "rantakatu 7"),
        ("00100katu 5", "katu 5"),
    ],
)
def test_a_street_is_looked_for_with_its_house_number(place: str, street: str) -> None:
    assert is_found(f"kotikäynti {street}.", person(places=[place]))
    assert not is_found(f"kotikäynti {street}0", person(places=[place]))


@pytest.mark.parametrize("part", ["a", "a.", "a1", "a b ", "1"])
def test_an_address_without_end_holds_nobody_up(part: str) -> None:
    """A client may have typed it; searched anew from each of its letters, a tenth of this takes minutes."""
    began = process_time()
    assert not person(places=[part * 200_000])
    assert process_time() - began < 10
