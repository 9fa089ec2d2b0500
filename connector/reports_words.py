"""What a night found, said in a reader's language, with its days and numbers as they write them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from connector import reports
from connector.texts import Texts


def said(words: Texts, finding: Mapping[str, Any], *, sentence: str | None = None) -> str:
    """A finding that was kept, or another sentence (a msgid) about it.

    One that this release does not know any more stands in English, as it was kept.
    """
    known = reports.MESSAGES.get(finding["code"])
    if known is None:
        return str(finding["message"])
    places = {name: _place(words, value) for name, value in finding["params"].items()}
    return words.gettext(sentence or known[1]).format(**places)


def _place(words: Texts, value: object) -> str:
    """A number or a word as the reader writes it; a day, and a moment, too."""
    if isinstance(value, str):
        day, _, clock = value.partition(" ")
        if (found := day_of(day)) is not None:
            return words.day(found) + (f" {clock}" if clock else "")
    return words.word(value)


def day_of(text: str) -> date | None:
    """A day as a finding keeps it, or an address says it: nothing but 2026-11-24."""
    if len(text) != len("2026-11-24"):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
