"""A delivery that comes again is kept, or was answered: no 2xx is given for what is nowhere."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from connector import database, inbox, quarantine
from connector.program import Program
from connector.salons import Account
from connector.tables import Client, Quarantined
from policies.periods import Period
from tests.builders import NOON, Clock
from tests.connector.intake import body_of, browser, days, rows, send

LOGIN = body_of("client.login", {"client_id": "c-1"})
OTHER = body_of("client.login", {"client_id": "c-2"})
UNKNOWN = body_of("client.sneezed", {"client_id": "c-1"})
AHEAD = body_of("client.login", {"client_id": "c-1"}, when=NOON + timedelta(hours=1))


@pytest.fixture
def door(program: Program) -> FlaskClient:
    """The door for webhooks."""
    return browser(program)


def comes(door: FlaskClient, program: Program, account: Account, body: bytes, name: str = "d-1") -> int:
    """Send one delivery, freshly signed; give the answer."""
    return send(door, program, account, body, delivery=name).status_code


def waiting(program: Program, account: Account) -> list[UUID]:
    """What waits for an answer."""
    with database.read(program.engine) as db:
        return [one.id for one in quarantine.waiting(db, account)]


def end(program: Program, account: Account, how: str) -> None:
    """Answer what waits, or let its time run out."""
    with database.write(program.engine) as db:
        for item in waiting(program, account):
            if how == "dropped":
                assert quarantine.drop(db, account, item, now=program.now())
            elif how == "released":
                assert quarantine.release(db, account, item, now=program.now())
            else:
                today = program.now().date() + days(1)
                assert quarantine.expire(db, account, Period(days=1), today=today, now=program.now()) == 1


@pytest.mark.parametrize("how", ["dropped", "expired"])
def test_what_comes_again_after_its_id_is_forgotten_waits_anew(
    door: FlaskClient, program: Program, salon: Account, stranger: Account, clock: Clock, how: str
) -> None:
    assert comes(door, program, salon, UNKNOWN) == 202
    end(program, salon, how)
    with database.write(program.engine) as db:
        assert inbox.forget(db, salon, before=NOON + days(30)) == 1
    clock.at = NOON + days(31)
    assert comes(door, program, salon, UNKNOWN) == 202
    assert len(waiting(program, salon)) == 1
    assert waiting(program, stranger) == []
    assert comes(door, program, salon, UNKNOWN) == 202
    assert len(rows(program, salon, Quarantined)) == 1


def test_what_was_answered_is_answered_as_seen(door: FlaskClient, program: Program, salon: Account) -> None:
    assert comes(door, program, salon, UNKNOWN) == 202
    assert comes(door, program, salon, UNKNOWN) == 202
    end(program, salon, "dropped")
    assert comes(door, program, salon, UNKNOWN) == 204
    assert waiting(program, salon) == []


@pytest.mark.parametrize(
    ("how", "status", "left"), [("released", 204, 0), ("dropped", 204, 0), ("expired", 202, 1)]
)
def test_other_bytes_under_a_known_id_are_answered_by_what_became_of_them(
    door: FlaskClient, program: Program, salon: Account, how: str, status: int, left: int
) -> None:
    assert comes(door, program, salon, LOGIN) == 204
    assert comes(door, program, salon, OTHER) == 202
    assert comes(door, program, salon, OTHER) == 202
    end(program, salon, how)
    assert comes(door, program, salon, OTHER) == status
    assert len(waiting(program, salon)) == left
    assert ("c-2" in {row.client for row in rows(program, salon, Client)}) is (how == "released")
    assert comes(door, program, salon, LOGIN) == 204


def test_what_was_destroyed_unread_is_read_when_it_comes_again(
    door: FlaskClient, program: Program, salon: Account, clock: Clock
) -> None:
    assert comes(door, program, salon, AHEAD) == 202
    end(program, salon, "expired")
    assert comes(door, program, salon, AHEAD) == 202
    end(program, salon, "expired")
    clock.at = NOON + timedelta(hours=1)
    assert comes(door, program, salon, AHEAD) == 204
    assert [row.client for row in rows(program, salon, Client)] == ["c-1"]
    assert waiting(program, salon) == []
