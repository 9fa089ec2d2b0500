"""What a client's bookings, invoices, prepaid values, feedbacks, raffles and requests mean on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from connector.facts_group import Group
from connector.mirror_entries import Kept
from connector.mirror_registers import at_of
from policies.facts import HandHold
from policies.vocabulary import Category
from webhooks.events import BookingState, InvoiceState, Right

#: a restriction is looked at again after the month in which a request must be answered (GDPR article 12(3))
_A_MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Meant:
    """Entries as facts."""

    next_booking_on: date | None
    passed_booking_on: date | None
    open_invoices: int | None
    in_collection: bool
    receipts: tuple[date, ...]
    prepaid: tuple[date | None, ...]
    feedback_on: tuple[date, ...]
    raffle_on: tuple[date, ...]
    erasure_requested_on: date | None
    holds: tuple[HandHold, ...]


def mean(entries: Iterable[Kept], group: Group, zone: ZoneInfo, on: date) -> Meant:
    """What the entries of a group mean on a day."""
    entries = list(entries)
    by_kind = {
        kind: [entry for entry in entries if entry.kind == kind]
        for kind in ("booking", "invoice", "prepaid", "feedback", "raffle", "request")
    }
    bookings = _bookings(by_kind["booking"], group, zone)
    asked = [
        (entry.value("right"), _day(at_of(entry.value("received_at")), zone)) for entry in by_kind["request"]
    ]
    return Meant(
        next_booking_on=min((day for day in bookings if day >= on), default=None),
        passed_booking_on=max((day for day in bookings if day < on), default=None),
        open_invoices=_open_invoices(by_kind["invoice"], group, zone),
        in_collection=any(_state(entry) is InvoiceState.IN_COLLECTION for entry in by_kind["invoice"]),
        receipts=tuple(sorted({_issued_on(entry, zone) for entry in by_kind["invoice"]})),
        prepaid=tuple(
            sorted(
                (_date(entry, "expires_on") for entry in by_kind["prepaid"] if entry.value("is_open")),
                key=lambda day: day or date.max,
            )
        ),
        feedback_on=tuple(sorted(_day(entry.first_at, zone) for entry in by_kind["feedback"])),
        raffle_on=tuple(sorted(_day(entry.first_at, zone) for entry in by_kind["raffle"])),
        erasure_requested_on=min((day for right, day in asked if right == Right.ERASURE), default=None),
        holds=tuple(
            HandHold("restriction_request", frozenset(Category), day + _A_MONTH)
            for right, day in sorted(asked)
            if right == Right.RESTRICTION
        ),
    )


def _bookings(entries: list[Kept], group: Group, zone: ZoneInfo) -> list[date]:
    """The days of all bookings that nobody called off: our own entries, and the one that records tell of.

    What a record said of the next booking is undone by a later event about a booking at that very moment.
    """
    ahead = [at_of(text) for entry in entries if _is_ahead(entry) and (text := entry.value("starts_at"))]
    undone = {entry.value("starts_at"): entry.at for entry in entries if not _is_ahead(entry)}
    for member in group.members:
        starts_at, _, told_at, _ = member.fields.get("next_booking_at", (None, 0, "", ""))
        if starts_at is not None and not _is_undone(undone.get(starts_at), at_of(told_at)):
            ahead.append(at_of(starts_at))
    return [_day(at, zone) for at in ahead]


def _is_undone(undone_at: datetime | None, told_at: datetime) -> bool:
    return undone_at is not None and undone_at >= told_at


def _is_ahead(entry: Kept) -> bool:
    return bool(entry.value("state") == BookingState.AHEAD.value)


def _open_invoices(entries: list[Kept], group: Group, zone: ZoneInfo) -> int | None:
    """How many invoices are open.

    A record's count stands for all that was told before it; events after it add what was issued since, and
    take away what was closed since and issued before. Where it cannot be told apart, an invoice stays open.
    """
    told = [member.fields["open_invoices"] for member in group.members if "open_invoices" in member.fields]
    if not told:
        return sum(_state(entry).is_open for entry in entries) if entries else None
    count: int = sum(group.values("open_invoices"))
    told_at = min(at_of(kept[2]) for kept in told)
    since = [entry for entry in entries if _state_at(entry) > told_at]
    day = _day(told_at, zone)
    added = sum(_state(entry).is_open and _may_be_later(entry, day) for entry in since)
    closed = sum(not _state(entry).is_open and not _may_be_later(entry, day) for entry in since)
    return max(0, count - closed) + added


def _may_be_later(entry: Kept, day: date) -> bool:
    issued_on = _date(entry, "issued_on")
    return issued_on is None or issued_on >= day


def _issued_on(entry: Kept, zone: ZoneInfo) -> date:
    return _date(entry, "issued_on") or _day(entry.first_at, zone)


def _state(entry: Kept) -> InvoiceState:
    return InvoiceState(entry.value("state"))


def _state_at(entry: Kept) -> datetime:
    return entry.fields["state"][1]


def _date(entry: Kept, field: str) -> date | None:
    text = entry.value(field)
    return None if text is None else date.fromisoformat(text)


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
