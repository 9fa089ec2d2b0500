"""What every step of `ovikello demo --check` is handed, and gives."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import requests

from connector import database, dispatch, jobs, verify
from connector.demo_browser import Browser
from connector.demo_world import Demo
from connector.jobs import Listed
from connector.program import Clock
from connector.states import State
from policies.decisions import JobKind

#: whether it held, and what was seen
Seen = tuple[bool, str]
ROUNDS = 20


@dataclass(frozen=True)
class Step:
    """One step of the journey."""

    step: str
    held: bool
    detail: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


class Shifted:
    """The real clock, and however far the walk has moved it on."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._by = timedelta(0)

    def __call__(self) -> datetime:
        """What it shows."""
        return self._now() + self._by

    def forward(self, **by: float) -> None:
        """Move it on, by days, seconds …"""
        self._by += timedelta(**by)


@dataclass
class Walk:
    """The demo, its clock, where Ovikello answers, and what the steps before have chosen."""

    demo: Demo
    clock: Shifted
    url: str
    browser: Browser
    used: str = ""  # the code of the log-in
    chosen: tuple[Listed, ...] = ()

    def jobs(self, *states: State) -> list[Listed]:
        """The salon's jobs, in these states or in all."""
        with database.read(self.demo.program.engine) as db:
            return jobs.listed(db, self.demo.account, states or None)

    def job(self, one: Listed) -> Listed:
        """A job as it stands now."""
        with database.read(self.demo.program.engine) as db:
            return jobs.listed(db, self.demo.account, job_ids=[one.job])[0]

    def waiting(self, kind: JobKind) -> list[Listed]:
        """What waits for the owner's word, of one kind."""
        return [job for job in self.jobs(State.PROPOSED) if job.kind is kind]

    def fresh_code(self) -> str:
        """A code that was not used yet: each is good once."""
        self.clock.forward(seconds=31)
        return self.demo.code()

    def carry(self) -> None:
        """Do what is due of calls and looks, as the worker does."""
        for _ in range(ROUNDS):
            sent = dispatch.send_due(self.demo.program, limit=100)
            looked = verify.look_due(self.demo.program, limit=100)
            if not sent and not looked:
                return

    def at_booking_system(self, client: str) -> requests.Response:
        """The client's record there, asked for past Ovikello."""
        headers = {"Authorization": f"Bearer {self.demo.system.token}"}
        return requests.get(f"{self.demo.running.base_url}/clients/{client}", headers=headers, timeout=10)

    def told(self) -> bool:
        """Wait until the booking system has told everything."""
        return self.demo.system.outbox.flush(timeout=20)
