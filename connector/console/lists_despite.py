"""A tick on a doubt about a list carries how many of how many the page said: no word on more than that is in it.

Pure: a form in, words out.
"""

import re
from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from connector import imports_words
from connector.census_despite import Word
from connector.census_doubts import Doubt

_NAME = "despite"
_TICK = re.compile(r"([a-z_]{1,40}):([0-9]{1,9}):([0-9]{1,9})(:owners)?", re.ASCII)


def written(doubt: Doubt, *, is_owners: bool = False) -> str:
    """What the tick on this doubt carries; the other one, where the noes are the owner's."""
    return f"{doubt.finding}:{doubt.count}:{doubt.of}{':owners' if is_owners else ''}"


def read(form: MultiDict[str, str]) -> list[Word]:
    """The words that a form carries; what no page of ours has offered is none."""
    return [word for _, word in _ticks(form)]


def carried(form: MultiDict[str, str], asked: Iterable[Doubt]) -> list[str]:
    """The ticks that the next page carries along: not those of doubts that it asks of itself."""
    again = {doubt.finding for doubt in asked}
    return [tick for tick, word in _ticks(form) if word.finding not in again]


def _ticks(form: MultiDict[str, str]) -> list[tuple[str, Word]]:
    found = [(tick, _TICK.fullmatch(tick)) for tick in form.getlist(_NAME)]
    return [
        (tick, Word(one[1], (int(one[2]), int(one[3])), is_owners_no=bool(one[4])))
        for tick, one in found
        if one is not None and one[1] in imports_words.DOUBTS
    ]
