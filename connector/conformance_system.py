"""What the conformance kit asks of a booking system, pretend or real: the same few things happen at each of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import requests

from connector.pretend.listening import Listening
from connector.pretend.running import Running

Now = Callable[[], datetime]
#: how long ago the last visit of an old client was
LONG_AGO = timedelta(days=1300)


@dataclass(frozen=True)
class Parcel:
    """One webhook, as it goes over the wire: its headers are made when it is sent."""

    id: str
    body: bytes


class System(Protocol):
    """A system, its clients known by their ids; webhooks wait until they are taken."""

    base_url: str
    token: str
    #: what its dialect has to be told of it
    settings: dict[str, str]
    #: nobody knows how long its clients have been away: whoever is to be erased asks for it
    asks: bool

    def begin(self) -> list[str]:
        """Everybody who is there at first; the first of them may be erased."""

    def regular(self, name: str) -> str:
        """Somebody new, who has a booking ahead."""

    def crowd(self, count: int) -> list[str]:
        """So many clients more, of whom nothing is told."""

    def change(self, client: str) -> None:
        """The staff changes the client's details."""

    def waiting(self) -> list[Parcel]:
        """Take out what waits to be told."""

    def headers(self, secret: str, parcel: Parcel) -> dict[str, str]:
        """By what a receiver knows that a parcel is this system's."""

    def holds(self, client: str) -> bool:
        """Whether it still has the client."""

    def vanish(self, *clients: str) -> None:
        """Clients go without a word."""

    def come_back(self, *clients: str) -> None:
        """And are there again."""

    def misbehave(self, how: str, count: int = 1) -> None:
        """lie, slow, throttle, fail or shift."""

    def settle(self) -> None:
        """What was promised is done now."""

    def stop(self) -> None:
        """Answer no more."""


class Pretending:
    """The part of a pretend system that is the same for all: where it answers, and who is there at first."""

    asks = False

    def __init__(self, running: Listening | Running) -> None:
        self._running = running

    def stop(self) -> None:
        """Answer no more."""
        self._running.stop()

    def old(self, name: str) -> str:
        """A client who was last there years ago."""
        raise NotImplementedError

    def regular(self, name: str) -> str:
        """A client who has a booking ahead."""
        raise NotImplementedError

    def begin(self) -> list[str]:
        """Four clients of years ago, and three of today."""
        old = [self.old(f"vanha{number}") for number in range(4)]
        return old + [self.regular(f"vakio{number}") for number in range(3)]


def post(url: str, system: System, secret: str, parcel: Parcel) -> int:
    """Send one webhook; give the status."""
    headers = {"Content-Type": "application/json", **system.headers(secret, parcel)}
    return requests.post(url, data=parcel.body, headers=headers, timeout=10).status_code


def another(parcel: Parcel) -> Parcel:
    """The same with other bytes that mean the same."""
    return Parcel(parcel.id, json.dumps(json.loads(parcel.body), indent=1).encode())
