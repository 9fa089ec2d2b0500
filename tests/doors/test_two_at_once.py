"""Two who press the same button at the same moment: what can be done once is done once, and nobody sees a fault."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from connector import database, owners_recovery
from connector.program import Program
from connector.salons import Account
from connector.tables import Evidence, OwnerAnswer
from tests.builders import Clock
from tests.connector.booking import Booking
from tests.connector.console.test_connection import WAITING, keep
from tests.connector.console.visitor import PASSWORD, Person, Visitor, form_of, person
from tests.connector.intake import rows
from tests.doors.shop import QUESTION, open_shop

Both = list[tuple[Person, Visitor]]
MANY = 5


@pytest.fixture
def both(app: Flask, program: Program, clock: Clock, owner: Person, salon: Account) -> Both:
    """Two who speak for the salon, each in a browser."""
    other = person(program, clock, "toinen@aava.example", salon.slug)
    return [(who, Visitor(app).log_in(who)) for who in (owner, other)]


def at_once(both: Both, press: Callable[[Person, Visitor], TestResponse]) -> list[TestResponse]:
    """What each is answered."""
    both[0][0].clock.at += timedelta(seconds=31)  # a fresh code for each
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda one: press(*one), both))


def statuses(answers: list[TestResponse]) -> list[int]:
    """By number."""
    return sorted(answer.status_code for answer in answers)


def test_a_hold_is_ended_once(program: Program, booking: Booking, salon: Account, both: Both) -> None:
    shop = open_shop(program, booking, salon)
    path = shop.path_of("/customers/<key>/hold/<uuid:hold_id>/end")
    assert statuses(at_once(both, lambda _, browser: browser.post(path, salon=salon.slug))) == [303, 409]


def test_a_question_that_both_answer_is_answered(
    program: Program, booking: Booking, salon: Account, both: Both
) -> None:
    open_shop(program, booking, salon)
    form = form_of(both[0][1].get(f"/questions/{QUESTION}"), "/questions")
    answers = at_once(both, lambda _, browser: browser.post("/questions", **form, answer="keep"))
    assert statuses(answers) == [303, 303]
    assert [row.answer for row in rows(program, salon, OwnerAnswer)] == ["keep", "keep"]  # two customers


def test_the_first_look_at_the_evidence_may_be_two_at_once(
    program: Program, salon: Account, both: Both
) -> None:
    for _ in range(MANY):
        with database.write(program.engine) as db:
            db.connection().execute(sa.text("DELETE FROM evidence_check"))
        assert statuses(at_once(both, lambda _, browser: browser.get("/evidence"))) == [200, 200]


def test_a_recovery_code_lets_one_browser_in(
    app: Flask, program: Program, owner: Person, salon: Account
) -> None:
    with database.write(program.engine) as db:
        codes = owners_recovery.make(db, program.vault, owner.id)
    for code in codes[:MANY]:
        halves = []
        for _ in range(2):
            browser = Visitor(app)
            assert browser.post("/login", email=owner.email, password=PASSWORD).status_code == 303
            halves.append((owner, browser))
        answers = at_once(halves, partial(_recover, code))
        assert [answer.location for answer in answers].count("/login/app") == 1


@pytest.mark.parametrize("words", [("release", "drop"), ("release", "release"), ("drop", "drop")])
def test_a_message_that_was_not_understood_is_answered_once(
    program: Program, salon: Account, both: Both, words: tuple[str, str]
) -> None:
    said = dict(zip((who.id for who, _ in both), words, strict=True))
    for number in range(MANY):
        keep(program, salon, name=f"d-{number}", kind="client.login")
        answers = at_once(both, partial(_say, said, form_of(both[0][1].get(WAITING), WAITING)))
        assert statuses(answers)[-1] < 500
    told = [json.loads(row.body) for row in rows(program, salon, Evidence)]
    assert len([line for line in told if line["what"] == "quarantine"]) == MANY


def _recover(code: str, _: Person, browser: Visitor) -> TestResponse:
    return browser.post("/login/recovery", recovery=code)


def _say(said: dict[UUID, str], form: dict[str, str], who: Person, browser: Visitor) -> TestResponse:
    return browser.post(WAITING, **form | {"word": said[who.id], "code": who.code()})
