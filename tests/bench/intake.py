"""I1 to I5: webhook intake through the real server and route, beside the floors under the same server."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from connector import database, salons
from tests.bench.doors import KINDS, writer
from tests.bench.figures import Figure, middle, rate, say, seconds, span
from tests.bench.load import Sent, Spec
from tests.bench.places import Open, Place, connect

ROOT = Path(__file__).parent.parent.parent
#: each may send 100 a second, 1,000 at once: so many that nobody is refused
SALONS = 60
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Size:
    """How often and how long."""

    pairs: int
    count: int
    commits: int


@dataclass(frozen=True)
class Round:
    """What one server did with one load, and the processor time that it took for each delivery."""

    sent: Sent
    cpu: float


def run(open_place: Open, size: Size) -> Iterator[Figure]:
    """Each server in its turn, again and again; the median of what the pairs' ratios are."""
    with open_place() as place:
        yield from _run(place, size)


def _run(place: Place, size: Size) -> Iterator[Figure]:
    accounts = connect(place, SALONS)
    with database.read(place.program.engine) as db:
        now = place.program.now()
        secrets = {
            one.slug: salons.account_with_secrets(db, place.program.vault, one.slug, now)[1][0]
            for one in accounts
        }
    with ExitStack() as stack:
        doors = {kind: stack.enter_context(_door(place, kind)) for kind in KINDS}
        sender = stack.enter_context(_sender())
        for kind in KINDS if size.pairs > 1 else ():  # warm: threads, connections, caches of statements
            _load(sender, doors[kind], secrets, size.count // 4, round=900)
        rounds: dict[str, list[Round]] = {kind: [] for kind in KINDS}
        for number in range(size.pairs):
            say(f"{place.name}: intake, pair {number + 1} of {size.pairs}")
            for kind in KINDS:
                rounds[kind].append(_load(sender, doors[kind], secrets, size.count, round=number))
    yield from _figures(place, rounds)
    yield _commits(place, size)


def _figures(place: Place, rounds: dict[str, list[Round]]) -> Iterator[Figure]:
    whole, floor, bare = rounds["whole"], rounds["floor"], rounds["bare"]
    rates = {kind: middle(one.sent.rate for one in found) for kind, found in rounds.items()}
    share = middle(w.sent.rate / f.sent.rate for w, f in zip(whole, floor, strict=True))
    yield Figure(
        "I1" if place.is_sqlite else "I2",
        "deliveries taken in, 16 connections",
        place.name,
        rate(rates["whole"], 1),
        f"{rate(rates['floor'], 1)} one bare row each",
        share,
        at_least=0.5 if place.is_sqlite else 0.45,
    )
    yield Figure(
        "",
        "the same server without a database",
        place.name,
        rate(rates["whole"], 1),
        f"{rate(rates['bare'], 1)} read and answered",
        middle(w.sent.rate / b.sent.rate for w, b in zip(whole, bare, strict=True)),
    )
    yield Figure(
        "I3",
        "processor time of a delivery",
        place.name,
        span(middle(one.cpu for one in whole)),
        f"{span(middle(one.cpu for one in floor))} of a bare row",
        middle(w.cpu / f.cpu for w, f in zip(whole, floor, strict=True) if f.cpu)
        if _has_cpu(floor)
        else None,
        at_most=2.2,
    )
    yield Figure(
        "I4",
        "slowest 1 % of answers against the median",
        place.name,
        span(middle(one.sent.p99 for one in whole)),
        f"{span(middle(one.sent.p50 for one in whole))} (longest {span(max(o.sent.longest for o in whole))})",
        middle(one.sent.p99 / one.sent.p50 for one in whole),
        at_most=4,
    )


def _has_cpu(rounds: list[Round]) -> bool:
    return any(one.cpu for one in rounds)


def _commits(place: Place, size: Size) -> Figure:
    """How many durable commits the disk and the driver give, one after the other."""
    write = writer(place.program.settings)

    def commit() -> None:
        for number in range(size.commits):
            write(f"alone/{number}")

    took = seconds(commit)
    write.close()
    path = place.program.settings.data_dir / "appended"
    with path.open("ab", buffering=0) as file:

        def append() -> None:
            for _ in range(size.commits):
                file.write(b"x" * 4096)
                os.fdatasync(file.fileno())

        bare = seconds(append)
    return Figure(
        "",
        "durable commits of the driver, one thread",
        place.name,
        rate(size.commits, took),
        f"{rate(size.commits, bare)} appends to a file, synced",
        bare / took,
    )


@contextmanager
def _door(place: Place, kind: str) -> Iterator[tuple[int, int]]:
    """A server; its process and its port."""
    settings = place.program.settings
    env = {
        "OVIKELLO_DATA_DIR": str(settings.data_dir),
        "OVIKELLO_SECRET_KEY": settings.secret_key,
        "OVIKELLO_DATABASE_URL": settings.database_url,
    }
    process = _python("tests.bench.doors", kind)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(env))
    process.stdin.close()
    try:
        yield process.pid, int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def _sender() -> Iterator["subprocess.Popen[str]"]:
    """Who sends the deliveries."""
    process = _python("tests.bench.load")
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _load(
    sender: "subprocess.Popen[str]",
    door: tuple[int, int],
    secrets: dict[str, str],
    count: int,
    *,
    round: int,
) -> Round:
    assert sender.stdin is not None
    assert sender.stdout is not None
    pid, port = door
    before = _cpu(pid)
    sender.stdin.write(json.dumps(asdict(Spec(port, secrets, count, round))) + "\n")
    sender.stdin.flush()
    sent = Sent(**json.loads(sender.stdout.readline()))
    if sent.statuses != {"204": count}:
        raise RuntimeError(f"not all were taken in: {sent.statuses}")
    return Round(sent, (_cpu(pid) - before) / count)


def _python(module: str, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", module, *words]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _cpu(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
