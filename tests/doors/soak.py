"""An hour at the door: everybody at once, good and bad, fast and slow, while the server's memory is watched.

`make soak`, or `python -m tests.doors.soak --seconds 600`. It runs `ovikello serve` as it is, on a database of its own,
tells how it goes every ten seconds, and ends with 0 only if every good delivery was answered and kept, and the
memory stayed flat.
"""

import argparse
import itertools
import re
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click
from sqlmodel import select

from connector import clock, database, install, salons
from connector.config import Settings
from connector.program import open_program
from connector.tables import Client, Seen
from tests.chaos.processes import Process, env_of, ovikello
from tests.databases import KEY, settings_for
from tests.doors.running import Running, delivery, request_of, status_of, visit
from tests.waiting import until

STEADY = ("aava", "toinen")
HASTY = "kiire"
SALONS = (*STEADY, HASTY)
POLICY = Path(__file__).parent.parent.parent / "policies" / "library" / "yearly_purge.toml"
#: so that bursts go over the rate
NUMBERS = {"OVIKELLO_DELIVERIES_AT_ONCE": "60", "OVIKELLO_DELIVERIES_PER_SECOND": "20"}
CLIENTS = 200
BURST = 150
SLOW = 40
#: how much more there may be in the last quarter than in the second: what was allocated once is no leak
FLAT = 8 * 1024**2


@dataclass
class Soaked:
    """What came of it."""

    statuses: Counter[str] = field(default_factory=Counter)  # who sent → which answer, counted
    taken: set[str] = field(default_factory=set)  # deliveries that were answered with 2xx
    kept: set[str] = field(default_factory=set)  # deliveries that the database remembers
    clients: int = 0
    slowest: float = 0.0  # seconds that a good delivery waited for its answer
    memory: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def growth(self) -> int:
        """How many bytes more it holds in the last quarter than in the second."""
        quarter = max(len(self.memory) // 4, 1)
        second, last = self.memory[quarter : 2 * quarter] or self.memory, self.memory[-quarter:]
        return round(statistics.median(last) - statistics.median(second))

    @property
    def faults(self) -> list[str]:
        """What was not as it should be."""
        found = list(self.errors)
        if self.taken - self.kept:
            found.append(f"{len(self.taken - self.kept)} deliveries were answered and not kept")
        if strange := {word for word in self.statuses if word not in _EXPECTED}:
            found.append(f"answers that nobody should get: {sorted(strange)}")
        return found

    def line(self, seconds: float) -> str:
        """How it goes."""
        now = self.memory[-1] / 1024**2 if self.memory else 0
        told = ", ".join(f"{word} {count}" for word, count in sorted(self.statuses.items()))
        return f"{seconds:6.0f} s  {now:6.1f} MiB  slowest {self.slowest:.2f} s  {told}"


_EXPECTED = {"good 204", "burst 204", "burst 429", "bad 401", "log-in 403", "log-in 429", "slow hung up"}


class _Crowd:
    """Everybody who comes to the door, each in a thread of its own until the end."""

    def __init__(self, door: Running, secrets: dict[str, str], soaked: Soaked) -> None:
        self._door, self._secrets, self._soaked = door, secrets, soaked
        self._is_over, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._go_on, args=(do,), daemon=True) for do in self._all()]

    def _all(self) -> list[Callable[[], None]]:
        good = [partial(self._good, slug) for slug in STEADY for _ in range(2)]
        bad = [partial(self._bad, slug) for slug in ("aava", "nobody")]
        return [*good, *bad, self._burst, self._log_in, self._slow]

    def start(self) -> None:
        """Let them come."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Send them home."""
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, do: Callable[[], None]) -> None:
        while not self._is_over.is_set():
            try:
                do()
            except OSError as error:
                with self._lock:
                    self._soaked.errors.append(type(error).__name__)

    def _pause(self, seconds: float) -> None:
        self._is_over.wait(seconds)

    def _count(self, who: str, status: object) -> None:
        with self._lock:
            self._soaked.statuses[f"{who} {status}"] += 1

    def _deliver(self, who: str, slug: str, name: str, number: int) -> int:
        began = time.monotonic()
        request = delivery(slug, self._secrets[slug], visit(number % CLIENTS), name)
        status, _ = status_of(self._door.connect(), request)
        self._count(who, status)
        with self._lock:
            self._soaked.slowest = max(self._soaked.slowest, time.monotonic() - began)
            if 200 <= status < 300:
                self._soaked.taken.add(f"{slug} {name}")
        return status

    def _good(self, slug: str) -> None:
        number = next(_NUMBERS)
        self._deliver("good", slug, f"g-{number}", number)
        self._pause(0.2)

    def _burst(self) -> None:
        """More at once than the rate lets in; what was told to wait comes again."""
        waiting = {f"b-{number}": number for number in itertools.islice(_NUMBERS, BURST)}
        while waiting and not self._is_over.is_set():
            for name, number in list(waiting.items()):
                if self._deliver("burst", HASTY, name, number) != 429:
                    del waiting[name]
                elif self._is_over.is_set():
                    return
            self._pause(1)
        self._pause(5)

    def _bad(self, slug: str) -> None:
        headers = {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
        request = request_of(f"/webhooks/{slug}", visit(1), **headers)
        self._count("bad", status_of(self._door.connect(), request)[0])
        self._pause(0.01)

    def _log_in(self) -> None:
        form = b"email=kuka%40nyt.example&password=vihdoin+viimein"
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        self._count("log-in", status_of(self._door.connect(), request_of("/login", form, **kind))[0])
        self._pause(1)

    def _slow(self) -> None:
        """Many who send a byte a second, of a body that never ends, until they are hung up on."""
        head = b"POST /webhooks/aava HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n"
        with ExitStack() as held:
            doors = [held.enter_context(self._door.connect()) for _ in range(SLOW)]
            for door in doors:
                door.sendall(head)
            while doors and not self._is_over.is_set():
                for door in list(doors):
                    try:
                        door.sendall(b"x")
                    except OSError:
                        doors.remove(door)
                        self._count("slow", "hung up")
                self._pause(1)


_NUMBERS = itertools.count()


def soak(settings: Settings, folder: Path, seconds: float, *, tell: Callable[[str], None]) -> Soaked:
    """Let everybody come for so long; `settings` are of an installation with these salons."""
    soaked, opened = Soaked(), open_program(settings)
    with database.read(opened.engine) as db:
        opened_salons = {
            slug: salons.account_with_secrets(db, opened.vault, slug, clock.now()) for slug in SALONS
        }
    secrets = {slug: newest for slug, (_, (newest, *_older)) in opened_salons.items()}
    env = env_of(settings.data_dir, settings.database_url, settings.journal_dir, KEY, **NUMBERS)
    serve = Process("soak", ovikello("serve", "--port", "0"), env, folder)
    serve.start()
    try:
        serve.wait_until_up()
        found = re.search(rb"serves at http://127\.0\.0\.1:(\d+)", serve.said())
        assert found is not None
        door = Running(int(found[1]), serve.pid)
        crowd = _Crowd(door, secrets, soaked)
        crowd.start()
        _watch(door, soaked, seconds, tell)
        crowd.stop()
    finally:
        serve.kill()
    with database.read(opened.engine) as db:
        soaked.kept = {f"{row.salon} {row.delivery}" for row in db.exec(select(Seen))}
        soaked.clients = len(list(db.exec(select(Client.client))))
    opened.engine.dispose()
    return soaked


def _watch(door: Running, soaked: Soaked, seconds: float, tell: Callable[[str], None]) -> None:
    began, told = time.monotonic(), 0.0

    def is_over() -> bool:
        nonlocal told
        soaked.memory.append(door.memory)
        passed = time.monotonic() - began
        if passed - told >= 10:
            told = passed
            tell(soaked.line(passed))
        return passed >= seconds

    until(is_over, within=seconds + 60, every=0.5)


def main() -> int:
    """Soak, and say how it went."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=3600)
    seconds: float = asked.parse_args().seconds
    with tempfile.TemporaryDirectory() as name:
        settings = settings_for(Path(name) / "data")
        install.init(settings, now=clock.now())
        opened = open_program(settings)
        with database.write(opened.engine) as db:
            for slug in SALONS:
                salons.add(
                    db, opened.vault, slug, dialect="standard", policy=POLICY.read_bytes(), now=clock.now()
                )
        opened.engine.dispose()
        soaked = soak(settings, Path(name), seconds, tell=lambda line: click.echo(line, err=True))
    click.echo(soaked.line(seconds))
    click.echo(f"{len(soaked.taken)} good deliveries taken, all of them kept: {soaked.taken <= soaked.kept}")
    click.echo(f"memory grew by {soaked.growth / 1024**2:.1f} MiB from the second quarter to the last")
    faults = soaked.faults + ([] if soaked.growth < FLAT else ["the memory grows"])
    click.echo("\n".join(faults) or "nothing to complain about")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
