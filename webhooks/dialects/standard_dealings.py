"""What the booking contract tells of a salon's dealings with its clients: bookings, money, campaigns, breaches."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from webhooks import events
from webhooks.dialects import standard_shapes as shapes
from webhooks.dialects.standard_kinds import Events, Kind
from webhooks.dialects.standard_records import in_range, moment
from webhooks.envelope import Envelope


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


def _prepaid(*, is_open: bool) -> Kind:
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

    return Kind(shapes.PrepaidData, say)


def _booking(state: events.BookingState, *, is_activity: bool = False) -> Kind:
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

    return Kind(shapes.BookingData, say)


def _invoice(state: events.InvoiceState) -> Kind:
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

    return Kind(shapes.InvoiceData, say)


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


KINDS: Mapping[str, Kind] = {
    "sale.completed": Kind(shapes.SaleData, _sale),
    "prepaid.sold": _prepaid(is_open=True),
    "prepaid.ended": _prepaid(is_open=False),
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
    "feedback.received": Kind(shapes.FeedbackData, _feedback),
    "raffle.entered": Kind(shapes.RaffleData, _raffle),
    "campaign.sent": Kind(shapes.CampaignData, _campaign),
    "incident.reported": Kind(shapes.IncidentData, _incident),
}
