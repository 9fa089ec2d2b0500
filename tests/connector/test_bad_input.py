"""Whatever comes in over HTTP: a clear answer, never a 500, and nothing of what was sent in it."""

import json
import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import Rule

from connector import database
from connector.app import create_app
from connector.program import Program
from connector.salons import Account
from tests.builders import NOON, Clock
from tests.conftest import webhook_secrets
from tests.connector.console.visitor import Visitor, person
from webhooks.signatures import sign

EMOJI = "🦊" * 256  # a kilobyte
MARK = "HOSTILE-MARK"
CONSOLE = Path(__file__).parents[2] / "connector" / "console"


@pytest.fixture
def app(program: Program) -> Flask:
    """The whole application, its errors answered rather than raised."""
    app = create_app(program)
    app.testing = False
    return app


@pytest.fixture
def browser(app: Flask) -> Iterator[FlaskClient]:
    """A stranger's browser."""
    with app.test_client() as client:
        yield client


@pytest.fixture
def secret(program: Program, salon: Account) -> str:
    """The secret with which the salon's booking system signs."""
    with database.read(program.engine) as db:
        return webhook_secrets(db, salon, NOON)[0]


def event(data: object, kind: str = "client.updated") -> bytes:
    """An envelope."""
    return json.dumps({"type": kind, "timestamp": "2026-11-24T11:00:00Z", "data": data}).encode()


BODIES = {
    "empty": b"",
    "not json": b"{" + MARK.encode(),
    "not utf-8": b'{"type": "\xff\xfe"}',
    "utf-16": event({"client": {"id": "c"}}).decode().encode("utf-16"),
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "nan": b'{"type": "client.updated", "timestamp": "2026-11-24T11:00:00Z", "data": NaN}',
    "infinity": b'{"type": "x", "timestamp": "2026-11-24T11:00:00Z", "data": {"a": -Infinity}}',
    "deep": b'{"data":' * 5000 + b"1" + b"}" * 5000,
    "deep lists": b"[" * 100_000,
    "duplicated keys": b'{"type": "a", "type": "b", "timestamp": "2026-11-24T11:00:00Z", "data": {}}',
    "a huge number": b'{"type": "a", "timestamp": "2026-11-24T11:00:00Z", "data": {"n": '
    + b"9" * 5000
    + b"}}",
    "lone surrogate": b'{"type": "\\ud800", "timestamp": "2026-11-24T11:00:00Z", "data": {}}',
    "no type": b'{"timestamp": "2026-11-24T11:00:00Z", "data": {}}',
    "data is a list": b'{"type": "a", "timestamp": "2026-11-24T11:00:00Z", "data": []}',
    "no moment": b'{"type": "a", "timestamp": "yesterday", "data": {}}',
    "a moment without zone": b'{"type": "a", "timestamp": "2026-11-24T11:00:00", "data": {}}',
    "year 0": b'{"type": "a", "timestamp": "0000-01-01T00:00:00Z", "data": {}}',
    "far future": b'{"type": "a", "timestamp": "9999-12-31T23:59:59-14:00", "data": {}}',
}
IDS = {
    "slashes": "../../etc/passwd",
    "nul": "a\x00b",
    "emoji": EMOJI,
    "empty": "",
    "a number": 7,
    "null": None,
    "a list": ["c-1"],
    "newlines": "a\r\nX-Evil: 1",
    "surrogate": "\ud800",
    "sql": "'; DROP TABLE client; --",
    "template": "{{ 7 * 7 }}",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_signed_body_that_is_no_event_is_a_clear_refusal(
    browser: FlaskClient, secret: str, salon: Account, body: bytes
) -> None:
    answer = browser.post("/webhooks/aava", data=body, headers=sign(secret, "msg-1", NOON, body))
    assert answer.status_code in {202, 400}
    if answer.status_code == 400:
        assert answer.content_type == "application/problem+json"
        assert answer.get_json()["status"] == 400
    assert MARK not in answer.get_data(as_text=True)


@pytest.mark.parametrize("identifier", IDS.values(), ids=IDS)
def test_a_hostile_client_id_is_taken_or_quarantined_never_an_error(
    browser: FlaskClient, secret: str, salon: Account, identifier: object
) -> None:
    body = event({"client": {"id": identifier}})
    answer = browser.post("/webhooks/aava", data=body, headers=sign(secret, "msg-1", NOON, body))
    assert answer.status_code in {202, 204}


@pytest.mark.parametrize("body", [b"", b"{}", b"x" * (256 * 1024)], ids=["empty", "small", "at the limit"])
def test_an_unsigned_body_is_401_whatever_it_holds(browser: FlaskClient, salon: Account, body: bytes) -> None:
    known, unknown = browser.post("/webhooks/aava", data=body), browser.post("/webhooks/nobody", data=body)
    assert known.status_code == unknown.status_code == 401
    assert known.get_data() == unknown.get_data()
    assert known.content_type == unknown.content_type == "application/problem+json"


def test_one_byte_more_than_256_kib_is_413(browser: FlaskClient, secret: str, salon: Account) -> None:
    body = b"x" * (256 * 1024 + 1)
    answer = browser.post("/webhooks/aava", data=body, headers=sign(secret, "msg-1", NOON, body))
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "TRACE"])
def test_another_method_is_405_and_says_which_is_right(
    browser: FlaskClient, salon: Account, method: str
) -> None:
    answer = browser.open("/webhooks/aava", method=method)
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/webhooks/",
        "/webhooks/a/b",
        "/webhooks/%00",
        "/webhooks/..%2f..",
        f"/webhooks/{EMOJI}",
        "/%ff",
    ],
    ids=["unknown", "no salon", "deeper", "nul", "dots", "emoji", "not utf-8"],
)
def test_a_strange_path_is_an_answer_below_500(browser: FlaskClient, salon: Account, path: str) -> None:
    for method in ("GET", "POST"):
        answer = browser.open(path, method=method, data=b"x")
        assert 300 <= answer.status_code < 500


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-id": "x", "webhook-timestamp": "9" * 40, "webhook-signature": "v1,AAAA"},
        {"webhook-id": "x", "webhook-timestamp": "-1", "webhook-signature": "v1," + "=" * 5000},
        {"webhook-id": "x" * 9000, "webhook-timestamp": "1", "webhook-signature": "v1"},
        {"webhook-id": "x", "webhook-timestamp": "١٢٣", "webhook-signature": "v1,ä"},
        {"webhook-id": "", "webhook-timestamp": "", "webhook-signature": ""},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-encoding": "gzip"},
    ],
    ids=["long time", "negative", "long id", "other digits", "empty", "form", "gzip"],
)
def test_hostile_headers_are_the_same_401(
    browser: FlaskClient, salon: Account, headers: dict[str, str]
) -> None:
    plain = browser.post("/webhooks/aava", data=b"{}")
    hostile = browser.post(
        "/webhooks/aava", data=b"{}", headers={k: v.encode().decode("latin-1") for k, v in headers.items()}
    )
    assert hostile.status_code == 401
    assert hostile.get_data() == plain.get_data()


#: what a form's field or a query may hold, whatever it is for
STRANGE = [
    "", "\x00", "a\x00b", "x" * 5000, EMOJI, "\ud7ff", "{{7*7}}", "'; DROP TABLE job; --", "-1", "9" * 40, "NaN",
    "../..", "0" * 32, "approve", "reject", "keep", "toinen", "aava",
]  # fmt: skip
#: of these, what any database takes as it is: one is enough to try them on
PLAIN = frozenset({"NaN", "{{7*7}}", "../..", "0" * 32, "approve", "reject", "keep", "toinen", "aava"})
_FIELD = re.compile(
    r"""name="(\w+)\"|request\.form\.get\("(\w+)"|request\.args\.get\("(\w+)"|form\.get\("(\w+)\""""
)


@cache
def fields() -> list[str]:
    """Every name that a form of the console has, or that its code asks a form or a query for."""
    files = [*CONSOLE.rglob("*.html"), *CONSOLE.rglob("*.py")]
    found = {name for file in files for names in _FIELD.findall(file.read_text()) for name in names if name}
    assert {
        "jobs",
        "seen",
        "word",
        "second",
        "reason",
        "because",
        "answer",
        "salon",
        "code",
        "group",
        "page",
    } <= found
    return sorted(found - {"viewport"})


def paths(rule: Rule, value: str) -> str:
    """A route's path with something strange in each of its places."""
    return re.sub(
        r"<(\w+:)?\w+>", lambda place: "0" * 32 if place[1] == "uuid:" else quote(value, safe=""), rule.rule
    )


@pytest.mark.parametrize(("is_logged_in", "values"), [(True, STRANGE), (False, STRANGE[:4])])
@pytest.mark.story
def test_every_route_answers_strange_forms_and_queries_below_500(
    app: Flask, program: Program, salon: Account, clock: Clock, is_logged_in: bool, values: list[str]
) -> None:
    visitor = Visitor(app)
    if is_logged_in:
        visitor.log_in(person(program, clock, "omistaja@aava.example", salon.slug))
    tried = values if program.settings.is_sqlite else [one for one in values if one not in PLAIN]
    for rule in app.url_map.iter_rules():
        for number, value in enumerate(tried):
            form = {name: STRANGE[(number + at) % len(STRANGE)] for at, name in enumerate(fields())}
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                if is_logged_in and rule.rule == "/logout":
                    continue
                answer = visitor.client.open(
                    paths(rule, value),
                    method=method,
                    data=form if method == "POST" else None,
                    query_string=dict.fromkeys(("group", "page", "approved", "ticked"), value[:200]),
                    headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
                )
                assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, (method, rule.rule, value)
                answer.close()
    assert visitor.get("/").status_code == (200 if is_logged_in else 303)


def test_a_form_of_an_owner_is_read_and_its_code_looked_at(
    app: Flask, program: Program, salon: Account, clock: Clock
) -> None:
    owner = person(program, clock, "omistaja@aava.example", salon.slug)
    visitor = Visitor(app).log_in(owner)
    for value in STRANGE:
        form = {
            "salon": "aava",
            "jobs": "0" * 32,
            "word": "approve",
            "seen": value,
            "code": value,
            "reason": value,
        }
        assert visitor.post("/approve", **form).status_code == 409
        assert visitor.post("/approve", **(form | {"jobs": value})).status_code in {400, 409}
        assert visitor.post("/settings/salon", salon=value).status_code in {303, 404}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "HEAD"])
def test_another_method_on_any_route_is_answered(app: Flask, salon: Account, method: str) -> None:
    for rule in app.url_map.iter_rules():
        with app.test_client() as browser, browser.open(paths(rule, "x"), method=method) as answer:
            assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, (method, rule.rule)


@given(body=st.binary(max_size=400), kind=st.sampled_from(["client.updated", "booking.created", "x"]))
def test_any_signed_bytes_are_answered_as_the_contract_says(
    browser: FlaskClient, secret: str, salon: Account, body: bytes, kind: str
) -> None:
    for sent in (
        body,
        b'{"type":"' + kind.encode() + b'","timestamp":"2026-11-24T11:00:00Z","data":' + body + b"}",
    ):
        answer = browser.post(
            "/webhooks/aava", data=sent, headers=sign(secret, f"m-{hash(sent)}", NOON, sent)
        )
        assert answer.status_code in {202, 204, 400, 429}


def test_no_page_lacks_its_security_headers(app: Flask, browser: FlaskClient, salon: Account) -> None:
    for path in ("/login", "/health", "/metrics", "/nothing", "/webhooks/aava"):
        headers = browser.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_metrics_need_a_token(browser: FlaskClient, program: Program) -> None:
    from connector import tokens

    assert browser.get("/metrics").status_code == 401
    assert browser.get("/metrics", headers={"Authorization": "Bearer ovi_wrong"}).status_code == 401
    with database.write(program.engine) as db:
        token = tokens.add(db, "watcher", now=NOON)
    answer = browser.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert "ovikello_http_answers_total" in answer.get_data(as_text=True)


def test_health_and_ready_need_nothing(browser: FlaskClient) -> None:
    assert browser.get("/health").status_code == browser.get("/ready").status_code == 200
