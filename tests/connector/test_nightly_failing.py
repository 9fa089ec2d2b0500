"""One salon's night may break off; it says so, is begun again, and takes nobody else's night with it."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector import database, nightly, reports
from connector.program import Program
from connector.reports import Report
from connector.salons import Account
from connector.tables import Night
from tests.builders import NOON, Clock
from tests.connector.booking import Booking, record
from tests.connector.intake import rows
from tests.connector.night_world import whole_world
from webhooks.calls import Call, Reply

THREE = NOON + timedelta(hours=13)


class Broken(Booking):
    """A booking system whose first salon's list cannot be taken in at all, until it is mended."""

    is_broken = True

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Answer one call."""
        if self.is_broken and account.slug == "aava" and call.path == "clients":
            raise LookupError("Aino Asiakas, aino@posti.example.fi")
        return super().__call__(account, call, idempotency_key=idempotency_key)


@pytest.fixture
def booking(salon: Account, stranger: Account) -> Broken:
    """Both salons' booking system."""
    made = Broken()
    for account in (salon, stranger):
        made.clients[account.slug] = {"c-1": record("c-1")}
    return made


def codes(report: Report) -> dict[str, list[str]]:
    """What each salon's night found."""
    return {one.salon: [found.code for found in one.findings] for one in report.salons}


def test_a_night_that_breaks_off_is_a_finding_and_the_others_go_on(
    program: Program, salon: Account, booking: Broken, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        report = nightly.run(replace(program, send=booking))
    assert codes(report)["aava"] == ["night_failed"]
    assert [(one.salon, one.fresh) for one in report.salons] == [("aava", False), ("toinen", True)]
    assert [one.salon for one in report.salons if one.proposed] == ["toinen"]
    with database.read(program.engine) as db:
        kept = reports.newest(db, "aava")
    assert kept is not None
    assert [one["code"] for one in kept[1]["findings"]] == ["night_failed"]
    assert "LookupError" in caplog.text
    assert "aino" not in (caplog.text + report.text() + str(kept)).lower()


@pytest.mark.parametrize(("later", "runs"), [(timedelta(minutes=59), 0), (timedelta(hours=1), 1)])
def test_a_scheduled_night_that_broke_off_is_begun_again_after_an_hour(
    program: Program, booking: Broken, clock: Clock, later: timedelta, runs: int
) -> None:
    clock.at = THREE
    running = replace(program, send=booking)
    assert set(codes(nightly.run(running, scheduled=True))) == {"aava", "toinen"}
    booking.is_broken, clock.at = False, THREE + later
    report = nightly.run(running, scheduled=True)
    assert [(one.salon, one.fresh) for one in report.salons] == [("aava", True)] * runs
    clock.at = THREE + timedelta(hours=3)
    assert len(nightly.run(running, scheduled=True).salons) == 1 - runs


def test_a_night_that_broke_off_counts_as_the_last_one_for_its_owner(
    program: Program, salon: Account, booking: Broken, clock: Clock
) -> None:
    running = replace(program, send=booking)
    booking.is_broken = False
    nightly.run(running, salon="aava")
    booking.is_broken, clock.at = True, THREE
    nightly.run(running, scheduled=True)
    with database.read(program.engine) as db:
        kept = reports.newest(db, "aava")
    assert kept is not None
    assert (kept[0], kept[1]["fresh"]) == (THREE, False)
    assert [row.ran_at for row in rows(program, salon, Night) if row.on == THREE.date()] == [None]


def test_a_night_that_has_run_stands_where_one_by_hand_breaks_off_on_that_day(
    program: Program, salon: Account, booking: Broken, clock: Clock
) -> None:
    clock.at, running = THREE, replace(program, send=booking)
    booking.is_broken = False
    nightly.run(running, scheduled=True)
    before = [(row.ran_at, row.claimed_at, row.report) for row in rows(program, salon, Night)]
    booking.is_broken, clock.at = True, THREE + timedelta(hours=7)
    assert codes(nightly.run(running, salon="aava"))["aava"] == ["night_failed"]
    assert [(row.ran_at, row.claimed_at, row.report) for row in rows(program, salon, Night)] == before
    assert nightly.run(running, scheduled=True).salons == ()


def test_a_dry_run_that_breaks_off_writes_nothing(
    program: Program, salon: Account, stranger: Account
) -> None:
    with database.write(program.engine) as db:
        db.connection().execute(sa.text("UPDATE policy_version SET body = '=' WHERE salon = 'aava'"))
        db.connection().execute(sa.text("UPDATE salon SET keys = :keys WHERE slug = 'aava'"), {"keys": b"x"})
    before = whole_world(program)
    assert codes(nightly.run(program, dry_run=True))["aava"] == ["night_failed"]
    assert whole_world(program) == before


@pytest.mark.parametrize("address", ["https://[bad", "https://host:99999/x", "https://a b/ü"])
def test_an_address_that_is_none_is_no_answer(
    program: Program, salon: Account, stranger: Account, address: str
) -> None:
    with database.write(program.engine) as db:
        where = {"url": address}
        db.connection().execute(sa.text("UPDATE salon SET base_url = :url WHERE slug = 'aava'"), where)
    found = codes(nightly.run(program))
    assert found["aava"][0] == "no_answer"
    assert "night_failed" not in found["toinen"]


def test_a_cursor_that_cannot_be_asked_for_is_no_list(program: Program, salon: Account) -> None:
    def send(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        return Reply(200, {"clients": [], "next_cursor": "\ud800"})

    report = nightly.run(replace(program, send=send), salon=salon.slug)
    assert codes(report)["aava"][0] == "not_understood"
