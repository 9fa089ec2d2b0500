"""Who makes a rehearsal hard: the one who kills, the one who makes a zombie, and owners who approve meanwhile."""

import random
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Sequence

from connector.states import State
from tests.chaos.installation import MAIN, Installation
from tests.chaos.processes import ROOT, Process, is_free, ovikello
from tests.waiting import until


class Villain:
    """Something that goes on in a thread of its own until it is ended."""

    def __init__(self, there: Installation, counted: Counter[str], seed: int) -> None:
        self.there, self.counted = there, counted
        self.chance = random.Random(seed)  # noqa: S311 - chance, no secret
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self.go_on, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """Let it come to its end."""
        self.ended.set()
        self._thread.join()

    def go_on(self) -> None:
        """What it does until `ended`."""
        raise NotImplementedError


class Killer(Villain):
    """Kills one of the processes every second or two, and starts it again at once."""

    def __init__(
        self,
        there: Installation,
        counted: Counter[str],
        seed: int,
        *,
        web: Process,
        workers: Sequence[Process],
    ) -> None:
        super().__init__(there, counted, seed)
        self._web, self._all = web, (web, *workers)
        self.spared: Process | None = None  # whoever is being made a zombie

    def go_on(self) -> None:
        """Kill who is up; whoever ended by itself is counted, since nobody may."""
        while not self.ended.wait(self.chance.uniform(1, 2)):
            for process in self._all:
                if not process.is_alive:
                    self.counted["processes that ended by themselves"] += 1
                    process.start()
            victims = [one for one in self._all if one is not self.spared and one.has_had_its_time()]
            if victims:
                victim = self.chance.choice(victims)
                victim.kill()
                victim.start()
                self.counted[
                    "kill -9 of the web process" if victim is self._web else "kill -9 of a worker"
                ] += 1


class Necromancer(Villain):
    """Stops a worker in the middle of a call, waits until its job was taken over, and lets it wake up."""

    def __init__(
        self, there: Installation, counted: Counter[str], seed: int, *, killer: Killer, zombie: Process
    ) -> None:
        super().__init__(there, counted, seed)
        self._killer, self._zombie = killer, zombie

    def go_on(self) -> None:
        """Again and again, with a pause between."""
        while not self.ended.wait(2):
            self._killer.spared = self._zombie
            if until(self._zombie.is_up, 10) and self._stopped_at_work():
                at_it = self.there.tokens(State.SENDING)
                self.ended.wait(4)  # longer than a lease
                now = self.there.tokens()
                self.counted["zombies"] += 1
                self.counted["jobs of the stopped, taken over"] += sum(now[job] > at_it[job] for job in at_it)
            self._zombie.signal(signal.SIGCONT)
            self.ended.wait(1)
            self._killer.spared = None

    def _stopped_at_work(self) -> bool:
        for _ in range(100):
            if self.ended.is_set():
                return False
            self._zombie.signal(signal.SIGSTOP)
            if self.there.tokens(State.SENDING) and self._holds_nothing():
                return True
            self._zombie.signal(signal.SIGCONT)
            self.ended.wait(0.02)
        return False

    def _holds_nothing(self) -> bool:
        """On SQLite whoever is stopped in its turn keeps everybody from writing until it is killed or wakes up."""
        turn = self.there.folder / "web" / "ovikello.db.turn"
        return not self.there.is_sqlite or until(lambda: is_free(turn), 0.2, 0.01)


class Owners(Villain):
    """Approve what waits, batch by batch, from the command line; one command in five is killed in the middle."""

    def __init__(self, there: Installation, counted: Counter[str], seed: int, *, batch: int) -> None:
        super().__init__(there, counted, seed)
        self._batch = batch
        self.are_killed = True

    def go_on(self) -> None:
        """Whoever has a code left gives the word."""
        while not self.ended.wait(0.2):
            waiting = self.there.in_states(State.PROPOSED, State.STUCK)[: self._batch]
            if waiting:
                self._approve(waiting)

    def _approve(self, waiting: Sequence[str]) -> None:
        for owner in self.there.speakers:
            code = owner.code()
            if code is not None:
                break
        else:
            return
        words = ["approve", MAIN, *waiting, "--owner", owner.email, "--code", code, "--second", "--json"]
        command = subprocess.Popen(
            ovikello(*words),
            env=self.there.env("terminal"),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.counted["approvals from the command line"] += 1
        if self.are_killed and self.chance.random() < 0.2:
            self.ended.wait(self.chance.uniform(0.5, 1.5))
            command.kill()
            self.counted["of these: kill -9"] += 1
        command.wait()
