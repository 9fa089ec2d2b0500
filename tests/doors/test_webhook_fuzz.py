"""The webhook, asked anything: always an answer of the contract's table, and nothing that was answered 2xx is lost."""

import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.program import Program
from connector.quarantine import AHEAD
from connector.salons import Account
from connector.tables import Quarantined, Seen
from tests.builders import NOON
from tests.connector.intake import look, rows, secrets_of, wipe
from tests.webhooks.payloads import sent
from webhooks.errors import NotAnEvent, NotUnderstood
from webhooks.signatures import sign

PAYLOADS = Path(__file__).parent.parent / "webhooks" / "payloads" / "standard"
RECORDED: list[dict[str, Any]] = [json.loads(path.read_text()) for path in sorted(PAYLOADS.glob("*.json"))]
#: the contract's table, for whoever signs and for whoever does not
SIGNED, UNSIGNED = {202, 204, 400, 413}, {401, 413}

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["2026-11-24T11:00:00Z", "2026-02-30", "9999-12-31T23:59:59-14:00", "c-1", "email", "newsletter"]
    )
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["webhook-id", "webhook-timestamp", "webhook-signature", "content-type", "x-forwarded-for"]
)
HEADERS = st.dictionaries(
    NAMES, st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=80), max_size=5
)


def places_in(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a payload."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in inner:
        yield from places_in(held, (*path, key))


@st.composite
def near(draw: st.DrawFn) -> dict[str, Any]:
    """A recorded event with a few of its places changed, taken away or added."""
    event: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(RECORDED)))
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from([place for place in places_in(event) if place]))
        holder: Any = event
        for key in path[:-1]:
            holder = holder[key]
        how = draw(st.sampled_from(["change", "take", "add"]))
        if how == "take":
            del holder[path[-1]]
        elif how == "add" and isinstance(holder, dict):
            holder[draw(st.text(max_size=8))] = draw(ANYTHING)
        else:
            holder[path[-1]] = draw(ANYTHING)
    return event


@pytest.fixture
def browser(app: Flask) -> Iterator[FlaskClient]:
    """Whoever delivers."""
    with app.test_client() as client:
        yield client


@given(body=st.binary(max_size=300), headers=HEADERS, salon=st.text(max_size=20) | st.just("aava"))
def test_whoever_does_not_sign_is_told_one_thing(
    browser: FlaskClient, program: Program, salon: str, headers: dict[str, str], body: bytes
) -> None:
    path = "/webhooks/" + "".join(letter for letter in salon if letter.isalnum())
    answer = browser.post(path, data=body, headers=headers)
    if path == "/webhooks/":
        assert answer.status_code in {404, 405}
        return
    assert answer.status_code == 401
    assert answer.get_json() == {"type": "about:blank", "title": "Unauthorized", "status": 401}


@given(body=st.binary(max_size=300))
def test_any_signed_bytes_are_an_answer_of_the_table(
    browser: FlaskClient, program: Program, salon: Account, body: bytes
) -> None:
    headers = sign(secrets_of(program, salon)[0], uuid4().hex, NOON, body)
    assert browser.post("/webhooks/aava", data=body, headers=headers).status_code in SIGNED


def test_what_is_near_an_event_is_applied_once_or_quarantined_or_refused_whole(
    browser: FlaskClient, program: Program, salon: Account, stranger: Account
) -> None:
    secret = secrets_of(program, salon)[0]

    @settings(max_examples=120 if program.settings.is_sqlite else 40, suppress_health_check=list(HealthCheck))
    @given(event=near())
    def check(event: Any) -> None:
        body, name = json.dumps(event).encode(), uuid4().hex  # an id that no example before has used

        def deliver(name: str) -> int:
            answer = browser.post("/webhooks/aava", data=body, headers=sign(secret, name, NOON, body))
            return answer.status_code

        status = deliver(name)
        mirrored = look(program, salon)
        assert status == expected(salon, body)
        assert (name in waiting_of(program, salon)) == (status == 202)
        assert (name in {row.delivery for row in rows(program, salon, Seen)}) == (status in {202, 204})
        assert deliver(name) == status
        if (
            status == 204
        ):  # it stands in the mirror: under another id it is told once more, and changes nothing
            assert deliver(uuid4().hex) == 204
        assert look(program, salon) == mirrored
        wipe(program, salon)

    check()
    assert rows(program, stranger, Seen) == rows(program, stranger, Quarantined) == []


def waiting_of(program: Program, account: Account) -> set[str]:
    """The deliveries that wait in quarantine."""
    return {row.delivery for row in rows(program, account, Quarantined) if row.state == "waiting"}


def expected(account: Account, body: bytes) -> int:
    """What the contract's table says of these bytes."""
    try:
        events = account.dialect.read(sent(body))
    except NotAnEvent:
        return 400
    except NotUnderstood:
        return 202
    return 202 if any(event.at > NOON + AHEAD for event in events) else 204


@pytest.mark.parametrize("behind", [timedelta(seconds=300), timedelta(seconds=301)])
@pytest.mark.parametrize("way", [1, -1])
def test_a_signature_is_good_for_five_minutes_either_way(
    browser: FlaskClient, program: Program, salon: Account, behind: timedelta, way: int
) -> None:
    body = json.dumps(RECORDED[0]).encode()
    headers = sign(secrets_of(program, salon)[0], "d-1", NOON + way * behind, body)
    status = browser.post("/webhooks/aava", data=body, headers=headers).status_code
    assert status == (204 if behind <= timedelta(minutes=5) else 401)
