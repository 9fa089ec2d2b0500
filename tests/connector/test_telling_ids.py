"""Ids that say who somebody is: a client's is a finding, and one of the staff is never kept as it came."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from connector import census_ids, database
from connector.program import Program
from connector.salons import Account
from connector.tables import ConsentRecord, RecordTouch
from tests.builders import NOON, Clock
from tests.connector.booking import Booking, record
from tests.connector.intake import apply, at, body_of, browser, days, digest, rows, send, told
from tests.connector.night_world import whole_world
from tests.connector.test_nightly import night
from webhooks.events import RecordTouched, Touch

STAFF = "Matti Meik\u00e4l\u00e4inen"


@pytest.mark.parametrize(
    "client",
    [
        "matti@example.com",
        "Matti.Meik\u00e4l\u00e4inen@posti.example.fi",
        "+358401234567",
        "+358 40 123-4567",
        "0401234567",
        "050 123 4567",
        "131052-308T",
        "010101A123N",
    ],
)
def test_an_id_that_says_who_somebody_is_is_found(client: str) -> None:
    assert census_ids.count([client]) == 1


@pytest.mark.parametrize(
    "client",
    [
        "c-1",
        "1042",
        "0000012345",
        "0012345678",
        "20261124",
        "0411",
        "6b1f6b0e-0000-4000-8000-000000000000",
        "a@b",
        "@matti",
        "+",
        "131052308",
        "04012345678",
    ],
)
def test_an_id_that_says_nothing_is_left_alone(client: str) -> None:
    assert census_ids.count([client]) == 0


@pytest.mark.parametrize(("telling", "is_found"), [(0, False), (1, True)])
def test_a_salon_whose_ids_say_who_somebody_is_hears_of_it_each_night(
    program: Program, salon: Account, stranger: Account, clock: Clock, telling: int, is_found: bool
) -> None:
    booking = Booking()
    ids = [*["matti@example.com", "+358401234567"][:telling], "c-1", "c-2"]
    booking.clients = {
        salon.slug: {one: record(one) for one in ids},
        stranger.slug: {"c-1": record("c-1"), "c-2": record("c-2")},
    }
    running = replace(program, send=booking)
    for number in range(2):
        clock.at = NOON + days(number)
        found = {one.code: one for one in night(running, salon).findings}
        assert ("telling_ids" in found) is is_found
        if is_found:
            assert "matti" not in found["telling_ids"].message
        assert "telling_ids" not in {one.code for one in night(running, stranger).findings}


def test_who_of_the_staff_it_was_is_kept_as_a_keyed_name(
    program: Program, salon: Account, stranger: Account
) -> None:
    door = browser(program)
    viewed = body_of("client.viewed", {"client_id": "c-1", "staff_id": STAFF, "what": "notes"})
    said = {"client_id": "c-1", "purpose": "newsletter", "channels": ["email"], "staff_id": STAFF}
    for account in (salon, stranger):
        for body in (viewed, body_of("consent.given", said)):
            assert send(door, program, account, body).status_code == 204
    assert "Matti" not in str(whole_world(program))
    here, there = (
        {row.staff for table in (RecordTouch, ConsentRecord) for row in rows(program, account, table)}
        for account in (salon, stranger)
    )
    assert (len(here), len(there), len(here & there)) == (1, 1, 0)


def test_whether_it_was_the_same_one_can_be_told(program: Program, salon: Account) -> None:
    def touched(staff: str, day: float) -> RecordTouched:
        what = digest(f"{staff}{day}")
        return RecordTouched(
            at=at(day), digest=what, client="c-1", staff=staff, what="record", touch=Touch.VIEWED
        )

    apply(program, salon, told("c-1"), touched(STAFF, 3), touched(STAFF, 2), touched("Maija", 2))
    with database.read(program.engine) as db:
        counted = sa.select(RecordTouch.staff, sa.func.count()).group_by(RecordTouch.staff)  # type: ignore[call-overload]
        assert sorted(count for _, count in db.connection().execute(counted)) == [1, 2]
