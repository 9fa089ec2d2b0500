"""A move from or to a system without an interface: people are found by name and number, and a short list asks."""

from datetime import timedelta

from connector import vault_ids
from connector.census_short import SHORT
from connector.program import Program
from connector.salons import Account
from connector.salons_system import System
from connector.tables import Client
from policies.facts import Answer as Known
from policies.vocabulary import Channel
from tests.builders import Clock
from tests.connector.intake import apply, rows, told
from tests.connector.lists import HEADER, bring, by_hand, clients
from tests.connector.moves import leaving
from webhooks.events import Answer
from webhooks.vocabulary import Channel as Told

WITHOUT = "Nimi;Puhelin;Sähköposti;Viimeisin käynti;Markkinointilupa"


def test_from_one_system_without_an_interface_to_another_people_are_found_by_name_and_number(
    program: Program, clock: Clock, stranger: Account
) -> None:
    place = leaving(program, by_hand(program, "ajas"), clock)
    rows_before = [
        "1;Aino Aho;040 1111111;aino@posti.example;1.9.2026;kyllä",
        "2;Eero Aho;040 1111111;;1.9.2026;kyllä",
        "3;Olli Oja;040 2222222;;1.9.2026;kyllä",
    ]
    bring(program, place.account, HEADER, *rows_before)
    place.say("1", Answer.WITHDRAWN, Told.SMS)
    place.say("2", Answer.GIVEN, Told.SMS)
    place.move(System("by_hand"))
    clock.at += timedelta(hours=1)
    bring(
        program,
        place.account,
        WITHOUT,
        "Aino  AHO;+358401111111;;1.9.2026;kyllä",
        "Eero Aho;0401111111;;1.9.2026;kyllä",
        "Uusi Ihminen;040 1111111;;1.9.2026;kyllä",
    )
    found = place.joined()
    assert sorted(found.values()) == ["1", "2"]
    by_old = {old: new for new, old in found.items()}
    assert place.stands(by_old["1"], Channel.SMS) is Known.WITHDRAWN
    assert place.stands(by_old["2"], Channel.SMS) is Known.GIVEN
    assert {
        row.client for row in rows(program, place.old, Client) if vault_ids.is_left_behind(row.client)
    } == {
        vault_ids.left_behind("1", 1),
        vault_ids.left_behind("2", 1),
    }


def test_a_third_system_without_an_interface_knows_everybody_by_their_own_name_and_number(
    program: Program, clock: Clock
) -> None:
    place = leaving(program, by_hand(program, "ajas"), clock)
    bring(
        program,
        place.account,
        HEADER,
        "1;Aino Aho;040 1111111;;1.9.2026;kyllä",
        "2;Olli Oja;040 2222222;;1.9.2026;",
    )
    for numbers in (("2", "1"), ("7", "8")):
        place.move(System("by_hand"))
        clock.at += timedelta(hours=1)
        aino, olli = numbers
        bring(
            program,
            place.account,
            HEADER,
            f"{aino};Aino Aho;040 1111111;;1.9.2026;kyllä",
            f"{olli};Olli Oja;040 2222222;;1.9.2026;",
        )
        clock.at += timedelta(hours=1)
    assert place.joined() == {"7": "2", "8": "1"}


def test_a_first_list_of_the_new_system_that_is_far_shorter_stops_and_asks(
    program: Program, clock: Clock, stranger: Account
) -> None:
    place = leaving(program, by_hand(program, "ajas"), clock)
    apply(program, stranger, *(told(str(number), day=1) for number in range(100, 130)))
    bring(program, place.account, *clients(range(1, 31)))
    place.move(System("by_hand"))
    clock.at += timedelta(hours=1)
    short = bring(program, place.account, *clients(range(1, 20), plus=500))
    assert (short.finding, short.register, short.missing) == ("short_list", 30, 11)
    assert place.account.awaits_list
    assert bring(program, place.account, *clients(range(1, 21), plus=500)).finding is None
    assert len(place.joined()) == 20


def test_a_short_first_list_is_taken_where_somebody_says_that_it_is_right(
    program: Program, clock: Clock
) -> None:
    place = leaving(program, by_hand(program, "ajas"), clock)
    bring(program, place.account, *clients(range(1, 31)))
    place.move(System("by_hand"))
    clock.at += timedelta(hours=1)
    assert bring(program, place.account, *clients(range(1, 5), plus=500), despite=[SHORT]).new == 4
    assert not place.account.awaits_list
    assert bring(program, place.account, *clients(range(1, 4), plus=500)).finding is None


def test_from_lists_to_a_system_with_an_interface(program: Program, clock: Clock) -> None:
    place = leaving(program, by_hand(program, "ajas"), clock)
    bring(program, place.account, HEADER, "1;Aino Aho;040 1111111;aino@posti.example;1.9.2026;kyllä")
    place.say("1", Answer.WITHDRAWN, Told.SMS)
    place.move()
    place.has("c-1", phone="040 1111111", email="AINO@posti.example")
    assert place.walk().finding is None
    assert place.joined() == {"c-1": "1"}
    assert place.stands("c-1", Channel.SMS) is Known.WITHDRAWN
