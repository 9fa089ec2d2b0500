"""The job engine: Huey, embedded, wakes what is due; the truth stays in our own rows.

Only ids cross into it, and a wake-up that is lost loses nothing: a sweep (first thing at the start, then every two
seconds) wakes every job and every look that is due, and whatever a dead worker left behind. Workers on several
machines need nothing in common but the database (and the erasure journal's folder).
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from huey.consumer import Consumer

from connector import (
    census_hinted,
    database,
    dispatch,
    engine_queue,
    evidence_checks,
    jobs_leases,
    jobs_looks,
    jobs_work,
    mailing,
    mirror_hints,
    nightly,
    nightly_evidence,
    verify,
)
from connector.program import Program

NIGHT_EVERY = 60.0
MAIL_EVERY = 300.0  # "at once" for a person
BATCH = 100  # woken by one sweep
BREATH = 0.5  # seconds to the next sweep where there is more to wake
HINTS = 10  # fetched by one who then lets others have a turn
WORKERS = 4

_log = logging.getLogger(__name__)


class _Embedded(Consumer):  # type: ignore[misc]  # huey has no types
    """A consumer in a thread: signals belong to the process that it is embedded in."""

    def _set_signal_handlers(self) -> None:
        pass


class Engine:
    """The worker in `ovikello serve` and `ovikello work`. With `engine = "none"` it does nothing at all."""

    def __init__(
        self, program: Program, *, sweep_every: float | None = None, night_every: float = NIGHT_EVERY
    ):
        self._program = program
        self._sweep_every = sweep_every or program.settings.numbers.sweep
        self._night_every = night_every
        #: seconds for what has begun: a look and a call, each with its whole time
        self._drain = 2 * program.settings.numbers.over_after.total_seconds()
        self._ended = threading.Event()
        self._at_night, self._at_mail = threading.Lock(), threading.Lock()
        self._at_hints = threading.Lock()
        self._sweeper = threading.Thread(target=self._keep_sweeping, name="ovikello-sweep", daemon=True)
        self._huey: Any = None
        self._consumer: Any = None
        self._next_night = self._next_mail = 0.0
        #: whether the last sweep found more than it could wake
        self._has_more = False
        if program.settings.engine != "none":
            self._make_queue()

    def start(self) -> None:
        """Begin to work, in threads of this process."""
        if self._huey is None:
            return
        self._guarded(jobs_leases.end_of_the_dead)(self._program.engine, now=self._program.now())
        self._consumer = _Embedded(
            self._huey,
            workers=WORKERS,
            periodic=False,
            initial_delay=0.05,
            max_delay=1.0,
            scheduler_interval=60,  # nothing is scheduled in the queue: what waits has its day in its row
            shutdown_timeout=self._drain,
        )
        self._consumer.start()
        self._sweeper.start()

    def stop(self) -> None:
        """Let what has begun come to its end, and begin nothing new. What is left, the next start finds.

        Whoever is still at it after the time that a look and a call may take is left behind, as by a crash.
        """
        if self._consumer is None:
            return
        self._ended.set()
        self._consumer.stop_flag.set()  # at once: what waits in the queue is not begun either
        self._sweeper.join(self._drain)
        self._consumer.stop(graceful=True)
        self._huey.storage.close()
        self._consumer = None

    def wake(self, job_id: UUID) -> None:
        """Carry on with a job soon: best effort, after the commit; the sweep finds it anyway."""
        if self._huey is not None:
            self._guarded(self._carry)(str(job_id))

    def sweep(self) -> int:
        """Wake what is due, unless the workers still have enough to do; give how many were woken."""
        if self._huey is None or self._huey.pending_count():
            return 0
        now = self._program.now()
        with database.read(self._program.engine) as db:
            jobs = jobs_work.due(db, now, BATCH)
            looks = jobs_looks.due(db, now, BATCH)
            asked = evidence_checks.asked(db, now=now)
            has_hints = bool(mirror_hints.due(db, now, 1))
        self._has_more = BATCH in {len(jobs), len(looks)}
        for job in jobs:
            self._carry(str(job.job))
        for look in looks:
            self._look(str(look.job), look.nth)
        if asked:
            self._check()
        if has_hints:
            self._hinted()
        return len(jobs) + len(looks)

    def run_nights(self) -> None:
        """Run every salon's night that has come and that nobody claimed; one of us at a time."""
        if not self._at_night.acquire(blocking=False):
            return
        try:
            nightly.run(self._program, scheduled=True)
        finally:
            self._at_night.release()

    def fetch_hinted(self) -> None:
        """Fetch what was hinted at; one of us at a time, so that a slow system holds up no more than one worker."""
        if not self._at_hints.acquire(blocking=False):
            return
        try:
            census_hinted.fetch_due(self._program, limit=HINTS)
        finally:
            self._at_hints.release()

    def send_mail(self) -> None:
        """Write to owners; one of us at a time, so that a slow mail server keeps no more than one worker."""
        if not self._at_mail.acquire(blocking=False):
            return
        try:
            mailing.run(self._program)
        finally:
            self._at_mail.release()

    def _make_queue(self) -> None:
        self._huey = engine_queue.make(self._program.settings)
        task = self._huey.task
        self._carry = task(name="carry")(self._guarded(self._carry_on))
        self._look = task(name="look")(
            self._guarded(lambda job, nth: verify.run_one(self._program, UUID(job), nth))
        )
        self._hinted = task(name="hinted")(self._guarded(self.fetch_hinted))
        self._night = task(name="night")(self._guarded(self.run_nights))
        self._mail = task(name="mail")(self._guarded(self.send_mail))
        self._check = task(name="check")(self._guarded(lambda: nightly_evidence.check_asked(self._program)))

    def _carry_on(self, job: str) -> None:
        """Carry on with one job; what it did is looked at at once, rather than at the next sweep."""
        if dispatch.run_one(self._program, UUID(job)) == "sent":
            self._look(job, 0)

    def _keep_sweeping(self) -> None:
        turn = self._guarded(self._take_turn)
        while not self._ended.is_set():
            turn()
            self._ended.wait(min(BREATH, self._sweep_every) if self._has_more else self._sweep_every)

    def _take_turn(self) -> None:
        self.sweep()
        if time.monotonic() >= self._next_mail:
            self._next_mail = time.monotonic() + MAIL_EVERY
            self._mail()
        if time.monotonic() >= self._next_night:
            self._next_night = time.monotonic() + self._night_every
            self._night()
            if not self._ended.is_set():  # who ended because it was to end is not dead
                self._consumer.check_worker_health()

    @staticmethod
    def _guarded(work: Callable[..., object]) -> Callable[..., None]:
        """One piece of work that never ends the loop around it; its row says what is to be done about it."""

        def guarded(*args: Any, **named: Any) -> None:
            try:
                work(*args, **named)
            except Exception as error:
                # only the type: an error's text is nobody's promise
                _log.error("work failed: %s", type(error).__name__)

        return guarded
