"""A booking system in a hurry: signed deliveries, many at once, from a process of its own.

`python -m tests.bench.load`, with a `Spec` as JSON in each line of standard input; what came of it is printed as JSON.
Everything is signed before the first is sent, and little is done for each, since the processor is shared with the
server. Each has a connection of its own: waitress closes after a 204, which has no length.
"""

import json
import selectors
import socket
import sys
from dataclasses import asdict, dataclass
from time import perf_counter

from connector import clock
from tests.bench import registers
from webhooks.signatures import sign


@dataclass(frozen=True)
class Spec:
    """What is to be sent where."""

    port: int
    salons: dict[str, str]  # slug → secret
    count: int
    round: int  # bodies of another round are others
    connections: int = 16


@dataclass(frozen=True)
class Sent:
    """What came of it; times in seconds."""

    count: int
    seconds: float
    p50: float
    p99: float
    longest: float
    statuses: dict[str, int]

    @property
    def rate(self) -> float:
        """Deliveries a second."""
        return self.count / self.seconds


class _Line:
    """One delivery under way."""

    def __init__(self, port: int, request: bytes) -> None:
        self.began = perf_counter()
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)

    def end(self) -> tuple[str, float]:
        """The answer's status, and how long it took."""
        status = self.socket.recv(65536)[9:12].decode()
        self.socket.close()
        return status, perf_counter() - self.began


def main() -> None:
    """Send what each line asks for, and tell."""
    for line in sys.stdin:
        spec = Spec(**json.loads(line))
        sent = _send(spec, _requests(spec))
        print(json.dumps(asdict(sent)), flush=True)  # noqa: T201 - read by whoever started it


def _requests(spec: Spec) -> list[bytes]:
    """Half of them visits, half records with contact points and consents, of 50 clients of each salon."""
    now, made = clock.now(), []
    slugs = sorted(spec.salons)
    for number in range(spec.count):
        slug, client = slugs[number % len(slugs)], number // len(slugs) // 2 % 50
        visit = registers.visit_of(spec.round * spec.count + number, now.date(), is_overdue=False)
        body = registers.bodies(client, visit)[number // len(slugs) % 2]
        body = body[:-1] + b" " * max(0, 1100 - len(body)) + b"}"
        headers = sign(spec.salons[slug], f"{spec.round}-{number}", now, body)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST /webhooks/{slug} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
        made.append(head.encode() + body)
    return made


def _send(spec: Spec, requests: list[bytes]) -> Sent:
    waiting = iter(requests)
    took: list[float] = []
    statuses: dict[str, int] = {}
    with selectors.DefaultSelector() as ready:

        def go_on() -> int:
            request = next(waiting, None)
            if request is None:
                return 0
            line = _Line(spec.port, request)
            ready.register(line.socket, selectors.EVENT_READ, line)
            return 1

        began = perf_counter()
        lines = sum(go_on() for _ in range(spec.connections))
        while lines:
            for key, _ in ready.select():
                ready.unregister(key.fileobj)
                status, seconds = key.data.end()
                took.append(seconds)
                statuses[status] = statuses.get(status, 0) + 1
                lines += go_on() - 1
        whole = perf_counter() - began
    took.sort()
    return Sent(len(took), whole, took[len(took) // 2], took[int(len(took) * 0.99)], took[-1], statuses)


if __name__ == "__main__":
    main()
