"""A word on a doubt about a list holds for as much as was shown."""

import pytest

from connector.census_despite import Word, is_said, settled
from connector.census_doubts import Doubt
from connector.census_short import SHORT

OTHER = Doubt("many_noes", 1, 100)


@pytest.mark.parametrize(
    ("count", "of", "holds"),
    [
        (12, 30, True),
        (11, 30, True),
        (12, 31, True),
        (13, 30, False),
        (13, 300, False),
        (12, 29, False),
        (8, 20, True),
        (8, 19, False),
    ],
)
def test_a_word_holds_until_there_are_more_of_them_or_a_larger_part(count: int, of: int, holds: bool) -> None:
    doubt, word = Doubt(SHORT, count, of), Word(SHORT, (12, 30))
    assert word.holds(doubt) is holds
    assert settled([OTHER, doubt], [word]) == (((OTHER,), (doubt,)) if holds else ((OTHER, doubt), ()))


@pytest.mark.parametrize("word", [Word(SHORT), Word(SHORT, (100, 100))])
def test_a_word_on_one_doubt_is_none_on_another(word: Word) -> None:
    assert not is_said(OTHER, [word])
    assert is_said(Doubt(SHORT, 99, 100), [word])
