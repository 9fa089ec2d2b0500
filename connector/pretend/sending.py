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
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0


@dataclass(eq=False)
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
        self._changed = threading.Condition()
        self._sending = threading.Lock()
        self._under_way = 0
        self._is_ended = False
        self._thread: threading.Thread | None = None
        self._session = requests.Session()
        self.url: str | None = None
        self.secret: str | None = None
        self.waiting: list[Message] = []
        self.given_up: list[Message] = []

    def connect(self, url: str, secret: str) -> None:
        """Where events go from now on, and what they are signed with."""
        with self._changed:
            self.url, self.secret = url, secret
            self._changed.notify_all()

    def put(self, kind: str, at: datetime, data: dict[str, Any]) -> None:
        """One event that is to be told."""
        if self._misbehaviour.thin_webhooks and kind in {"client.created", "client.updated"}:
            data = {"client": {"id": data["client"]["id"]}}
        body = json.dumps({"type": kind, "timestamp": moment(at), "data": data}, ensure_ascii=False).encode()
        not_before = self._now() + timedelta(seconds=self._misbehaviour.delay_webhooks)
        with self._changed:
            self._number += 1
            self.waiting.append(Message(f"msg_{self._number:06d}", kind, body, not_before))
            self._changed.notify_all()

    def deliver(self) -> Counter[str]:
        """Send everything that may go out now, once; count the answers by status (`none`: there was none)."""
        if self.url is None or self.secret is None:
            return Counter()
        answers: Counter[str] = Counter()
        with self._sending:
            for message in self._take():
                if self._is_ended:
                    break
                answers.update(self._send(message))
        return answers

    def flush(self, timeout: float) -> bool:
        """Wait until the thread has told everything; False where it took longer than so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self.waiting and not self._under_way, timeout)

    def start(self) -> None:
        """Deliver from a thread, as things happen."""
        self._thread = threading.Thread(target=self._run, name="pretend-webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close the connection."""
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
        self._session.close()

    def _take(self) -> list[Message]:
        with self._changed:
            now = self._now()
            ready = [message for message in self.waiting if message.not_before <= now]
            self.waiting = [message for message in self.waiting if message.not_before > now]
            self._under_way = len(ready)
        if self._misbehaviour.reorder_webhooks:
            self._chance.shuffle(ready)
        return ready

    def _send(self, message: Message) -> list[str]:
        """Post a message, and again where it is to be repeated; keep it where it was not taken."""
        answers = [self._post(message) for _ in range(1 + self._misbehaviour.repeat_webhooks)]
        with self._changed:
            self._under_way -= 1
            if not any(_is_taken(answer) for answer in answers):
                message.tries += 1
                (self.given_up if message.tries >= TRIES else self.waiting).append(message)
            self._changed.notify_all()
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
        while not self._is_ended:
            is_refused = not all(_is_taken(answer) for answer in self.deliver())
            pause = min(pause * 2, LONGEST_PAUSE) if is_refused else FIRST_PAUSE
            with self._changed:
                self._changed.wait_for(lambda: self._is_ended, pause)


def _is_taken(answer: str) -> bool:
    return answer.startswith("2")
