"""A crowd at the log-in: it never takes the threads that answer everybody else, nor anybody's attempts."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from flask import Flask

from connector import database, owners, owners_passwords
from connector.program import Program
from connector.salons import Account
from tests.builders import NOON
from tests.connector.console.visitor import PASSWORD, Person, Visitor, text_of


def crowd(stack: ExitStack, count: int) -> None:
    """So many others whose passwords are being checked."""
    for _ in range(count):
        stack.enter_context(owners_passwords.room())


def test_four_passwords_are_checked_at_once_and_a_fifth_has_to_come_again(
    visitor: Visitor, owner: Person
) -> None:
    with ExitStack() as others:
        crowd(others, 3)
        assert visitor.post("/login", email=owner.email, password=PASSWORD).status_code == 303
        crowd(others, 1)
        answer = visitor.post("/login", email=owner.email, password=PASSWORD)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
        assert "hetken päästä" in text_of(answer)
        with pytest.raises(owners_passwords.Crowded), owners_passwords.room():
            pass
    assert visitor.post("/login", email=owner.email, password=PASSWORD).status_code == 303


def test_an_attempt_that_has_to_wait_is_not_counted_against_anybody(visitor: Visitor, owner: Person) -> None:
    with ExitStack() as others:
        crowd(others, 4)
        for _ in range(10):
            assert visitor.post("/login", email=owner.email, password="väärä sana tämä").status_code == 429
    assert visitor.post("/login", email=owner.email, password=PASSWORD).status_code == 303


def test_a_crowd_at_the_log_in_holds_up_no_invitation_for_good(
    app: Flask, program: Program, salon: Account
) -> None:
    with database.write(program.engine) as db:
        token = owners.add(db, program.vault, "uusi@aava.example", salon.slug, now=NOON)
    visitor, form = Visitor(app), {"password": PASSWORD, "again": PASSWORD}
    with ExitStack() as others:
        crowd(others, 4)
        answer = visitor.post(f"/invitation/{token}", **form)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert visitor.post(f"/invitation/{token}", **form).status_code == 303


def test_whoever_logs_in_anew_leaves_no_session_behind(app: Flask, owner: Person) -> None:
    browser, thief = Visitor(app), Visitor(app)
    browser.log_in(owner)
    copied = browser.client.get_cookie("ovikello")
    assert copied is not None
    thief.client.set_cookie("ovikello", copied.value)
    assert thief.get("/").status_code == 200
    owner.clock.at += timedelta(minutes=1)
    assert browser.post("/login", email=owner.email, password=PASSWORD).status_code == 303
    assert thief.get("/").status_code == 303
