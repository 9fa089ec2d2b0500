"""Processes of the rehearsal: started, killed, stopped, woken; each with a file that takes what it says."""

import fcntl
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parent.parent.parent
COMMAND = "from connector.commands import main; main()"


def ovikello(*words: str) -> list[str]:
    """The command line of one Ovikello command, of the tree that this file lies in."""
    return [sys.executable, "-c", COMMAND, *words]


class Process:
    """One process that is started again after each death."""

    def __init__(self, name: str, words: Sequence[str], env: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self._words, self._env, self._out = list(words), dict(env), folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        #: which release it runs
        self.cwd = ROOT
        self._started_at = 0.0
        self._up_at: float | None = None

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, without waiting."""
        with self._out.open("ab") as out:
            out.write(b"---- started\n")
            self._started_at, self._up_at = time.monotonic(), None
            self._process = subprocess.Popen(
                self._words, env=self._env, cwd=self.cwd, stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )

    def is_up(self) -> bool:
        """Whether it has said that it works."""
        if not self.is_alive or b"stop with Ctrl-C" not in self.said():
            return False
        self._up_at = self._up_at or time.monotonic()
        return True

    def has_had_its_time(self) -> bool:
        """Whether it has been up for as long as its start took: on a busy machine nothing would ever be done else."""
        if not self.is_up() or self._up_at is None:
            return False
        return time.monotonic() - self._up_at >= self._up_at - self._started_at

    def wait_until_up(self) -> None:
        """Wait until it works; what it said is the error where it never does."""
        until(lambda: self.is_up() or not self.is_alive)
        assert self.is_up(), self.said().decode()

    def said(self) -> bytes:
        """What it said since its last start."""
        return self._out.read_bytes().rpartition(b"---- started\n")[2]

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self._process is not None and self.is_alive:
            self._process.send_signal(number)

    def kill(self) -> None:
        """As a power cut does."""
        self.signal(signal.SIGKILL)
        self.ended()

    def ended(self, within: float = PATIENCE) -> int:
        """Wait for its end; its exit status."""
        assert self._process is not None
        return self._process.wait(within)


def env_of(folder: Path, database_url: str, journal: Path, key: str, **more: str) -> dict[str, str]:
    """The environment of one process on a machine of its own: only database, key and journal are shared."""
    return {
        "LANG": "C.UTF-8",
        "OVIKELLO_DATA_DIR": str(folder),
        "OVIKELLO_DATABASE_URL": database_url,
        "OVIKELLO_JOURNAL_DIR": str(journal),
        "OVIKELLO_SECRET_KEY": key,
        "OVIKELLO_ALLOW_HOSTS": "127.0.0.1",
        "OVIKELLO_LOG_LEVEL": "WARNING",
        **more,
    }


def is_free(lock: Path) -> bool:
    """Whether nobody holds a file lock now."""
    with lock.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
