"""Names are asked for while a page is made: those that stand first on it first, few, and never waited for long."""

import threading
from dataclasses import replace

import pytest
from flask import Flask, g

from connector.console import names
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from tests.connector.booking import Booking, record
from webhooks.calls import Call, Reply

MANY = [f"c-{number}" for number in range(40)]


@pytest.fixture
def page(booking: Booking, salon: Account) -> Flask:
    """What makes a page, at a salon whose customers all have names."""
    booking.clients[salon.slug] = {one: record(one, name=f"Nimi {one}") for one in MANY}
    return Flask("page")


def asked_for(program: Program, booking: Booking) -> tuple[Program, list[str]]:
    """A program that writes down whom it asks for."""
    asked: list[str] = []

    def send(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        asked.append(call.path.removeprefix("clients/"))
        return booking(account, call)

    return replace(program, send=send), asked


def test_the_lists_of_one_page_together_ask_for_25_names_the_first_of_them_first(
    page: Flask, program: Program, booking: Booking, salon: Account
) -> None:
    program, asked = asked_for(program, booking)
    with page.test_request_context():
        first = names.of(program, salon, [None, *MANY[:20], "c-0"])
        second = names.of(program, salon, MANY[18:])
        third = names.of(program, salon, MANY)
    assert sorted(asked) == sorted(MANY[:25])
    assert (len(first), list(second)) == (20, MANY[18:25])
    assert third == {one: f"Nimi {one}" for one in MANY[:25]}


def test_nothing_of_a_page_is_kept_for_the_next(
    page: Flask, program: Program, booking: Booking, salon: Account
) -> None:
    program, asked = asked_for(program, booking)
    for _ in range(2):
        with page.test_request_context():
            assert names.of(program, salon, ["c-1"]) == {"c-1": "Nimi c-1"}
    assert asked == ["c-1", "c-1"]


def test_a_system_that_is_silent_is_left_alone_after_the_first_few(
    page: Flask, program: Program, booking: Booking, salon: Account
) -> None:
    booking.is_silent = True
    program, asked = asked_for(program, booking)
    with page.test_request_context():
        assert names.of(program, salon, MANY) == {}
        assert names.of(program, salon, MANY[30:]) == {}
        assert names.failed() is not None
    assert (
        1 <= len(asked) <= 8
    )  # four at once, each of which may have begun before another one's silence was known


def test_one_record_that_cannot_be_read_costs_no_other_its_name(
    page: Flask, program: Program, booking: Booking, salon: Account
) -> None:
    def send(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        if call.path == "clients/c-7":
            raise CallFailed("no_answer_in_time")
        return booking(account, call)

    with page.test_request_context():
        assert names.of(replace(program, send=send), salon, ["c-1"]) == {"c-1": "Nimi c-1"}
        found = names.of(replace(program, send=send), salon, MANY[:10])
    assert sorted(found) == sorted({*MANY[:10]} - {"c-7"})


def test_a_page_waits_no_longer_than_it_may(
    page: Flask, program: Program, booking: Booking, salon: Account
) -> None:
    stands, answer = threading.Event(), threading.Event()

    def send(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        if call.path == "clients/c-3":
            stands.set()
            answer.wait()
        return booking(account, call)

    with page.test_request_context():
        g.names = names.Asking(seconds=0.3)
        found = names.of(replace(program, send=send), salon, MANY[:4])
        late = names.of(replace(program, send=send), salon, MANY[10:12])
    assert stands.is_set()
    assert "c-3" not in found
    assert late == {}
    answer.set()


@pytest.mark.parametrize(
    ("status", "failed"),
    [(200, None), (404, None), (410, None), (401, "look_answered_401"), (503, "look_answered_503")],
)
def test_a_page_knows_why_it_lacks_names(
    page: Flask, program: Program, salon: Account, status: int, failed: str | None
) -> None:
    def send(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        return Reply(status, {})

    with page.test_request_context():
        assert names.failed() is None
        names.of(replace(program, send=send), salon, ["c-1"])
        assert names.failed() == failed


@pytest.mark.parametrize("reason", ["unsafe_path", "no_address_for_client"])
def test_an_id_that_no_request_can_name_is_no_failure_of_the_booking_system(
    page: Flask, program: Program, salon: Account, reason: str
) -> None:
    def send(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        raise CallFailed(reason)

    with page.test_request_context():
        names.of(replace(program, send=send), salon, ["."])
        assert names.failed() is None


@pytest.mark.parametrize("clients", [[], [None]])
def test_where_nobody_is_shown_nobody_is_asked(
    page: Flask, program: Program, booking: Booking, salon: Account, clients: list[str | None]
) -> None:
    with page.test_request_context():
        assert names.of(replace(program, send=booking), salon, clients) == {}
        assert names.of(replace(program, send=booking), replace(salon, base_url=None), MANY) == {}
    assert booking.calls == 0
