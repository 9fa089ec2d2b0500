"""The door for webhooks: every row of the contract's table of answers."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from connector import database, salons_connection
from connector.hooks_rate import Buckets, Rate
from connector.hooks_refusals import Refusals
from connector.program import Program
from connector.salons import Account
from connector.tables import Client, Job, Quarantined, Salon, Seen
from policies.decisions import JobKind
from tests.builders import NOON, Clock
from tests.connector.intake import body_of, browser, rows, secrets_of, send
from webhooks.signatures import new_secret, sign

CREATED = body_of("client.created", {"client": {"id": "c-1", "has_account": True}})


@pytest.fixture
def door(program: Program) -> Iterator[FlaskClient]:
    """The application that receives."""
    with browser(program) as client:
        yield client


def is_problem(answer: TestResponse, status: int) -> bool:
    """Whether an answer is the problem that it should be."""
    told = json.loads(answer.data)
    return (answer.status_code, answer.mimetype, told["status"]) == (
        status,
        "application/problem+json",
        status,
    )


def test_a_signed_event_is_applied_and_answered_without_words(
    program: Program, salon: Account, stranger: Account, door: FlaskClient
) -> None:
    answer = send(door, program, salon, CREATED)
    assert (answer.status_code, answer.data) == (204, b"")
    assert [row.client for row in rows(program, salon, Client)] == ["c-1"]
    assert rows(program, stranger, Client) == []


def test_a_repeat_is_answered_like_the_first_and_changes_nothing(
    program: Program, salon: Account, door: FlaskClient
) -> None:
    answers = [send(door, program, salon, CREATED, delivery="d-1").status_code for _ in range(3)]
    assert answers == [204, 204, 204]
    assert len(rows(program, salon, Seen)) == len(rows(program, salon, Client)) == 1


def test_the_same_id_of_another_salon_is_no_repeat(
    program: Program, salon: Account, stranger: Account, door: FlaskClient
) -> None:
    for account in (salon, stranger):
        assert send(door, program, account, CREATED, delivery="d-1").status_code == 204
    assert len(rows(program, stranger, Client)) == 1


def test_the_same_id_with_other_bytes_is_quarantined(
    program: Program, salon: Account, door: FlaskClient
) -> None:
    send(door, program, salon, CREATED, delivery="d-1")
    other = body_of("client.created", {"client": {"id": "c-2"}})
    for _ in range(2):
        assert send(door, program, salon, other, delivery="d-1").status_code == 202
    assert [row.client for row in rows(program, salon, Client)] == ["c-1"]
    assert [row.reason for row in rows(program, salon, Quarantined)] == ["other_bytes"]


@pytest.mark.parametrize(
    ("body", "is_known"),
    [
        (body_of("client.sneezed", {"client_id": "c-1"}), False),
        (body_of("client.created", {"client": {"id": 7}}), True),
        (body_of("consent.given", {"client_id": "c-1", "purpose": "fortune_telling"}), True),
    ],
)
def test_what_is_not_understood_is_quarantined_and_stays_so(
    program: Program, salon: Account, door: FlaskClient, body: bytes, is_known: bool
) -> None:
    for _ in range(2):
        answer = send(door, program, salon, body, delivery="d-1")
        assert (answer.status_code, answer.data) == (202, b"")
    (kept,) = rows(program, salon, Quarantined)
    assert kept.is_known_type is is_known
    assert rows(program, salon, Client) == []


@pytest.mark.parametrize(("ahead", "status"), [(300, 204), (301, 202)])
def test_an_event_from_the_future_is_quarantined(
    program: Program, salon: Account, door: FlaskClient, ahead: int, status: int
) -> None:
    body = body_of("client.login", {"client_id": "c-1"}, when=NOON + timedelta(seconds=ahead))
    assert send(door, program, salon, body).status_code == status
    assert len(rows(program, salon, Client)) == (status == 204)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not JSON",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'{"type": "client.login", "timestamp": "2026-11-23T10:00:00Z"}',
        b'{"timestamp": "2026-11-23T10:00:00Z", "data": {}}',
        b'{"type": "client.login", "data": {"client_id": "c-1"}}',
        b'{"type": NaN}',
        b'{"type": "client.login", "type": "client.login", "timestamp": "2026-11-23T10:00:00Z", "data": {}}',
        b"[" * 10_000 + b"]" * 10_000,
    ],
)
def test_what_is_no_event_is_refused_and_not_remembered(
    program: Program, salon: Account, door: FlaskClient, body: bytes
) -> None:
    assert is_problem(send(door, program, salon, body, delivery="d-1"), 400)
    assert rows(program, salon, Seen) == []
    assert send(door, program, salon, CREATED, delivery="d-1").status_code == 204


@pytest.mark.parametrize("client", ["a/b/../c", "\u20ac\u00e4", "\U0001f484" * 200, "..", "?x=1#y", "'; --"])
def test_an_odd_id_is_an_id(program: Program, salon: Account, door: FlaskClient, client: str) -> None:
    body = body_of("client.login", {"client_id": client})
    assert send(door, program, salon, body).status_code == 204
    assert [row.client for row in rows(program, salon, Client)] == [client]


@pytest.mark.parametrize(
    "client", ["", "a\0b", "\ud800", "\U0001f484" * 256, None, 7, ["c-1"], {"id": "c-1"}]
)
def test_an_impossible_id_is_never_stored(
    program: Program, salon: Account, door: FlaskClient, client: object
) -> None:
    body = body_of("client.login", {"client_id": client})
    assert send(door, program, salon, body).status_code in {202, 400}
    assert rows(program, salon, Client) == []


# ---- who may come in ----------------------------------------------------------------------------------


def test_every_wrong_signature_gets_the_same_answer_as_an_unknown_salon(
    program: Program, salon: Account, door: FlaskClient, clock: Clock
) -> None:
    secret = secrets_of(program, salon)[0]
    right = sign(secret, "d-1", NOON, CREATED)
    wrong = [
        ("aava", {}),
        ("aava", right | {"webhook-signature": "v1,AAAA"}),
        ("aava", right | {"webhook-signature": "\u00e4"}),
        ("aava", right | {"webhook-id": "d-2"}),
        ("aava", right | {"webhook-timestamp": "9" * 40}),
        ("aava", sign(new_secret(b"x" * 32), "d-1", NOON, CREATED)),
        ("aava", sign(secret, "d-1", NOON - timedelta(seconds=301), CREATED)),
        ("nobody", right),
        ("AAVA", right),
        ("aava%00", right),
        ("\U0001f484" * 250, right),
    ]
    answers = {door.post(f"/webhooks/{slug}", data=CREATED, headers=headers).data for slug, headers in wrong}
    assert len(answers) == 1
    assert is_problem(door.post("/webhooks/nobody", data=CREATED, headers=right), 401)
    assert rows(program, salon, Seen) == rows(program, salon, Quarantined) == []


def test_bytes_that_were_changed_on_the_way_are_refused(
    program: Program, salon: Account, door: FlaskClient
) -> None:
    headers = sign(secrets_of(program, salon)[0], "d-1", NOON, CREATED)
    assert is_problem(door.post("/webhooks/aava", data=CREATED + b" ", headers=headers), 401)


def test_one_salons_secret_opens_no_other(
    program: Program, salon: Account, stranger: Account, door: FlaskClient
) -> None:
    secret = secrets_of(program, stranger)[0]
    assert send(door, program, salon, CREATED, secret=secret).status_code == 401


@pytest.mark.parametrize(("passed", "status"), [(59, 204), (60, 401)])
def test_an_old_secret_is_good_until_its_end(
    program: Program, salon: Account, door: FlaskClient, clock: Clock, passed: int, status: int
) -> None:
    old = secrets_of(program, salon)[0]
    with database.write(program.engine) as db:
        new = salons_connection.rotate_secret(db, salon, now=NOON, overlap=timedelta(minutes=1))
    clock.at = NOON + timedelta(seconds=passed)
    assert send(door, program, salon, CREATED, secret=new).status_code == 204
    assert send(door, program, salon, CREATED, secret=old).status_code == status


def refused_at(program: Program, slug: str) -> datetime | None:
    """When a wrong signature was last noted."""
    with database.read(program.engine) as db:
        found = db.get(Salon, slug)
    assert found is not None
    return found.refused_at


def test_a_wrong_signature_is_noted_once_a_minute(
    program: Program, salon: Account, stranger: Account, clock: Clock
) -> None:
    refusals = Refusals(program)
    door = browser(program, refusals=refusals)
    for seconds, noted in ((0, 0), (60, 0), (61, 61), (62, 61)):
        clock.at = NOON + timedelta(seconds=seconds)
        assert send(door, program, salon, CREATED, secret=new_secret(b"x" * 32)).status_code == 401
        refusals.settle()
        assert refused_at(program, salon.slug) == NOON + timedelta(seconds=noted)
    assert refused_at(program, stranger.slug) is None


@pytest.mark.parametrize("name", ["aava", "nobody"])
def test_an_answer_to_a_wrong_signature_waits_for_no_write_whether_the_salon_exists_or_not(
    program: Program, salon: Account, name: str
) -> None:
    refusals = Refusals(program)
    door = browser(program, refusals=refusals)
    with database.write(program.engine) as db:  # on SQLite nobody else can write meanwhile
        db.connection().execute(sa.update(Salon).values(walk_in="0"))
        answer = door.post(f"/webhooks/{name}", data=CREATED, headers={"webhook-id": "m"})
        assert answer.status_code == 401
    refusals.settle()
    with database.read(program.engine) as db:
        noted = {row.slug: row.refused_at for row in db.exec(select(Salon))}
    assert noted == {"aava": NOON if name == "aava" else None}


# ---- how much -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "status"), [(256 * 1024, 204), (256 * 1024 + 1, 413)])
def test_a_body_has_at_most_256_kilobytes(
    program: Program, salon: Account, door: FlaskClient, size: int, status: int
) -> None:
    answer = send(door, program, salon, CREATED + b" " * (size - len(CREATED)))
    assert answer.status_code == status
    assert status == 204 or is_problem(answer, 413)


def test_who_sends_too_fast_waits_and_others_do_not(
    program: Program, salon: Account, stranger: Account, clock: Clock
) -> None:
    door = browser(program, rate=Rate(burst=3, per_second=1))
    wrong = new_secret(b"x" * 32)
    for _ in range(5):  # who cannot sign uses nothing up
        assert send(door, program, salon, CREATED, secret=wrong).status_code == 401
    assert [send(door, program, salon, CREATED).status_code for _ in range(4)] == [204, 204, 204, 429]
    answer = send(door, program, salon, CREATED)
    assert is_problem(answer, 429)
    assert answer.headers["Retry-After"] == "1"
    assert send(door, program, stranger, CREATED).status_code == 204
    clock.at = NOON + timedelta(seconds=1)
    assert [send(door, program, salon, CREATED).status_code for _ in range(2)] == [204, 429]


def test_a_thousand_come_in_at_once_and_a_hundred_a_second_then() -> None:
    buckets = Buckets(Rate())
    assert all(buckets.wait("aava", NOON) == 0 for _ in range(1000))
    assert buckets.wait("aava", NOON) == pytest.approx(0.01)
    later = NOON + timedelta(seconds=1)
    assert sum(buckets.wait("aava", later) == 0 for _ in range(150)) == 100
    assert buckets.wait("aava", NOON) > 0  # a clock that was set back fills nothing


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_told_which_is_right(door: FlaskClient, salon: Account, method: str) -> None:
    for slug in ("aava", "nobody"):
        answer = door.open(f"/webhooks/{slug}", method=method)
        assert is_problem(answer, 405)
        assert "POST" in answer.headers["Allow"]


def test_a_store_that_is_away_is_said_so_and_nothing_is_lost(
    program: Program, salon: Account, door: FlaskClient
) -> None:
    nowhere = (
        "sqlite:////nowhere/at/all.db" if program.settings.is_sqlite else "postgresql://x@/x?host=/nowhere"
    )
    away = browser(replace(program, engine=database.make_engine(nowhere)))
    headers = sign(secrets_of(program, salon)[0], "d-1", NOON, CREATED)
    answer = away.post("/webhooks/aava", data=CREATED, headers=headers)
    assert is_problem(answer, 503)
    assert answer.headers["Retry-After"] == "5"
    assert door.post("/webhooks/aava", data=CREATED, headers=headers).status_code == 204
    assert len(rows(program, salon, Client)) == 1


def test_a_delivery_that_fails_half_way_is_not_seen(
    program: Program, salon: Account, door: FlaskClient
) -> None:
    with database.write(program.engine) as db:
        db.connection().execute(sa.text("ALTER TABLE client RENAME TO client_away"))
    headers = sign(secrets_of(program, salon)[0], "d-1", NOON, CREATED)
    with contextlib.suppress(sa.exc.ProgrammingError):  # what PostgreSQL calls it; SQLite's is answered 503
        assert is_problem(door.post("/webhooks/aava", data=CREATED, headers=headers), 503)
    with database.write(program.engine) as db:
        db.connection().execute(sa.text("ALTER TABLE client_away RENAME TO client"))
    assert rows(program, salon, Seen) == []
    assert door.post("/webhooks/aava", data=CREATED, headers=headers).status_code == 204
    assert len(rows(program, salon, Client)) == 1


# ---- a no ---------------------------------------------------------------------------------------------


def test_a_no_switches_marketing_off_in_the_same_transaction(
    program: Program, salon: Account, stranger: Account, door: FlaskClient
) -> None:
    record = {"id": "c-1", "created_at": "2026-11-01T00:00:00Z", "categories": ["identity"]}
    switched_on = body_of("client.created", {"client": record | {"marketing": {"email": True}}})
    for account in (salon, stranger):
        send(door, program, account, switched_on)
    assert rows(program, salon, Job) == []
    no = body_of("consent.withdrawn", {"client_id": "c-1", "purpose": "newsletter"})
    delivery = uuid4().hex
    for _ in range(2):
        assert send(door, program, salon, no, delivery=delivery).status_code == 204
    (job,) = rows(program, salon, Job)
    assert (job.kind, job.by_no) == (JobKind.MARKETING_OFF, True)
    assert rows(program, stranger, Job) == []
