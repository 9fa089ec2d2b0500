"""A yes and a no in three languages; and what turns round in a column of what is forbidden."""

import pytest

from webhooks.imports import answers


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *[(word, True) for word in ("Kyllä", "Kyllä.", "x", "1", "ja", "JA", "yes", "true", "✓", "Päällä")],
        *[(word, True) for word in ("Suostunut", "Lupa annettu", "hyväksytty", "opted-in", "Sallittu")],
        *[
            (word, False)
            for word in ("Ei", "ei.", "0", "nej", "no", "false", "Kielletty", "ei lupaa!", "Ei kiitos.")
        ],
        *[
            (word, False)
            for word in ("Estetty", "Pois päältä", "peruttu", "Nej tack", "kieltänyt", "ei-sallittu")
        ],
        *[(word, None) for word in ("ehkä", "2", "", "-", "Ei tiedossa", "Ei vastausta", "?", "...", "eikä")],
    ],
)
def test_yes_and_no_in_three_languages(text: str, answer: bool | None) -> None:
    assert answers.of(text) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *[(word, False) for word in ("Kyllä", "x", "yes", "päällä", "kielletty", "Kieltänyt", "opt-out")],
        *[(word, True) for word in ("Ei", "0", "pois", "sallittu", "ei kieltoa")],
        *[(word, None) for word in ("peruttu", "hyväksytty", "ehkä", "")],
    ],
)
def test_below_a_prohibition_a_bare_yes_is_a_no_and_what_says_itself_what_is_so_stays(
    text: str, answer: bool | None
) -> None:
    assert answers.of(text, forbids=True) is answer


def test_no_word_is_both_a_yes_and_a_no() -> None:
    yes, no = (
        answers._YES | answers._ALLOWED | answers._GIVEN,
        answers._NO | answers._FORBIDDEN | answers._TAKEN,
    )
    assert yes & no == frozenset()


@pytest.mark.parametrize(
    ("cells", "ticks"), [(["x", "X"], True), (["x", "-"], True), (["-"], False), (["x", "ei"], False)]
)
def test_ticks_are_ticks_where_nothing_else_stands(cells: list[str], ticks: bool) -> None:
    assert answers.are_ticks(cells) is ticks
