"""Webhooks that keep coming while processes die: signed, repeated, and sent again until each was answered 2xx."""

import json
import random
import threading
from collections import Counter, deque
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests

from connector import clock
from connector.pretend.records import moment
from connector.pretend.register import Register
from connector.pretend.salon import Salon
from tests.chaos import people
from webhooks import signatures


@dataclass(frozen=True)
class Delivery:
    """One signed event, and the row that it is to make in the mirror."""

    id: str
    makes: str
    body: bytes


class Stream:
    """Sends from a thread of its own."""

    def __init__(self, url: str, secret: str, *, jobs: int, per_second: float, seed: int) -> None:
        self._url, self._secret, self._pause = url, secret, 1 / per_second
        self._chance = random.Random(seed)  # noqa: S311 - chance, no secret
        self._register = Register()
        self._register.records = people.of_main_salon(jobs, clock.now())
        self._clients = sorted(client for client in self._register.records if client.startswith("lively"))
        self._told: list[tuple[str, dict[str, Any]]] = []
        self._salon = Salon(self._register, lambda kind, _at, data: self._told.append((kind, data)))
        self._open: deque[Delivery] = deque()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._number = 0
        self.accepted: dict[str, str] = {}
        self.answers: Counter[str] = Counter()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Make no more, and send until everything that was made has been answered 2xx."""
        self._ended.set()
        self._thread.join()
        while self._open:
            if not self._send(self._open[0]):
                threading.Event().wait(0.2)
                continue
            self._open.popleft()

    def _run(self) -> None:
        while not self._ended.wait(self._pause):
            self._open.append(self._made())
            one = self._open.popleft()
            if not self._send(one):
                self._open.append(one)  # a real one waits longer; this one is in a hurry
            elif self._chance.random() < 0.1:
                self._send(one)

    def _made(self) -> Delivery:
        """A booking, or an answer, of somebody whom nobody wants to erase."""
        self._number += 1
        client = self._chance.choice(self._clients)
        at = clock.now() - timedelta(microseconds=self._chance.randrange(10**9))
        self._told.clear()
        if self._chance.random() < 0.5:
            booking = f"s-{self._number}"
            self._salon.books(client, booking, at=at, starts_at=at + timedelta(days=3), via="online")
            makes = f"booking {booking} {client}"
        else:
            self._salon.answers(client, "newsletter", "given", at=at, channels=("email",), method="checkbox")
            makes = f"consent {client} {moment(at)}"
        (kind, data), *_ = self._told
        body = json.dumps({"type": kind, "timestamp": moment(at), "data": data}).encode()
        return Delivery(f"stream_{self._number:06d}", makes, body)

    def _send(self, one: Delivery) -> bool:
        headers = signatures.sign(self._secret, one.id, clock.now(), one.body)
        headers = {**headers, "Content-Type": "application/json"}
        try:
            reply = requests.post(self._url, data=one.body, headers=headers, timeout=(2, 10))
        except requests.RequestException:
            self.answers["none"] += 1
            return False
        self.answers[str(reply.status_code)] += 1
        if reply.ok:
            self.accepted[one.id] = one.makes
        return reply.ok
