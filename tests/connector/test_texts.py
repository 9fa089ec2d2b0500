"""Texts: each language is whole, and writes days, numbers and places as it should."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Message

from connector import texts
from connector.texts_by_hand import INSTEAD, INSTEAD_OF_MANY
from connector.texts_words import WORDS
from policies.decisions import JobKind, Outcome, Verdict
from policies.explain import SENTENCES, explain
from policies.periods import Period
from policies.vocabulary import Category, Channel
from tests import catalogues

DAY = date(2027, 1, 15)
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")


def as_tuple(text: object) -> tuple[str, ...]:
    """A text, or a plural's texts."""
    return text if isinstance(text, tuple) else (str(text),)


def messages(language: str) -> list[Message]:
    """Everything in a catalogue."""
    return [message for message in catalogues.catalogue(language) if message.id]


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_every_text_of_the_code_is_translated(language: str) -> None:
    known = catalogues.catalogue(language)
    missing = [
        said
        for said in catalogues.in_the_code()
        if (found := known.get(as_tuple(said)[0])) is None or not all(as_tuple(found.string))
    ]
    assert missing == []


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_no_text_is_only_guessed(language: str) -> None:
    assert [message.id for message in messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_a_catalogue_holds_nothing_that_nobody_says(language: str) -> None:
    said = {as_tuple(one)[0] for one in catalogues.in_the_code()}
    assert [message.id for message in messages(language) if as_tuple(message.id)[0] not in said] == []


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_a_translation_has_the_places_of_its_text(language: str) -> None:
    for message in messages(language):
        allowed = set(PLACES.findall(" ".join(as_tuple(message.id))))
        for text in as_tuple(message.string):
            assert set(PLACES.findall(text)) <= allowed, message.id
        assert set(PLACES.findall(" ".join(as_tuple(message.string)))) == allowed, message.id


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_no_word_of_officialdom_is_used(language: str) -> None:
    banned = re.compile(r"\b(rekisteröi(ty|dyn)|toimenpi|suori(ttaa|tetaan)|mikäli|hylkää)", re.I)
    assert [one.id for one in messages(language) if banned.search(" ".join(as_tuple(one.string)))] == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_word_of_the_vocabulary_can_be_said(language: str) -> None:
    words = texts.of(language)
    for kind in (Category, Channel, Outcome, JobKind):
        for word in kind:
            assert words.word(word) == words.gettext(WORDS[kind, word.value])


def test_the_same_word_in_two_vocabularies_is_told_apart() -> None:
    words = texts.of("fi")
    assert words.word(JobKind.ERASE) == "Tietojen poisto"
    assert words.word(Outcome.ERASE) == "poistetaan"


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("because", sorted(SENTENCES))
def test_every_reason_can_be_said(language: str, because: str) -> None:
    verdict = Verdict(Category.IDENTITY, Outcome.KEEP, because, None, DAY, DAY, DAY, DAY)
    said = texts.of(language).sentence(explain(verdict))
    assert not PLACES.search(said)
    assert ("2027" in said) is ("%(" in SENTENCES[because])


def test_days_are_written_as_each_language_writes_them() -> None:
    at = datetime(2027, 1, 15, 1, 5, tzinfo=UTC)
    zone = ZoneInfo("Europe/Helsinki")
    told = [(w.day(DAY), w.weekday(DAY), w.clock(at, zone)) for w in map(texts.of, texts.LANGUAGES)]
    assert told == [
        ("15.1.2027", "perjantai 15.1.2027", "3.05"),
        ("15.1.2027", "fredag 15.1.2027", "3.05"),
        ("15 Jan 2027", "Friday 15 Jan 2027", "3:05"),
    ]


def test_numbers_and_lists_are_written_as_each_language_writes_them() -> None:
    told = [(w.number(11872), w.all_of(["a", "b", "c"])) for w in map(texts.of, texts.LANGUAGES)]
    assert told == [("11\xa0872", "a, b ja c"), ("11\xa0872", "a, b och c"), ("11,872", "a, b and c")]


@pytest.mark.parametrize(("count", "said"), [(0, "0 asiakasta"), (1, "1 asiakas"), (2, "2 asiakasta")])
def test_one_is_said_otherwise_than_many(count: int, said: str) -> None:
    told = texts.of("fi").ngettext("%(count)s customer", "%(count)s customers", count)
    assert told % {"count": count} == said


@pytest.mark.parametrize(
    ("period", "said"),
    [("P1Y", "1 vuosi"), ("P2Y", "2 vuotta"), ("P18M", "18 kuukautta"), ("P30M", "2 vuotta ja 6 kuukautta"),
     ("P14D", "14 päivää"), ("P1M1D", "1 kuukausi ja 1 päivä"), ("P0D", "0 päivää")],
)  # fmt: skip
def test_a_length_of_time_is_said_as_people_do(period: str, said: str) -> None:
    assert texts.of("fi").length(Period.parse(period)) == said


def test_an_unknown_language_is_finnish() -> None:
    assert texts.of("xx") is not None
    assert texts.of("xx").language == "fi"


def test_no_compiled_catalogue_is_kept() -> None:
    assert list(Path(texts.CATALOGUES).rglob("*.mo")) == []


def test_what_is_said_to_who_does_it_by_hand_stands_in_place_of_something_that_is_said() -> None:
    said = {as_tuple(one)[0] for one in catalogues.in_the_code()}
    assert {*INSTEAD, *INSTEAD_OF_MANY} - said == set()
    for plain, instead in INSTEAD.items():
        assert set(PLACES.findall(instead)) <= set(PLACES.findall(plain)), plain


def test_the_same_sentence_is_true_of_both_kinds_of_salons() -> None:
    plain, by_hand = texts.of("en"), texts.of("en", by_hand=True)
    told = "Ovikello looks whether it really happened: at once, tomorrow and after 30 days."
    assert plain.gettext(told) == told
    assert "You do it yourself" in by_hand.gettext(told)
    one, many = (
        "Approved. It is done within moments, and Ovikello looks whether it happened.",
        "You approved %(count)s things. They are done one by one, and Ovikello looks at each.",
    )
    assert plain.ngettext(one, many, 2) == many
    assert by_hand.ngettext(one, many, 1).endswith("among your tasks by hand.")
    assert by_hand.ngettext(one, many, 2).endswith("among your tasks by hand.")
    assert by_hand.gettext("Uses") == plain.gettext("Uses")
