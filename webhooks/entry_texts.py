"""Free text on a client's entries (appointments), where a system keeps it apart from the client's record.

It is cleared entry by entry. How many there are nobody knows before they are listed, and what is listed next time is
what is left: so a list of them is all the progress that has to be remembered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from webhooks.calls import Call, Reply


@dataclass(frozen=True)
class EntryPage:
    """The entries on one page whose text is to be cleared, by id; `next_cursor` is None on the last one."""

    ids: tuple[str, ...]
    next_cursor: str | None = None


@dataclass(frozen=True)
class EntryTexts:
    """How they are found and cleared.

    `listed` asks for a page by client and cursor. `read` raises NotUnderstood also where a page tells of anybody
    else: then nothing is done to anyone. `clear` sets one entry's text to nothing, and does no harm twice.
    """

    listed: Callable[[str, str | None], Call]
    read: Callable[[str, Call, Reply, datetime], EntryPage]
    clear: Callable[[str], Call]
    tells: str
    """Who is told of each clearing by the booking system itself, as a word: the owner reads it before the word."""
