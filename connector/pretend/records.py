"""What the pretend booking system holds of one client, and how the contract writes it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")

#: categories that are fields of the record itself
FIELDS = {
    "identity": ("name",),
    "contact": ("email", "phone"),
    "address": ("address",),
    "birth": ("birth_date",),
    "language": ("language",),
}
#: categories that are lists of dated entries
DATED = frozenset(
    {"billing", "bookings", "feedback", "health", "notes", "photos", "prepaid", "purchases", "raffles"}
    | {"treatments", "visits", "wishes"}
)
CHANNELS = ("email", "sms", "phone", "post", "web")
CATEGORIES = frozenset(FIELDS) | DATED | {"login", "marketing_preferences"}


@dataclass
class Entry:
    """One booking, visit, invoice, note …"""

    id: str
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Record:
    """One client as the booking system has it."""

    id: str
    created_at: datetime
    created_via: str
    updated_at: datetime
    revision: int = 1
    has_account: bool = False
    is_restricted: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    marketing: dict[str, bool] = field(default_factory=dict)
    consents: list[dict[str, Any]] = field(default_factory=list)
    last_activity_at: datetime | None = None
    last_visit_at: datetime | None = None

    def categories(self) -> list[str]:
        """The categories that hold something."""
        held = {name for name, keys in FIELDS.items() if any(self.fields.get(key) for key in keys)}
        held |= {name for name, entries in self.entries.items() if entries}
        if self.has_account:
            held.add("login")
        if self.consents or any(self.marketing.values()):
            held.add("marketing_preferences")
        return sorted(held)

    def add(self, category: str, entry: Entry) -> None:
        """Put one entry under its category."""
        self.entries.setdefault(category, []).append(entry)

    def has_receipts(self, today: date) -> bool:
        """Whether bookkeeping law still wants its invoices: six years from the end of their year."""
        return any(entry.at.year + 6 >= today.year for entry in self.entries.get("billing", ()))


def as_json(record: Record, now: datetime) -> dict[str, Any]:
    """The client of the contract, section 1."""
    ahead = [
        entry.at
        for entry in record.entries.get("bookings", ())
        if entry.facts["state"] == "ahead" and entry.at > now
    ]
    owed = [entry for entry in record.entries.get("billing", ()) if entry.facts["state"] == "open"]
    return {
        "id": record.id,
        "revision": record.revision,
        "created_at": moment(record.created_at),
        "created_via": record.created_via,
        "has_account": record.has_account,
        **{key: record.fields.get(key) for key in ("name", "email", "phone", "language", "birth_date")},
        "address": record.fields.get("address"),
        "restricted": record.is_restricted,
        "categories": record.categories(),
        "marketing": dict(record.marketing),
        "last_activity_at": moment(record.last_activity_at),
        "last_visit_at": moment(record.last_visit_at),
        "next_booking_at": moment(min(ahead, default=None)),
        "open_invoices": len(owed),
        "consents": list(record.consents),
        "oldest_entry": {
            name: day(min(entry.at for entry in entries))
            for name, entries in record.entries.items()
            if entries
        },
    }


def exported(record: Record) -> dict[str, Any]:
    """All that is held, by category (contract: `GET /clients/{id}/export`)."""
    held: dict[str, Any] = {
        name: {key: record.fields[key] for key in keys if record.fields.get(key)}
        for name, keys in FIELDS.items()
    }
    held |= {name: written(entries) for name, entries in record.entries.items()}
    held["marketing_preferences"] = {"switches": dict(record.marketing), "consents": list(record.consents)}
    held["login"] = {"has_account": record.has_account}
    return {name: held[name] for name in record.categories()}


def written(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Entries as JSON."""
    return [{"id": entry.id, "at": moment(entry.at), **entry.facts} for entry in entries]


def moment(at: datetime | None) -> str | None:
    """A moment as this booking system writes it: in local time with its offset."""
    return at.astimezone(HELSINKI).isoformat(timespec="milliseconds") if at else None


def day(at: datetime) -> str:
    """The local day of a moment."""
    return at.astimezone(HELSINKI).date().isoformat()
