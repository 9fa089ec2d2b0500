"""No payload, name, address or number is ever written in clear: marked values are planted, and looked for everywhere.

Ids are not planted: callbacks are made with them, so the mirror has to know them (they are pseudonyms, and go with
their client). Neither are words of the contract's closed lists, dates and numbers, which cannot name anybody.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from prometheus_client import generate_latest
from sqlmodel import SQLModel

from connector import database, quarantine
from connector.program import Program
from connector.salons import Account
from connector.tables import Client, Entry, Quarantined
from tests.builders import NOON
from tests.connector.intake import body_of, browser, rows, send

MARK = "Zyx9Merkki"
PHONE = "+358 45 999 8877"
#: how a number may have been written down
NUMBERS = (b"9998877", b"999 8877", b"999-8877")
MAIL = f"{MARK}@example.com"
DAY = "2026-11-20T10:00:00Z"
#: what a booking system may send beside the contract: everywhere, at every depth
BESIDE: dict[str, Any] = {
    "name": MARK,
    "first_name": MARK,
    "address": {"street": MARK, "city": MARK},
    "notes": [MARK, {"text": MARK}],
    "personal_identity_code": f"{MARK}-123",
    MARK: MARK,
}
CONSENT = {"purpose": "newsletter", "channels": ["email"], "method": "checkbox", "notice_version": MARK}


def each(kinds: list[str], data: Any) -> dict[str, Any]:
    """The same for several types."""
    return {kind: data for kind in kinds}


EVENTS: dict[str, Any] = {
    **each(
        ["client.created", "client.updated"],
        {
            "client": {
                "id": "c-1",
                "email": MAIL,
                "phone": PHONE,
                "language": MARK,
                "birth_date": "1987-06-05",
                "categories": ["identity", "contact"],
                "marketing": {"email": True},
                "consents": [{**CONSENT, "answer": "given", "at": DAY, "staff_id": "s-1", **BESIDE}],
                **BESIDE,
            }
        },
    ),
    "client.deleted": {"client_id": "c-8", "by": "staff"},
    "client.merged": {"from_id": "c-6", "into_id": "c-7"},
    "client.login": {"client_id": "c-1"},
    **each(["client.viewed", "client.edited"], {"client_id": "c-1", "staff_id": "s-1", "what": MARK}),
    **each(["account.created", "account.closed"], {"client_id": "c-1", "by": MARK}),
    "sale.completed": {"sale": {"id": "o-1", "client_id": "c-1", "at": DAY, **BESIDE}},
    **each(["prepaid.sold", "prepaid.ended"], {"prepaid": {"id": "p-1", "client_id": "c-1", **BESIDE}}),
    **each(
        ["consent.given", "consent.refused", "consent.withdrawn"],
        {"client_id": "c-1", "staff_id": "s-1", **CONSENT},
    ),
    **each(
        [f"booking.{end}" for end in ("created", "rescheduled", "cancelled", "completed", "no_show")],
        {"booking": {"id": "b-1", "client_id": "c-1", "starts_at": DAY, "booked_via": MARK, **BESIDE}},
    ),
    **each(
        [f"invoice.{end}" for end in ("issued", "paid", "credited", "overdue", "in_collection")],
        {
            "invoice": {
                "id": "i-1",
                "client_id": "c-1",
                "open_amount": "98765.43",
                "currency": "EUR",
                **BESIDE,
            }
        },
    ),
    "feedback.received": {"feedback": {"id": "f-1", "client_id": "c-1", **BESIDE}},
    "raffle.entered": {"raffle": {"id": "r-1", "client_id": "c-1", "may_publish_name": True, **BESIDE}},
    "campaign.sent": {
        "campaign": {"id": "k-1", "purpose": "newsletter", "channel": "sms", "client_ids": ["c-1"], **BESIDE}
    },
    "request.received": {"client_id": "c-1", "right": "access", "details": f"{MARK} {MAIL} {PHONE}"},
    "incident.reported": {"incident": {"id": "x-1", "description": MARK, "client_ids": ["c-1"], **BESIDE}},
}


@pytest.fixture
def door(program: Program) -> Iterator[FlaskClient]:
    """The application that receives."""
    with browser(program) as client:
        yield client


def planted(kind: str) -> bytes:
    """One event with marks in every field, and beside the fields."""
    return body_of(kind, EVENTS[kind] | BESIDE)


def found_in(text: bytes) -> list[bytes]:
    """The marks that stand in some bytes, in any case and encoding that a store could have used."""
    folded = text.lower()
    marks = (
        MARK.encode(),
        MARK.encode("utf-16-le"),
        MARK.encode().hex().encode(),
        b"1987-06-05",  # its year alone stands in many a digest
        b"98765.43",
        *NUMBERS,
    )
    return [mark for mark in marks if mark.lower() in folded]


def store(program: Program) -> bytes:
    """Everything that the database holds: SQLite's files as they lie there, PostgreSQL's rows."""
    if program.settings.is_sqlite:
        program.engine.dispose()
        folder = Path(program.settings.data_dir)
        return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    with database.read(program.engine) as db:
        held = [db.connection().execute(sa.select(table)).all() for table in SQLModel.metadata.sorted_tables]
    return repr(held).encode() + b"".join(_bytes_of(rows) for rows in held)


def _bytes_of(rows: Any) -> bytes:
    return b"".join(bytes(value) for row in rows for value in row if isinstance(value, bytes | memoryview))


def test_the_marks_would_be_found(program: Program, salon: Account) -> None:
    with database.write(program.engine) as db:
        db.add(Entry(salon=salon.slug, kind="booking", entry=MARK, first_at=NOON, at=NOON))
    assert found_in(store(program))


def test_every_type_of_the_contract_is_planted() -> None:
    from webhooks.dialects.standard_reading import TYPES

    assert set(EVENTS) == TYPES


def test_nothing_that_was_told_is_written_in_clear(
    program: Program, salon: Account, door: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = b""
    for kind in EVENTS:
        answer = send(door, program, salon, planted(kind))
        assert answer.status_code == 204, kind
        answers += answer.data + str(answer.headers).encode()
    assert rows(program, salon, Client)  # it did arrive
    assert found_in(store(program)) == []
    assert found_in(caplog.text.encode()) == []
    assert found_in(answers) == []
    assert found_in(generate_latest()) == []


@pytest.mark.parametrize(
    ("kind", "data", "status"),
    [
        ("client.sneezed", {"client_id": MARK}, 202),
        (MARK, {"client_id": "c-1"}, 202),
        ("client.created", {"client": {"id": ["c-1"], "email": MAIL}}, 202),
        ("client.created", {"client": {"id": "c-1", "created_via": MARK}}, 202),
        ("consent.given", {"client_id": "c-1", "purpose": MARK}, 202),
        ("client.login", MARK, 400),
    ],
)
def test_nothing_that_was_not_understood_is_written_in_clear(
    program: Program,
    salon: Account,
    door: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    data: Any,
    status: int,
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = send(door, program, salon, body_of(kind, data))
    assert answer.status_code == status
    assert len(rows(program, salon, Quarantined)) == (status == 202)
    with database.read(program.engine) as db:
        told = repr(quarantine.waiting(db, salon)).encode()
    assert found_in(told + answer.data + caplog.text.encode()) == []
    assert found_in(store(program)) == []


def test_a_refused_delivery_leaves_nothing(
    program: Program, salon: Account, door: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    headers = {"webhook-id": MARK, "webhook-timestamp": MARK, "webhook-signature": MARK}
    for slug in ("aava", MARK):
        answer = door.post(f"/webhooks/{slug}?{MARK}={MARK}", data=planted("client.created"), headers=headers)
        assert answer.status_code == 401
        assert found_in(answer.data + caplog.text.encode()) == []
        answer.close()
    assert found_in(store(program)) == []
    assert found_in(generate_latest()) == []


def test_a_store_that_fails_does_not_say_what_it_was_given(
    program: Program, salon: Account, door: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with database.write(program.engine) as db:
        db.connection().execute(sa.text("ALTER TABLE client RENAME TO client_away"))
    door.application.config["PROPAGATE_EXCEPTIONS"] = False
    answer = send(door, program, salon, planted("client.created"))
    assert answer.status_code in {500, 503}
    assert found_in(answer.data + caplog.text.encode()) == []
