"""Callbacks cannot be led astray: by a name that changes its address, by a redirect, by a client's id."""

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.salons import Account
from connector.sender import CallFailed, HttpSender
from connector.sender_guard import Network
from connector.sender_pace import Pace
from tests.builders import NOON
from webhooks.calls import Call
from webhooks.dialects import standard_calls
from webhooks.vocabulary import Category, Channel

PUBLIC, HOME = "93.184.215.14", "127.0.0.1"
HOST = "booking.example"
READ = Call("GET", "clients/c-1")
ERASE = Call("DELETE", "clients/c-1")


class Handler(BaseHTTPRequestHandler):
    """Notes what comes, and answers as the server was told."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def answer(self) -> None:
        """Note it, and answer."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, self.headers.get("Host", "")))
        self.send_response(302 if self.server.leads_to else 200)
        if self.server.leads_to:
            self.send_header("Location", self.server.leads_to)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_DELETE = do_PUT = do_POST = do_PATCH = answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Whatever listens at an address."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOME, 0), Handler)
        self.seen: list[tuple[str, str, str]] = []
        self.leads_to = ""


@pytest.fixture
def server() -> Iterator[Server]:
    """One on this machine."""
    running = Server()
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


@dataclass
class World:
    """A resolver that answers in turn, and a network in which public addresses lead to this machine's server."""

    server: Server
    answers: list[list[str]]
    asked: int = 0
    opened: list[str] = field(default_factory=list)
    #: what a socket says of the other end; None: the truth
    tells: str | None = PUBLIC

    def network(self) -> Network:
        """As the sender sees it."""
        return Network(self.resolve, self.make_socket)

    def resolve(self, host: str, port: int, **_more: object) -> list[Any]:
        """The next answer; the last one for ever."""
        found = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, port)) for address in found]

    def make_socket(self, *args: Any) -> socket.socket:
        """One that is led to the server, wherever it is to connect to."""
        world = self

        class Led(socket.socket):
            def connect(self, place: Any) -> None:
                world.opened.append(place[0])
                super().connect((HOME, world.server.server_port))

            def getpeername(self) -> Any:
                return (world.tells, 443) if world.tells else super().getpeername()

        return Led(*args)


def sender(world: World) -> HttpSender:
    """One that may reach nothing private, but speaks without TLS to this test's server."""
    return HttpSender(pace=Pace(10_000), pause=0, timeout=(2.0, 2.0), network=world.network())


def at(account: Account, base_url: str) -> Account:
    """The salon, with its booking system there."""
    return replace(account, base_url=base_url)


def reason(send: HttpSender, account: Account, call: Call = READ) -> str:
    """Why a call failed."""
    with pytest.raises(CallFailed) as caught:
        send(account, call)
    return caught.value.reason


@pytest.mark.parametrize("call", [READ, ERASE], ids=["reading", "writing"])
def test_a_name_that_turns_private_after_a_first_look_is_refused_before_a_socket_is_opened(
    salon: Account, server: Server, call: Call
) -> None:
    world = World(server, [[PUBLIC], [HOME]])
    send, account = sender(world), at(salon, f"https://{HOST}/api")
    for _ in range(
        2
    ):  # a reading is repeated by itself, and so meets the second answer within the first call
        why = reason(send, account, call)
    assert why == "address_refused"
    assert world.opened == [PUBLIC]
    assert server.seen == []


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(salon: Account, server: Server) -> None:
    world = World(server, [[PUBLIC]])
    send = sender(world)
    reason(send, at(salon, f"https://{HOST}/api"), ERASE)
    assert (world.asked, world.opened) == (1, [PUBLIC])  # no second look between the check and the use


@pytest.mark.parametrize(
    "hidden", [HOME, "10.0.0.7", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"]
)
def test_one_private_address_among_public_ones_is_enough_to_refuse(
    salon: Account, server: Server, hidden: str
) -> None:
    world = World(server, [[PUBLIC, hidden]])
    assert reason(sender(world), at(salon, f"https://{HOST}/api"), ERASE) == "address_refused"
    assert world.opened == []


def test_a_socket_that_ends_somewhere_private_is_closed_before_anything_is_said(
    salon: Account, server: Server
) -> None:
    world = World(server, [[PUBLIC]], tells=None)  # the way to the public address leads to this machine
    assert reason(sender(world), at(salon, f"https://{HOST}/api"), ERASE) == "address_refused"
    assert world.opened == [PUBLIC]
    assert server.seen == []


@pytest.mark.parametrize(
    "base_url",
    ["https://127.0.0.1/api", "https://[::1]/api", "https://2130706433/api", "https://0x7f.1/api", "https://localhost/api",
     "https://0/api", "https://[::ffff:7f00:1]/api", "https://169.254.169.254/latest"],
)  # fmt: skip
def test_however_a_private_address_is_written_it_is_refused(salon: Account, base_url: str) -> None:
    send = HttpSender(pace=Pace(10_000), pause=0, timeout=(1.0, 1.0))
    assert reason(send, at(salon, base_url)) in {"address_refused", "no_connection", "bad_address"}


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:1/", "https://169.254.169.254/", "//evil.example/", "/elsewhere"]
)
def test_a_redirect_is_an_answer_and_is_not_followed(salon: Account, server: Server, place: str) -> None:
    server.leads_to = place
    send = HttpSender(frozenset({HOME}), pace=Pace(10_000), pause=0)
    account = at(salon, f"http://{HOME}:{server.server_port}/api")
    for call in (READ, ERASE):
        assert send(account, call).status == 302
    assert [path for _, path, _ in server.seen] == ["/api/clients/c-1"] * 2


TRICKS = ("../../admin", "..", ".", "%2e%2e", "%2e%2e%2fadmin", "a/b", "a\\b", "%00", "a;b=c", "?x=1", "#x", "a b",
          "ä€🦊", "a%0d%0aX: 1", "//evil.example", "@evil.example", "c-1/../c-2", "*", "．．／", "%",
          "c-1?purge=all")  # fmt: skip
CALLS = (
    standard_calls.look_up,
    standard_calls.export,
    standard_calls.erase,
    lambda client: standard_calls.rectify(client, {"name": "x"}, 1),
    lambda client: standard_calls.set_marketing(client, {Channel.EMAIL: False}),
    lambda client: standard_calls.set_restriction(client, True),
    lambda client: standard_calls.anonymise(client, frozenset({Category.BILLING})),
    lambda client: standard_calls.erase_category(client, Category.HEALTH, NOON.date()),
)
#: what an id may hold that comes in: anything but control characters and half signs
IDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@settings(max_examples=12)
@given(client=IDS)
def test_whatever_a_client_is_called_a_call_is_about_that_client_or_is_not_made(
    salon: Account, server: Server, client: str
) -> None:
    _only_about(salon, server, client)


@pytest.mark.parametrize("client", TRICKS)
def test_no_trick_in_a_clients_id_leads_to_another_path(salon: Account, server: Server, client: str) -> None:
    _only_about(salon, server, client)


def _only_about(salon: Account, server: Server, client: str) -> None:
    send = HttpSender(frozenset({HOME}), pace=Pace(10_000), pause=0)
    account = at(salon, f"http://{HOME}:{server.server_port}/api")
    for make in CALLS:
        server.seen.clear()
        if not all(part.strip(".") for part in re.split(r"[/\\]", client)):  # by hand
            assert reason(send, account, make(client)) == "unsafe_path"
            assert server.seen == []
            continue
        send(account, make(client))
        ((_, path, host),) = server.seen
        first, second, named, *rest = path.partition("?")[0].lstrip("/").split("/")
        assert (first, second, unquote(named)) == ("api", "clients", client)
        assert set(rest) <= {"export", "marketing", "restriction", "anonymise", "categories", "health"}
        assert host == f"{HOME}:{server.server_port}"
        assert path.isascii()
