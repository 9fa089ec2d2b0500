"""The whole application under the real waitress, in a process of its own.

`python -m tests.doors.running`, with environment and patience as JSON on standard input; the port is printed.
"""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from connector import clock, serving
from connector.app import create_app
from connector.config import Settings
from connector.program import open_program
from connector.serving_limits import Patience
from tests.databases import KEY
from webhooks.signatures import sign

ROOT = Path(__file__).parent.parent.parent
HOST = "127.0.0.1"
PATIENCE = 60.0  # seconds; far more than any answer needs
_PAGE = 4096


@dataclass(frozen=True)
class Running:
    """A server that answers, by its port and the number of its process."""

    port: int
    pid: int

    @property
    def memory(self) -> int:
        """How many bytes it holds."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE

    def connect(self) -> socket.socket:
        """A connection that says nothing yet."""
        made = socket.create_connection((HOST, self.port), timeout=PATIENCE)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made


@contextmanager
def running(settings: Settings, patience: Patience, **numbers: str) -> Iterator[Running]:
    """Run it until the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.doors.running"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        json.dump({"env": {**env_of(settings), **numbers}, "patience": asdict(patience)}, process.stdin)
        process.stdin.close()
        try:
            yield Running(int(process.stdout.readline()), process.pid)
        finally:
            process.kill()


def env_of(settings: Settings) -> dict[str, str]:
    """The environment in which another process has the same installation."""
    return {
        "OVIKELLO_DATA_DIR": str(settings.data_dir),
        "OVIKELLO_DATABASE_URL": settings.database_url,
        "OVIKELLO_JOURNAL_DIR": str(settings.journal_dir),
        "OVIKELLO_SECRET_KEY": KEY,
        "OVIKELLO_LOG_LEVEL": "ERROR",
    }


def status_of(door: socket.socket, request: bytes) -> tuple[int, dict[str, str]]:
    """Send a whole request, and give the answer's status and headers; 0 where the other side hung up."""
    with door:
        door.sendall(request)
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := door.recv(65536)):
                return 0, {}
            head += more
    first, *lines = head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    return int(first.split()[1]), {
        name.lower(): value for name, value in (line.split(": ", 1) for line in lines)
    }


def request_of(path: str, body: bytes = b"", method: str = "POST", **headers: str) -> bytes:
    """A request as it goes over the wire."""
    lines = {"Host": "ovikello.example", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def visit(number: int) -> bytes:
    """A client came to the salon."""
    told = {
        "type": "client.login",
        "timestamp": clock.now().isoformat(),
        "data": {"client_id": f"c-{number}"},
    }
    return json.dumps(told).encode()


def delivery(slug: str, secret: str, body: bytes, name: str | None = None) -> bytes:
    """A signed delivery as it goes over the wire."""
    headers = sign(secret, name or uuid4().hex, clock.now(), body)
    return request_of(f"/webhooks/{slug}", body, **headers)


def main() -> None:
    """Serve until the process is ended."""
    told: Mapping[str, Mapping[str, str]] = json.load(sys.stdin)
    app = create_app(open_program(Settings.from_env(told["env"])))
    patience = Patience(**told["patience"])  # type: ignore[arg-type] # JSON keeps what numbers they were
    server = serving.make_server(app, host=HOST, port=0, patience=patience)
    print(server.effective_port, flush=True)  # noqa: T201 - read by whoever started it
    server.run()


if __name__ == "__main__":
    main()
