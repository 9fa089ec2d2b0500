"""The same list twice is harmless, whatever it holds: two cards of one client, too, in whatever order they stand."""

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connector import nightly
from connector.program import Program
from connector.salons import Account
from connector.tables import Card, Client, ConsentRecord, Contact
from tests.builders import NOON, Clock
from tests.connector.intake import rows
from tests.connector.lists import bring, by_hand
from webhooks.imports.fields import Kind

HEADER = "Nimi;Puhelin;Sähköposti;Viimeisin käynti;Seuraava varaus;Markkinointilupa;Huomautukset"
NAMES = ["Aalto Anna", "Aalto Antti", "Berg Bertta"]
PHONES = ["", "040 1111111", "040 2222222"]
EMAILS = ["", "", "a@salonki.example"]
DAYS = ["", "1.2.2015", "1.11.2026", "joskus"]
AHEAD = ["", "", "1.12.2026", "3.1.2027"]
MARKETING = ["", "kyllä", "ei", "ehkä"]
NOTES = ["", "jotain"]


def stands(program: Program, account: Account) -> dict[str, list[Any]]:
    """All that is known of a salon's clients, but for when it was said."""

    def told(registers: str) -> Any:
        return {
            name: value[0] for name, value in json.loads(registers).items() if not name.startswith("perhaps")
        }

    return {
        "clients": sorted(
            (row.client, str(told(row.registers)), row.maxima) for row in rows(program, account, Client)
        ),
        "cards": sorted((row.client, row.digest) for row in rows(program, account, Card)),
        "contacts": sorted((row.client, row.kind, row.index) for row in rows(program, account, Contact)),
        "noes": sorted(
            (row.client, row.channel, row.answer) for row in rows(program, account, ConsentRecord)
        ),
    }


def proposed(program: Program, account: Account) -> list[tuple[str, str]]:
    """What stands proposed after a night."""
    found = nightly.run(program, salon=account.slug).salons[0].proposed
    return sorted((str(job.client), job.kind.value) for job in found)


LINES = st.lists(
    st.tuples(
        *(st.sampled_from(column) for column in (NAMES, PHONES, EMAILS, DAYS, AHEAD, MARKETING, NOTES))
    ),
    min_size=1,
    max_size=8,
)


A = "Aalto Anna"


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=LINES)
@example([(A, PHONES[1], "", "", "", "kyllä", ""), (A, PHONES[1], "", "joskus", "", "ei", "")])
@example(
    [
        (A, PHONES[1], "", "1.2.2015", "", "ei", ""),
        (A, PHONES[2], "a@salonki.example", "", "", "kyllä", ""),
        (A, "", "a@salonki.example", "", "1.12.2026", "", ""),
        (A, PHONES[1], "a@salonki.example", "", "3.1.2027", "", ""),
    ]
)
def test_the_first_time_gives_what_the_second_gives(
    program: Program, clock: Clock, some: list[tuple[str, ...]]
) -> None:
    clock.at = NOON
    account = by_hand(program, f"s{next(_NUMBERS)}")
    lines = [";".join(cells) for cells in some]
    first = bring(program, account, HEADER, *lines)
    before, due = stands(program, account), proposed(program, account)
    clock.at += timedelta(hours=1)
    again = bring(program, account, HEADER, *lines)
    assert (again.seen, again.new, again.changed, again.vanished) == (first.seen, 0, 0, 0)
    assert stands(program, account) == before
    assert proposed(program, account) == due


_NUMBERS = itertools.count()


@pytest.fixture
def aava(program: Program) -> Account:
    """The salon that a test is about."""
    return by_hand(program, "aava")


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_cards_of_one_client_the_no_the_last_visit_and_the_fuller_card_count(
    program: Program, aava: Account, order: int
) -> None:
    cards = [
        "Aalto Anna;040 1111111;;1.11.2026;;ei;",
        "Aalto Anna;040 1111111;a@salonki.example;1.1.2020;1.12.2026;kyllä;jotain",
    ]
    bring(program, aava, HEADER, *cards[::order])
    (client,) = rows(program, aava, Client)
    told = {name: value[0] for name, value in json.loads(client.registers).items()}
    assert (told["marketing.email"], told["marketing.sms"]) == (False, False)
    assert "notes" in told["categories"]
    assert told["next_booking_at"].startswith("2026-12-01")
    assert json.loads(client.maxima)["told_visit"].startswith("2026-11-01")
    (card,) = rows(program, aava, Card)
    assert card.by_email is not None


def test_visits_twice_change_nothing_the_second_time(program: Program, aava: Account, clock: Clock) -> None:
    bring(program, aava, HEADER, "Aalto Anna;040 1111111;;1.2.2015;;;", "Berg Bertta;;;1.2.2015;;;")
    clock.at += timedelta(hours=1)
    visits = ["Nimi;Päivä", "Aalto Anna;1.10.2026", "Aalto Anna;2.10.2026", "Berg Bertta;1.12.2026"]
    bring(program, aava, *visits, kind=Kind.VISITS)
    before = stands(program, aava)
    clock.at += timedelta(hours=1)
    assert bring(program, aava, *visits, kind=Kind.VISITS).changed == 0
    assert stands(program, aava) == before
