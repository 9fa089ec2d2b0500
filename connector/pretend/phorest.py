"""A pretend Phorest, with its documentation's habits: numbered pages, versions, clients deleted and merged in place.

Nothing here is real, and nobody has compared it with a real account. Of what the documentation does not say, the
status of a version that is not the present one is a habit that tests set, since no fact is known.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connector.pretend.habits import Habits

Row = dict[str, Any]
#: what a client's record has, in the documentation's words; the rest is the system's own
WRITABLE = (
    *("firstName", "lastName", "email", "mobile", "landLine", "linkedClientMobile", "birthDate", "gender"),
    *("address", "notes", "clientSince", "externalId", "clientCategoryIds", "archived", "banned"),
    *("smsMarketingConsent", "emailMarketingConsent", "smsReminderConsent", "emailReminderConsent"),
)
_REQUIRED = ("firstName", "lastName")


class Refused(Exception):
    """A write that is not taken, and the status that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass
class PhorestHabits(Habits):
    """How it misbehaves, beyond what it always does."""

    meddle_writes: int = 0  # so often the staff changes the record right before a write comes in
    conflict: int = 409  # how a write with an old version is answered
    hide: set[str] = field(default_factory=set)  # clients that lists leave out


class Phorest:
    """One business with its branches. `now` is its clock."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        token: str = "global/api@ovikello.example:pretend-password",  # noqa: S107 -- of a system that holds nobody
        business: str = "biz-1",
        branches: tuple[str, ...] = ("keskusta", "satama"),
        zone: str = "Europe/Helsinki",
    ) -> None:
        self._now, self._zone = now, ZoneInfo(zone)
        self.token, self.business, self.branches = token, business, branches
        self.clients: dict[str, Row] = {}
        self.appointments: dict[str, Row] = {}
        self.habits = PhorestHabits()
        self.calls: list[tuple[str, str, int]] = []
        self.lock = threading.RLock()
        self._next = 0

    # ---- what happens at a salon

    def add_client(self, **values: Any) -> str:
        """The reception makes a client."""
        with self.lock:
            client = self._id("cL")
            own = {"clientId": client, "version": 1, "deleted": False, "mergedToClientId": None}
            times = dict.fromkeys(("createdAt", "updatedAt"), self._moment(self._now()))
            row = dict.fromkeys(WRITABLE) | {"archived": False, "banned": False} | own | times
            boxes = dict.fromkeys((name for name in WRITABLE if name.endswith("Consent")), False)
            self.clients[client] = row | dict.fromkeys(("firstVisit", "lastVisit")) | boxes | values
        return client

    def change_client(self, client: str, **values: Any) -> None:
        """The reception changes one."""
        with self.lock:
            row = self.clients[client]
            row |= values | {"version": row["version"] + 1, "updatedAt": self._moment(self._now())}

    def merge(self, client: str, into: str) -> None:
        """The reception joins two records: the first one is marked, and goes on as the second."""
        self.change_client(client, deleted=True, mergedToClientId=into)

    def book(self, client: str | None, start: datetime, *, branch: str = "keskusta", **values: Any) -> str:
        """An appointment; an old one was paid, and tells on the record when it was."""
        with self.lock:
            number, is_over = self._id("aP"), start + timedelta(hours=1) <= self._now()
            local = start.astimezone(self._zone)
            self.appointments[number] = {
                "appointmentId": number,
                "branchId": branch,
                "clientId": client,
                "appointmentDate": local.date().isoformat(),
                "startTime": local.time().isoformat("milliseconds"),
                "endTime": (local + timedelta(hours=1)).time().isoformat("milliseconds"),
                "state": "PAID" if is_over else "BOOKED",
                "activationState": "ACTIVE",
                "deleted": False,
                "createdAt": self._moment(min(start, self._now())),
                "updatedAt": self._moment(min(start, self._now())),
            } | values
            if is_over and client is not None:
                row, day = self.clients[client], self._moment(start)
                row["firstVisit"] = min(row["firstVisit"] or day, day)
                row["lastVisit"] = max(row["lastVisit"] or day, day)
        return number

    def cancel(self, appointment: str) -> None:
        """Somebody calls it off."""
        row = self.appointments[appointment]
        row |= {"activationState": "CANCELED", "updatedAt": self._moment(self._now())}

    # ---- what the interface does

    def put(self, client: str, body: Row) -> Row:
        """Write a whole record, if its version is the present one: what it does not name is emptied. Raises Refused."""
        with self.lock:
            if self.habits.takes("meddle_writes"):
                self.change_client(client, mobile="35850 5550003")
            row = self.clients[client]
            if body.get("version") != row["version"]:
                raise Refused(self.habits.conflict)
            if any(not body.get(name) for name in _REQUIRED):
                raise Refused(400)
            told = {name: body.get(name) for name in WRITABLE}
            answer = row | told | {"version": row["version"] + 1, "updatedAt": self._moment(self._now())}
            self.habits.write(lambda: self.clients[client].update(answer))
        return answer

    def listed(self) -> list[Row]:
        """The clients as a list has them."""
        return [row for client, row in sorted(self.clients.items()) if client not in self.habits.hide]

    def shift(self) -> None:
        """Some clients go for good, without a mark."""
        for row in self.listed()[: self.habits.shift_pages]:
            del self.clients[row["clientId"]]
        self.habits.shift_pages = 0

    def _id(self, kind: str) -> str:
        """An id as this system has them: letters, digits and signs."""
        self._next += 1
        return f"{kind}-{self._next:04}_xQ7"

    def _moment(self, at: datetime) -> str:
        return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
