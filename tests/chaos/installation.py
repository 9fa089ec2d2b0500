"""The installation of a rehearsal: two salons connected, jobs proposed, and what stands in its database."""

import json
import signal
import socket
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
import requests
import sqlalchemy as sa
from sqlmodel import col, func, select

from connector import census, clock, database, demo_world, install, jobs, nightly, owners, program, salons
from connector.config import Settings
from connector.states import State
from connector.tables import Job
from tests.chaos.booking_process import SALONS, TOKEN
from tests.chaos.processes import Process, env_of, ovikello
from tests.waiting import until

KEY = "test-key-of-no-installation"  # as in the tests, whose databases it is used on too
MAIN, STRANGER = SALONS
#: the design's numbers, ten times as fast
FAST = {
    "OVIKELLO_LEASE_SECONDS": "3",
    "OVIKELLO_SWEEP_SECONDS": "0.2",
    "OVIKELLO_RETRY_SECONDS": "0.3",
    "OVIKELLO_LONGEST_RETRY_SECONDS": "2",
    "OVIKELLO_CONNECT_SECONDS": "1",
    "OVIKELLO_READ_SECONDS": "1",
    "OVIKELLO_BREAKER_SECONDS": "0.5",
    "OVIKELLO_CALLS_PER_SECOND": "200",
}
#: longer than the read timeout above
HANGS_FOR = 1.3
#: a booking system that cannot anonymise is asked category by category
WITHOUT_ANONYMISE = "without-anonymise"
_LEAVING = "quiet-"


@dataclass
class Speaker:
    """An owner who gives the word; each code is good once."""

    email: str
    secret: str = field(repr=False)
    used: int = -1

    def code(self) -> str | None:
        """A code that was not used yet, or None until there is one."""
        step = int(clock.now().timestamp() // 30)
        if step <= self.used:
            return None
        self.used = step
        return pyotp.TOTP(self.secret).at(clock.now())


class Installation:
    """Everything that a rehearsal runs: database, booking system, processes that can be started."""

    def __init__(
        self,
        folder: Path,
        database_url: str | None,
        *,
        jobs: int,
        seed: int,
        numbers: Mapping[str, str] = FAST,
    ) -> None:
        self.folder, self.is_sqlite = folder, database_url is None
        self._url = database_url or f"sqlite:///{folder / 'web' / 'ovikello.db'}"
        self._numbers = dict(numbers)
        can = [WITHOUT_ANONYMISE] if seed % 2 == 0 else []
        words = [sys.executable, "-m", "tests.chaos.booking_process", str(folder), str(jobs), str(seed)]
        self._booking = Process("booking", [*words, str(HANGS_FOR), *can], {"LANG": "C.UTF-8"}, folder)
        self._processes = [self._booking]
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port: int = one.getsockname()[1]
        self._set_up()

    def process(self, name: str, *words: str, **more: str) -> Process:
        """A process of Ovikello's on a machine of its own, not started yet."""
        made = Process(name, ovikello(*words), self.env(name, **more), self.folder)
        self._processes.append(made)
        return made

    def web(self) -> Process:
        """The web process; on SQLite it is the worker too."""
        engine = "embedded" if self.is_sqlite else "none"
        return self.process("web", "serve", "--port", str(self.port), OVIKELLO_ENGINE=engine)

    def env(self, name: str, **more: str) -> dict[str, str]:
        """The environment of a process."""
        numbers = {**self._numbers, **more}
        return env_of(self.folder / name, self._url, self.folder / "journal", KEY, **numbers)

    @property
    def hook(self) -> str:
        """Where the booking system's webhooks go."""
        return f"http://127.0.0.1:{self.port}/webhooks/{MAIN}"

    def office(self, slug: str) -> dict[str, Any]:
        """What the booking system holds, and how it has misbehaved."""
        told: dict[str, Any] = requests.get(f"{self._at[slug]}/rehearsal", timeout=60).json()
        return told

    def misbehave(self, **words: object) -> None:
        """Have the main salon's booking system do so, a counted number of times."""
        assert requests.post(f"{self._at[MAIN]}/pretend/misbehave", json=words, timeout=60).ok

    def tell_office(self, **words: object) -> None:
        """Say something to the main salon's booking system: calm or not, and where webhooks go."""
        requests.post(f"{self._at[MAIN]}/rehearsal", json=words, timeout=60)

    def in_states(self, *states: State) -> list[str]:
        """The wanted jobs that stand there."""
        with database.read(self.program.engine) as db:
            rows = db.exec(select(Job.id).where(Job.salon == MAIN, col(Job.state).in_(states)))
            return [str(job) for job in rows if str(job) in self.wanted]

    def states(self) -> Counter[str]:
        """How many jobs stand where."""
        with database.read(self.program.engine) as db:
            count = sa.select(col(Job.state), func.count()).where(col(Job.salon) == MAIN)
            rows = db.connection().execute(count.group_by(col(Job.state)))
            return Counter({str(state): number for state, number in rows})

    def tokens(self, *states: State) -> dict[str, int]:
        """The fencing tokens of jobs: of all, or of those that stand there."""
        where = col(Job.state).in_(states) if states else sa.true()
        with database.read(self.program.engine) as db:
            rows = db.exec(select(Job.id, Job.attempt).where(Job.salon == MAIN, where))
            return {str(job): attempt for job, attempt in rows}

    def stop(self) -> None:
        """End everything that still runs."""
        for process in reversed(self._processes):
            process.signal(signal.SIGCONT)
            if process.is_alive:
                process.kill()
        self.program.engine.dispose()

    def _set_up(self) -> None:
        self._booking.start()
        ready = self.folder / "booking.json"
        assert until(ready.exists), self._booking.said().decode()
        self._at: dict[str, str] = json.loads(ready.read_text())
        settings = Settings.from_env(self.env("web"))
        install.init(settings, now=clock.now())
        self.program = program.open_program(settings)
        self.secret = self._connect(MAIN)
        self._connect(STRANGER)
        self.speakers = [self._speaker(f"owner-{number}@example.com") for number in range(6)]
        for slug in SALONS:
            assert census.run(self.program, slug).is_complete
            nightly.run(self.program, salon=slug)
        self._choose()
        self.before: dict[str, dict[str, str]] = {slug: self.office(slug)["alive"] for slug in SALONS}

    def _connect(self, slug: str) -> str:
        now = clock.now()
        with database.write(self.program.engine) as db:
            return salons.add(
                db,
                self.program.vault,
                slug,
                dialect="standard",
                policy=demo_world.policy_of(now),
                base_url=self._at[slug],
                token=TOKEN,
                now=now,
            )

    def _speaker(self, email: str) -> Speaker:
        with database.write(self.program.engine) as db:
            owners.add(db, self.program.vault, email, MAIN, now=clock.now())
            secrets = owners.give_secrets(db, self.program.vault, email, now=clock.now())
        assert secrets is not None
        return Speaker(email, pyotp.parse_uri(secrets.totp_uri).secret)

    def _choose(self) -> None:
        """Which jobs the owners will approve, and about whom."""
        with database.read(self.program.engine) as db:
            account = salons.account(db, self.program.vault, MAIN)
            assert account is not None
            chosen = [
                one
                for one in jobs.listed(db, account, [State.PROPOSED])
                if one.client is not None and one.client.startswith(_LEAVING)
            ]
        self.wanted = frozenset(str(one.job) for one in chosen)
        self.allowed = frozenset(one.client for one in chosen if one.client is not None)
        self.kinds = Counter(one.kind.value for one in chosen)
