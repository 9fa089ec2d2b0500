"""What each event tells of a client, in the mirror's own fields. Pure: no database, no clock.

Only what a rule needs is taken over; names, notes, amounts, languages and years of birth end here. A date inside an
event never counts for more than the event's own: a purchase "in 2099" must not keep a client for ever.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.mirror_registers import moment
from webhooks import events
from webhooks.events import Answer, Consent, Method
from webhooks.vocabulary import Category, Channel, Purpose

#: purposes that a no to marketing closes (GDPR article 21(2) names profiling for it too)
MARKETING = (
    Purpose.NEWSLETTER,
    Purpose.DIRECT_MARKETING,
    Purpose.DISTANCE_SELLING,
    Purpose.MARKET_RESEARCH,
    Purpose.PROFILING,
)
#: parts of a record that a touch may name; any other word is kept as "other", since it could be free text
PARTS = frozenset({"record", "payments", "consents", *(category.value for category in Category)})


#: before the names of registers that hold what a salon's own fields say of a client's answers
ANSWER = "answer."
#: the register of when Ovikello itself switched a client's marketing off
SWITCHED_OFF = "switched_off"


@dataclass(frozen=True)
class Told:
    """What one event says of one client; `wakes` is False where it cannot change a verdict, or only to later."""

    client: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    maxima: Mapping[str, datetime] = field(default_factory=dict)
    consents: tuple[Consent, ...] = ()
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    wakes: bool = True
    are_boxes: bool = False


def told_of(event: events.Event) -> tuple[Told, ...]:
    """What the event says of clients; a deletion says nothing but that, and is not asked here."""
    read = _CLIENTS.get(type(event))
    return () if read is None else read(event)


def _record(event: events.ClientTold) -> tuple[Told, ...]:
    seen = {"told": event.last_activity_at, "told_visit": event.last_visit_at}
    return (
        Told(
            event.client,
            fields=_record_fields(event),
            maxima={kind: min(at, event.at) for kind, at in seen.items() if at is not None},
            consents=tuple(event.consents),
            email=event.email,
            phone=event.phone,
            wakes=False,  # a record is listed every night: it wakes where a value became another one
            are_boxes=event.are_boxes,
        ),
    )


def _record_fields(event: events.ClientTold) -> dict[str, Any]:
    oldest = event.oldest_entry
    fields: dict[str, Any] = {
        "created_at": None if event.created_at is None else moment(event.created_at),
        "created_via": event.created_via,
        "has_account": event.has_account,
        "categories": None if event.categories is None else sorted(event.categories),
        "open_invoices": event.open_invoices,
        "oldest_entry": None
        if oldest is None
        else {kind.value: day.isoformat() for kind, day in oldest.items()},
        **{f"marketing.{channel.value}": is_on for channel, is_on in (event.marketing or {}).items()},
    }
    fields = {name: value for name, value in fields.items() if value is not None}
    if event.tells_next_booking or event.next_booking_at is not None:
        fields["next_booking_at"] = None if event.next_booking_at is None else moment(event.next_booking_at)
    for (purpose, channel), answer in (event.answers or {}).items():
        fields[f"{ANSWER}{purpose.value}.{channel.value if channel else ''}"] = answer.value if answer else ""
    return fields


def answers_in(
    told: Told, became: frozenset[str], unticked: frozenset[str], at: datetime
) -> tuple[Consent, ...]:
    """What a record's fields say of a client's answers, as far as they say another thing than before.

    Where a system sends no consents, a change of state is one: dated when it was told, by a method that nobody told. A
    box that somebody unticked says no.
    """
    found = []
    for name in sorted(became):
        _, _, place = name.partition(ANSWER)
        said = told.fields[name] or (Answer.WITHDRAWN.value if name in unticked else "")
        if place and said:
            purpose, _, channel = place.partition(".")
            channels = (Channel(channel),) if channel else ()
            found.append(Consent(Purpose(purpose), channels, Answer(said), at, Method.NOT_TOLD))
    return tuple(found)


def _merged_away(event: events.ClientDeleted) -> tuple[Told, ...]:
    return (Told(event.client, fields={"merged_away": True}),)


def _merged(event: events.ClientMerged) -> tuple[Told, ...]:
    return (Told(event.client), Told(event.into))


def _logged_in(event: events.LoggedIn) -> tuple[Told, ...]:
    return (Told(event.client, maxima={"login": event.at}, wakes=False),)


def _touched(event: events.RecordTouched) -> tuple[Told, ...]:
    return (Told(event.client, wakes=False),)


def _account(event: events.AccountChanged) -> tuple[Told, ...]:
    # not the record's `has_account`: a record with a revision would outrank every closing of an account
    return (Told(event.client, fields={"account": event.is_open}),)


def _sale(event: events.SaleCompleted) -> tuple[Told, ...]:
    return (Told(event.client, maxima={"purchase": min(event.sold_at, event.at)}, wakes=False),)


def _answered(event: events.ConsentAnswered) -> tuple[Told, ...]:
    return (Told(event.client, consents=(event.consent,)),)


def _booked(event: events.BookingChanged) -> tuple[Told, ...]:
    if event.client is None:
        return ()
    maxima = {"booking": event.at} if event.is_activity else {}
    if event.state is events.BookingState.COMPLETED:
        maxima["visit"] = min(event.starts_at or event.at, event.at)
    # a visit that is over only moves days later, unless it was before its booked time: then a hold ends early
    is_over = "visit" in maxima and (event.starts_at or event.at) <= event.at
    return (Told(event.client, maxima=maxima, wakes=not is_over),)


def _of_client(event: Any) -> tuple[Told, ...]:
    return () if event.client is None else (Told(event.client),)


def _campaign(event: events.CampaignSent) -> tuple[Told, ...]:
    return tuple(Told(client, wakes=False) for client in sorted(set(event.clients)))


def _requested(event: events.RequestReceived) -> tuple[Told, ...]:
    if event.right is not events.Right.OBJECTION:
        return (Told(event.client),)
    at = min(event.received_at, event.at)
    noes = (Consent(purpose, (), Answer.WITHDRAWN, at, Method.NOT_TOLD) for purpose in MARKETING)
    return (Told(event.client, consents=tuple(noes)),)


_CLIENTS: Mapping[type[events.Event], Callable[[Any], tuple[Told, ...]]] = {
    events.ClientTold: _record,
    events.ClientDeleted: _merged_away,
    events.ClientMerged: _merged,
    events.LoggedIn: _logged_in,
    events.RecordTouched: _touched,
    events.AccountChanged: _account,
    events.SaleCompleted: _sale,
    events.ConsentAnswered: _answered,
    events.BookingChanged: _booked,
    events.InvoiceChanged: _of_client,
    events.PrepaidChanged: _of_client,
    events.FeedbackReceived: _of_client,
    events.RaffleEntered: _of_client,
    events.CampaignSent: _campaign,
    events.RequestReceived: _requested,
}
