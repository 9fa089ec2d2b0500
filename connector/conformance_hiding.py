"""Clients of somebody's real account are hidden from Ovikello: from its lists, and from who looks them up.

A list keeps its length, since some systems tell by it whether there is more: in the place of whoever is hidden stands
somebody else once more, as when a list shifts while it is read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from connector.salons import Account
from connector.sender import Sender
from webhooks.calls import Call, Reply
from webhooks.dialect import Dialect
from webhooks.errors import NotUnderstood


@dataclass
class Hiding:
    """A sender that passes on to another one, and hears nothing of some clients."""

    send: Sender
    now: Callable[[], datetime]
    hidden: set[str] = field(default_factory=set)
    #: those whom a list passes over, and who are there all the same
    skipped: set[str] = field(default_factory=set)
    #: called once a page was read
    after_page: Callable[[], None] = lambda: None

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """The answer without them."""
        dialect = account.dialect
        if call.method == "GET" and call.path in {dialect.look_up(client).path for client in self.hidden}:
            return _gone(dialect, self.now())
        reply = self.send(account, call, idempotency_key=idempotency_key)
        if call.method == "GET" and (self.hidden or self.skipped):
            reply = self._without(dialect, call, reply)
        if call.path == dialect.list_clients(None, 1, None).path:
            self.after_page()
        return reply

    def _without(self, dialect: Dialect, call: Call, reply: Reply) -> Reply:
        out = self.hidden | self.skipped
        for rows, put in _lists(reply.json):
            about = [_about(dialect, call, Reply(reply.status, put([row])), self.now()) for row in rows]
            seen = [row for row, who in zip(rows, about, strict=True) if not who & out]
            if len(seen) < len(rows):
                left = [
                    row if not who & out else seen[0] for row, who in zip(rows, about, strict=True) if seen
                ]
                return Reply(reply.status, put(left), reply.headers)
        return reply


def _lists(told: Any, depth: int = 3) -> Iterator[tuple[list[Any], Callable[[list[Any]], Any]]]:
    """Every list of objects in an answer, and the answer with another one in its place."""
    if isinstance(told, list) and told and all(isinstance(row, dict) for row in told):
        yield told, lambda rows: rows
    elif isinstance(told, dict) and depth:
        for name, value in told.items():
            for rows, put in _lists(value, depth - 1):
                yield rows, partial(_put, told, name, put)


def _put(told: dict[str, Any], name: str, put: Callable[[list[Any]], Any], rows: list[Any]) -> Any:
    return {**told, name: put(rows)}


def _about(dialect: Dialect, call: Call, reply: Reply, now: datetime) -> set[str]:
    """Whom a page is about; nobody, where it is no page."""
    try:
        page = dialect.read_page(call, reply, now)
    except NotUnderstood:
        return set()
    others = (getattr(event, "client", None) for event in page.others)
    return {told.client for told in page.clients} | {client for client in others if client}


def _gone(dialect: Dialect, now: datetime) -> Reply:
    """How this system would say that somebody is gone."""
    said = (Reply(status) for status in (410, 404))
    return next(one for one in said if dialect.looked(one, now).is_gone)
