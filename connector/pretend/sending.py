"""The pretend booking system's webhooks: signed when they go out, sent again until they are taken."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests

from connector.pretend.misbehaviour import Misbehaviour
from connector.pretend.records import moment
from webhooks import signatures

#: how often one message is tried, and the seconds between the rounds of the thread
TRIES = 8
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0


@dataclass
class Message:
    """One event on its way; `tries` counts refusals."""

    id: str
    type: str
    body: bytes = field(repr=False)
    not_before: datetime
    tries: int = 0


class Outbox:
    """What is still to be told, where to, and what came of it."""

    def __init__(self, misbehaviour: Misbehaviour, *, now: Callable[[], datetime], seed: int) -> None:
        self._misbehaviour = misbehaviour
        self._now = now
        self._chance = random.Random(seed)  # noqa: S311 - shuffles, no secret
        self._number = 0
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._woken = threading.Event()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._session = requests.Session()
        self.url: str | None = None
        self.secret: str | None = None
        self.waiting: list[Message] = []
        self.given_up: list[Message] = []

    def connect(self, url: str, secret: str) -> None:
        """Where events go from now on, and what they are signed with."""
        self.url, self.secret = url, secret
        self._woken.set()

    def put(self, kind: str, at: datetime, data: dict[str, Any]) -> None:
        """One event that is to be told."""
        if self._misbehaviour.thin_webhooks and kind in {"client.created", "client.updated"}:
            data = {"client": {"id": data["client"]["id"]}}
        body = json.dumps({"type": kind, "timestamp": moment(at), "data": data}, ensure_ascii=False).encode()
        with self._lock:
            self._number += 1
            delay = timedelta(seconds=self._misbehaviour.delay_webhooks)
            self.waiting.append(Message(f"msg_{self._number:06d}", kind, body, self._now() + delay))
        self._woken.set()

    def deliver(self) -> Counter[str]:
        """Send everything that may go out now, once; count the answers by status (`none`: there was none)."""
        if self.url is None or self.secret is None:
            return Counter()
        with self._sending:
            answers: Counter[str] = Counter()
            for message in self._take():
                answers.update(self._send(message))
            return answers

    def start(self) -> None:
        """Deliver from a thread, as things happen."""
        self._thread = threading.Thread(target=self._run, name="pretend-webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close the connection."""
        self._ended.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join()
        self._session.close()

    def _take(self) -> list[Message]:
        now = self._now()
        with self._lock:
            ready = [message for message in self.waiting if message.not_before <= now]
            self.waiting = [message for message in self.waiting if message.not_before > now]
        if self._misbehaviour.reorder_webhooks:
            self._chance.shuffle(ready)
        return ready

    def _send(self, message: Message) -> list[str]:
        """Post a message, and again where it is to be repeated; keep it where it was not taken."""
        answers = [self._post(message) for _ in range(1 + self._misbehaviour.repeat_webhooks)]
        if not any(answer.startswith("2") for answer in answers):
            message.tries += 1
            with self._lock:
                (self.given_up if message.tries >= TRIES else self.waiting).append(message)
        return answers

    def _post(self, message: Message) -> str:
        headers = signatures.sign(self.secret or "", message.id, self._now(), message.body)
        headers = {**headers, "Content-Type": "application/json"}
        try:
            reply = self._session.post(self.url or "", data=message.body, headers=headers, timeout=(3, 10))
        except requests.RequestException:
            return "none"
        return str(reply.status_code)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._ended.is_set():
            self._woken.wait(LONGEST_PAUSE if not self.waiting else pause)
            self._woken.clear()
            answers = self.deliver()
            refused = any(not answer.startswith("2") for answer in answers)
            pause = min(pause * 2, LONGEST_PAUSE) if refused else FIRST_PAUSE
            if refused:
                self._ended.wait(pause)
