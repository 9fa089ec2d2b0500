"""What the web server itself writes down: never an address, since that may be the key to a copy or an invitation."""

import logging
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask, Response

from connector.serving import make_server
from tests.waiting import until

SECRET, SAID = "key-of-a-package", "Testi Asiakas"


@dataclass(frozen=True)
class Visit:
    """How far a visit has come: the page is being made; the browser has left."""

    begun: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def visit() -> Visit:
    """One that has not begun."""
    return Visit()


@pytest.fixture
def port(visit: Visit) -> Iterator[int]:
    """A server with a page that waits until the browser has left, and one that breaks down while it is written."""
    app = Flask(__name__)

    @app.get("/package/<token>")
    def late(token: str) -> Response:
        def parts() -> Iterator[str]:
            visit.begun.set()
            visit.gone.wait(30)
            for _ in range(500):  # until the server notices
                yield token
                left.wait(0.01)

        left = threading.Event()
        return Response(parts())

    @app.get("/broken/<token>")
    def broken(token: str) -> Response:
        def parts() -> Iterator[str]:
            yield token
            raise RuntimeError(SAID)

        return Response(parts())

    server = make_server(app, host="127.0.0.1", port=0, threads=1)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.trigger.pull_trigger(server.close)
    thread.join(30)


def ask(port: int, path: str) -> socket.socket:
    """Ask for a page, and do not read it."""
    door = socket.create_connection(("127.0.0.1", port), timeout=30)
    door.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    return door


def test_who_leaves_before_the_answer_leaves_no_address_behind(
    port: int, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    door = ask(port, f"/package/{SECRET}")
    door.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # as a phone out of reach
    assert visit.begun.wait(30)
    door.close()
    visit.gone.set()
    again = ask(port, "/")
    assert again.recv(100)  # the one thread is free again
    again.close()
    assert SECRET not in caplog.text


def test_an_answer_that_breaks_down_is_told_by_the_kind_of_fault_alone(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    door = ask(port, f"/broken/{SECRET}")
    with door:
        while door.recv(1000):
            pass
    assert until(lambda: "RuntimeError" in caplog.text, 30)
    assert SECRET not in caplog.text
    assert SAID not in caplog.text
