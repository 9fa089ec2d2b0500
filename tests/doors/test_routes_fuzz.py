"""Every other route, asked anything by a stranger and by its owner: a page or a problem, never a 500.

There is no JSON interface under /api/v1 yet; when there is one, schemathesis is to read its OpenAPI document here.
"""

import io
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector import database, sessions
from connector.program import Program
from connector.salons import Account
from tests.builders import NOON
from tests.connector.booking import Booking
from tests.connector.console.visitor import Person
from tests.doors.shop import QUESTION, Shop, open_shop
from tests.doors.test_every_route import ROUTES

METHODS = (*("GET", "POST") * 4, "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "X-ODD")
FIELDS = ("salon", "jobs", "seen", "word", "code", "second", "reason", "because", "answer", "email", "password",
          "again", "language", "group", "page", "approved", "answered", "next")  # fmt: skip
HOSTILE = ("", "\0", "a\0b", "\udcff", "🦊" * 300, "{{7*7}}", "<script>", "'; --", "²", "-1", "9" * 40, "NaN",
           "//evil.example", "..", "%00", "\r\nX: 1", "0" * 32, "approve", "reject", "keep", "switch_off", "yes",
           QUESTION)  # fmt: skip
PLACES = ("..", "%2e%2e", "%00", "%ff", "a;b", "0" * 32, "🦊", "x" * 3000, "a%0d%0ab", "%E2%80%AE")
HEADERS = st.dictionaries(
    st.sampled_from(["Accept", "Accept-Language", "Content-Type", "User-Agent", "Cookie", "Host", "Origin", "Range",
                     "Authorization", "If-None-Match", "If-Modified-Since", "X-Forwarded-For", "X-Forwarded-Host"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
    | st.sampled_from(["text/html", "multipart/form-data; boundary=x", "application/json", "*/*;q=x", "language=xx",
                       "bytes=9-1", "ovikello=x", "text/html;q=NaN", "text/plain; charset=utf-7"]),
    max_size=4,
)  # fmt: skip


@pytest.fixture
def shop(program: Program, booking: Booking, salon: Account) -> Shop:
    """The salon, with something on every page."""
    return open_shop(program, booking, salon)


def whole_session(program: Program, owner: Person) -> str:
    """A fresh log-in, since whatever is asked may be to log out."""
    with database.write(program.engine) as db:
        half = sessions.find(db, sessions.start(db, owner.id, now=NOON), now=NOON)
        assert half is not None
        return sessions.make_whole(db, half, now=NOON)


@st.composite
def requests(draw: st.DrawFn, shop: Shop) -> dict[str, Any]:
    """Any request for any route, with what is really there and what is not mixed."""
    rule = draw(st.sampled_from(sorted({rule for _, rule in ROUTES if not rule.startswith("/webhooks/")})))
    path = shop.path_of(rule)
    if draw(st.integers(0, 3)) == 0:
        path = draw(
            st.sampled_from([f"{path}/", f"/{path}", f"{path}/{{}}", "/{}", "/jobs/{}", "/invitation/{}"])
        )
        path = path.replace("{}", draw(st.sampled_from(PLACES)))
    given_values = st.sampled_from(sorted(set(shop.form_of(rule).values()) - {""})) | st.sampled_from(HOSTILE)
    values = st.dictionaries(st.sampled_from(FIELDS), given_values, max_size=6)
    headers = draw(HEADERS)
    headers["Sec-Fetch-Site"] = draw(st.sampled_from([*["same-origin"] * 4, "none", "cross-site", ""]))
    form = draw(values)
    form = {**shop.form_of(rule), **form} if draw(st.booleans()) else form
    body: Any = _encoded(form)
    match draw(st.sampled_from(["form", "form", "form", "files", "bytes"])):
        case "form":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        case "files":
            headers.pop("Content-Type", None)
            body = {"reason": (io.BytesIO(b"x"), "a.txt"), "jobs": "x", "email": (io.BytesIO(b"\xff"), "\0")}
        case "bytes":
            body = draw(st.binary(max_size=60))
    return {
        "path": path.partition("?")[0],
        "method": draw(st.sampled_from(METHODS)),
        "data": body,
        "headers": headers,
        "query_string": "&".join([path.partition("?")[2], _encoded(draw(values))]),
    }


def _encoded(values: dict[str, str]) -> str:
    return "&".join(f"{name}={quote(value.encode(errors='surrogatepass'))}" for name, value in values.items())


@pytest.mark.parametrize("is_owner", [False, True], ids=["stranger", "owner"])
def test_whatever_is_asked_is_answered_by_a_page_or_a_problem(
    app: Flask, program: Program, owner: Person, shop: Shop, is_owner: bool
) -> None:
    @settings(max_examples=200 if program.settings.is_sqlite else 60, suppress_health_check=list(HealthCheck))
    @given(asked=requests(shop))
    def check(asked: dict[str, Any]) -> None:
        with app.test_client() as browser:
            if is_owner:
                browser.set_cookie("ovikello", whole_session(program, owner))
                asked["headers"].pop("Cookie", None)
            with browser.open(**asked) as answer:
                assert answer.status_code < 500
                kind = answer.mimetype
                body = answer.get_data()
        if answer.status_code >= 400 and body:
            assert kind in {"text/html", "application/problem+json"}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert b"Traceback" not in body

    check()
