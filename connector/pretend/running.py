"""The pretend booking system on a port of its own."""

import threading

from connector.pretend.api import create_api
from connector.pretend.listening import Listening
from connector.pretend.system import Pretend


class Running:
    """A pretend booking system that answers at `base_url`."""

    def __init__(self, system: Pretend, port: int = 0) -> None:
        self._system = system
        self._ended = threading.Event()
        self._listening = Listening(create_api(system, self._ended), port)
        self.base_url = self._listening.base_url

    def stop(self) -> None:
        """End it, its webhooks, and the calls that hang."""
        self._ended.set()
        self._system.outbox.stop()
        self._listening.stop()


def serve(system: Pretend, port: int = 0) -> Running:
    """Answer on this machine, from threads."""
    return Running(system, port)
