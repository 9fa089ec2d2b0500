"""Quarantine: nothing that was signed is lost, and nothing of it can be read but by an owner's answer."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from connector import database, evidence, inbox, quarantine
from connector.program import Program
from connector.salons import Account
from connector.tables import Client, Evidence, Quarantined, Seen
from policies.periods import Period
from tests.builders import NOON
from tests.connector.intake import body_of, browser, days, rows, send
from webhooks.delivery import Delivery

TWO_WEEKS = Period(days=14)
LATER = body_of("client.login", {"client_id": "c-1"}, when=NOON + timedelta(hours=1))
UNKNOWN = body_of("client.sneezed", {"client_id": "c-1"})


def keep(program: Program, account: Account, body: bytes = LATER, *, delivery: str = "d-1") -> UUID:
    """Keep one delivery; give the newest item's id."""
    with database.write(program.engine) as db:
        quarantine.keep(
            db,
            account,
            Delivery({}, body, NOON),
            delivery_id=delivery,
            digest=delivery,
            reason="type",
            is_known_type=False,
        )
    return next(row.id for row in rows(program, account, Quarantined) if row.delivery == delivery)  # type: ignore[no-any-return]


def states(program: Program, account: Account) -> list[str]:
    """What became of everything that was kept, in the evidence's words."""
    return [json.loads(row.body)["state"] for row in rows(program, account, Evidence)]


def is_destroyed(program: Program, account: Account) -> bool:
    """Whether neither payload nor key is left of anything."""
    return all(row.key is None and row.body is None for row in rows(program, account, Quarantined))


def test_what_is_kept_is_sealed_under_a_key_of_its_own(program: Program, salon: Account) -> None:
    for delivery in ("d-1", "d-2"):
        keep(program, salon, delivery=delivery)
    first, second = rows(program, salon, Quarantined)
    assert b'"c-1"' not in first.body + first.key
    assert first.body != second.body
    assert first.key != second.key


def test_the_same_delivery_is_kept_once(program: Program, salon: Account) -> None:
    assert keep(program, salon) == keep(program, salon)
    assert len(rows(program, salon, Quarantined)) == 1


def test_what_waits_is_listed_for_its_own_salon(program: Program, salon: Account, stranger: Account) -> None:
    items = {keep(program, salon, delivery="d-1"), keep(program, salon, delivery="d-2")}
    with database.read(program.engine) as db:
        assert {one.id for one in quarantine.waiting(db, salon)} == items
        assert quarantine.waiting(db, stranger) == []


def test_what_can_be_read_by_now_is_released_and_applied(program: Program, salon: Account) -> None:
    item = keep(program, salon)
    with database.write(program.engine) as db:
        assert not quarantine.release(db, salon, item, now=NOON)  # still from the future
        assert quarantine.release(db, salon, item, now=NOON + timedelta(minutes=55))
        assert not quarantine.release(db, salon, item, now=NOON + days(1))
        assert quarantine.waiting(db, salon) == []
    assert [row.client for row in rows(program, salon, Client)] == ["c-1"]
    assert states(program, salon) == ["released"]
    assert is_destroyed(program, salon)


@pytest.mark.parametrize("body", [UNKNOWN, b"not JSON"])
def test_what_cannot_be_read_waits_on(program: Program, salon: Account, body: bytes) -> None:
    item = keep(program, salon, body)
    with database.write(program.engine) as db:
        assert not quarantine.release(db, salon, item, now=NOON)
        assert [one.id for one in quarantine.waiting(db, salon)] == [item]
    assert states(program, salon) == []


def test_what_is_dropped_is_destroyed_unread(program: Program, salon: Account) -> None:
    item = keep(program, salon)
    with database.write(program.engine) as db:
        assert quarantine.drop(db, salon, item, now=NOON)
        assert not quarantine.drop(db, salon, item, now=NOON)
        assert not quarantine.release(db, salon, item, now=NOON + days(1))
    assert is_destroyed(program, salon)
    assert states(program, salon) == ["dropped"]
    assert rows(program, salon, Client) == []


def test_another_salons_quarantine_cannot_be_touched(
    program: Program, salon: Account, stranger: Account
) -> None:
    item = keep(program, salon)
    with database.write(program.engine) as db:
        for other in (item, uuid4()):
            assert not quarantine.release(db, stranger, other, now=NOON + days(1))
            assert not quarantine.drop(db, stranger, other, now=NOON)
        assert quarantine.expire(db, stranger, TWO_WEEKS, today=(NOON + days(99)).date(), now=NOON) == 0
        assert len(quarantine.waiting(db, salon)) == 1


@pytest.mark.parametrize(("passed", "expired"), [(13, 0), (14, 1)])
def test_what_nobody_answers_is_destroyed_after_its_period(
    program: Program, salon: Account, passed: int, expired: int
) -> None:
    keep(program, salon)
    now = NOON + days(passed)
    with database.write(program.engine) as db:
        assert quarantine.expire(db, salon, TWO_WEEKS, today=now.date(), now=now) == expired
    assert is_destroyed(program, salon) is bool(expired)
    assert states(program, salon) == ["expired"] * expired


def test_the_evidence_of_it_holds(program: Program, salon: Account) -> None:
    item = keep(program, salon)
    with database.write(program.engine) as db:
        quarantine.drop(db, salon, item, now=NOON)
        assert evidence.check(db, salon).whole


@pytest.mark.parametrize(("kept_for", "left"), [(30, 0), (30.1, 1)])
def test_ids_of_deliveries_are_forgotten_after_a_while(
    program: Program, salon: Account, stranger: Account, kept_for: float, left: int
) -> None:
    door = browser(program)
    for account in (salon, stranger):
        send(door, program, account, body_of("client.login", {"client_id": "c-1"}))
    with database.write(program.engine) as db:
        before = NOON + days(30.05) - days(kept_for)
        assert inbox.forget(db, salon, before=before) == 1 - left
    assert len(rows(program, salon, Seen)) == left
    assert len(rows(program, stranger, Seen)) == 1
