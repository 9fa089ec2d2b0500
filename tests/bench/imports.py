"""A list of clients brought in from a file, beside reading the same file and inserting the same rows bare."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from time import process_time
from typing import Any

from connector import census_file, database, salons, salons_policies, spreadsheets
from connector.census_file_taken import Taken
from connector.salons import Account
from connector.tables import Card, Client, Contact
from tests.bench import left, registers
from tests.bench.figures import Figure, middle, rate, say, seconds, span
from tests.bench.left import Left
from tests.bench.places import LIBRARY, POLICY, Open, Place
from webhooks.imports import columns, people
from webhooks.imports.days import Calendar
from webhooks.imports.fields import Kind

#: all that a list writes for each client
TABLES: tuple[Any, ...] = (Client, Contact, Card)
HEADER = "Asiakasnumero;Nimi;Puhelin;Sähköposti;Viimeisin käynti;Markkinointilupa;Huomautukset"
#: what was asked for: so many rows in so many seconds (issue 5)
WANTED_ROWS, WANTED_SECONDS = 50_000, 10.0


@dataclass(frozen=True)
class Size:
    """How many clients the list has, and how often it is brought in."""

    clients: int
    repeats: int


def run(open_place: Open, size: Size) -> Iterator[Figure]:
    """A salon's first list, from the file's bytes to the last commit."""
    took, busy, bare = [], [], []
    for number in range(size.repeats):
        with open_place() as place:
            account, data = _salon(place), _file(place, size.clients)
            say(f"{place.name}: a list of {size.clients:,} clients, {number + 1} of {size.repeats}")
            taken: list[Taken] = []
            began = process_time()
            took.append(seconds(lambda: taken.append(_bring(place, account, data))))  # noqa: B023
            busy.append(process_time() - began)
            if taken[0].new != size.clients:
                raise RuntimeError(f"the list was not taken in: {taken[0]}")
            rows = left.of(place, account, TABLES)
        bare.append(_bare(open_place, data, rows))
    yield Figure(
        "",
        f"a list of {size.clients:,} clients brought in",
        place.name,
        rate(size.clients, middle(took)),
        f"{rate(size.clients, middle(bare))} to read it and {'insert' if place.is_sqlite else 'COPY'} the same rows",
        middle(other / one for one, other in zip(took, bare, strict=True)),
    )
    wanted = WANTED_SECONDS * size.clients / WANTED_ROWS
    yield Figure(
        "",
        "the same, from the file to the last commit",
        place.name,
        f"{span(middle(took))} ({span(middle(busy))} of processor time)",
        span(wanted),
        middle(took) / wanted,
        at_most=1,
    )


def _salon(place: Place) -> Account:
    """A salon whose booking system has no interface."""
    program, policy = place.program, (LIBRARY / f"{POLICY}.toml").read_bytes()
    with database.write(program.engine) as db:
        salons.add(db, program.vault, "salon-0000", dialect="by_hand", policy=policy, now=program.now())
        account = salons.account(db, program.vault, "salon-0000")
    assert account is not None
    return account


def _file(place: Place, count: int) -> bytes:
    """The list, as a booking system exports it."""
    today = place.program.now().date()
    lines = [
        f"{number};Etunimi{number % 997} Sukunimi{number};040 {number // 10_000 % 1000:03} {number % 10_000:04};"
        f"asiakas{number}@posti.example;{registers.visit_of(number, today, is_overdue=False):%d.%m.%Y};"
        f"{'kyllä' if number % 3 else 'ei'};{'Herkkä päänahka' if number % 7 == 0 else ''}"
        for number in range(count)
    ]
    return "\r\n".join([HEADER, *lines]).encode()


def _bring(place: Place, account: Account, data: bytes) -> Taken:
    """All that `ovikello import` does between a file's bytes and what it says."""
    with database.read(place.program.engine) as db:
        policy = salons_policies.newest(db, account.slug)
    assert policy is not None
    sheet = spreadsheets.sheet_of(data)
    found = columns.guess(sheet, Kind.CLIENTS)
    read = people.read(sheet, found, Kind.CLIENTS, Calendar.at(place.program.now(), policy.time_zone))
    return census_file.take(place.program, account, Kind.CLIENTS, found, read, zone=policy.time_zone)


def _bare(open_place: Open, data: bytes, found: Left) -> float:
    """The same file by the csv module alone, and the very same rows into an empty database, in one transaction."""
    with open_place() as place:
        _salon(place)
        reading = seconds(lambda: list(csv.reader(io.StringIO(data.decode()), delimiter=";")))
        return reading + registers.seconds_to_put(place, found)
