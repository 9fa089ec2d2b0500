"""The rehearsal's booking system, in a process of its own that survives: two salons over real HTTP, and a ledger.

The ledger has a line for everything that came, was done and was answered, in that order: what was destroyed, and
whether anybody looked before it was asked for again, is read from it and from nothing that Ovikello says.
"""

import hashlib
import json
import signal
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Response, jsonify, request

from connector import clock, pretend
from connector.pretend.api import create_api
from connector.pretend.listening import Listening
from connector.pretend.records import HELSINKI, Record
from connector.pretend.writes import Answer, Writes
from tests.chaos import people
from tests.chaos.moods import Moods, moody

TOKEN = "rehearsal-token"
SALONS = ("aava", "toinen")


class Ledger:
    """One file, one line for each thing, in the order in which they happened."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", buffering=1)
        self._lock = threading.Lock()

    def note(self, what: str, client: str, **more: object) -> None:
        """Write one line, with how many seconds it is since this machine began."""
        with self._lock:
            line = {"what": what, "client": client, "at": round(time.monotonic(), 3), **more}
            self._file.write(json.dumps(line) + "\n")


class NotedWrites(Writes):
    """The writes, each of them taken down where it was really done."""

    ledger: Ledger

    def settle(self) -> None:
        """Do the slow erasures whose time has come."""
        for client in self._register.leaving(self._now()):
            self._salon.leaves(client, at=self._now(), by="ovikello")
            self.ledger.note("did", client, path=f"/clients/{client}")

    def erase(self, client: str) -> Answer:
        """DELETE of the client."""
        answer = super().erase(client)
        if answer[0] != 202:
            self.ledger.note("did", client, path=f"/clients/{client}")
        return answer

    def anonymise(self, client: str, body: Any) -> Answer:
        """POST of the anonymisation."""
        answer = super().anonymise(client, body)
        self.ledger.note("did", client, path=f"/clients/{client}/anonymise")
        return answer

    def erase_category(self, client: str, category: str, before: str | None) -> Answer:
        """DELETE of one category."""
        answer = super().erase_category(client, category, before)
        self.ledger.note("did", client, path=f"/clients/{client}/categories/{category}")
        return answer


class Office:
    """One salon's booking system with its moods and its ledger."""

    def __init__(
        self, folder: Path, slug: str, jobs: int, seed: int, hang_for: float, can: frozenset[str]
    ) -> None:
        now = clock.now()
        self._system = pretend.Pretend(
            today=now.astimezone(HELSINKI).date(), now=clock.now, size=160, token=TOKEN, can=can
        )
        records = people.of_main_salon(jobs, now) if slug == SALONS[0] else people.of_stranger(now)
        self._system.register.records = records
        self._system.register.gone = {}
        self._moods = Moods(seed, hang_for=hang_for)
        self._ledger = Ledger(folder / f"ledger-{slug}.ndjson")
        system = self._system
        system.misbehaviour = system.outbox._misbehaviour = self._moods
        system.writes = NotedWrites(system.register, system.salon, self._moods, now=clock.now)
        system.writes.ledger = self._ledger
        app = create_api(system, threading.Event())
        app.post("/rehearsal")(self._obey)
        app.get("/rehearsal")(self._show)
        app.wsgi_app = moody(app.wsgi_app, self._moods, self._note)  # type: ignore[method-assign,assignment]
        self.base_url = Listening(app).base_url

    def _obey(self) -> Response:
        words = request.get_json()
        self._moods.is_calm = words.get("calm", self._moods.is_calm)
        if "url" in words:
            self._moods.repeat_webhooks, self._moods.reorder_webhooks = 1, True
            self._system.outbox.connect(words["url"], words["secret"])
            self._system.outbox.start()
        return jsonify({})

    def _show(self) -> Response:
        with self._system.register.lock:
            self._system.writes.settle()
            alive = {client: _digest(record) for client, record in self._system.register.records.items()}
            gone = sorted(self._system.register.gone)
        return jsonify({"alive": alive, "gone": gone, "moods": dict(self._moods.counts)})

    def _note(self, environ: dict[str, Any], status: int, what: str) -> None:
        path: str = environ["PATH_INFO"]
        parts = path.split("/")
        if parts[1] != "clients" or len(parts) < 3:
            return
        key = environ.get("HTTP_IDEMPOTENCY_KEY", "")
        self._ledger.note(what, parts[2], method=environ["REQUEST_METHOD"], path=path, status=status, key=key)


def _digest(record: Record) -> str:
    """What is held of a client; a marketing switch and how often it was touched are no part of it."""
    kept = asdict(record)
    told = {name: kept[name] for name in ("fields", "entries", "has_account", "created_at")}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def main(folder: str, jobs: str, seed: str, hang_for: str, without: str = "") -> None:
    """Answer until SIGTERM; where, stands in `booking.json`."""
    place = Path(folder)
    can = pretend.EVERYTHING - ({"anonymise"} if without else set())
    offices = {slug: Office(place, slug, int(jobs), int(seed), float(hang_for), can) for slug in SALONS}
    ready = place / "booking.json.new"
    ready.write_text(json.dumps({slug: office.base_url for slug, office in offices.items()}))
    ready.rename(place / "booking.json")
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main(*sys.argv[1:])
