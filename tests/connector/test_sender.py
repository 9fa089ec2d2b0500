"""The door to the network: what is sent, what is refused, what is repeated, what a missing answer means."""

import contextlib
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connector.salons import Account
from connector.sender import MAX_BODY, CallFailed, HttpSender
from connector.sender_guard import is_public
from connector.sender_pace import BreakerOpen, Pace
from connector.vault import Keys
from webhooks.calls import Call
from webhooks.registry import DIALECTS

pytestmark = pytest.mark.journey  # over real HTTP

LOCAL = frozenset({"127.0.0.1", "localhost"})
ANSWERS = {
    "moved": (302, b""),
    "huge": (200, b'"' + b"x" * (MAX_BODY + 10) + b'"'),
    "deep": (200, b"[" * 100_000),
    "text": (200, b"fine"),
    "twice": (200, b'{"id": "c-1", "id": "c-2"}'),
    "no-number": (200, b'{"id": "c-1", "count": NaN}'),
    "marked": (200, b'\xef\xbb\xbf{"id": "c-1"}'),
    "busy": (429, b""),
    "broken": (500, b""),
    "c-1": (200, b'{"id": "c-1"}'),
    "marketing": (200, b'{"id": "c-1"}'),
    "a%2Fb%2E%2E%C3%A4%3F": (204, b""),
    "secret-id": (200, b"{}"),
}


class Handler(BaseHTTPRequestHandler):
    """Behaves as the last part of the path says."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def answer(self) -> None:
        """Note the request, then misbehave."""
        length = int(self.headers.get("Content-Length") or 0)
        self.server.seen.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        name = self.path.rsplit("/", 1)[-1].partition("?")[0]
        if name in ANSWERS:
            status, body = ANSWERS[name]
            where = (
                {"Location": f"http://127.0.0.1:{self.server.server_port}/elsewhere"} if status == 302 else {}
            )
            self.reply(status, body, **where, **({"Retry-After": "7"} if status == 429 else {}))
        elif name == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif name == "hang":
            self.server.freed.wait(5)
            self.close_connection = True
        elif name in {"slow-head", "slow-status"}:
            self.drip_head(name)
        else:
            self.drip()

    do_GET = do_DELETE = do_PUT = do_POST = answer  # noqa: N815

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        """Send a whole answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip_head(self, name: str) -> None:
        """Send a header, or a bit of the status, now and then, and never the last."""
        first, more = {"slow-head": (b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n")}.get(name, (b"HTTP/1.1", b" "))
        self.wfile.write(first)
        while not self.server.freed.wait(0.05):
            self.wfile.write(more)
            self.wfile.flush()
        self.close_connection = True

    def drip(self) -> None:
        """Send a byte now and then, for ever."""
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while not self.server.freed.wait(0.05):
            self.wfile.write(b" ")
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A booking system that notes what it is asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.freed = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that hung up is no news."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A booking system on this machine."""
    running = Server()
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield running
    running.freed.set()
    running.shutdown()
    running.server_close()
    thread.join()


def account(server: Server | None = None, base_url: str | None = None) -> Account:
    """A salon whose booking system is the given server."""
    return Account(
        slug="aava",
        dialect=DIALECTS["standard"],
        base_url=base_url or (f"http://127.0.0.1:{server.server_port}/api" if server else None),
        token="token-of-aava",
        keys=Keys.new(),
        can=None,
        walk_in=None,
        connected_at=datetime(2026, 11, 24, tzinfo=UTC),
        first_night_on=date(2026, 11, 25),
    )


def sender(
    allow: frozenset[str] = LOCAL, timeout: tuple[float, float] = (1.0, 0.3), longest: float = 5.0
) -> HttpSender:
    """A sender that is not slowed down."""
    return HttpSender(allow, pace=Pace(10_000), timeout=timeout, longest=longest, pause=0)


def failure(send: HttpSender, to: Account, call: Call) -> CallFailed:
    """The failure with which a call ends."""
    with pytest.raises(CallFailed) as caught:
        send(to, call)
    return caught.value


def test_a_write_carries_the_salons_token_its_key_and_its_body(server: Server) -> None:
    call = Call("PUT", "clients/c-1/marketing", json={"email": False})
    reply = sender()(account(server), call, idempotency_key="job.1.0")
    (method, path, headers, body), *others = server.seen
    assert (method, path, others) == ("PUT", "/api/clients/c-1/marketing", [])
    assert headers["Authorization"] == "Bearer token-of-aava"
    assert headers["Idempotency-Key"] == "job.1.0"
    assert json.loads(body) == {"email": False}
    assert (reply.status, reply.json) == (200, {"id": "c-1"})


def test_a_path_goes_out_exactly_as_the_dialect_wrote_it(server: Server) -> None:
    sender()(
        account(server),
        Call("DELETE", "clients/a%2Fb%2E%2E%C3%A4%3F", {"before": "2026-01-01", "q": "/x"}),
    )
    assert server.seen[0][1] == "/api/clients/a%2Fb%2E%2E%C3%A4%3F?before=2026-01-01&q=%2Fx"


@pytest.mark.parametrize(
    "path",
    [
        "clients/..",
        "clients/%2E%2e",
        "clients/./x",
        "clients/",
        "clients//x",
        "clients/a?b=c",
        "clients/a#b",
        "clients/c-1%2F..%2Fc-2",
        "clients/..%5Cc-2",
        "clients/%2Fc-2",
        "clients/c-2%2f",
        "clients/a%2F%2E%2Fb",
    ],
)
def test_a_path_that_could_mean_something_else_never_goes_out(server: Server, path: str) -> None:
    assert failure(sender(), account(server), Call("DELETE", path)).reason == "unsafe_path"
    assert server.seen == []


def test_redirects_are_not_followed(server: Server) -> None:
    assert sender()(account(server), Call("GET", "clients/moved")).status == 302
    assert len(server.seen) == 1


def test_a_mark_of_the_encoding_before_a_body_is_no_part_of_it(server: Server) -> None:
    assert sender()(account(server), Call("GET", "clients/marked")).json == {"id": "c-1"}


def test_a_call_that_asks_for_much_gets_more_than_others(server: Server) -> None:
    longer = Call("GET", "clients/huge", largest=MAX_BODY + 100)
    assert sender()(account(server), longer).json == "x" * (MAX_BODY + 10)


@pytest.mark.parametrize("name", ["huge", "deep", "text", "twice", "no-number"])
def test_a_body_that_cannot_be_used_leaves_the_status(server: Server, name: str) -> None:
    reply = sender()(account(server), Call("DELETE", f"clients/{name}"))
    assert (reply.status, reply.json) == (200, None)


def test_a_reply_that_drips_is_cut_off_and_its_status_counts(server: Server) -> None:
    started = time.monotonic()
    assert sender(longest=0.3)(account(server), Call("DELETE", "clients/drip")).status == 200
    assert time.monotonic() - started < 3


def test_headers_that_drip_are_cut_off_and_their_status_counts(server: Server) -> None:
    started = time.monotonic()
    assert sender(longest=0.4)(account(server), Call("DELETE", "clients/slow-head")).status == 200
    assert 0.3 < time.monotonic() - started < 3


def test_a_status_that_drips_is_cut_off_and_the_outcome_is_unknown(server: Server) -> None:
    started, send = time.monotonic(), sender(longest=0.4)
    failed = failure(send, account(server), Call("DELETE", "clients/slow-status"))
    assert (failed.reason, failed.is_unknown) == ("no_answer_in_time", True)
    assert 0.3 < time.monotonic() - started < 3
    assert len(server.seen) == 1


def test_a_reading_whose_answer_drips_is_over_in_the_same_time_however_often_it_is_repeated(
    server: Server,
) -> None:
    started = time.monotonic()
    failed = failure(sender(longest=0.4), account(server), Call("GET", "clients/slow-status"))
    assert (failed.reason in {"no_answer_in_time", "no_connection"}, failed.is_unknown) == (True, False)
    assert time.monotonic() - started < 2


def test_a_kept_connection_is_within_the_time_of_the_call_that_uses_it(server: Server) -> None:
    send, started = sender(longest=0.4), time.monotonic()
    assert send(account(server), Call("DELETE", "clients/c-1")).status == 200
    assert failure(send, account(server), Call("DELETE", "clients/slow-status")).reason == "no_answer_in_time"
    assert send(account(server), Call("DELETE", "clients/c-1")).status == 200
    assert time.monotonic() - started < 3


def test_one_threads_time_is_not_anothers(server: Server) -> None:
    send = sender(longest=0.6)
    with ThreadPoolExecutor(4) as pool:
        call = Call("DELETE", "clients/slow-status")
        slow = [pool.submit(failure, send, account(server), call) for _ in range(2)]
        for _ in range(20):
            assert send(account(server), Call("GET", "clients/c-1")).json == {"id": "c-1"}
        assert {one.result().reason for one in slow} == {"no_answer_in_time"}


def test_a_handshake_that_drips_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        freed = threading.Event()

        def drip() -> None:
            opened, _ = listening.accept()
            with opened, contextlib.suppress(OSError):
                opened.sendall(b"\x16\x03\x03\x40\x00")  # a handshake of 16 KiB is announced
                while not freed.wait(0.05):
                    opened.sendall(b"\x02")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        started = time.monotonic()
        where = account(base_url=f"https://127.0.0.1:{listening.getsockname()[1]}")
        failure(sender(longest=0.4), where, Call("DELETE", "clients/c-1"))
        assert time.monotonic() - started < 3
        freed.set()
        thread.join(5)


def test_retry_after_is_given_on(server: Server) -> None:
    assert sender()(account(server), Call("DELETE", "clients/busy")).headers["retry-after"] == "7"


@pytest.mark.parametrize("name", ["drop", "hang"])
def test_a_write_without_an_answer_is_sent_once_and_unknown(server: Server, name: str) -> None:
    failed = failure(sender(), account(server), Call("DELETE", f"clients/{name}"))
    assert (failed.is_unknown, failed.permanent) == (True, False)
    assert len(server.seen) == 1


@pytest.mark.parametrize("name", ["drop", "hang"])
def test_a_reading_without_an_answer_is_repeated_and_harmless(server: Server, name: str) -> None:
    failed = failure(sender(), account(server), Call("GET", f"clients/{name}"))
    assert (failed.is_unknown, failed.permanent) == (False, False)
    assert len(server.seen) == 3


def test_a_refused_connection_was_never_a_call(server: Server) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    failed = failure(sender(), account(base_url=f"http://127.0.0.1:{port}"), Call("DELETE", "clients/c-1"))
    assert (failed.reason, failed.is_unknown) == ("no_connection", False)


def test_a_name_that_does_not_exist_was_never_a_call() -> None:
    failed = failure(
        sender(), account(base_url="https://no-such-host.invalid"), Call("DELETE", "clients/c-1")
    )
    assert (failed.reason, failed.is_unknown) == ("name_not_found", False)


def test_an_address_of_this_machine_is_refused_on_the_socket_unless_its_host_is_named(server: Server) -> None:
    to = account(base_url=f"https://localhost:{server.server_port}")
    failed = failure(sender(allow=frozenset({"127.0.0.1"})), to, Call("DELETE", "clients/c-1"))
    assert (failed.reason, failed.permanent, failed.is_unknown) == ("address_refused", True, False)
    assert server.seen == []


def test_plain_http_needs_a_named_host(server: Server) -> None:
    failed = failure(sender(allow=frozenset()), account(server), Call("GET", "clients/c-1"))
    assert (failed.reason, failed.permanent) == ("not_https", True)
    assert server.seen == []


def test_a_server_that_does_not_speak_tls_was_never_called(server: Server) -> None:
    to = account(base_url=f"https://127.0.0.1:{server.server_port}")
    failure(sender(), to, Call("DELETE", "clients/c-1"))
    assert server.seen == []


def test_without_an_address_there_is_no_call() -> None:
    assert failure(sender(), account(), Call("GET", "clients/c-1")).reason == "no_address"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2a00:1450:4001::1", True),
        ("10.0.0.1", False),
        ("172.16.5.4", False),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:a00:1::1", False),
        ("::7f00:1", False),
        ("::5db8:d822", True),
        ("::ffff:0:7f00:1", False),
        ("64:ff9b:1::7f00:1", False),
        ("64:ff9b:1::5db8:d822", False),
        ("fec0::1", False),
        ("febf::1", False),
        ("ff02::1", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_called(address: str, expected: bool) -> None:
    assert is_public(address) is expected


def test_nothing_of_a_call_is_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send = sender()
    send(account(server), Call("GET", "clients/secret-id"))
    failure(send, account(server), Call("GET", "clients/secret-id/drop"))
    assert "secret-id" not in caplog.text
    assert "token-of-aava" not in caplog.text


class Ticks:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 100.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.at += seconds


def test_after_a_burst_of_ten_the_calls_to_a_host_are_a_tenth_of_a_second_apart() -> None:
    ticks = Ticks()
    pace = Pace(monotonic=ticks.now, sleep=ticks.sleep)
    for _ in range(10):
        pace.wait("one")
    assert ticks.slept == []
    pace.wait("one")
    pace.wait("one")
    pace.wait("another")
    assert ticks.slept == [0.1, 0.1]


def test_five_failures_in_a_row_leave_a_host_alone_for_ten_seconds() -> None:
    ticks = Ticks()
    pace = Pace(monotonic=ticks.now, sleep=ticks.sleep)
    for _ in range(4):
        pace.failed("one")
    pace.answered("one")
    for _ in range(4):
        pace.failed("one")
    pace.wait("one")  # never five in a row
    pace.failed("one")
    with pytest.raises(BreakerOpen) as caught:
        pace.wait("one")
    assert caught.value.seconds == pytest.approx(10)
    pace.wait("another")
    ticks.at += 9.99
    with pytest.raises(BreakerOpen):
        pace.wait("one")
    ticks.at += 0.02
    pace.wait("one")
    pace.failed("one")  # still no answer: closed again at once
    with pytest.raises(BreakerOpen):
        pace.wait("one")


def test_a_booking_system_that_keeps_failing_is_left_alone(server: Server) -> None:
    send = sender()
    for _ in range(5):
        assert send(account(server), Call("DELETE", "clients/broken")).status == 500
    failed = failure(send, account(server), Call("DELETE", "clients/c-1"))
    assert (failed.reason, failed.is_unknown, len(server.seen)) == ("breaker_open", False, 5)
    assert failed.retry_after is not None
