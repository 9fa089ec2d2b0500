"""Sessions in other hands: given beforehand, copied, kept too long."""

from datetime import timedelta

import pytest
from flask import Flask

from connector import database, owners
from connector.program import Program
from tests.builders import Clock
from tests.connector.console.visitor import PASSWORD, Person, Visitor

SECOND = timedelta(seconds=1)


def cookie_of(visitor: Visitor) -> str:
    """What the browser holds."""
    cookie = visitor.client.get_cookie("ovikello")
    assert cookie is not None
    return cookie.value


def with_cookie(app: Flask, value: str) -> Visitor:
    """Another browser with the same cookie."""
    visitor = Visitor(app)
    visitor.client.set_cookie("ovikello", value)
    return visitor


def is_in(visitor: Visitor) -> bool:
    """Whether the queue opens."""
    return visitor.get("/").status_code == 200


def test_a_cookie_that_was_given_beforehand_is_never_the_one_that_opens(
    app: Flask, owner: Person, other_owner: Person
) -> None:
    thief = Visitor(app).log_in(other_owner)
    given = cookie_of(thief)
    victim = with_cookie(app, given)
    victim.log_in(owner)
    assert cookie_of(victim) != given
    for kept in (given, "chosen-by-somebody"):
        assert b"omistaja@aava" not in with_cookie(app, kept).get("/").data
    assert not is_in(with_cookie(app, given))


def test_each_step_of_the_log_in_has_a_cookie_of_its_own_and_ends_the_one_before(
    app: Flask, owner: Person
) -> None:
    visitor = Visitor(app)
    visitor.post("/login", email=owner.email, password=PASSWORD)
    half = cookie_of(visitor)
    visitor.post("/login/code", code=owner.next_code())
    whole = cookie_of(visitor)
    assert half != whole
    assert with_cookie(app, half).get("/").location == "/login"
    assert is_in(with_cookie(app, whole))


def test_a_cookie_that_was_copied_opens_nothing_after_the_log_out(app: Flask, owner: Person) -> None:
    visitor = Visitor(app).log_in(owner)
    copied = cookie_of(visitor)
    assert is_in(with_cookie(app, copied))
    assert visitor.post("/logout").location == "/login"
    assert visitor.client.get_cookie("ovikello") is None
    thief = with_cookie(app, copied)
    assert thief.get("/").location == "/login"
    assert thief.post("/approve", word="approve").location == "/login"


def test_a_log_out_ends_one_browser_and_a_reset_ends_them_all(
    app: Flask, program: Program, owner: Person, other_owner: Person
) -> None:
    phone, laptop, other = (
        Visitor(app).log_in(owner), Visitor(app).log_in(owner), Visitor(app).log_in(other_owner)
    )  # fmt: skip
    phone.post("/logout")
    assert (is_in(phone), is_in(laptop), is_in(other)) == (False, True, True)
    with database.write(program.engine) as db:
        owners.reset(db, program.vault, owner.email, now=owner.clock.at)
    assert (is_in(laptop), is_in(other)) == (False, True)


@pytest.mark.parametrize(
    ("unused", "opens"), [(timedelta(minutes=30) - SECOND, True), (timedelta(minutes=30), False)]
)
def test_a_session_that_nobody_used_for_half_an_hour_is_over(
    app: Flask, owner: Person, clock: Clock, unused: timedelta, opens: bool
) -> None:
    visitor = Visitor(app).log_in(owner)
    clock.at += unused
    assert is_in(visitor) is opens


@pytest.mark.parametrize(("last", "opens"), [(SECOND, True), (timedelta(), False)])
def test_a_session_is_over_after_twelve_hours_however_busy(
    app: Flask, owner: Person, clock: Clock, last: timedelta, opens: bool
) -> None:
    visitor = Visitor(app).log_in(owner)
    end = clock.at + timedelta(hours=12)
    while clock.at + timedelta(minutes=29) < end:
        clock.at += timedelta(minutes=29)
        assert is_in(visitor)
    clock.at = end - last
    assert is_in(visitor) is opens


@pytest.mark.parametrize("how", ["cut", "longer", "empty", "nul", "unicode", "json"])
def test_a_cookie_that_is_not_one_of_ours_opens_nothing(app: Flask, owner: Person, how: str) -> None:
    good = cookie_of(Visitor(app).log_in(owner))
    made = {
        "cut": good[:-1],
        "longer": f"{good}A",
        "empty": "",
        "nul": f"{good}%00",
        "unicode": "ä🦊",
        "json": "{}",
    }
    assert with_cookie(app, made[how]).get("/").location == "/login"
