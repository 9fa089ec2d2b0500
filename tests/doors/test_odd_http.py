"""What is hardly HTTP, over the real server: an answer or a closed connection, and the next one is served as ever."""

import pytest

from connector.config import Settings
from connector.salons import Account
from connector.serving_limits import Patience
from tests.doors.running import request_of, running, status_of

pytestmark = pytest.mark.journey
HOST = b"Host: a\r\n"
LOGIN = b"POST /login HTTP/1.1\r\n" + HOST
HOOK = b"POST /webhooks/aava HTTP/1.1\r\n" + HOST
CHUNKS = b"Transfer-Encoding: chunked\r\n"
ODD = {
    "no http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
    "http/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "http/0.9": b"GET /\r\n\r\n",
    "two slashes": b"GET //evil.example/login HTTP/1.1\r\n" + HOST + b"\r\n",
    "another host's address": b"GET http://evil.example/login HTTP/1.1\r\n" + HOST + b"\r\n",
    "no path": b"GET http://evil.example HTTP/1.1\r\n" + HOST + b"\r\n",
    "asterisk": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "connect": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "nul in the path": b"GET /\0login HTTP/1.1\r\n" + HOST + b"\r\n",
    "not utf-8": b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    "walks up": b"GET /static/../../../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n",
    "walks up encoded": b"GET /static/%2e%2e/%2e%2e/config.py HTTP/1.1\r\n" + HOST + b"\r\n",
    "no host": b"GET /login HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /login HTTP/1.1\r\nHost: a\r\nHost: evil.example\r\n\r\n",
    "a length below none": LOGIN + b"Content-Length: -1\r\n\r\n",
    "a length in words": LOGIN + b"Content-Length: many\r\n\r\n",
    "two lengths": LOGIN + b"Content-Length: 4\r\nContent-Length: 0\r\n\r\nGET ",
    "length and chunks": HOOK
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /ready HTTP/1.1\r\n\r\n",
    "odd chunks": HOOK + b"Transfer-Encoding: xchunked\r\n\r\n5\r\nxxxxx\r\n0\r\n\r\n",
    "chunks that are none": HOOK + CHUNKS + b"\r\nzz\r\n\r\n",
    "a line that goes on": b"GET /login HTTP/1.1\r\n" + HOST + b"X-A: b\r\n c: d\r\n\r\n",
    "a name with a space": b"GET /login HTTP/1.1\r\n" + HOST + b"Content-Length : 0\r\n\r\n",
    "an underscore for a hyphen": LOGIN + b"Content-Length: 0\r\nSec_Fetch_Site: same-origin\r\n\r\n",
    "a long head": b"GET /login HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 40_000 + b"\r\n\r\n",
    "many heads": b"GET /login HTTP/1.1\r\n" + HOST + b"X: x\r\n" * 3000 + b"\r\n",
    "waits to be told to go on": LOGIN + b"Expect: 100-continue\r\nContent-Length: 0\r\n\r\n",
    "an upgrade": b"GET /login HTTP/1.1\r\n" + HOST + b"Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_whatever_comes_over_the_wire_is_answered_or_hung_up_on_and_breaks_nothing(
    world: Settings, salon: Account
) -> None:
    short = Patience(request=2.0, silence=2.0, look_every=0.2)
    with running(world, short) as door:
        for name, request in ODD.items():
            status, headers = status_of(door.connect(), request)
            assert status in {0, 100, 200, 303, 308, 400, 401, 403, 404, 405, 411, 413, 417, 431, 501, 505}, (
                name
            )
            assert "evil" not in headers.get("location", ""), name
            assert "server" not in headers, name
            assert status_of(door.connect(), request_of("/health", method="GET"))[0] == 200, name


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_second_request_hidden_in_a_body_is_no_request(world: Settings, salon: Account) -> None:
    hidden = b"GET /ready HTTP/1.1\r\nHost: a\r\n\r\n"
    head = b"POST /webhooks/aava HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    with running(world, Patience()) as door:
        for how in (
            b"Content-Length: %d\r\n\r\n" % len(hidden) + hidden,
            b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(hidden)
            + hidden
            + b"\r\n0\r\n\r\n",
        ):
            with door.connect() as sent:
                sent.sendall(head + how)
                came = b""
                while more := sent.recv(65536):
                    came += more
            assert came.count(b"HTTP/1.1 ") == 1
            assert b"ready" not in came
