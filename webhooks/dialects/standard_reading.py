"""The events of the booking contract, from their bytes (booking contract, section 1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from webhooks import events
from webhooks.dialects import standard_shapes as shapes
from webhooks.dialects.standard_records import in_range, moment, told
from webhooks.envelope import Envelope, open_envelope
from webhooks.errors import NotUnderstood

Events = tuple[events.Event, ...]


@dataclass(frozen=True)
class _Kind:
    """How one event type is read: the shape of its data, and what it says."""

    shape: type[msgspec.Struct]
    say: Callable[[Envelope, Any], Events]


def read(body: bytes) -> Events:
    """Read a checked body; an event that is about nobody in the register (a null client) gives nothing.

    Raises NotAnEvent and NotUnderstood, and never another error, whatever the bytes are.
    """
    envelope = open_envelope(body, TYPES)
    kind = _KINDS[envelope.type]
    try:
        return kind.say(envelope, msgspec.convert(envelope.data, kind.shape))
    except ValueError:  # msgspec's own is one; it quotes the payload
        raise NotUnderstood("shape", is_known_type=True) from None


def _record(envelope: Envelope, data: shapes.ClientData) -> Events:
    return (told(data.client, at=envelope.at, digest=envelope.digest),)


def _deleted(envelope: Envelope, data: shapes.DeletedData) -> Events:
    return (events.ClientDeleted(at=envelope.at, digest=envelope.digest, client=data.client_id, by=data.by),)


def _merged(envelope: Envelope, data: shapes.MergedData) -> Events:
    if data.from_id == data.into_id:
        raise ValueError("merged into itself")
    return (
        events.ClientMerged(at=envelope.at, digest=envelope.digest, client=data.from_id, into=data.into_id),
    )


def _login(envelope: Envelope, data: shapes.LoginData) -> Events:
    return (events.LoggedIn(at=envelope.at, digest=envelope.digest, client=data.client_id),)


def _touch(touch: events.Touch) -> _Kind:
    def say(envelope: Envelope, data: shapes.TouchData) -> Events:
        return (
            events.RecordTouched(
                at=envelope.at,
                digest=envelope.digest,
                client=data.client_id,
                staff=data.staff_id,
                what=data.what or "record",
                touch=touch,
            ),
        )

    return _Kind(shapes.TouchData, say)


def _account(*, is_open: bool) -> _Kind:
    def say(envelope: Envelope, data: shapes.AccountData) -> Events:
        return (
            events.AccountChanged(
                at=envelope.at, digest=envelope.digest, client=data.client_id, is_open=is_open, by=data.by
            ),
        )

    return _Kind(shapes.AccountData, say)


def _sale(envelope: Envelope, data: shapes.SaleData) -> Events:
    sale = data.sale
    if sale.client_id is None:
        return ()
    sold_at = moment(sale.at) or envelope.at
    return (
        events.SaleCompleted(
            at=envelope.at, digest=envelope.digest, client=sale.client_id, sale=sale.id, sold_at=sold_at
        ),
    )


def _prepaid(*, is_open: bool) -> _Kind:
    def say(envelope: Envelope, data: shapes.PrepaidData) -> Events:
        card = data.prepaid
        return (
            events.PrepaidChanged(
                at=envelope.at,
                digest=envelope.digest,
                client=card.client_id,
                prepaid=card.id,
                is_open=is_open,
                expires_on=_day(card.expires_on),
            ),
        )

    return _Kind(shapes.PrepaidData, say)


def _consent(answer: events.Answer) -> _Kind:
    def say(envelope: Envelope, data: shapes.ConsentData) -> Events:
        consent = events.Consent(
            purpose=data.purpose,
            channels=tuple(data.channels or ()),
            answer=answer,
            at=envelope.at,
            method=data.method or events.Method.NOT_TOLD,
            notice_version=data.notice_version,
            staff=data.staff_id,
        )
        return (
            events.ConsentAnswered(
                at=envelope.at, digest=envelope.digest, client=data.client_id, consent=consent
            ),
        )

    return _Kind(shapes.ConsentData, say)


def _booking(state: events.BookingState, *, is_activity: bool = False) -> _Kind:
    def say(envelope: Envelope, data: shapes.BookingData) -> Events:
        booking = data.booking
        return (
            events.BookingChanged(
                at=envelope.at,
                digest=envelope.digest,
                booking=booking.id,
                client=booking.client_id,
                state=state,
                starts_at=moment(booking.starts_at),
                booked_via=booking.booked_via,
                practitioner=booking.practitioner_id,
                is_activity=is_activity,
            ),
        )

    return _Kind(shapes.BookingData, say)


def _invoice(state: events.InvoiceState) -> _Kind:
    def say(envelope: Envelope, data: shapes.InvoiceData) -> Events:
        invoice = data.invoice
        if invoice.client_id is None:
            return ()
        return (
            events.InvoiceChanged(
                at=envelope.at,
                digest=envelope.digest,
                invoice=invoice.id,
                client=invoice.client_id,
                state=state,
                issued_on=_day(invoice.issued_on),
                due_on=_day(invoice.due_on),
                open_amount=None if invoice.open_amount is None else Decimal(invoice.open_amount),
                currency=invoice.currency,
            ),
        )

    return _Kind(shapes.InvoiceData, say)


def _feedback(envelope: Envelope, data: shapes.FeedbackData) -> Events:
    feedback = data.feedback
    return (
        events.FeedbackReceived(
            at=envelope.at, digest=envelope.digest, feedback=feedback.id, client=feedback.client_id
        ),
    )


def _raffle(envelope: Envelope, data: shapes.RaffleData) -> Events:
    raffle = data.raffle
    if raffle.client_id is None:
        return ()
    return (
        events.RaffleEntered(
            at=envelope.at,
            digest=envelope.digest,
            raffle=raffle.id,
            client=raffle.client_id,
            may_publish_name=raffle.may_publish_name,
        ),
    )


def _campaign(envelope: Envelope, data: shapes.CampaignData) -> Events:
    campaign = data.campaign
    return (
        events.CampaignSent(
            at=envelope.at,
            digest=envelope.digest,
            campaign=campaign.id,
            part=1 if campaign.part is None else campaign.part,
            purpose=campaign.purpose,
            channel=campaign.channel,
            clients=tuple(campaign.client_ids),
        ),
    )


def _request(envelope: Envelope, data: shapes.RequestData) -> Events:
    return (
        events.RequestReceived(
            at=envelope.at,
            digest=envelope.digest,
            client=data.client_id,
            right=data.right,
            received_at=moment(data.received_at) or envelope.at,
            details=data.details,
        ),
    )


def _incident(envelope: Envelope, data: shapes.IncidentData) -> Events:
    incident = data.incident
    if incident.client_ids is None and not incident.all_clients:
        raise ValueError("neither these clients nor all")
    clients = None if incident.all_clients else tuple(incident.client_ids or ())
    return (
        events.IncidentReported(
            at=envelope.at,
            digest=envelope.digest,
            incident=incident.id,
            discovered_at=moment(incident.discovered_at) or envelope.at,
            clients=clients,
            description=incident.description,
        ),
    )


def _day(day: date | None) -> date | None:
    return None if day is None else in_range(day)


_RECORD = _Kind(shapes.ClientData, _record)
_KINDS: Mapping[str, _Kind] = {
    "client.created": _RECORD,
    "client.updated": _RECORD,
    "client.deleted": _Kind(shapes.DeletedData, _deleted),
    "client.merged": _Kind(shapes.MergedData, _merged),
    "client.login": _Kind(shapes.LoginData, _login),
    "client.viewed": _touch(events.Touch.VIEWED),
    "client.edited": _touch(events.Touch.EDITED),
    "account.created": _account(is_open=True),
    "account.closed": _account(is_open=False),
    "sale.completed": _Kind(shapes.SaleData, _sale),
    "prepaid.sold": _prepaid(is_open=True),
    "prepaid.ended": _prepaid(is_open=False),
    "consent.given": _consent(events.Answer.GIVEN),
    "consent.refused": _consent(events.Answer.REFUSED),
    "consent.withdrawn": _consent(events.Answer.WITHDRAWN),
    "booking.created": _booking(events.BookingState.AHEAD, is_activity=True),
    "booking.rescheduled": _booking(events.BookingState.AHEAD, is_activity=True),
    "booking.cancelled": _booking(events.BookingState.CANCELLED),
    "booking.completed": _booking(events.BookingState.COMPLETED),
    "booking.no_show": _booking(events.BookingState.NO_SHOW),
    "invoice.issued": _invoice(events.InvoiceState.OPEN),
    "invoice.paid": _invoice(events.InvoiceState.PAID),
    "invoice.credited": _invoice(events.InvoiceState.CREDITED),
    "invoice.overdue": _invoice(events.InvoiceState.OVERDUE),
    "invoice.in_collection": _invoice(events.InvoiceState.IN_COLLECTION),
    "feedback.received": _Kind(shapes.FeedbackData, _feedback),
    "raffle.entered": _Kind(shapes.RaffleData, _raffle),
    "campaign.sent": _Kind(shapes.CampaignData, _campaign),
    "request.received": _Kind(shapes.RequestData, _request),
    "incident.reported": _Kind(shapes.IncidentData, _incident),
}
#: every event type of the contract
TYPES = frozenset(_KINDS)
