"""What the calls of the booking contract do to the register, and what they answer."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from connector.pretend.misbehaviour import Misbehaviour
from connector.pretend.records import CATEGORIES, CHANNELS, DATED, FIELDS, HELSINKI, Record, as_json
from connector.pretend.register import Register
from connector.pretend.salon import Salon

Answer = tuple[int, dict[str, Any] | None]


class Refused(Exception):
    """A call that is answered with a problem."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title


class Writes:
    """Every write changes the record, raises its revision, and is told by a webhook."""

    def __init__(
        self, register: Register, salon: Salon, misbehaviour: Misbehaviour, *, now: Callable[[], datetime]
    ) -> None:
        self._register = register
        self._salon = salon
        self._misbehaviour = misbehaviour
        self._now = now

    def found(self, client: str) -> Record:
        """The record; refuses with 404 where it never was and 410 where it was deleted."""
        if client in self._register.gone:
            raise Refused(410, "This client was deleted")
        if client not in self._register.records:
            raise Refused(404, "There never was such a client")
        return self._register.records[client]

    def settle(self) -> None:
        """Do the slow erasures whose time has come."""
        for client in self._register.leaving(self._now()):
            self._salon.leaves(client, at=self._now(), by="ovikello")

    def rectify(self, client: str, changes: Any, revision: str | None) -> Answer:
        """PATCH with If-Match."""
        record = self.found(client)
        known = {key for keys in FIELDS.values() for key in keys}
        if not _is_object_of(changes, str) or not changes.keys() <= known:
            raise Refused(400, "Only fields of the record can be changed, to text")
        if revision is None:
            raise Refused(428, "Say in If-Match which revision is meant")
        if revision.strip('"') != str(record.revision):
            raise Refused(412, "It has changed meanwhile")
        record.fields |= changes
        return self._told(client)

    def set_marketing(self, client: str, switches: Any) -> Answer:
        """PUT of the switches that are named."""
        record = self.found(client)
        if not _is_object_of(switches, bool) or not switches.keys() <= set(CHANNELS):
            raise Refused(400, "Channels with true or false")
        record.marketing |= switches
        return self._told(client)

    def set_restriction(self, client: str, body: Any) -> Answer:
        """PUT of the restriction."""
        record = self.found(client)
        if not _is_object_of(body, bool) or body.keys() != {"restricted"}:
            raise Refused(400, "'restricted' with true or false")
        record.is_restricted = body["restricted"]
        return self._told(client)

    def anonymise(self, client: str, body: Any) -> Answer:
        """POST: everything that identifies the person goes, but for what is to be kept."""
        record = self.found(client)
        keep = body.get("keep", []) if isinstance(body, dict) else None
        if not isinstance(keep, list) or not all(category in CATEGORIES for category in keep):
            raise Refused(400, "'keep' with a list of categories")
        self._mind_receipts(record, is_kept="billing" in keep)
        left = self._misbehaviour.leave_fields.split()
        for category in CATEGORIES - set(keep):
            self._clear(record, category, left)
        return self._told(client)

    def erase_category(self, client: str, category: str, before: str | None) -> Answer:
        """DELETE of one category, or of its entries older than a day."""
        record = self.found(client)
        if category not in CATEGORIES:
            raise Refused(404, "There is no such category")
        if before is None:
            self._mind_receipts(record, is_kept=category != "billing")
            self._clear(record, category, [])
        else:
            self._clear_before(record, category, before)
        self._told(client)
        return 204, None

    def erase(self, client: str) -> Answer:
        """DELETE of the client."""
        record = self.found(client)
        self._mind_receipts(record, is_kept=False)
        if self._misbehaviour.takes("slow_calls", "erase"):
            after = timedelta(seconds=self._misbehaviour.slow_for)
            self._register.will_leave(client, at=self._now() + after)
            return 202, None
        self._salon.leaves(client, at=self._now(), by="ovikello")
        return 204, None

    def _told(self, client: str) -> Answer:
        now = self._now()
        self._salon.tells(client, at=now)
        return 200, as_json(self._register.records[client], now)

    def _mind_receipts(self, record: Record, *, is_kept: bool) -> None:
        if not is_kept and record.has_receipts(self._now().astimezone(HELSINKI).date()):
            raise Refused(409, "Bookkeeping law keeps this client's receipts")

    def _clear(self, record: Record, category: str, left: list[str]) -> None:
        for key in FIELDS.get(category, ()):
            if key not in left:
                record.fields.pop(key, None)
        record.entries.pop(category, None)
        if category == "login":
            record.has_account = False
        if category == "marketing_preferences":
            record.marketing = dict.fromkeys(record.marketing, False)
            record.consents = []

    def _clear_before(self, record: Record, category: str, before: str) -> None:
        try:
            day = date.fromisoformat(before)
        except ValueError:
            raise Refused(400, "'before' is a day, as 2026-01-31") from None
        if category not in DATED:
            raise Refused(400, "This category has no dated entries")
        stays = [
            entry for entry in record.entries.get(category, ()) if entry.at.astimezone(HELSINKI).date() >= day
        ]
        record.entries[category] = stays


def _is_object_of(body: Any, kind: type) -> bool:
    return isinstance(body, dict) and bool(body) and all(isinstance(value, kind) for value in body.values())
