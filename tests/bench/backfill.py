"""B1: the whole list of a booking system taken over, beside the bare insert of the same rows."""

import gc
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connector import census
from connector.salons import Account
from connector.tables import Client, ConsentRecord, Contact
from tests.bench import left, registers
from tests.bench.figures import Figure, middle, rate, say, seconds
from tests.bench.left import Left
from tests.bench.places import Open, Place, connect
from webhooks.calls import Call, Reply
from webhooks.dialects.standard import STANDARD

#: all that a walk writes for each client
TABLES: tuple[Any, ...] = (Client, Contact, ConsentRecord)


@dataclass(frozen=True)
class Size:
    """How many clients the list has, and how often it is taken over."""

    clients: int
    repeats: int


class Listing:
    """A booking system's list, made beforehand, that answers at once: only what we do with it is measured."""

    def __init__(self, place: Place, count: int) -> None:
        today = place.program.now().date()
        records = [
            _record(number, registers.visit_of(number, today, is_overdue=False)) for number in range(count)
        ]
        pages = [records[start : start + STANDARD.page_size] for start in range(0, count, STANDARD.page_size)]
        self._pages = {
            str(number): {
                "clients": page,
                "next_cursor": str(number + 1) if number + 1 < len(pages) else None,
            }
            for number, page in enumerate(pages)
        }
        gc.freeze()  # of a real list there is a page at a time: the others are not the collector's business

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """One page."""
        return Reply(200, self._pages[dict(call.query or {}).get("cursor") or "0"])


def run(open_place: Open, size: Size) -> Iterator[Figure]:
    """The first walk, into an empty mirror; then another one, in which nothing is new."""
    firsts, agains, bare = [], [], []
    for number in range(size.repeats):
        with open_place() as place:
            (account,) = connect(place, 1, base_url="http://127.0.0.1:9")
            program = replace(place.program, send=Listing(place, size.clients))
            say(f"{place.name}: backfill of {size.clients:,} clients, {number + 1} of {size.repeats}")
            firsts.append(seconds(lambda: census.run(program, account.slug)))  # noqa: B023
            agains.append(seconds(lambda: census.run(program, account.slug)))  # noqa: B023
            rows = left.of(place, account, TABLES)
        bare.append(_bare(open_place, rows))
    name = place.name
    pairs = list(zip(firsts, bare, strict=True))
    yield Figure(
        "B1",
        f"backfill of {size.clients:,} clients",
        name,
        rate(size.clients, middle(firsts)),
        f"{rate(size.clients, middle(bare))} to {'insert' if place.is_sqlite else 'COPY'} the same rows",
        middle(other / one for one, other in pairs),
        at_least=0.5,
    )
    yield Figure(
        "",
        "the same list once more, nothing new",
        name,
        rate(size.clients, middle(agains)),
        f"{rate(size.clients, middle(firsts))} at first",
        middle(one / other for one, other in zip(firsts, agains, strict=True)),
    )


def _bare(open_place: Open, found: Left) -> float:
    """The very same rows into an empty database, by the driver's own means and in one transaction.

    Into one of its own: where rows were deleted before, others find their room made, or its leftovers in the way.
    """
    with open_place() as place:
        connect(place, 1)
        return registers.seconds_to_put(place, found)


def _record(number: int, visit: datetime) -> dict[str, Any]:
    """A client as lists have it, with a telephone number."""
    record: dict[str, Any] = json.loads(registers.bodies(number, visit)[1])["data"]["client"]
    return record | {"phone": f"040 {number // 10_000 % 1000:03} {number % 10_000:04}"}
