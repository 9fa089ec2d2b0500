"""Every route, opened by stranger, other salon's owner and owner: a new one fails until it is named here."""

from enum import Enum

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from connector import database, tokens
from connector.program import Program
from connector.salons import Account
from tests.builders import NOON
from tests.connector.booking import Booking
from tests.connector.console.visitor import PASSWORD, Person, Visitor
from tests.doors.shop import Shop, held_of, open_shop, with_seen


class For(Enum):
    """Whom a route is for."""

    ANYBODY = "anybody"
    SIGNED = "a booking system that signs"
    TOKEN = "a program with a token"
    INVITED = "whoever holds an invitation"
    LINKED = "whoever holds the link to a package or a list"
    HALF = "whoever has said the password"
    OWNER = "an owner of the salon, after password and code"


ROUTES = {
    ("GET", "/health"): For.ANYBODY,
    ("GET", "/ready"): For.ANYBODY,
    ("GET", "/static/<path:filename>"): For.ANYBODY,
    ("GET", "/login"): For.ANYBODY,
    ("POST", "/login"): For.ANYBODY,
    ("POST", "/language"): For.ANYBODY,
    ("POST", "/webhooks/<salon>"): For.SIGNED,
    ("GET", "/webhooks/<salon>"): For.ANYBODY,  # says that it is POST
    ("PUT", "/webhooks/<salon>"): For.ANYBODY,
    ("PATCH", "/webhooks/<salon>"): For.ANYBODY,
    ("DELETE", "/webhooks/<salon>"): For.ANYBODY,
    ("POST", "/webhooks/<salon>/<key>"): For.SIGNED,
    ("GET", "/webhooks/<salon>/<key>"): For.ANYBODY,
    ("PUT", "/webhooks/<salon>/<key>"): For.ANYBODY,
    ("PATCH", "/webhooks/<salon>/<key>"): For.ANYBODY,
    ("DELETE", "/webhooks/<salon>/<key>"): For.ANYBODY,
    ("GET", "/metrics"): For.TOKEN,
    ("GET", "/package/<token>"): For.LINKED,
    ("POST", "/package/<token>"): For.LINKED,
    ("GET", "/package/list/<token>"): For.LINKED,
    ("POST", "/package/list/<token>"): For.LINKED,
    ("GET", "/invitation/<token>"): For.INVITED,
    ("POST", "/invitation/<token>"): For.INVITED,
    ("GET", "/invitation/<token>/code"): For.HALF,
    ("POST", "/invitation/<token>/code"): For.HALF,
    ("POST", "/invitation/<token>/take-up"): For.HALF,
    ("GET", "/login/recovery"): For.HALF,
    ("POST", "/login/recovery"): For.HALF,
    ("GET", "/login/app"): For.HALF,
    ("POST", "/login/app"): For.HALF,
    ("GET", "/login/code"): For.HALF,
    ("POST", "/login/code"): For.HALF,
    ("POST", "/logout"): For.HALF,
    ("GET", "/"): For.OWNER,
    ("GET", "/jobs"): For.OWNER,
    ("POST", "/jobs"): For.OWNER,
    ("GET", "/jobs/<uuid:job_id>"): For.OWNER,
    ("POST", "/jobs/<uuid:job_id>/tick"): For.OWNER,
    ("POST", "/jobs/<uuid:job_id>/places"): For.OWNER,
    ("POST", "/jobs/<uuid:job_id>/package/link"): For.OWNER,
    ("POST", "/jobs/<uuid:job_id>/package/end"): For.OWNER,
    ("POST", "/jobs/<uuid:job_id>/package/again"): For.OWNER,
    ("GET", "/import"): For.OWNER,
    ("POST", "/import"): For.OWNER,
    ("POST", "/import/take"): For.OWNER,
    ("GET", "/tasks"): For.OWNER,
    ("POST", "/tasks/<uuid:job_id>"): For.OWNER,
    ("GET", "/tasks/steps"): For.OWNER,
    ("GET", "/tasks/instruction"): For.OWNER,
    ("POST", "/tasks/instruction"): For.OWNER,
    ("GET", "/tasks/instruction/<uuid:instruction_id>"): For.OWNER,
    ("POST", "/tasks/instruction/<uuid:instruction_id>/letter"): For.OWNER,
    ("POST", "/tasks/instruction/<uuid:instruction_id>/attachment"): For.OWNER,
    ("POST", "/tasks/instruction/<uuid:instruction_id>/sent"): For.OWNER,
    ("POST", "/tasks/instruction/<uuid:instruction_id>/withdraw"): For.OWNER,
    ("POST", "/tasks/instruction/<uuid:instruction_id>/confirmed"): For.OWNER,
    ("POST", "/tasks/instruction/<uuid:instruction_id>/refused"): For.OWNER,
    ("POST", "/tasks/instruction/<uuid:instruction_id>/places"): For.OWNER,
    ("POST", "/tasks/steps"): For.OWNER,
    ("GET", "/approve"): For.OWNER,
    ("POST", "/approve"): For.OWNER,
    ("GET", "/questions/<because>"): For.OWNER,
    ("POST", "/questions"): For.OWNER,
    ("GET", "/customers"): For.OWNER,
    ("POST", "/customers"): For.OWNER,
    ("GET", "/customers/<key>"): For.OWNER,
    ("GET", "/customers/<key>/request"): For.OWNER,
    ("POST", "/customers/<key>/request"): For.OWNER,
    ("POST", "/customers/<key>/export"): For.OWNER,
    ("GET", "/customers/<key>/hold"): For.OWNER,
    ("POST", "/customers/<key>/hold"): For.OWNER,
    ("GET", "/customers/<key>/hold/<uuid:hold_id>/end"): For.OWNER,
    ("POST", "/customers/<key>/hold/<uuid:hold_id>/end"): For.OWNER,
    ("GET", "/night"): For.OWNER,
    ("GET", "/night/<on>"): For.OWNER,
    ("GET", "/nights"): For.OWNER,
    ("GET", "/returned"): For.OWNER,
    ("POST", "/returned"): For.OWNER,
    ("GET", "/keeping"): For.OWNER,
    ("GET", "/keeping/<digest>"): For.OWNER,
    ("GET", "/evidence"): For.OWNER,
    ("POST", "/evidence/check"): For.OWNER,
    ("GET", "/evidence/file"): For.OWNER,
    ("GET", "/evidence/verify_evidence.py"): For.OWNER,
    ("GET", "/evidence/jobs/<uuid:job_id>/file"): For.OWNER,
    ("GET", "/evidence/customers/<key>/file"): For.OWNER,
    ("GET", "/settings"): For.OWNER,
    ("GET", "/settings/connection"): For.OWNER,
    ("POST", "/settings/connection/test"): For.OWNER,
    ("POST", "/settings/connection/whole"): For.OWNER,
    ("GET", "/settings/connection/address"): For.OWNER,
    ("POST", "/settings/connection/address"): For.OWNER,
    ("GET", "/settings/connection/secret"): For.OWNER,
    ("POST", "/settings/connection/secret"): For.OWNER,
    ("GET", "/settings/quarantine"): For.OWNER,
    ("POST", "/settings/quarantine"): For.OWNER,
    ("POST", "/settings/salon"): For.OWNER,
    ("GET", "/settings/mail"): For.OWNER,
    ("POST", "/settings/mail"): For.OWNER,
    ("POST", "/settings/mail/trial"): For.OWNER,
    ("GET", "/settings/me"): For.OWNER,
    ("POST", "/settings/me/language"): For.OWNER,
    ("POST", "/settings/me/devices/end"): For.OWNER,
    ("POST", "/settings/me/devices/end-others"): For.OWNER,
    ("GET", "/settings/me/password"): For.OWNER,
    ("POST", "/settings/me/password"): For.OWNER,
    ("GET", "/settings/me/app"): For.OWNER,
    ("POST", "/settings/me/app"): For.OWNER,
    ("GET", "/settings/me/codes"): For.OWNER,
    ("POST", "/settings/me/codes"): For.OWNER,
    ("POST", "/settings/me/codes/saved"): For.OWNER,
    ("GET", "/settings/people"): For.OWNER,
    ("POST", "/settings/people"): For.OWNER,
    ("GET", "/settings/people/<uuid:person_id>"): For.OWNER,
    ("POST", "/settings/people/<uuid:person_id>"): For.OWNER,
}
OWNERS = sorted(key for key, whom in ROUTES.items() if whom is For.OWNER)
#: what each says by itself, whoever asks; the rest is there for who comes from a page of the console
UNASKED = {"HEAD", "OPTIONS"}


@pytest.fixture
def shop(program: Program, booking: Booking, salon: Account) -> Shop:
    """The salon, with something on every page."""
    return open_shop(program, booking, salon)


@pytest.fixture
def their_shop(program: Program, booking: Booking, stranger: Account) -> Shop:
    """The other salon."""
    return open_shop(program, booking, stranger)


def ask(visitor: Visitor, shop: Shop, method: str, rule: str) -> TestResponse:
    """Open a route of a shop's, as one of the console's own pages would."""
    path = shop.path_of(rule)
    if method == "GET":
        return visitor.get(path)
    return visitor.client.open(
        path, method=method, data=shop.form_of(rule), headers={"Sec-Fetch-Site": "same-origin"}
    )


def test_every_route_is_named_with_whom_it_is_for(app: Flask) -> None:
    there = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - UNASKED
    }
    assert there == set(ROUTES)


def test_a_stranger_is_sent_to_the_log_in(program: Program, visitor: Visitor, shop: Shop) -> None:
    before = held_of(program, shop.slug)
    for method, rule in OWNERS:
        answer = ask(visitor, shop, method, rule)
        assert (answer.status_code, answer.location) == (303, "/login"), (method, rule)
    assert held_of(program, shop.slug) == before


def test_after_the_password_alone_only_the_code_is_asked_for(
    program: Program, visitor: Visitor, owner: Person, shop: Shop
) -> None:
    visitor.post("/login", email=owner.email, password=PASSWORD)
    before = held_of(program, shop.slug)
    for method, rule in OWNERS:
        answer = ask(visitor, shop, method, rule)
        assert (answer.status_code, answer.location) == (303, "/login/code"), (method, rule)
    assert held_of(program, shop.slug) == before


def test_another_salons_owner_sees_and_changes_nothing(
    app: Flask, program: Program, owner: Person, other_owner: Person, shop: Shop, their_shop: Shop
) -> None:
    shop = with_seen(shop, Visitor(app).log_in(owner))
    visitor = Visitor(app).log_in(other_owner)
    before = held_of(program, shop.slug)
    for method, rule in OWNERS:
        answer = ask(visitor, shop, method, rule)
        assert answer.status_code < 500, (method, rule)
        told = answer.get_data(as_text=True)
        assert "Nimi aava" not in told, (method, rule)
        assert "aava-" not in told, (method, rule)
    assert held_of(program, shop.slug) == before


def test_its_owner_is_let_in(app: Flask, owner: Person, shop: Shop, their_shop: Shop) -> None:
    visitor = Visitor(app).log_in(owner)
    shop = with_seen(shop, visitor)
    for method, rule in OWNERS:
        answer = ask(visitor, shop, method, rule)
        taken = {200} if method == "GET" else {303, 403, 409}  # 403: it asks for a code, and none was given
        assert answer.status_code in taken, (method, rule)
        assert answer.location not in {"/login", "/login/code"}, (method, rule)
        assert "toinen" not in answer.get_data(as_text=True), (method, rule)


def test_a_stranger_gets_no_further_than_what_is_open(program: Program, visitor: Visitor, shop: Shop) -> None:
    before = held_of(program, shop.slug)
    for (method, rule), whom in ROUTES.items():
        with ask(visitor, shop, method, rule) as answer:
            told = (answer.status_code, answer.location)
            assert "Nimi" not in answer.get_data(as_text=True), (method, rule)
        if whom in {For.SIGNED, For.TOKEN}:
            assert told[0] == 401, (method, rule)
        elif whom is For.HALF:
            assert told == (303, "/login"), (method, rule)
        visitor.client.delete_cookie("ovikello")  # the invitation gave one
    assert held_of(program, shop.slug) == before


def test_an_invitation_shows_its_secret_to_the_browser_that_chose_the_password_only(
    app: Flask, program: Program, other_owner: Person, shop: Shop
) -> None:
    chosen = {"password": PASSWORD, "again": PASSWORD}
    mine, theirs = Visitor(app), Visitor(app).log_in(other_owner)
    assert mine.post(f"/invitation/{shop.invitation}", **chosen).status_code == 303
    page = f"/invitation/{shop.invitation}/code"
    assert mine.get(page).status_code == 200
    assert theirs.get(page).status_code == 404
    assert Visitor(app).get(page).location == "/login"


def test_metrics_are_for_programs_with_a_token_and_name_no_client(
    program: Program, visitor: Visitor, shop: Shop
) -> None:
    with database.write(program.engine) as db:
        token = tokens.add(db, "watcher", now=NOON)
    visitor.get(f"/jobs/{shop.jobs[0]}")
    for wrong in ("", "Bearer", f"Basic {token}", f"Bearer {token}x", f"Bearer {token[:-1]}"):
        assert visitor.client.get("/metrics", headers={"Authorization": wrong}).status_code == 401
    answer = visitor.client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    told = answer.get_data(as_text=True)
    assert not [word for word in (*shop.jobs, "aava-0", "Nimi", "@") if word in told]


def test_a_token_that_was_removed_opens_nothing_and_another_still_does(
    program: Program, visitor: Visitor
) -> None:
    with database.write(program.engine) as db:
        removed, kept = tokens.add(db, "watcher", now=NOON), tokens.add(db, "other", now=NOON)
    with database.write(program.engine) as db:
        assert tokens.remove(db, "watcher")
        assert not tokens.remove(db, "watcher")
    for token, status in ((removed, 401), (kept, 200)):
        answer = visitor.client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status
