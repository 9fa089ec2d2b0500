"""Nobody can tell by the clock what is there: the same work is done for what is known and for what is not.

Counted rather than timed: the statements that the database is sent, and every function that is called, by name.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest
import sqlalchemy as sa
import sqlalchemy.event
from flask import Flask
from flask.testing import FlaskClient

from connector import database
from connector.program import Program
from connector.salons import Account
from connector.tables import Salon
from tests.builders import NOON
from tests.connector.console.visitor import Person
from tests.connector.intake import body_of, secrets_of
from webhooks.signatures import new_secret, sign

BODY = body_of("client.login", {"client_id": "c-1"})
#: what costs: keys opened, hashes made, passwords checked; by the name of whatever does it
COSTLY = (
    "decrypt",
    "encrypt",
    "digest",
    "new",
    "verify",
    "compare_digest",
    "loads",
    "b64decode",
    "unseal",
    "unwrap",
)


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[tuple[str, bool]]]:
    """Each statement's text, and whether it wrote a row."""
    sent: list[tuple[str, bool]] = []

    def note(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        sent.append((statement, statement.startswith(("UPDATE", "INSERT", "DELETE")) and cursor.rowcount > 0))

    sqlalchemy.event.listen(engine, "after_cursor_execute", note)
    try:
        yield sent
    finally:
        sqlalchemy.event.remove(engine, "after_cursor_execute", note)


def work(do: Callable[[], object]) -> Counter[str]:
    """How often each costly function is called."""
    called: Counter[str] = Counter()

    def note(frame: FrameType, what: str, argument: Any) -> None:
        name = argument.__name__ if what == "c_call" else frame.f_code.co_name if what == "call" else ""
        if name in COSTLY:
            called[name] += 1

    sys.setprofile(note)
    try:
        do()
    finally:
        sys.setprofile(None)
    return called


def bad_delivery(browser: FlaskClient, slug: str, secret: str) -> int:
    """A delivery signed with a secret that nobody has."""
    headers = sign(secret, "d-1", NOON, BODY)
    return browser.post(f"/webhooks/{slug}", data=BODY, headers=headers).status_code


def test_a_wrong_signature_costs_the_same_whether_the_salon_exists_or_not(
    app: Flask, program: Program, salon: Account
) -> None:
    browser, secret = app.test_client(), new_secret(b"s" * 32)
    found = {}
    for slug in ("aava", "nobody", "aava", "nobody"):  # the first round warms what is kept
        with statements(program.engine) as sent:
            called = work(lambda slug=slug: bad_delivery(browser, slug, secret))  # type: ignore[misc]
            app.extensions["ovikello-refusals"].settle()
        reads = [
            statement
            for statement, _ in sent
            if "refused_at" not in statement and "SELECT 1" not in statement
        ]
        found[slug] = (reads, called)
    assert found["aava"] == found["nobody"]
    assert found["aava"][1]["decrypt"] >= 2  # it is counted indeed


def test_a_salon_that_is_known_by_a_token_is_not_found_out_by_what_a_refusal_costs(
    app: Flask, program: Program, salon: Account
) -> None:
    with database.write(program.engine) as db:
        db.connection().execute(sa.update(Salon).values(dialect="easyappointments"))
    browser, secret = app.test_client(), new_secret(b"s" * 32)
    found = [work(lambda slug=slug: bad_delivery(browser, slug, secret)) for slug in ("aava", "nobody") * 2]  # type: ignore[misc]
    for costly in ("decrypt", "unwrap", "unseal", "digest", "b64decode"):
        assert found[2][costly] == found[3][costly], costly


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_refusal_costs_the_same_by_whatever_method_and_with_whatever_behind_the_name(
    app: Flask, program: Program, salon: Account, method: str
) -> None:
    browser, headers = app.test_client(), sign(new_secret(b"s" * 32), "d-1", NOON, BODY)
    headers["X-Ea-Token"] = "wrong"
    for more in ("", "/key", "/key?id=1"):
        found = [
            work(lambda path=path: browser.open(path, method=method, data=BODY, headers=headers))  # type: ignore[misc]
            for path in [f"/webhooks/{slug}{more}" for slug in ("aava", "nobody") * 2]
        ]
        assert found[2] == found[3], more


def test_a_good_signature_of_another_salon_costs_no_more(
    app: Flask, program: Program, salon: Account, stranger: Account
) -> None:
    browser, theirs = app.test_client(), secrets_of(program, stranger)[0]
    found = [work(lambda slug=slug: bad_delivery(browser, slug, theirs)) for slug in ("aava", "nobody") * 2]  # type: ignore[misc]
    assert found[2] == found[3]


@pytest.mark.parametrize(
    "email", ["kuka@nyt.example", "", "x" * 5000, "ä\0ö"], ids=["unknown", "empty", "long", "odd"]
)
def test_a_log_in_costs_the_same_whether_the_address_is_an_owners_or_not(
    app: Flask, program: Program, owner: Person, email: str
) -> None:
    found = []
    for address in (owner.email, email):
        with statements(program.engine) as sent:
            called = work(lambda address=address: log_in(app, address))  # type: ignore[misc]
        found.append((called["verify"], [(statement.split()[0], wrote) for statement, wrote in sent]))
    assert found[0] == found[1]
    assert found[0][0] >= 1


def test_a_locked_owner_costs_the_same_as_nobody(app: Flask, program: Program, owner: Person) -> None:
    for _ in range(5):
        log_in(app, owner.email)
    found = []
    for address in (owner.email, "kuka@nyt.example"):
        with statements(program.engine) as sent:
            log_in(app, address)
        found.append([(statement.split()[0], wrote) for statement, wrote in sent])
    assert found[0] == found[1]


def log_in(app: Flask, email: str) -> None:
    """A wrong password."""
    form = {"email": email, "password": "arvaus on tämä"}
    answer = app.test_client().post("/login", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 403
