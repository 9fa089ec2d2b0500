"""All clients of the pretend booking system, by id, and those that it has erased."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.pretend.records import Record

#: what is told of a happening: its event type, when it happened, the event's data
Tell = Callable[[str, datetime, dict[str, Any]], None]


@dataclass(frozen=True)
class Gone:
    """An erased client. A real system would not have kept the record; this one must be able to bring it back."""

    record: Record
    at: datetime
    by: str


class Register:
    """Clients in the order of their ids; one lock over all of it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.records: dict[str, Record] = {}
        self.gone: dict[str, Gone] = {}
        self._leaving: list[tuple[datetime, str]] = []

    def changed(self, client: str, at: datetime) -> Record:
        """A client's record, about to change."""
        record = self.records[client]
        record.revision += 1
        record.updated_at = at
        return record

    def alive(self, client: str, at: datetime) -> Record:
        """A client's record, when the client does something."""
        record = self.changed(client, at)
        record.last_activity_at = max(filter(None, (record.last_activity_at, at)))
        return record

    def remove(self, client: str, *, at: datetime, by: str) -> None:
        """Erase a client."""
        self.gone[client] = Gone(self.records.pop(client), at, by)

    def bring_back(self, client: str) -> None:
        """Undo an erasure, as a restored backup does: nobody is told."""
        self.records[client] = self.gone.pop(client).record

    def will_leave(self, client: str, *, at: datetime) -> None:
        """Promise an erasure that takes until `at`."""
        self._leaving.append((at, client))

    def leaving(self, now: datetime) -> list[str]:
        """Those whose promised erasure has come; each is given once."""
        come = [client for at, client in self._leaving if at <= now and client in self.records]
        self._leaving = [(at, client) for at, client in self._leaving if at > now]
        return come

    def listed(self, *, updated_since: datetime | None = None) -> list[Record]:
        """Everybody, or those who changed since then, by id."""
        return [
            self.records[client]
            for client in sorted(self.records)
            if updated_since is None or self.records[client].updated_at >= updated_since
        ]
