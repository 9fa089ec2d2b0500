"""A web server that nobody can fill by being slow: a request has its time, and so has whoever reads the answer.

waitress counts from a connection's last byte, so that a byte now and then would keep it for ever, and it accepts
nobody once all its connections are taken. Here each has a time in which its request must be whole; when room gets
short, the one that has kept its place longest without asking anything gives it to who comes.
"""

import logging
import time
from dataclasses import dataclass
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from connector.serving_bodies import Parser

_log = logging.getLogger(__name__)
_SAY_AGAIN = 60.0


@dataclass(frozen=True)
class Patience:
    """How long whoever is connected is waited for, in seconds; and how many may be connected."""

    request: float = 30.0  # from its first byte until it is whole; the longest has a megabyte
    answer: float = 60.0  # until it has been read; the longest page has some two megabytes
    silence: float = 30.0  # between two requests, or before the first
    connections: int = 1000  # the default of 100 is filled by that many slow senders
    spare: int = 16  # so many places are kept free for who comes
    look_every: float = 5.0


class Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
    """One connection, which knows since when its request has been coming."""

    parser_class = Parser

    def __init__(self, *args: Any, **more: Any) -> None:
        self.since = time.monotonic()
        self.unread_since: float | None = None
        self._coming: object = None
        super().__init__(*args, **more)

    def received(self, data: bytes) -> Any:
        """Take in what came; a request that begins has its time from now."""
        done = super().received(data)
        if self.request is not self._coming:
            self._coming, self.since = self.request, time.monotonic()
        return done

    @property
    def is_asking(self) -> bool:
        """Whether it has asked something that is being answered, or has an answer to read."""
        return bool(self.requests or self.total_outbufs_len)

    def look(self, now: float, patience: Patience) -> None:
        """Hang up when its time is over, be it for its request or for reading the answer. Called every few seconds."""
        self.unread_since = (self.unread_since or now) if self.total_outbufs_len else None
        if self.unread_since is not None:
            if now > self.unread_since + patience.answer:
                self.handle_close()  # at once: waitress waits until something more can be written
        elif not self.requests and self.request is not None and now > self.since + patience.request:
            self.will_close = True


class Server(TcpWSGIServer):  # type: ignore[misc] # waitress has no types
    """A listening server with limits that hold against who is slow on purpose."""

    channel_class = Channel

    def __init__(self, app: Any, patience: Patience, **adjustments: Any) -> None:
        self._patience = patience
        self._said = -_SAY_AGAIN
        super().__init__(
            app,
            connection_limit=patience.connections,
            channel_timeout=patience.silence,
            cleanup_interval=patience.look_every,
            **adjustments,
        )

    def maintenance(self, now: float) -> None:
        """Hang up on whose time is over. Runs every few seconds in the server's loop."""
        super().maintenance(now)
        moment = time.monotonic()
        for channel in list(self.active_channels.values()):
            channel.look(moment, self._patience)

    def readable(self) -> Any:
        """Make room before it is needed: one place in each turn of the loop, which accepts one at most."""
        if len(self._map) > self._patience.connections - self._patience.spare:
            idle = [one for one in self.active_channels.values() if not one.is_asking and not one.will_close]
            if idle:
                min(idle, key=lambda one: one.since).will_close = True
                self._tell()
        return super().readable()

    def _tell(self) -> None:
        """Whoever watches should know, and not a thousand times."""
        now = time.monotonic()
        if now >= self._said + _SAY_AGAIN:
            self._said = now
            _log.warning("nearly all connections are taken: whoever has been silent longest is hung up on")
