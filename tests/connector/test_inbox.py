"""Let in, once: one transaction, few statements, and no two that pass each other by."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
import sqlalchemy.event

from connector import database, inbox
from connector.program import Program
from connector.salons import Account
from connector.tables import Client, Entry, Seen, Tombstone
from tests.builders import NOON
from tests.connector.intake import body_of, browser, rows, secrets_of, send
from webhooks.delivery import Delivery
from webhooks.errors import BadSignature, NotAnEvent
from webhooks.signatures import sign

LOGIN = body_of("client.login", {"client_id": "c-1"})
BOOKED = body_of("booking.created", {"booking": {"id": "b-1", "client_id": "c-1"}})
RECORD = body_of(
    "client.updated", {"client": {"id": "c-1", "email": "aino@example.com", "phone": "040 123 4567"}}
)


def delivery_of(program: Program, account: Account, body: bytes, name: str = "d-1") -> Delivery:
    """One signed delivery."""
    return Delivery(sign(secrets_of(program, account)[0], name, NOON, body), body, NOON)


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """Every statement that goes to the database meanwhile."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    sqlalchemy.event.listen(engine, "before_cursor_execute", hear)
    yield heard
    sqlalchemy.event.remove(engine, "before_cursor_execute", hear)


@pytest.mark.parametrize("body", [LOGIN, BOOKED, RECORD])
def test_a_simple_event_costs_few_statements(program: Program, salon: Account, body: bytes) -> None:
    secrets = secrets_of(program, salon)
    for name in ("d-1", "d-2"):  # the first makes the rows, the second changes them
        delivery = delivery_of(program, salon, body, name)
        with database.write(program.engine) as db, statements(program.engine) as heard:
            assert inbox.take(db, salon, inbox.unpack(salon, secrets, delivery), now=NOON).status == 204
        told = [one for one in heard if "evidence_head" not in one and not one.startswith("BEGIN")]
        assert len(told) <= 7, told


def test_what_is_taken_back_was_never_seen(program: Program, salon: Account) -> None:
    delivery = delivery_of(program, salon, LOGIN)
    secrets = secrets_of(program, salon)

    def take_and_fail() -> None:
        with database.write(program.engine) as db:
            inbox.take(db, salon, inbox.unpack(salon, secrets, delivery), now=NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        take_and_fail()
    assert rows(program, salon, Seen) == rows(program, salon, Client) == []


def test_a_wrong_signature_and_a_wrong_envelope_are_told_apart(program: Program, salon: Account) -> None:
    secrets = secrets_of(program, salon)
    with pytest.raises(BadSignature), database.write(program.engine) as db:
        inbox.take(db, salon, inbox.unpack(salon, secrets, Delivery({}, LOGIN, NOON)), now=NOON)
    with pytest.raises(NotAnEvent), database.write(program.engine) as db:
        inbox.take(db, salon, inbox.unpack(salon, secrets, delivery_of(program, salon, b"[]")), now=NOON)
    assert rows(program, salon, Seen) == []


def test_the_same_delivery_many_times_at_once_takes_effect_once(program: Program, salon: Account) -> None:
    found: list[int] = []
    door = browser(program).application

    def deliver() -> None:
        found.append(send(door.test_client(), program, salon, BOOKED, delivery="d-1").status_code)

    _at_once([deliver] * 6)
    assert found == [204] * 6
    assert len(rows(program, salon, Seen)) == len(rows(program, salon, Entry)) == 1


def test_an_erasure_and_events_at_once_leave_nobody_behind(program: Program, salon: Account) -> None:
    door = browser(program).application
    gone = body_of("client.deleted", {"client_id": "c-1", "by": "client"})
    found: list[int] = []

    def deliver(body: bytes, name: str) -> None:
        found.append(send(door.test_client(), program, salon, body, delivery=name).status_code)

    tasks = [lambda number=number: deliver(RECORD, f"r-{number}") for number in range(4)]
    _at_once([*tasks[:2], lambda: deliver(gone, "gone"), *tasks[2:]])
    assert found == [204] * 5
    assert rows(program, salon, Client) == []
    assert len(rows(program, salon, Tombstone)) == 1


def test_changes_of_different_fields_at_once_all_stay(program: Program, salon: Account) -> None:
    door = browser(program).application
    channels = ["email", "sms", "phone", "post", "web"]

    def deliver(channel: str) -> None:
        told = {"client": {"id": "c-1", "marketing": {channel: True}}}
        send(door.test_client(), program, salon, body_of("client.updated", told), delivery=channel)

    _at_once([lambda channel=channel: deliver(channel) for channel in channels])
    (client,) = rows(program, salon, Client)
    assert all(f"marketing.{channel}" in client.registers for channel in channels)


def _at_once(tasks: list) -> None:  # type: ignore[type-arg]
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
