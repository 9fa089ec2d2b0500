"""What every answer carries, errors and files too; and what the cookies are like in front of and behind HTTPS."""

from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.wrappers import Response

from connector.app import create_app
from connector.program import Program
from connector.salons import Account
from connector.tables import Client
from tests.connector.booking import Booking
from tests.connector.console.visitor import PASSWORD, Person, Visitor
from tests.doors.shop import Shop, open_shop
from tests.doors.test_every_route import ROUTES, ask

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


@pytest.fixture
def shop(program: Program, booking: Booking, salon: Account) -> Shop:
    """The salon, with something on every page."""
    return open_shop(program, booking, salon)


def behind_https(program: Program) -> Flask:
    """The application as browsers reach it through a proxy that ends TLS."""
    settings = replace(program.settings, public_url="https://ovikello.example")
    return create_app(replace(program, settings=settings))


def is_hardened(answer: Response) -> bool:
    """Whether an answer lets a page do nothing but what the console does."""
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";"))
    return rules == POLICY and all(
        answer.headers.get(name) == value
        for name, value in {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
        }.items()
    )


def test_every_answer_of_every_route_is_hardened(
    app: Flask, visitor: Visitor, owner: Person, shop: Shop
) -> None:
    for browser in (visitor, Visitor(app).log_in(owner)):
        for method, rule in ROUTES:
            with ask(browser, shop, method, rule) as answer:
                assert is_hardened(answer), (method, rule)
                is_file = rule.startswith("/static/")
                kept = "public, max-age=3600" if is_file else "no-store"
                assert answer.headers["Cache-Control"] == kept, (method, rule)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/approve", b"jobs=x", 400),
        ("POST", "/webhooks/aava", b"", 401),
        ("POST", "/settings/salon", b"salon=toinen", 404),
        ("GET", "/nothing", b"", 404),
        ("GET", "/static/nothing.css", b"", 404),
        ("GET", "/static/../../../etc/passwd", b"", 404),
        ("DELETE", "/login", b"", 405),
        ("POST", "/webhooks/aava", b"x" * (256 * 1024 + 1), 413),
        ("POST", "/login", b"email=" + b"x" * (1024 * 1024), 413),
    ],
)
def test_every_error_is_hardened_too(
    app: Flask, owner: Person, method: str, path: str, body: bytes, status: int
) -> None:
    visitor = Visitor(app).log_in(owner)
    form = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    if status == 400:
        body += b"&salon=aava&word=approve"
    answer = visitor.client.open(path, method=method, data=body, headers=form)
    assert answer.status_code == status
    assert is_hardened(answer)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_fault_of_ours_is_hardened_and_shows_nothing_of_itself(
    program: Program, booking: Booking, shop: Shop, owner: Person
) -> None:
    def break_down(*_args: object, **_more: object) -> object:
        raise RuntimeError("Testi Asiakas, 9998877")

    app = create_app(replace(program, send=break_down))  # type: ignore[arg-type] # it breaks down
    app.testing = False
    answer = Visitor(app).log_in(owner).get("/")
    assert answer.status_code == 500
    assert is_hardened(answer)
    told = answer.get_data(as_text=True)
    assert not [word for word in ("Testi", "9998877", "RuntimeError", "Traceback") if word in told]


def test_of_a_fault_of_ours_neither_address_nor_text_is_logged(
    program: Program, booking: Booking, shop: Shop, owner: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """The address of a package or an invitation is its key."""

    said = "Testi Asiakas, 9998877"

    def break_down(*_args: object, **_more: object) -> object:
        raise RuntimeError(said)

    app = create_app(replace(program, send=break_down))  # type: ignore[arg-type] # it breaks down
    app.testing = False
    path = shop.path_of("/customers/<key>")
    assert Visitor(app).log_in(owner).get(path).status_code == 500
    assert "GET /customers/<key> failed: RuntimeError" in caplog.text
    assert "in break_down" in caplog.text
    assert not [word for word in ("Testi", "9998877", path.rpartition("/")[2]) if word in caplog.text]


def test_a_store_that_is_away_is_hardened(world: object, app: Flask, program: Program) -> None:
    with program.engine.begin() as connection:
        Client.__table__.metadata.tables["login_session"].drop(connection)  # type: ignore[attr-defined]
    visitor = Visitor(app)
    visitor.client.set_cookie("ovikello", "x")
    answer = visitor.get("/")
    assert answer.status_code in {500, 503}
    assert is_hardened(answer)


def test_behind_https_cookies_are_for_this_host_and_https_only(program: Program, owner: Person) -> None:
    visitor = Visitor(behind_https(program))
    answer = visitor.post("/login", email=owner.email, password=PASSWORD)
    (cookie,) = answer.headers.getlist("Set-Cookie")
    name, *flags = cookie.split("; ")
    assert name.startswith("__Host-ovikello=")
    assert set(flags) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    (language,) = visitor.post("/language", language="sv").headers.getlist("Set-Cookie")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(language.split("; "))


def test_behind_https_a_cookie_that_plain_http_could_have_set_opens_nothing(
    program: Program, owner: Person
) -> None:
    visitor = Visitor(create_app(program)).log_in(owner)
    plain = visitor.client.get_cookie("ovikello")
    assert plain is not None
    other = Visitor(behind_https(program))
    other.client.set_cookie("ovikello", plain.value)
    assert other.get("/").location == "/login"


def test_on_this_machine_alone_cookies_go_without_https_and_out_of_scripts_reach(
    visitor: Visitor, owner: Person
) -> None:
    (cookie,) = visitor.post("/login", email=owner.email, password=PASSWORD).headers.getlist("Set-Cookie")
    name, *flags = cookie.split("; ")
    assert name.startswith("ovikello=")
    assert set(flags) == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_browsers_are_told_to_stay_with_https_only_where_there_is_some(
    program: Program, visitor: Visitor
) -> None:
    told = Visitor(behind_https(program)).get("/login").headers
    assert told["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in visitor.get("/login").headers
