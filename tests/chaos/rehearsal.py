"""One rehearsal of crashes: an installation whose processes are killed while its booking system misbehaves."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connector.states import State
from tests.chaos import report
from tests.chaos.installation import MAIN, STRANGER, Installation
from tests.chaos.stream import Stream
from tests.chaos.villains import Killer, Necromancer, Owners
from tests.waiting import until

Say = Callable[[str], None]
#: where nothing may stand once everything has come to rest
_UNDER_WAY = (State.APPROVED, State.SENDING, State.UNKNOWN, State.SENT, State.PENDING)


@dataclass(frozen=True)
class Plan:
    """How long and how hard."""

    jobs: int
    seconds: float  # of chaos at least; it goes on until half of the jobs are done
    seed: int
    settle: float = 180.0  # how long the rest may take once nothing is killed any more
    per_second: float = 20.0  # webhooks
    batch: int = 50  # jobs in one word of an owner


class Rehearsal:
    """Let everything go wrong at once, let it come to rest, and judge."""

    def __init__(self, folder: Path, database_url: str | None, plan: Plan, say: Say) -> None:
        self._plan, self._say = plan, say
        self._counted: Counter[str] = Counter()
        self._told_at = 0.0
        self._began = time.monotonic()
        say(f"proposing jobs for {plan.jobs} clients …")
        self._there = Installation(folder, database_url, jobs=plan.jobs, seed=plan.seed)
        self._stream = Stream(
            self._there.hook,
            self._there.secret,
            jobs=plan.jobs,
            per_second=plan.per_second,
            seed=plan.seed,
        )

    def run(self) -> dict[str, list[str]]:
        """The whole of it; gives what is broken, and prints the table."""
        try:
            self._go_wrong()
            return self._judge()
        finally:
            self._there.stop()

    def _go_wrong(self) -> None:
        there, seed = self._there, self._plan.seed
        web, doomed = there.web(), there.process("doomed", "work")
        workers = [there.process(name, "work") for name in ("first", "second")]
        killer = Killer(
            there, self._counted, seed, web=web, workers=workers[1:] if there.is_sqlite else workers
        )
        killers = (killer, Necromancer(there, self._counted, seed + 1, killer=killer, zombie=workers[0]))
        owners = Owners(there, self._counted, seed + 2, batch=self._plan.batch)
        there.tell_office(calm=False, url=there.hook, secret=there.secret)
        for process in (web, *workers, doomed):
            process.start()
        for one in (self._stream, owners, *killers):
            one.start()
        began = time.monotonic()
        until(lambda: self._is_far(time.monotonic() - began > self._plan.seconds / 4), float("inf"), 0.5)
        doomed.kill()
        self._counted["workers that died for good"] += 1
        until(lambda: self._is_far(self._is_enough(began)), float("inf"), 0.5)
        for one in killers:
            one.end()
        there.tell_office(calm=True)
        self._say("calm: nobody is killed any more …")
        for process in (web, *workers):
            if not process.is_alive:
                process.start()
        owners.are_killed = False
        wanted = len(there.wanted)
        until(lambda: self._is_far(self._done() == wanted), self._plan.settle, 0.5)
        owners.end()
        until(web.is_up)
        self._stream.stop()
        until(lambda: not any(there.states()[state] for state in _UNDER_WAY), 30, 0.2)

    def _is_enough(self, began: float) -> bool:
        return time.monotonic() - began > self._plan.seconds and self._done() * 2 >= len(self._there.wanted)

    def _done(self) -> int:
        return len(self._there.in_states(State.VERIFIED))

    def _is_far(self, is_it: bool) -> bool:
        """Hand on, and say how far it has come every five seconds."""
        now = time.monotonic() - self._began
        if now - self._told_at > 5:
            self._told_at = now
            where = ", ".join(f"{state} {count}" for state, count in sorted(self._there.states().items()))
            self._say(f"{now:>5.0f} s  {where}")
        return is_it

    def _judge(self) -> dict[str, list[str]]:
        there, plan = self._there, self._plan
        after = {slug: there.office(slug) for slug in (MAIN, STRANGER)}
        end, lines = report.ending(there.program, MAIN), report.ledger(there.folder, MAIN)
        broke = report.broken(
            end,
            lines,
            approved=there.wanted,
            allowed=there.allowed,
            before=there.before[MAIN],
            after=after[MAIN]["alive"],
            accepted=self._stream.accepted,
        )
        theirs = report.broken(
            report.ending(there.program, STRANGER),
            report.ledger(there.folder, STRANGER),
            approved=frozenset(),
            allowed=frozenset(),
            before=there.before[STRANGER],
            after=after[STRANGER]["alive"],
            accepted={},
        )
        broke["broken at another salon"] = [word for found in theirs.values() for word in found]
        counted: dict[str, Any] = {"seconds": round(time.monotonic() - self._began)}
        counted |= {f"jobs to {kind}": count for kind, count in sorted(there.kinds.items())}
        counted |= report.counts(end, lines) | dict(sorted(self._counted.items()))
        counted |= {f"booking system: {word}": count for word, count in sorted(after[MAIN]["moods"].items())}
        counted |= {"webhooks accepted": len(self._stream.accepted)}
        counted |= {f"webhook answers: {word}": count for word, count in sorted(self._stream.answers.items())}
        name = "SQLite" if there.is_sqlite else "PostgreSQL"
        self._say(report.table(f"{name}, {plan.jobs} clients, seed {plan.seed}", counted, broke))
        return broke
