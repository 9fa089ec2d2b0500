"""A call's whole time: name, connection, handshake, question, headers and body together; then its socket is cut off.

A timeout bounds each wait for the next bytes, and not their sum: who sends one byte now and then would hold a worker
for ever, long after its lease has run out and another one has taken the job over.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator


class _Cut:
    """What one thread waits on, and whether its time is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: list[socket.socket] = []
        self._copies: list[socket.socket] = []
        self.is_over = False

    def hold(self, opened: socket.socket, *, is_copy: bool) -> None:
        """Cut this off when the time is over, or now where it is."""
        with self._lock:
            (self._copies if is_copy else self._held).append(opened)
            if self.is_over:
                _shut(opened)

    def now(self) -> None:
        """The time is over."""
        with self._lock:
            self.is_over = True
            for opened in (*self._held, *self._copies):
                _shut(opened)

    def forget(self) -> None:
        """Nothing is waited on any more."""
        with self._lock:
            self._held.clear()
            while self._copies:
                self._copies.pop().close()


class Limit:
    """Bounds what a thread does on the sockets that it is told of; each thread has a time of its own."""

    def __init__(self) -> None:
        self._mine = threading.local()

    @contextlib.contextmanager
    def of(self, seconds: float) -> Iterator[None]:
        """Whatever this thread does in here on a socket is over after so many seconds."""
        cut = self._mine.cut = _Cut()
        timer = threading.Timer(seconds, cut.now)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            cut.forget()

    def hold(self, opened: socket.socket) -> None:
        """Have this socket cut off when this thread's time is over."""
        cut = self._cut()
        if cut is not None:
            cut.hold(opened, is_copy=False)

    def hold_new(self, opened: socket.socket) -> None:
        """The same of one that TLS may take over: a copy is kept, and what is done to the one is done to the other."""
        cut = self._cut()
        if cut is not None:
            cut.hold(opened.dup(), is_copy=True)

    @property
    def is_over(self) -> bool:
        """Whether this thread's time is over."""
        cut = self._cut()
        return cut is not None and cut.is_over

    def _cut(self) -> _Cut | None:
        found: _Cut | None = getattr(self._mine, "cut", None)
        return found


def _shut(opened: socket.socket) -> None:
    # of a socket with TLS, the plain one under it: whoever reads wakes up, and finds the end
    with contextlib.suppress(OSError):
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
