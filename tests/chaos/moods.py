"""What goes wrong with the rehearsal's booking system, by chance: before, instead of and after what was asked."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from connector.pretend.misbehaviour import Misbehaviour

#: how often, of a hundred calls, by what goes wrong: writing, reading
BEFORE = {
    "fail_calls": (4, 2),
    "unavailable_calls": (3, 1),
    "throttle_calls": (4, 2),
    "hang_calls": (1, 0.5),
    "late_calls": (2, 0.5),
    "lie_calls": (2, 0),
    "slow_calls": (6, 0),
}
#: after it was done: the connection is dropped; or something else is answered
AFTER = {"dropped": (6, 1), "answered_500": (3, 0), "answered_503": (3, 0), "answered_429": (1, 0)}
READS = frozenset({"list", "read", "capabilities", "export"})

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Moods(Misbehaviour):
    """Misbehaviour that nobody asked for; none of it while `is_calm`."""

    def __init__(self, seed: int, *, hang_for: float) -> None:
        super().__init__(hang_for=hang_for, slow_for=1.0)
        self.is_calm = True
        self.counts: Counter[str] = Counter()
        self._chance = random.Random(seed)  # noqa: S311 - chance, no secret
        self._lock = threading.Lock()

    def takes(self, word: str, call: str) -> bool:
        """Whether this call goes wrong in this way."""
        if self.is_calm:
            return super().takes(word, call)  # what was asked for
        if word not in BEFORE:
            return False
        with self._lock:
            self.forget_keys = self._chance.random() < 0.5
            self.retry_after = self._chance.choice((0, 1))
            return self._strikes(word, BEFORE[word], is_read=call in READS)

    def afterwards(self, *, is_read: bool) -> str | None:
        """What goes wrong after it was done, if anything."""
        if self.is_calm:
            return None
        with self._lock:
            return next((word for word in AFTER if self._strikes(word, AFTER[word], is_read=is_read)), None)

    def _strikes(self, word: str, often: tuple[float, float], *, is_read: bool) -> bool:
        strikes = self._chance.random() * 100 < often[is_read]
        self.counts[word] += strikes
        return strikes


def moody(app: Wsgi, moods: Moods, note: Callable[[dict[str, Any], int, str], None]) -> Wsgi:
    """The application, whose answers may get lost or be turned into others; `note` takes each one down."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/rehearsal"):
            return app(environ, start)
        told: list[Any] = []
        note(environ, 0, "came")
        body = b"".join(app(environ, lambda *words: told.append(words)))
        status, headers = int(told[0][0].split()[0]), told[0][1]
        is_read = environ["REQUEST_METHOD"] == "GET"
        mood = moods.afterwards(is_read=is_read) if status < 400 else None
        if mood == "dropped":
            note(environ, status, "dropped")
            raise ConnectionResetError  # werkzeug closes the connection without a word
        if mood is not None:
            status, headers, body = int(mood.removeprefix("answered_")), [("Content-Length", "0")], b""
        note(environ, status, "answered")
        start(f"{status} told", headers)
        return [body]

    return answer
