"""Moves upon moves: twice in a week, back to where one came from, with somebody erased and with shared telephones."""

from datetime import timedelta

import pytest

from connector import database, mirror, vault_ids
from connector.census_old_list import OLD_LIST
from connector.program import Program
from connector.salons import Account
from connector.salons_system import System
from connector.tables import Client, Tombstone
from policies.facts import Answer as Known
from policies.vocabulary import Channel
from tests.builders import Clock
from tests.connector.intake import answered, apply, at, rows, told
from tests.connector.lists import bring, by_hand, clients
from tests.connector.moves import EMAIL, PHONE, PURPOSE, Leaving, leaving
from tests.connector.night_world import compare
from webhooks.events import Answer
from webhooks.vocabulary import Channel as Told

BOTH = {"email": EMAIL, "phone": PHONE}
BY_HAND = System("by_hand")
NAMED = "Nimi;Puhelin;Sähköposti;Viimeisin käynti"


@pytest.fixture
def place(program: Program, salon: Account, stranger: Account, clock: Clock) -> Leaving:
    """A salon with a client 17 who said no to mail; and a stranger's client 17 who said yes."""
    for account, answer in ((salon, Answer.WITHDRAWN), (stranger, Answer.GIVEN)):
        apply(program, account, told("17", day=100, **BOTH))
        said = answered(answer, "17", day=50, purpose=PURPOSE, channels=(Told.EMAIL, Told.SMS))
        apply(program, account, said)
    compare(program, salon, stranger)
    return leaving(program, salon, clock)


def erase(place: Leaving, client: str) -> None:
    """Somebody is erased."""
    with database.write(place.program.engine) as db:
        mirror.bury(db, place.account, client, at=place.clock.at, by="ovikello")


def has_only(place: Leaving, client: str, **fields: object) -> None:
    """The booking system that the salon has now holds nobody else."""
    place.booking.clients.pop(place.old.slug, None)
    place.has(client, **fields)


@pytest.mark.parametrize("is_listed", [False, True])
def test_two_moves_in_a_week_lose_nobody_whether_or_not_a_list_came_between(
    place: Leaving, is_listed: bool
) -> None:
    place.move()
    place.clock.at += timedelta(days=2)
    if is_listed:
        has_only(place, "900", **BOTH)
        place.walk()
    place.move()
    place.clock.at += timedelta(days=3)
    has_only(place, "17", **BOTH, marketing={"email": True})
    assert place.walk().finding is None
    assert place.joined() == {"17": "900" if is_listed else "17"}
    assert place.stands("17", Channel.EMAIL) is Known.WITHDRAWN
    assert place.stands("17", Channel.SMS) is Known.WITHDRAWN
    assert place.is_whole()


def test_who_was_in_the_second_system_alone_is_found_in_the_third_beside_those_of_the_first(
    place: Leaving,
) -> None:
    place.move()
    has_only(place, "17", email="toinen@posti.example", phone="050 111 1111")
    place.walk()
    place.say("17", Answer.REFUSED, Told.SMS, day=-1)
    place.move()
    has_only(place, "1", **BOTH)
    place.has("2", email="toinen@posti.example", phone="050 111 1111")
    assert place.walk().finding is None
    assert place.joined() == {"1": "17", "2": "17"}
    assert place.stands("1", Channel.EMAIL) is Known.WITHDRAWN
    assert place.stands("2", Channel.EMAIL) is None
    assert place.stands("2", Channel.SMS) is Known.REFUSED


def test_back_in_the_first_system_its_own_ids_are_found_and_what_was_said_between_goes_along(
    place: Leaving,
) -> None:
    place.move()
    has_only(place, "900", **BOTH)
    place.walk()
    place.say("900", Answer.GIVEN, Told.EMAIL, day=-0.5)
    place.clock.at += timedelta(days=3)
    place.move()
    has_only(place, "17", **BOTH)
    assert place.walk().finding is None
    assert place.joined() == {"17": "900"}
    assert place.facts("17").created_on is not None
    assert place.stands("17", Channel.SMS) is Known.WITHDRAWN
    assert place.is_whole()


@pytest.mark.parametrize("days", [0, 40])
def test_back_in_a_system_that_still_has_somebody_erased_their_no_holds_and_it_is_asked_who_they_are(
    place: Leaving, days: int
) -> None:
    erase(place, "17")
    place.move()
    place.walk()
    place.clock.at += timedelta(days=days)
    place.settle()
    place.move()
    has_only(place, "17", **BOTH, marketing={"email": True, "sms": True})
    assert place.walk().finding is None
    assert place.joined() == {}
    for channel in (Channel.EMAIL, Channel.SMS):
        assert place.stands("17", channel) is Known.REFUSED
    place.night()
    assert place.asked() == {("17", "contact:email"), ("17", "contact:phone")}
    assert [job.kind for job in place.jobs() if job.kind.is_destructive] == []


def test_who_was_erased_is_no_target_on_the_list_of_another_system_without_numbers(
    program: Program, clock: Clock
) -> None:
    place = leaving(program, by_hand(program, "ajas"), clock)
    bring(program, place.account, NAMED, "Aino Aho;040 1111111;aino@posti.example;1.9.2026")
    (aino,) = rows(program, place.old, Client)
    place.say(aino.client, Answer.GIVEN, Told.EMAIL)
    erase(place, aino.client)
    place.move(BY_HAND)
    clock.at += timedelta(hours=1)
    header = f"{NAMED};Markkinointilupa"
    aho = "Aino Aho;040 1111111;aino@posti.example;1.9.2026;kyllä"
    assert bring(program, place.account, header, aho).is_taken
    (back,) = [row.client for row in rows(program, place.old, Client)]
    assert place.joined() == {}
    assert place.stands(back, Channel.EMAIL) is Known.REFUSED
    place.night()
    assert {kind for _, kind in place.asked()} == {"contact:email", "contact:phone"}


def test_a_telephone_that_three_share_joins_each_with_themselves_alone_over_two_moves(
    program: Program, clock: Clock
) -> None:
    place = leaving(program, by_hand(program, "ajas"), clock)
    family = [f"{name};040 1111111;;1.9.2026" for name in ("Aino Aho", "Eero Aho", "Veli Aho")]
    bring(program, place.account, NAMED, *family)
    by_name = {row.client for row in rows(program, place.old, Client)}
    assert len(by_name) == 3
    said = sorted(by_name)[0]
    place.say(said, Answer.REFUSED, Told.SMS)
    for header in (f"{NAMED};Kotisivu", NAMED):
        place.move(BY_HAND)
        clock.at += timedelta(hours=1)
        lines = [f"{one};" for one in family] if header != NAMED else family
        assert bring(program, place.account, header, *reversed(lines), despite=[OLD_LIST]).is_taken
    assert len(place.joined()) == 3
    refused = [client for client in place.joined() if place.stands(client, Channel.SMS) is Known.REFUSED]
    assert refused == [said]


def test_a_move_in_the_minutes_after_a_list_takes_along_what_it_brought(
    program: Program, clock: Clock
) -> None:
    place = leaving(program, by_hand(program, "ajas"), clock)
    bring(program, place.account, *clients(range(1, 11)))
    place.move(BY_HAND)
    bring(program, place.account, *clients(range(1, 11), plus=100))
    place.move(BY_HAND)
    clock.at += timedelta(minutes=1)
    assert bring(program, place.account, *clients(range(1, 11), plus=200)).is_taken
    assert len(place.joined()) == 10
    left = {row.client for row in rows(program, place.old, Client) if vault_ids.is_left_behind(row.client)}
    assert len(left) == 20
    assert [row for row in rows(program, place.old, Tombstone) if row.kept is not None] == []


def test_a_strangers_client_of_the_same_number_and_address_stays_as_they_are(
    place: Leaving, stranger: Account
) -> None:
    before = rows(place.program, stranger, Client)
    erase(place, "17")
    place.move()
    has_only(place, "17", **BOTH)
    place.walk()
    place.move()
    assert rows(place.program, stranger, Client) == before
    theirs = leaving(place.program, stranger, place.clock)
    assert theirs.stands("17", Channel.EMAIL) is Known.GIVEN
    assert at(50) < place.clock.at
