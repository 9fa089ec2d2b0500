"""Other sites: what they make a browser send, what they call this host, and where they would have it go."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from connector.app import create_app
from connector.program import Program
from connector.salons import Account
from tests.connector.booking import Booking
from tests.connector.console.visitor import PASSWORD, Person, Visitor
from tests.doors.shop import Shop, held_of, open_shop, with_seen
from tests.doors.test_every_route import ROUTES, For, ask

EVIL = "evil.example"
FORMS = sorted(rule for (method, rule), whom in ROUTES.items() if method == "POST" and whom is not For.SIGNED)
LEADS = ("next", "return_to", "redirect", "url", "continue", "back", "goto", "r")
#: where a request says that it comes from, or whom it calls this host, is read before any database
ONE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PLACES = (
    f"//{EVIL}",
    f"https://{EVIL}/",
    f"/\\{EVIL}",
    f"/%2f{EVIL}",
    f"\t//{EVIL}",
    f"javascript://{EVIL}/%0aalert(1)",
)


@pytest.fixture
def shop(program: Program, booking: Booking, salon: Account) -> Shop:
    """The salon, with something on every page."""
    return open_shop(program, booking, salon)


@pytest.fixture
def browser(app: Flask, owner: Person) -> FlaskClient:
    """The owner's browser, logged in, with another site open in it."""
    return Visitor(app).log_in(owner).client


@ONE
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "", "Origin": f"https://{EVIL}"},
        {"Origin": f"https://{EVIL}"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://localhost"},  # another scheme
        {"Origin": "http://localhost:8080"},  # another port
        {"Origin": f"http://localhost.{EVIL}"},
        {"Origin": f"http://localhost@{EVIL}"},
        {"Origin": "http://[::1"},
        {"Referer": "http://localhost/"},
    ],
    ids=str,
)
def test_a_form_that_another_site_sends_is_refused_on_every_route(
    browser: FlaskClient, program: Program, shop: Shop, headers: dict[str, str]
) -> None:
    before = held_of(program, shop.slug)
    for rule in FORMS:
        answer = browser.post(shop.path_of(rule), data=shop.form_of(rule), headers=headers)
        assert answer.status_code == 403, rule
        assert answer.location is None, rule
    assert held_of(program, shop.slug) == before
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}],
    ids=str,
)
def test_a_form_of_the_consoles_own_is_taken(browser: FlaskClient, headers: dict[str, str]) -> None:
    assert browser.post("/language", data={"language": "sv"}, headers=headers).status_code == 303
    assert b'lang="sv"' in browser.get("/").data


def test_behind_a_proxy_the_public_address_is_the_consoles_own(program: Program, owner: Person) -> None:
    settings = replace(program.settings, public_url="https://ovikello.example/")
    visitor = Visitor(create_app(replace(program, settings=settings)))
    form = {"email": owner.email, "password": PASSWORD}
    for origin, status in (
        ("https://ovikello.example", 303),
        ("http://ovikello.example", 403),
        (f"https://{EVIL}", 403),
    ):
        answer = visitor.client.post(
            "/login", data=form, headers={"Origin": origin, "Host": "127.0.0.1:8127"}
        )
        assert answer.status_code == status, origin


def test_opening_a_page_changes_nothing(app: Flask, program: Program, owner: Person, shop: Shop) -> None:
    visitor = Visitor(app).log_in(owner)
    shop = with_seen(shop, visitor)
    before = held_of(program, shop.slug)
    for method, rule in ROUTES:
        if method == "GET":
            with ask(visitor, shop, "GET", rule) as answer:
                assert answer.status_code < 500
            path = f"{shop.path_of(rule).partition('?')[0]}?" + "&".join(
                f"{k}={v}" for k, v in shop.form_of(rule).items()
            )
            for how in ("GET", "HEAD", "OPTIONS"):
                visitor.client.open(path, method=how).close()
    assert held_of(program, shop.slug) == before


@ONE
@pytest.mark.parametrize(
    "host",
    [
        EVIL,
        f"{EVIL}:80",
        f"localhost@{EVIL}",
        f"{EVIL}/x",
        f"{EVIL}\\x",
        "",
        "[::1]",
        "a" * 300,
        "..",
        "ä.example",
    ],
)
def test_whatever_host_is_claimed_it_is_never_led_to_nor_written(
    app: Flask, owner: Person, shop: Shop, host: str
) -> None:
    visitor = Visitor(app).log_in(owner)
    claims = {
        "Host": host,
        "X-Forwarded-Host": EVIL,
        "X-Forwarded-Proto": "https",
        "Forwarded": f"host={EVIL}",
    }
    paths = [shop.path_of(rule) for method, rule in ROUTES if method == "GET"]
    for path in [*paths, "//login", "/login/", "/jobs//x", "/.//evil.example/login", "/nothing"]:
        for browser in (visitor.client, app.test_client()):
            with browser.get(path, headers=claims) as answer:
                assert answer.status_code < 500, path
                assert answer.location is None or re.match(r"/(?![/\\])", answer.location), path
                assert EVIL.encode() not in answer.get_data(), path


@ONE
def test_no_parameter_leads_anywhere_else(app: Flask, owner: Person, shop: Shop) -> None:
    for place in PLACES:
        leads = dict.fromkeys(LEADS, place)
        visitor, same = Visitor(app), {"Sec-Fetch-Site": "same-origin"}
        steps = [
            ("/login", {"email": owner.email, "password": PASSWORD}),
            ("/login/code", {"code": owner.next_code()}),
            ("/language", {"language": "en"}),
            ("/settings/salon", {"salon": "aava"}),
            ("/logout", {}),
        ]
        for path, form in steps:
            answer = visitor.client.post(path, query_string=leads, data={**leads, **form}, headers=same)
            assert answer.status_code == 303, path
            assert answer.location in {"/login/code", "/", "/login"}, path
        assert visitor.client.get("/", query_string=leads).location == "/login"
