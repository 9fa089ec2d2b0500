"""Who is only missing can be found again, with all that was known; who was erased stays erased, in whatever order."""

import random
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from connector import census, database, mirror, mirror_graves, mirror_missing
from connector.program import Program
from connector.salons import Account
from connector.tables import Client, ConsentRecord, Entry, Tombstone
from tests.builders import NOON, Clock
from tests.connector.intake import (
    TODAY,
    answered,
    apply,
    at,
    booked,
    days,
    deleted,
    look,
    rows,
    told,
    wipe,
)
from tests.connector.night_world import fresh
from tests.connector.test_census import mirrored, run, with_clients
from tests.connector.test_permutations import CLIENTS, Teller
from tests.webhooks.payloads import sent
from webhooks.events import Answer


def miss(program: Program, account: Account, client: str = "c-1", *, day: float = 3) -> bool:
    """Conclude that a client is gone."""
    with database.write(program.engine) as db:
        return mirror.miss(db, account, client, at=at(day))


def graves(program: Program, account: Account) -> list[tuple[str | None, str]]:
    """Who is buried, and by whom."""
    return sorted((row.client, row.by) for row in rows(program, account, Tombstone))


@pytest.fixture
def known(program: Program, salon: Account, stranger: Account) -> None:
    """Two clients of whom much is known, and a stranger's of the same id."""
    for account in (salon, stranger):
        apply(program, account, told("c-1", has_account=True), booked("c-1"), answered(Answer.REFUSED, "c-1"))
        apply(program, account, told("c-2"))


@pytest.mark.usefixtures("known")
def test_who_is_missing_leaves_the_mirror_and_nothing_is_left_in_clear(
    program: Program, salon: Account, stranger: Account
) -> None:
    before = look(program, stranger)
    assert miss(program, salon)
    assert mirrored(program, salon) == {"c-2"}
    assert rows(program, salon, Entry) == []
    (stone,) = rows(program, salon, Tombstone)
    assert b'"c-1"' not in stone.kept
    assert b"has_account" not in stone.kept
    assert look(program, stranger) == before


@pytest.mark.usefixtures("known")
def test_who_is_told_of_later_is_back_with_all_that_was_known(
    program: Program, salon: Account, stranger: Account
) -> None:
    expected = stranger  # of whom the same is told, and who never was missing
    assert miss(program, salon)
    for account in (salon, stranger):
        apply(program, account, booked("c-1", "b-2", day=2))
    assert graves(program, salon) == []
    assert {row.entry for row in rows(program, salon, Entry)} == {"b-1", "b-2"}
    here, there = ({row.client: row for row in rows(program, one, Client)} for one in (salon, expected))
    assert here["c-1"].maxima == there["c-1"].maxima
    assert (here["c-1"].first_at, here["c-1"].latest_at) == (there["c-1"].first_at, there["c-1"].latest_at)
    assert (here["c-1"].found_again_on, here["c-1"].look_again_on) == (TODAY, TODAY)
    assert here["c-2"].found_again_on is None
    assert len(rows(program, salon, ConsentRecord)) == 1


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("day", "is_back"), [(3, False), (2.999, True)])
def test_what_is_told_late_brings_nobody_back(
    program: Program, salon: Account, day: float, is_back: bool
) -> None:
    assert miss(program, salon, day=3)
    apply(program, salon, booked("c-1", "late", day=day))
    assert ("c-1" in mirrored(program, salon)) is is_back
    assert graves(program, salon) == ([] if is_back else [("c-1", "missing")])


@pytest.mark.usefixtures("known")
def test_what_was_told_late_is_there_when_the_client_is_back(program: Program, salon: Account) -> None:
    assert miss(program, salon)
    apply(program, salon, booked("c-1", "late", day=5))
    apply(program, salon, told("c-1", day=1))
    assert {row.entry for row in rows(program, salon, Entry)} == {"b-1", "late"}


@pytest.mark.usefixtures("known")
def test_who_was_told_of_later_already_is_not_missing(program: Program, salon: Account) -> None:
    apply(program, salon, booked("c-1", "b-2", day=2))
    assert not miss(program, salon, day=3)
    assert not miss(program, salon, "nobody")
    assert mirrored(program, salon) == {"c-1", "c-2"}
    assert graves(program, salon) == []


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("by_us", [False, True])
@pytest.mark.parametrize("is_missed_first", [False, True])
def test_who_was_erased_stays_erased_though_it_was_missing_too(
    program: Program, salon: Account, by_us: bool, is_missed_first: bool
) -> None:
    if is_missed_first:
        miss(program, salon)
    if by_us:
        with database.write(program.engine) as db:
            mirror.bury(db, salon, "c-1", at=at(2), by="ovikello")
    else:
        apply(program, salon, deleted("c-1", day=2))
    if not is_missed_first:
        assert not miss(program, salon)
    apply(program, salon, told("c-1", day=1), booked("c-1", "b-2", day=1))
    assert graves(program, salon) == [("c-1", "ovikello" if by_us else "staff")]
    (stone,) = rows(program, salon, Tombstone)
    assert (stone.kept, stone.told_after) == (None, at(1))
    assert mirrored(program, salon) == {"c-2"}


@pytest.mark.usefixtures("known")
def test_an_erasure_that_is_done_again_by_its_key_alone_is_not_withdrawn(
    program: Program, salon: Account
) -> None:
    miss(program, salon)
    with database.write(program.engine) as db:
        mirror_graves.bury_unknown(db, salon, salon.keys.client_key("c-1"), at=at(2), by="ovikello")
    apply(program, salon, told("c-1", day=1))
    assert [(row.by, row.kept) for row in rows(program, salon, Tombstone)] == [("ovikello", None)]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("passed", "is_kept"), [(29.9, True), (30, False)])
def test_what_is_kept_of_the_missing_is_destroyed_after_thirty_days(
    program: Program, salon: Account, passed: float, is_kept: bool
) -> None:
    miss(program, salon, day=0)
    with database.write(program.engine) as db:
        mirror.settle_tombstones(db, salon, NOON + days(passed))
    (stone,) = rows(program, salon, Tombstone)
    assert (stone.kept is not None) is is_kept
    apply(program, salon, told("c-1", day=5))  # late
    assert mirrored(program, salon) == {"c-2"}
    apply(program, salon, told("c-1", day=-31))
    assert mirrored(program, salon) == {"c-1", "c-2"}
    assert bool(rows(program, salon, Entry)) is is_kept


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("passed", [0, 30])
def test_who_is_missed_once_more_stays_missing_since_the_last_time(
    program: Program, salon: Account, passed: float
) -> None:
    miss(program, salon, day=3)
    with database.write(program.engine) as db:
        mirror.settle_tombstones(db, salon, NOON + days(passed))
    assert miss(program, salon, day=1) is (passed == 0)
    (stone,) = rows(program, salon, Tombstone)
    assert (stone.by, stone.at) == ("missing", at(1) if passed == 0 else at(3))


def test_a_census_that_lists_the_missing_again_brings_them_back(
    program: Program, salon: Account, clock: Clock
) -> None:
    booking = with_clients(9)
    run(program, booking)
    booking.hidden = {"c-01", "c-02"}
    booking.answers |= {"c-01": 404, "c-02": 410}
    clock.at = NOON + days(1)
    assert run(program, booking).vanished == 2
    assert mirrored(program, salon) == set(booking.clients) - {"c-01", "c-02"}
    booking.hidden, booking.answers, clock.at = set(), {}, NOON + days(2)
    done = run(program, booking)
    assert (done.vanished, done.is_complete) == (0, True)
    assert mirrored(program, salon) == set(booking.clients)
    assert graves(program, salon) == []
    assert fresh(program, salon) == clock.at
    assert isinstance(done, census.Done)


def test_whatever_is_emptied_when_a_client_goes_is_kept_of_one_who_is_only_missing() -> None:
    of_clients = {name for name, table in SQLModel.metadata.tables.items() if "client" in table.c}
    # the next list brings a card again, and a hint only asks for what is there
    found_anew, stays = (
        {"standing", "card", "hint"},
        {"consent_record", "contact", "merge", "tombstone", "unnamed", "job"},
    )
    assert set(mirror_missing.KNOWN) == of_clients - found_anew - stays


Told = tuple[bytes | None, str, datetime]


def leave(program: Program, account: Account, story: list[Told]) -> dict[str, list[tuple[Any, ...]]]:
    """What events and conclusions leave, in the order in which they come."""
    wipe(program, account)
    apply(program, account, *(told(client, day=80) for client in CLIENTS))
    with database.write(program.engine) as db:
        for body, client, when in story:
            if body is None:
                mirror.miss(db, account, client, at=when)
                continue
            for event in account.dialect.read(sent(body)):
                mirror.apply(db, account, event, today=TODAY)
    return look(program, account)


@pytest.mark.story
def test_conclusions_and_events_leave_the_same_mirror_in_any_order(program: Program, salon: Account) -> None:
    @settings(max_examples=40 if program.settings.is_sqlite else 10, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 2**32), length=st.integers(2, 30))
    def tell(seed: int, length: int) -> None:
        rnd = random.Random(seed)  # noqa: S311 -- a story, no secret
        teller = Teller(rnd)
        story: list[Told] = [(body, "", NOON) for body in teller.story(length)]
        story += [(None, teller.client(), teller.when()) for _ in range(length // 3 + 1)]
        other = [*story, *rnd.sample(story, len(story) // 3)]
        rnd.shuffle(other)
        assert leave(program, salon, story) == leave(program, salon, other)

    tell()
