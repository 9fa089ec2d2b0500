"""The pretend booking system tells what happens by signed webhooks, well or badly."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connector.pretend.sending import TRIES
from connector.pretend.system import Pretend
from tests.connector.pretend_world import SECRET, TODAY, Receiver, World, pretending, receiver
from webhooks.delivery import Delivery
from webhooks.signatures import standard_webhooks

pytestmark = pytest.mark.journey  # over real HTTP


@pytest.fixture
def booking() -> Iterator[World]:
    with pretending() as made:
        yield made


@pytest.fixture
def there(booking: World) -> Iterator[Receiver]:
    with receiver() as listening:
        booking.system.outbox.connect(listening.url, SECRET)
        yield listening


def five_logins(booking: World) -> list[str]:
    """Five things to tell; gives the clients, in order."""
    clients = list(booking.system.cast.regulars[:5])
    for client in clients:
        booking.system.salon.logs_in(client, at=booking.clock.at)
    return clients


def told(there: Receiver) -> list[str]:
    """Whom the events are about, as they came."""
    return [event["data"]["client_id"] for event in there.events]


# ---- as the contract says ------------------------------------------------------------------------------


def test_what_happens_is_told_in_order_once_and_signed(booking: World, there: Receiver) -> None:
    clients = five_logins(booking)
    assert booking.system.outbox.deliver() == {"204": 5}
    assert told(there) == clients
    for (headers, body), message in zip(there.took, there.ids, strict=True):
        delivery = Delivery(headers, body, booking.clock.at)
        assert standard_webhooks(delivery, [SECRET]) == message
    assert booking.system.outbox.deliver() == {}


def test_the_six_years_are_not_told_unless_asked_for(booking: World, there: Receiver) -> None:
    assert booking.system.outbox.deliver() == {}
    since = booking.clock.at - timedelta(days=2)
    expected = [event.type for event in booking.system.events if event.at >= since]
    assert booking.system.replay(lambda event: event.at >= since) == len(expected) > 0
    booking.system.outbox.deliver()
    assert [event["type"] for event in there.events] == expected


def test_nothing_is_sent_before_it_is_known_where_to(booking: World) -> None:
    five_logins(booking)
    assert booking.system.outbox.deliver() == {}
    with receiver() as late:
        booking.system.outbox.connect(late.url, SECRET)
        assert booking.system.outbox.deliver() == {"204": 5}


@pytest.mark.parametrize("status", [400, 401, 413, 429, 500, 503])
def test_what_was_not_taken_is_sent_again_with_its_id(booking: World, there: Receiver, status: int) -> None:
    clients = five_logins(booking)
    there.status = status
    assert booking.system.outbox.deliver() == {str(status): 5}
    there.status = 204
    assert booking.system.outbox.deliver() == {"204": 5}
    assert told(there) == clients * 2
    assert there.ids[:5] == there.ids[5:]


def test_a_202_is_taken_as_well(booking: World, there: Receiver) -> None:
    five_logins(booking)
    there.status = 202
    assert booking.system.outbox.deliver() == {"202": 5}
    assert booking.system.outbox.waiting == []


def test_it_gives_up_after_so_many_tries_and_says_so(booking: World) -> None:
    five_logins(booking)
    booking.system.outbox.connect("http://127.0.0.1:1/webhooks/aava", SECRET)
    for _ in range(TRIES - 1):
        assert booking.system.outbox.deliver() == {"none": 5}
    assert (len(booking.system.outbox.waiting), len(booking.system.outbox.given_up)) == (5, 0)
    booking.system.outbox.deliver()
    assert (len(booking.system.outbox.waiting), len(booking.system.outbox.given_up)) == (0, 5)


def test_a_thread_tells_things_as_they_happen(booking: World, there: Receiver) -> None:
    booking.system.outbox.start()
    clients = five_logins(booking)
    booking.system.outbox.flush(timeout=10)
    assert told(there) == clients


def test_a_thread_goes_on_trying(booking: World, there: Receiver) -> None:
    there.status = 503
    booking.system.outbox.start()
    five_logins(booking)
    assert there.arrived.wait(10)
    there.status = 204
    booking.system.outbox.flush(timeout=10)
    assert booking.system.outbox.waiting == []


def test_the_test_call_sends_one_signed_record(booking: World, there: Receiver) -> None:
    client = booking.system.cast.regulars[0]
    assert booking.call("POST", "/webhooks/test", json={"client_id": client}).status_code == 202
    booking.system.outbox.deliver()
    assert [(event["type"], event["data"]["client"]["id"]) for event in there.events] == [
        ("client.updated", client)
    ]


@pytest.mark.parametrize(
    ("body", "status"), [({}, 400), ({"client_id": 1}, 400), ([], 400), ({"client_id": "x"}, 404)]
)
def test_the_test_call_needs_a_client(booking: World, there: Receiver, body: object, status: int) -> None:
    assert booking.call("POST", "/webhooks/test", json=body).status_code == status
    assert booking.system.outbox.deliver() == {}


def test_its_own_writes_are_echoed(booking: World, there: Receiver) -> None:
    one, other = booking.system.cast.door[:2]
    booking.call("PUT", f"/clients/{one}/marketing", json={"email": False})
    booking.call("DELETE", f"/clients/{other}")
    booking.system.outbox.deliver()
    assert [event["type"] for event in there.events] == ["client.updated", "client.deleted"]
    assert there.events[1]["data"] == {"client_id": other, "by": "ovikello"}


# ---- badly ---------------------------------------------------------------------------------------------


def test_repeats_come_with_the_same_id_and_bytes(booking: World, there: Receiver) -> None:
    booking.system.misbehaviour.repeat_webhooks = 2
    five_logins(booking)
    assert booking.system.outbox.deliver() == {"204": 15}
    assert len({(headers["webhook-id"], body) for headers, body in there.took}) == 5


def test_reordered_webhooks_are_the_same_set(booking: World, there: Receiver) -> None:
    booking.system.misbehaviour.reorder_webhooks = True
    clients = five_logins(booking)
    booking.system.outbox.deliver()
    assert told(there) != clients
    assert sorted(told(there)) == sorted(clients)


def test_a_delayed_webhook_comes_when_its_time_has_come_and_not_before(
    booking: World, there: Receiver
) -> None:
    booking.system.misbehaviour.delay_webhooks = 60
    clients = five_logins(booking)
    booking.clock.at += timedelta(seconds=59)
    assert booking.system.outbox.deliver() == {}
    booking.clock.at += timedelta(seconds=1)
    assert booking.system.outbox.deliver() == {"204": 5}
    assert told(there) == clients


def test_a_thin_webhook_says_who_and_nothing_else(booking: World, there: Receiver) -> None:
    booking.system.misbehaviour.thin_webhooks = True
    client = booking.system.cast.regulars[0]
    booking.system.salon.tells(client, at=booking.clock.at)
    booking.system.outbox.deliver()
    assert there.events[0]["data"] == {"client": {"id": client}}


def test_two_systems_of_one_seed_send_the_same_bytes() -> None:
    bodies = []
    for _ in range(2):
        with pretending() as booking:
            booking.system.replay(lambda event: event.type.startswith(("invoice.", "client.merged")))
            bodies.append([message.body for message in booking.system.outbox.waiting])
    assert bodies[0] == bodies[1] != []


def test_an_idle_system_needs_no_receiver_to_stop() -> None:
    system = Pretend(today=TODAY, now=lambda: None, size=160)  # type: ignore[arg-type,return-value]
    system.outbox.start()
    system.outbox.stop()
