"""The shapes of the booking contract's `data`, as types that check themselves (booking contract, section 1).

Only ids, and what tells one meaning from another, are required. What is not named here is not looked at:
a name, a note or an address never leaves the parser. `UNSET` tells "not told" from a told null where it matters.
"""

from datetime import date, datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from webhooks.events import Answer, CreatedVia, DeletedBy, Method, Right
from webhooks.vocabulary import Category, Channel, Purpose

# not "." for a character: NUL cannot be stored by PostgreSQL, half a surrogate pair by nobody
Id = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*\Z")]
Text = Annotated[str, Meta(pattern=r"^[^\x00\ud800-\udfff]*\Z")]
Line = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00\ud800-\udfff]*\Z")]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Year = Annotated[int, Meta(ge=1, le=9999)]
Amount = Annotated[str, Meta(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,4})?\Z")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]

#: the most clients that one part of a campaign may name
PART = 2_000


class ConsentLine(Struct):
    """One answer in a client's list; undated it could not be told from a newer one."""

    purpose: Purpose
    answer: Answer
    at: datetime
    channels: list[Channel] | None = None
    method: Method | None = None
    notice_version: Line | None = None
    staff_id: Id | None = None


class Client(Struct):
    """The record of a client."""

    id: Annotated[
        Id, Meta(description="The client's own id: what stands as `client_id` in events, and in addresses.")
    ]
    revision: Count | None = None
    created_at: datetime | None = None
    created_via: CreatedVia | None = None
    has_account: bool | None = None
    email: Line | None = None
    phone: Line | None = None
    language: Line | None = None
    birth_date: date | None = None
    birth_year: Year | None = None
    categories: list[Category] | None = None
    marketing: dict[Channel, bool | None] | None = None
    last_activity_at: datetime | None = None
    last_visit_at: datetime | None = None
    next_booking_at: datetime | UnsetType | None = UNSET
    open_invoices: Count | None = None
    consents: list[ConsentLine] | None = None
    oldest_entry: dict[Category, date | None] | None = None


class ClientData(Struct):
    """client.created, client.updated"""

    client: Client


class DeletedData(Struct):
    """client.deleted: `by` tells an erasure from a merge"""

    client_id: Id
    by: DeletedBy


class MergedData(Struct):
    """client.merged"""

    from_id: Id
    into_id: Id


class LoginData(Struct):
    """client.login"""

    client_id: Id


class TouchData(Struct):
    """client.viewed, client.edited"""

    client_id: Id
    staff_id: Id
    what: Line | None = None


class AccountData(Struct):
    """account.created, account.closed"""

    client_id: Id
    by: Line | None = None


class Sale(Struct):
    """A purchase; a null client is one who paid and gave no name."""

    id: Id
    client_id: Id | None
    at: datetime | None = None


class SaleData(Struct):
    """sale.completed"""

    sale: Sale


class Prepaid(Struct):
    """A gift or series card; a null client is one who gave no name."""

    id: Id
    client_id: Id | None
    expires_on: date | None = None


class PrepaidData(Struct):
    """prepaid.sold, prepaid.ended"""

    prepaid: Prepaid


class ConsentData(Struct):
    """consent.given, consent.refused, consent.withdrawn: dated by the envelope"""

    client_id: Id
    purpose: Purpose
    channels: list[Channel] | None = None
    method: Method | None = None
    notice_version: Line | None = None
    staff_id: Id | None = None


class Booking(Struct):
    """A booking; without a client it is a door customer's."""

    id: Id
    client_id: Id | None = None
    starts_at: datetime | None = None
    booked_via: Line | None = None
    practitioner_id: Id | None = None


class BookingData(Struct):
    """booking.*"""

    booking: Booking


class Invoice(Struct):
    """An invoice; a null client is one who is not in the register."""

    id: Id
    client_id: Id | None
    issued_on: date | None = None
    due_on: date | None = None
    open_amount: Amount | None = None
    currency: Currency | None = None


class InvoiceData(Struct):
    """invoice.*"""

    invoice: Invoice


class Feedback(Struct):
    """A feedback; a null client is one who gave no name."""

    id: Id
    client_id: Id | None


class FeedbackData(Struct):
    """feedback.received"""

    feedback: Feedback


class Raffle(Struct):
    """A raffle entry; a null client is one who is not in the register."""

    id: Id
    client_id: Id | None
    may_publish_name: bool | None = None


class RaffleData(Struct):
    """raffle.entered"""

    raffle: Raffle


class Campaign(Struct):
    """One part of a campaign."""

    id: Id
    purpose: Purpose
    channel: Channel
    client_ids: Annotated[list[Id], Meta(max_length=PART)]
    part: Count | None = None


class CampaignData(Struct):
    """campaign.sent"""

    campaign: Campaign


class RequestData(Struct):
    """request.received"""

    client_id: Id
    right: Right
    received_at: datetime | None = None
    details: Text | None = None


class Incident(Struct):
    """A breach: of these clients, or of all."""

    id: Id
    discovered_at: datetime | None = None
    description: Text | None = None
    client_ids: list[Id] | None = None
    all_clients: bool | None = None


class IncidentData(Struct):
    """incident.reported"""

    incident: Incident
