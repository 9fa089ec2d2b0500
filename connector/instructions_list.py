"""The list that goes with an instruction: whom it is about and what to do for each. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from connector import jobs_press
from connector.jobs_listing import Listed
from connector.sealed_cards import Seen, is_own
from connector.texts import Texts
from connector.texts_shown import shown


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
    """The rows that a text names: "3, 17-19"; raises ValueError where it names none of 1 to `most`."""
    found: set[int] = set()
    for part in text.replace("–", "-").replace(";", ",").replace(",", " ").split():
        first, _, last = part.partition("-")
        start, end = int(first), int(last or first)
        if not 1 <= start <= end <= most:
            raise ValueError("no such row")
        found.update(range(start, end + 1))
    return frozenset(found)
