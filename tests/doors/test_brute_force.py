"""Guessing: passwords, codes, invitations; both sides of each lock, across restarts, and nobody else locked out."""

import secrets
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from connector import database, owners, owners_recovery
from connector.app import create_app
from connector.program import Program
from connector.salons import Account
from tests.builders import NOON, Clock
from tests.connector.booking import Booking
from tests.connector.console.visitor import PASSWORD, Person, Visitor
from tests.doors.shop import open_shop

SECOND = timedelta(seconds=1)
LOCK = timedelta(seconds=30)


def guess(app: Flask, who: Person, count: int) -> None:
    """So many wrong passwords, each from another browser."""
    for _ in range(count):
        assert Visitor(app).post("/login", email=who.email, password="arvaus on tämä").status_code == 403


def logs_in(app: Flask, who: Person) -> bool:
    """Whether the right password is taken."""
    return Visitor(app).post("/login", email=who.email, password=PASSWORD).status_code == 303


def wrong(who: Person) -> str:
    """Six digits that the owner's app does not show about now."""
    near = {who.code(steps=steps) for steps in range(-3, 4)}
    return next(code for number in range(10) if (code := f"{number:06}") not in near)


def half_in(app: Flask, who: Person) -> Visitor:
    """A browser that has said the right password."""
    visitor = Visitor(app)
    assert visitor.post("/login", email=who.email, password=PASSWORD).status_code == 303
    return visitor


@pytest.mark.parametrize(("guesses", "is_open"), [(4, True), (5, False)])
def test_four_wrong_passwords_are_free_and_the_fifth_locks(
    app: Flask, owner: Person, guesses: int, is_open: bool
) -> None:
    guess(app, owner, guesses)
    assert logs_in(app, owner) is is_open


@pytest.mark.parametrize(("after", "is_open"), [(LOCK - SECOND, False), (LOCK, True)])
def test_a_password_lock_ends_after_half_a_minute_and_not_before(
    app: Flask, owner: Person, clock: Clock, after: timedelta, is_open: bool
) -> None:
    guess(app, owner, 5)
    clock.at += after
    assert logs_in(app, owner) is is_open


def test_a_password_lock_is_nobody_elses_and_survives_a_restart(
    app: Flask, program: Program, owner: Person, other_owner: Person
) -> None:
    guess(app, owner, 5)
    assert logs_in(app, other_owner)
    anew = create_app(program)
    assert not logs_in(anew, owner)
    assert logs_in(anew, other_owner)


def test_four_wrong_codes_are_free_the_fifth_locks_and_a_new_half_session_gives_no_new_guesses(
    app: Flask, owner: Person, other_owner: Person, clock: Clock
) -> None:
    for _ in range(4):
        assert half_in(app, owner).post("/login/code", code=wrong(owner)).status_code == 403
    assert half_in(app, owner).post("/login/code", code=owner.next_code()).status_code == 303
    clock.at += timedelta(minutes=1)
    for _ in range(5):
        assert half_in(app, owner).post("/login/code", code=wrong(owner)).status_code == 403
    assert half_in(app, owner).post("/login/code", code=owner.code()).status_code == 403
    assert half_in(app, other_owner).post("/login/code", code=other_owner.code()).status_code == 303
    clock.at += LOCK - SECOND
    assert half_in(app, owner).post("/login/code", code=owner.code()).status_code == 403
    clock.at += SECOND
    assert half_in(app, owner).post("/login/code", code=owner.code()).status_code == 303


def test_guesses_at_recovery_codes_lock_with_codes_and_are_nobody_elses(
    app: Flask, program: Program, owner: Person, other_owner: Person, clock: Clock
) -> None:
    with database.write(program.engine) as db:
        mine, theirs = (owners_recovery.make(db, program.vault, one.id) for one in (owner, other_owner))
    for _ in range(4):
        assert half_in(app, owner).post("/login/recovery", recovery="00000-00000").status_code == 403
    assert half_in(app, owner).post("/login/code", code=wrong(owner)).status_code == 403
    anew = create_app(program)
    assert half_in(anew, owner).post("/login/recovery", recovery=mine[0]).status_code == 403
    assert half_in(anew, owner).post("/login/code", code=owner.next_code()).status_code == 303
    for _ in range(5):
        assert half_in(app, owner).post("/login/recovery", recovery="00000-00000").status_code == 403
    assert half_in(app, other_owner).post("/login/recovery", recovery=mine[0]).status_code == 403
    assert half_in(app, other_owner).post("/login/recovery", recovery=theirs[0]).location == "/login/app"
    clock.at += LOCK - SECOND
    assert half_in(app, owner).post("/login/recovery", recovery=mine[0]).status_code == 403
    clock.at += SECOND
    assert half_in(app, owner).post("/login/recovery", recovery=mine[0]).location == "/login/app"


def test_the_present_password_cannot_be_guessed_in_a_copied_session(app: Flask, owner: Person) -> None:
    thief = Visitor(app).log_in(owner)
    form = {"password": "neljä sanaa ihan toisin", "again": "neljä sanaa ihan toisin"}
    for _ in range(5):
        assert thief.post("/settings/me/password", **form, old="arvaus").status_code == 403
    code = owner.code(steps=1)
    assert thief.post("/settings/me/password", **form, old=PASSWORD, code=code).status_code == 403
    assert not logs_in(app, owner)
    owner.clock.at += LOCK
    assert thief.post("/settings/me/password", **form, old=PASSWORD, code=owner.code()).status_code == 303


def test_codes_guessed_at_an_approval_lock_the_log_in_too_and_approve_nothing(
    app: Flask, program: Program, booking: Booking, salon: Account, owner: Person
) -> None:
    shop = open_shop(program, booking, salon)
    thief = Visitor(app).log_in(owner)
    page = thief.get(shop.path_of("/approve"))
    form = {
        **shop.form_of("/approve"),
        "word": "approve",
        "seen": _seen(page.get_data(as_text=True)),
        "second": "yes",
    }
    owner.clock.at += timedelta(minutes=1)
    for _ in range(5):
        assert thief.post("/approve", **(form | {"code": wrong(owner)})).status_code == 403
    assert thief.post("/approve", **(form | {"code": owner.code()})).status_code == 403
    assert half_in(create_app(program), owner).post("/login/code", code=owner.code()).status_code == 403
    assert {one.state.value for one in shop.story.listed()} == {"proposed"}
    owner.clock.at += LOCK
    assert thief.post("/approve", **(form | {"code": owner.code()})).status_code == 303


def _seen(page: str) -> str:
    return page.split('name="seen" value="', 1)[1].split('"', 1)[0]


def test_a_right_password_gives_no_new_guesses_at_the_code(app: Flask, owner: Person, clock: Clock) -> None:
    clock.at += timedelta(minutes=1)
    browser = half_in(app, owner)
    for _ in range(3):
        browser.post("/login/code", code=wrong(owner))
    browser = half_in(app, owner)
    for _ in range(2):
        browser.post("/login/code", code=wrong(owner))
    assert browser.post("/login/code", code=owner.code()).status_code == 403


def test_an_invitation_that_is_guessed_opens_nothing_and_uses_none_up(
    app: Flask, program: Program, salon: Account
) -> None:
    with database.write(program.engine) as db:
        token = owners.add(db, program.vault, "uusi@aava.example", salon.slug, now=NOON)
    for wrong_one in (
        secrets.token_urlsafe(32),
        token[:-1],
        f"{token}x",
        token.swapcase(),
        "%00",
        "..",
        "x" * 3000,
    ):
        for path in (f"/invitation/{wrong_one}", f"/invitation/{wrong_one}/code"):
            assert Visitor(app).get(path).status_code in {303, 404}
            answer = Visitor(app).post(path, password=PASSWORD, again=PASSWORD, code="000000")
            assert answer.status_code in {303, 404}
            assert answer.location in {None, "/login"}
    assert Visitor(app).get(f"/invitation/{token}").status_code == 200


def test_the_first_code_of_an_invitation_locks_after_five_guesses(
    app: Flask, program: Program, salon: Account, clock: Clock
) -> None:
    with database.write(program.engine) as db:
        token = owners.add(db, program.vault, "uusi@aava.example", salon.slug, now=NOON)
    visitor = Visitor(app)
    visitor.post(f"/invitation/{token}", password=PASSWORD, again=PASSWORD)
    page = visitor.get(f"/invitation/{token}/code").get_data(as_text=True)
    secret = page.split("secret=", 1)[1].split("&", 1)[0]
    invited = Person(invited_owner(program), "uusi@aava.example", secret, clock)
    for _ in range(5):
        assert visitor.post(f"/invitation/{token}/code", code=wrong(invited)).status_code == 403
    assert visitor.post(f"/invitation/{token}/code", code=invited.code()).status_code == 403
    clock.at += LOCK
    answer = visitor.post(f"/invitation/{token}/code", code=invited.code())
    assert (answer.status_code, answer.location) == (303, "/settings/me/codes")


def invited_owner(program: Program) -> UUID:
    """Who was invited."""
    with database.read(program.engine) as db:
        found = owners.speaks_for(db, program.vault, "uusi@aava.example", "aava")
    assert found is not None
    return found
