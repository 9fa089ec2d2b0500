"""A pretend booking system for a test: its address, calls with its token, and who takes its webhooks."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import requests
from flask import Flask, Response, request

from connector import pretend
from connector.pretend import Pretend
from connector.pretend.listening import Listening
from tests.builders import Clock

TODAY = date(2026, 11, 24)
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
SMALL = 160


@dataclass
class World:
    """The system, the clock that it goes by, and its door."""

    system: Pretend
    clock: Clock
    base_url: str

    def call(self, method: str, path: str, *, key: str | None = None, **more: Any) -> requests.Response:
        """One call of the contract."""
        headers = {"Authorization": f"Bearer {self.system.token}"} | more.pop("headers", {})
        headers |= {"Idempotency-Key": key} if key else {}
        timeout = more.pop("timeout", 10)
        return requests.request(method, self.base_url + path, headers=headers, timeout=timeout, **more)

    def all_clients(self, **query: str) -> list[dict[str, Any]]:
        """The list, page by page."""
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self.call("GET", "/clients", params=query | ({"cursor": cursor} if cursor else {})).json()
            found += page["clients"]
            cursor = page["next_cursor"]
        return found


@contextmanager
def pretending(**more: Any) -> Iterator[World]:
    """A system that answers over real HTTP, its clock standing at noon."""
    clock = Clock()
    system = Pretend(today=TODAY, now=clock, **({"size": SMALL} | more))
    running = pretend.serve(system)
    try:
        yield World(system, clock, running.base_url)
    finally:
        running.stop()


@dataclass
class Receiver:
    """Takes webhooks down as they come, and answers what it is told to."""

    url: str = ""
    status: int = 204
    took: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> list[str]:
        """Their delivery ids, in the order in which they came."""
        return [headers["webhook-id"] for headers, _ in self.took]

    @property
    def events(self) -> list[dict[str, Any]]:
        """Their bodies."""
        return [json.loads(body) for _, body in self.took]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Somebody who listens."""
    took = Receiver()
    app = Flask("receiver")

    @app.post("/webhooks/aava")
    def take() -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        took.took.append((headers, request.get_data()))
        took.arrived.set()
        return Response(status=took.status)

    listening = Listening(app)
    took.url = f"{listening.base_url}/webhooks/aava"
    try:
        yield took
    finally:
        listening.stop()
