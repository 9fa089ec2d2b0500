"""The pretend booking system misbehaves when told to, and only as told."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from tests.connector.pretend_world import World, pretending

pytestmark = pytest.mark.journey  # over real HTTP


@pytest.fixture
def booking() -> Iterator[World]:
    with pretending() as made:
        yield made


def misbehave(booking: World, **words: object) -> None:
    """Say it over HTTP, as who plays with the demo does."""
    answer = booking.call("POST", "/pretend/misbehave", json=words)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("word", "status"), [("fail_calls", 500), ("unavailable_calls", 503), ("throttle_calls", 429)]
)
def test_so_many_calls_fail_and_the_next_is_answered(booking: World, word: str, status: int) -> None:
    client = booking.system.cast.door[0]
    misbehave(booking, **{word: 2})
    for _ in range(2):
        answer = booking.call("DELETE", f"/clients/{client}", key="1.1.1")
        assert answer.status_code == status
        assert "Retry-After" not in answer.headers
        assert client in booking.system.register.records
    assert booking.call("DELETE", f"/clients/{client}", key="1.1.1").status_code == 204


@pytest.mark.parametrize("word", ["unavailable_calls", "throttle_calls"])
def test_it_can_say_when_to_come_again(booking: World, word: str) -> None:
    misbehave(booking, **{word: 1, "retry_after": 7})
    assert booking.call("GET", "/clients").headers["Retry-After"] == "7"


def test_only_one_kind_of_call_goes_wrong_where_that_was_said(booking: World) -> None:
    client = booking.system.cast.door[0]
    misbehave(booking, fail_calls=1, only="erase")
    assert booking.call("GET", f"/clients/{client}").status_code == 200
    assert booking.call("DELETE", f"/clients/{client}").status_code == 500


def test_a_lie_is_a_200_and_nothing_was_done(booking: World) -> None:
    client = booking.system.cast.door[0]
    before = booking.call("GET", f"/clients/{client}").json()
    misbehave(booking, lie_calls=1)
    assert booking.call("DELETE", f"/clients/{client}", key="1.1.1").status_code == 200
    assert booking.call("GET", f"/clients/{client}").json() == before
    assert booking.call("DELETE", f"/clients/{client}", key="1.1.1").status_code == 200  # the lie is kept up
    assert booking.call("DELETE", f"/clients/{client}", key="1.2.1").status_code == 204  # a new round is not


def test_a_read_is_never_a_lie(booking: World) -> None:
    misbehave(booking, lie_calls=1)
    assert booking.call("GET", "/clients").json()["clients"]
    assert booking.system.misbehaviour.lie_calls == 1


def test_a_hanging_call_does_nothing_and_never_answers_in_time(booking: World) -> None:
    client = booking.system.cast.door[0]
    misbehave(booking, hang_calls=1)
    with pytest.raises(requests.ReadTimeout):
        booking.call("DELETE", f"/clients/{client}", timeout=0.2)
    assert client in booking.system.register.records
    assert booking.call("DELETE", f"/clients/{client}").status_code == 204


def test_a_late_call_erases_at_once_and_never_answers_in_time(booking: World) -> None:
    client = booking.system.cast.door[0]
    misbehave(booking, late_calls=1)
    with pytest.raises(requests.ReadTimeout):
        booking.call("DELETE", f"/clients/{client}", key="1.1.1", timeout=0.2)
    assert client in booking.system.register.gone
    assert booking.call("GET", f"/clients/{client}").status_code == 410
    assert (
        booking.call("DELETE", f"/clients/{client}", key="1.1.1").status_code == 204
    )  # what it would have said


def test_while_one_call_hangs_the_others_are_answered(booking: World) -> None:
    misbehave(booking, hang_calls=1)
    with pytest.raises(requests.ReadTimeout):
        booking.call("GET", "/clients", timeout=0.2)
    assert booking.call("GET", "/clients").status_code == 200


def test_who_hangs_is_let_go_when_the_system_stops() -> None:
    started = time.monotonic()
    with pretending() as booking:
        misbehave(booking, hang_calls=1)
        with pytest.raises(requests.ReadTimeout):
            booking.call("GET", "/clients", timeout=0.1)
    assert time.monotonic() - started < 10


def test_a_forgotten_key_is_done_again(booking: World) -> None:
    client = booking.system.cast.door[0]
    misbehave(booking, forget_keys=True)
    assert booking.call("DELETE", f"/clients/{client}", key="1.1.1").status_code == 204
    assert booking.call("DELETE", f"/clients/{client}", key="1.1.1").status_code == 410


def test_a_slow_erasure_is_promised_and_done_when_its_time_has_come(booking: World) -> None:
    client = booking.system.cast.door[0]
    misbehave(booking, slow_calls=1, slow_for=3600)
    assert booking.call("DELETE", f"/clients/{client}").status_code == 202
    booking.clock.at += timedelta(seconds=3599)
    assert booking.call("GET", f"/clients/{client}").status_code == 200
    booking.clock.at += timedelta(seconds=1)
    assert booking.call("GET", f"/clients/{client}").status_code == 410


def test_an_anonymisation_may_forget_a_field(booking: World) -> None:
    client = booking.system.cast.door[0]
    misbehave(booking, leave_fields="phone address")
    booking.call("POST", f"/clients/{client}/anonymise", json={"keep": []})
    told = booking.call("GET", f"/clients/{client}").json()
    assert (told["name"], told["phone"]) == (None, "+358 50 000 9500")


def test_pages_shift_while_clients_are_deleted_so_that_some_are_never_listed(booking: World) -> None:
    before = set(booking.system.register.records)
    misbehave(booking, shift_pages=2)
    listed = {client["id"] for client in booking.all_clients(limit="50")}
    still_there = set(booking.system.register.records)
    assert len(before - still_there) > 2
    assert still_there - listed


def test_pages_do_not_shift_by_deletions_otherwise(booking: World) -> None:
    page = booking.call("GET", "/clients", params={"limit": 50}).json()
    for client in page["clients"][:10]:
        booking.system.salon.leaves(client["id"], at=booking.clock.at, by="staff")
    listed = {client["id"] for client in page["clients"]}
    cursor = page["next_cursor"]
    while cursor:
        page = booking.call("GET", "/clients", params={"limit": 50, "cursor": cursor}).json()
        listed |= {client["id"] for client in page["clients"]}
        cursor = page["next_cursor"]
    assert set(booking.system.register.records) <= listed


def test_an_erased_client_comes_back_as_it_was(booking: World) -> None:
    client = booking.system.cast.door[0]
    before = booking.call("GET", f"/clients/{client}").json()
    booking.call("DELETE", f"/clients/{client}")
    misbehave(booking, bring_back=[client])
    assert booking.call("GET", f"/clients/{client}").json() == before


@pytest.mark.parametrize(
    "words",
    [
        *({"fail_calls": value} for value in (-1, "2", True, 1.5, None)),
        *({"forget_keys": value} for value in (1, "yes")),
        *({"hang_for": value} for value in (-0.1, "long", True)),
        *({"only": value} for value in (1, None)),
        *({"bring_back": value} for value in ("A1001", ["nobody"], [1], 1)),
        {"be_nice": 1},
        [],
        None,
    ],
)
def test_a_misbehaviour_that_is_not_known_is_refused_and_nothing_is_set(
    booking: World, words: object
) -> None:
    before = booking.call("GET", "/pretend").json()
    both = {"lie_calls": 3} | words if isinstance(words, dict) else words
    assert booking.call("POST", "/pretend/misbehave", json=both).status_code == 400
    after = booking.call("GET", "/pretend").json()
    assert before["misbehaviour"] == after["misbehaviour"]


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("books", "booking.created"),
        ("logs_in", "client.login"),
        ("says_no", "consent.withdrawn"),
        ("says_yes", "consent.given"),
        ("asks_erasure", "request.received"),
        ("closes_account", "account.closed"),
        ("is_deleted", "client.deleted"),
    ],
)
def test_things_can_be_made_to_happen(booking: World, what: str, told: str) -> None:
    client = booking.system.cast.regulars[0]
    assert booking.call("POST", "/pretend/happen", json={"what": what, "client": client}).status_code == 202
    assert [message.type for message in booking.system.outbox.waiting] == [told]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"what": "explodes", "client": "A1001"}, 400),
        ({"what": "books", "client": "nobody"}, 404),
        ({"what": "books"}, 404),
        ([], 404),
    ],
)
def test_what_cannot_happen_is_refused(booking: World, body: object, status: int) -> None:
    assert booking.call("POST", "/pretend/happen", json=body).status_code == status
    assert booking.system.outbox.waiting == []
