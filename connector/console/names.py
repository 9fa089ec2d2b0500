"""Customers' names, fetched from the booking system while a page is made; never kept beyond that page.

A system without an interface is not asked: its customers' cards are here, sealed (connector/sealed_cards.py).
Where one cannot be asked, or is slow, the page shows the booking system's own id instead. However many lists a page
has, together they make no more than `MOST` calls: what stands first on the page is to be asked for first.
"""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from flask import g

from connector import database, jobs_seen, sealed_cards
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.texts_shown import shown

#: calls to the booking system that one page may make; and so many are shown on one page of a list
MOST = 25
_AT_ONCE = 4
_SECONDS = 4.0
#: what is wrong with one customer's id, and not with the booking system
_OF_ONE = frozenset({"unsafe_path", "no_address_for_client"})
#: it has no such customer: an answer
_NOT_THERE = frozenset({404, 410})


class Asking:
    """What one page asks the booking system for: each customer once, so many at most, and no more once it is silent."""

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        self.told: dict[str, str | None] = {}
        self.failed: str | None = None  # a reason word, where the booking system did not tell
        self.left = MOST
        self.until = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._has_answered = self._is_silent = False

    def take(self, clients: Iterable[str | None]) -> list[str]:
        """The first of these who are not known yet, as many as may still be asked for; they count as asked for."""
        new = dict.fromkeys(client for client in clients if client is not None and client not in self.told)
        wanted = list(new)[: self.left]
        self.left -= len(wanted)
        self.told |= dict.fromkeys(wanted)
        return wanted

    def ask(self, program: Program, account: Account, client: str) -> str | None:
        """A name; None where the record has none, or no answer came."""
        if self._is_silent:  # no use in waiting for two dozen more
            return None
        if not jobs_seen.can_be_named(account, client):
            return None
        try:
            reply = program.send(account, account.dialect.look_up(client))
        except CallFailed as failure:
            with self._lock:
                self._is_silent = not self._has_answered
            if failure.reason not in _OF_ONE:
                self.failed = failure.reason
            return None
        self._has_answered = True
        if reply.status >= 400 and reply.status not in _NOT_THERE:
            self.failed = f"look_answered_{reply.status}"
        return shown(account.dialect.looked(reply, program.now()).name)


def of(program: Program, account: Account, clients: Iterable[str | None]) -> dict[str, str]:
    """The names of these customers, by id; those that could not be told, or are too many, are missing."""
    clients = list(clients)
    asking = _of_this_page()
    if not account.dialect.has_interface:
        with database.read(program.engine) as db:
            cards = sealed_cards.of(db, account, {client for client in clients if client is not None})
        return {client: name for client, card in cards.items() if (name := shown(card.name))}
    if account.base_url is not None:
        wanted = asking.take(clients)
        asking.told |= _fetched(asking, program, account, wanted)
    return {client: name for client in clients if client is not None and (name := asking.told.get(client))}


def failed() -> str | None:
    """Why the page that is being made lacks names that it asked for: a reason word; None where it lacks none."""
    return _of_this_page().failed


def _of_this_page() -> Asking:
    if "names" not in g:
        g.names = Asking()
    asking: Asking = g.names
    return asking


def _fetched(asking: Asking, program: Program, account: Account, wanted: list[str]) -> dict[str, str | None]:
    """All at once, four at a time, and never longer than the page may wait."""
    seconds = asking.until - time.monotonic()
    if not wanted or seconds <= 0:
        return {}
    pool = ThreadPoolExecutor(_AT_ONCE)
    asked: dict[Future[str | None], str] = {
        pool.submit(asking.ask, program, account, client): client for client in wanted
    }
    done, _ = wait(asked, timeout=seconds)
    pool.shutdown(wait=False, cancel_futures=True)
    if len(done) < len(asked):
        asking.failed = asking.failed or "no_answer_in_time"
    return {asked[future]: future.result() for future in done}
