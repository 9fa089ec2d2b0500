"""The list that goes with an instruction: whom it is about, what to do for each, which rows an answer names. Pure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from connector import jobs_press
from connector.jobs_listing import Listed
from connector.sealed_cards import Seen, is_own
from connector.texts import Texts
from connector.texts_shown import shown

#: what stands between two rows, in letters of three languages; and between the first and the last of some
_BETWEEN = re.compile(r"[,;&]|\b(?:ja|sekä|och|samt|and)\b", re.IGNORECASE)
_DASH = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
_ROWS = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")


@dataclass(frozen=True)
class Row:
    """One customer: the number by which the letter and its answer speak of the row.

    `client` is the customer's own number, and empty where the booking system shows none.
    """

    nth: int
    client: str
    name: str
    phone: str
    email: str
    what: str


def in_order(tasks: Iterable[Listed], people: Mapping[str, Seen]) -> tuple[Listed, ...]:
    """The tasks by name, since they are looked up one by one, there and in the salon's notebook; the nameless last."""

    def place(task: Listed) -> tuple[bool, str, str]:
        name = people.get(task.client or "", Seen()).name or ""
        return (not name, name.casefold(), task.client or "")

    return tuple(sorted(tasks, key=place))


def written(words: Texts, tasks: Sequence[Listed], people: Mapping[str, Seen]) -> bytes:
    """The list of these tasks, as it is sealed."""
    return json.dumps([_row(words, nth, one, people) for nth, one in enumerate(tasks, start=1)]).encode()


def read(body: bytes) -> list[Row]:
    """What `written` wrote."""
    return [Row(*row) for row in json.loads(body)]


def for_a_program(rows: Sequence[Row]) -> str:
    """The list as JSON, each row with its number."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2)


def _row(words: Texts, nth: int, task: Listed, people: Mapping[str, Seen]) -> tuple[int | str, ...]:
    client = task.client or ""
    seen = people.get(client, Seen())
    told = (shown(seen.name), shown(seen.phone), shown(seen.email))
    number = "" if is_own(client) else client
    return (nth, number, *(said or "" for said in told), jobs_press.said(words, task))


def numbers(text: str, most: int) -> frozenset[int]:
    """The rows that a text names: "3, 17-19"; raises ValueError where it names none of 1 to `most`.

    It is copied out of a letter: "3, 17 – 19 ja 22." is understood too, and nothing that could mean two things.
    """
    found: set[int] = set()
    for part in _BETWEEN.sub(" ", _DASH.sub("-", text.strip().removesuffix("."))).split():
        row = _ROWS.fullmatch(part)
        if row is None:
            raise ValueError("no row")
        start, end = int(row[1]), int(row[2] or row[1])
        if not 1 <= start <= end <= most:
            raise ValueError("no such row")
        found.update(range(start, end + 1))
    return frozenset(found)
