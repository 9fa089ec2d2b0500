"""The door under load, over the real server in a process of its own: floods, bursts, slow and half-open connections."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from connector.config import Settings
from connector.program import Program
from connector.salons import Account
from connector.serving_limits import Patience
from connector.tables import Client, Seen
from tests.conftest import connect
from tests.connector.intake import rows, secrets_of
from tests.doors import soak
from tests.doors.running import Running, delivery, request_of, running, status_of, visit
from tests.waiting import until

pytestmark = pytest.mark.journey
SHORT = Patience(request=2.0, answer=2.0, silence=2.0, look_every=0.2)
LONG = Patience(request=600.0, answer=600.0, silence=600.0)
#: what the server does with connections is the same on every database
ON_ONE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
LATEST = 20.0  # seconds to an answer on a machine that does other things too


@pytest.fixture
def secret(program: Program, salon: Account) -> str:
    """What the salon's booking system signs with; the clock of another process is the world's."""
    return secrets_of(program, salon)[0]


@contextmanager
def flood(door: Running, requests: list[bytes], *, at_once: int) -> Iterator[Counter[int]]:
    """Send these over and over from so many connections at once, until the end of the block."""
    came: Counter[int] = Counter()
    is_over = threading.Event()

    def send() -> None:
        for request in itertools.cycle(requests):
            if is_over.is_set():
                return
            came[status_of(door.connect(), request)[0]] += 1

    threads = [threading.Thread(target=send, daemon=True) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    try:
        yield came
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def timed(ask: Callable[[], int]) -> tuple[int, float]:
    """What was answered, and after how many seconds."""
    began = time.monotonic()
    return ask(), time.monotonic() - began


def bad(slug: str) -> bytes:
    """A delivery that nobody signed."""
    return request_of(f"/webhooks/{slug}", visit(1), **{"webhook-id": "x", "webhook-signature": "v1,AAAA"})


def log_in(email: str) -> bytes:
    """Somebody tries a password."""
    form = f"email={email}&password=vihdoin+viimein".encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    return request_of("/login", form, **kind)


def is_hung_up(door: Running, first: bytes, drip: bytes) -> float | None:
    """Open a connection, send a byte now and then; the seconds until the server hangs up, None where it does not."""
    with door.connect() as held:
        began = time.monotonic()
        held.sendall(first)
        held.settimeout(0.1)

        def is_closed() -> bool:
            try:
                if drip:
                    held.sendall(drip)
                return held.recv(1) == b""
            except TimeoutError:
                return False
            except OSError:
                return True

        return time.monotonic() - began if until(is_closed, within=30) else None


def test_good_deliveries_are_answered_in_a_flood_of_bad_signatures(
    program: Program, world: Settings, salon: Account, stranger: Account, secret: str
) -> None:
    with running(world, Patience()) as door, flood(door, [bad("aava"), bad("nobody")], at_once=16) as came:
        good = [
            timed(lambda n=n: status_of(door.connect(), delivery("aava", secret, visit(n)))[0])  # type: ignore[misc]
            for n in range(60)
        ]
    assert Counter(status for status, _ in good) == {204: 60}
    assert max(seconds for _, seconds in good) < LATEST
    assert set(came) == {401}
    assert len(rows(program, salon, Client)) == len(rows(program, salon, Seen)) == 60
    assert rows(program, stranger, Seen) == []


def test_a_flood_of_log_ins_leaves_room_for_deliveries(world: Settings, salon: Account, secret: str) -> None:
    with running(world, Patience()) as door, flood(door, [log_in("kuka@nyt.example")], at_once=24) as came:
        until(lambda: came[429] > 0 and came[403] > 0)
        good = [
            timed(lambda n=n: status_of(door.connect(), delivery("aava", secret, visit(n)))[0])  # type: ignore[misc]
            for n in range(20)
        ]
    assert Counter(status for status, _ in good) == {204: 20}
    assert sorted(seconds for _, seconds in good)[10] < 2.5  # with all threads hashing it was five and more
    assert set(came) == {403, 429}


def test_who_delivers_too_fast_is_told_to_wait_and_loses_nothing(
    program: Program, world: Settings, salon: Account, stranger: Account, secret: str
) -> None:
    numbers = {"OVIKELLO_DELIVERIES_AT_ONCE": "20", "OVIKELLO_DELIVERIES_PER_SECOND": "10"}
    waiting = {f"d-{n}": delivery("aava", secret, visit(n), f"d-{n}") for n in range(80)}
    other = secrets_of(program, stranger)[0]
    statuses: Counter[int] = Counter()
    with running(world, Patience(), **numbers) as door, ThreadPoolExecutor(16) as pool:

        def all_are_in() -> bool:
            asked = {name: pool.submit(status_of, door.connect(), one) for name, one in waiting.items()}
            for name, answer in asked.items():
                status, headers = answer.result()
                statuses[status] += 1
                assert status == 204 or int(headers["retry-after"]) >= 1
                if status == 204:
                    del waiting[name]
            assert status_of(door.connect(), delivery("toinen", other, visit(1)))[0] == 204
            return not waiting

        assert until(all_are_in, every=0.5)
    assert set(statuses) == {204, 429}
    assert statuses[204] == len(rows(program, salon, Seen)) == len(rows(program, salon, Client)) == 80


@ON_ONE
@pytest.mark.parametrize(
    ("first", "drip"),
    [
        (b"POST /webhooks/aava HTTP/1.1\r\nHost: a\r\nX: ", b"x"),
        (b"POST /webhooks/aava HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n", b"x"),
        (b"POST /webhooks/aava HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"", b""),
        (b"POST /webho", b""),
    ],
    ids=["dripping head", "dripping body", "dripping chunks", "silent", "half-open"],
)
def test_who_keeps_a_connection_without_asking_anything_loses_it(
    world: Settings, salon: Account, first: bytes, drip: bytes
) -> None:
    with running(world, SHORT) as door:
        seconds = is_hung_up(door, first, drip)
        assert seconds is not None
        assert seconds > SHORT.request / 2
        assert status_of(door.connect(), request_of("/health", method="GET"))[0] == 200


@ON_ONE
def test_who_sends_slowly_and_in_time_is_answered(world: Settings, salon: Account, secret: str) -> None:
    request = delivery("aava", secret, visit(1))
    with running(world, SHORT) as door, door.connect() as slow:
        for at in range(0, len(request), 100):
            slow.sendall(request[at : at + 100])
            threading.Event().wait(SHORT.request / 2 / (len(request) / 100))
        assert slow.recv(12) == b"HTTP/1.1 204"


@ON_ONE
def test_who_does_not_read_the_answers_loses_the_connection(world: Settings, salon: Account) -> None:
    asked = request_of("/static/ovikello.css", method="GET") * 3000
    with running(world, SHORT) as door, door.connect() as deaf:
        deaf.settimeout(0.2)
        before, sent = door.memory, 0

        def is_closed() -> bool:
            nonlocal sent
            try:
                sent += deaf.send(asked[sent:] or b"x")
            except TimeoutError:
                return False
            except OSError:
                return True
            return False

        assert until(is_closed, within=30)
        assert door.memory - before < 20 * 1024**2
        assert status_of(door.connect(), request_of("/health", method="GET"))[0] == 200


def test_when_every_place_is_taken_the_longest_silent_makes_room_for_who_comes(
    program: Program, world: Settings, salon: Account, secret: str
) -> None:
    few = Patience(request=600, answer=600, silence=600, connections=60)
    with running(world, few) as door, ExitStack() as held:
        silent = [held.enter_context(door.connect()) for _ in range(200)]
        answers = [status_of(door.connect(), delivery("aava", secret, visit(n)))[0] for n in range(30)]
        silent[0].settimeout(5)
        assert silent[0].recv(1) == b""
        assert status_of(silent[-1], request_of("/health", method="GET"))[0] == 200
    assert answers == [204] * 30
    assert len(rows(program, salon, Seen)) == 30


@ON_ONE
def test_places_that_were_taken_are_free_again_when_their_time_is_over(
    world: Settings, salon: Account
) -> None:
    few = Patience(request=2, answer=2, silence=2, look_every=0.2, connections=30, spare=0)
    with running(world, few) as door, ExitStack() as held:
        for _ in range(40):
            held.enter_context(door.connect()).sendall(b"GET /health HT")
        assert status_of(door.connect(), request_of("/health", method="GET"))[0] == 200


@ON_ONE
def test_bodies_that_never_end_wait_outside_memory(world: Settings, salon: Account) -> None:
    head = b"POST /webhooks/aava HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
    with running(world, LONG) as door, ExitStack() as held:
        assert status_of(door.connect(), bad("aava"))[0] == 401
        before = door.memory
        for _ in range(200):
            held.enter_context(door.connect()).sendall(head + b"x" * 450_000)
        assert status_of(door.connect(), bad("aava"))[0] == 401
        assert door.memory - before < 40 * 1024**2


@ON_ONE
def test_a_body_that_is_too_long_is_refused_before_it_came(world: Settings, salon: Account) -> None:
    head = b"POST /webhooks/aava HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000000\r\n\r\n"
    with running(world, LONG) as door:
        assert status_of(door.connect(), head)[0] == 413


def test_everybody_at_once_and_the_memory_stays_flat(
    program: Program, world: Settings, tmp_path: Path
) -> None:
    for slug in soak.SALONS:
        connect(program, slug)
    soaked = soak.soak(world, tmp_path, 12, tell=lambda line: None)
    assert soaked.faults == []
    assert soaked.taken == soaked.kept != set()
    assert soaked.clients > 0
    assert soaked.slowest < LATEST
    assert soaked.statuses["burst 429"] > 0
    assert soaked.growth < 4 * soak.FLAT  # it has only just begun: an hour of it is `make soak`
