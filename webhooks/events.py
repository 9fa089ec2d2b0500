"""What can happen to a client, in words that all booking systems share.

Every dialect reads its own payloads into these values and nothing else. `None` means "it did not tell",
never "no". Events carry no name, note or free text; contact points are on their way to becoming blind
indexes and are never shown, logged or stored as they are.

The mirror is a function of the *set* of events: `rank` is the total order by which the last writer wins
(booking contract, "How a set of events becomes one mirror").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from webhooks.vocabulary import Category, Channel, Purpose
from webhooks.words import Answer, BookingState, CreatedVia, DeletedBy, InvoiceState, Method, Right, Touch

__all__ = ["Answer", "BookingState", "CreatedVia", "DeletedBy", "InvoiceState", "Method", "Right", "Touch"]
__all__ += [
    "AccountChanged",
    "BookingChanged",
    "CampaignSent",
    "ClientDeleted",
    "ClientHinted",
    "ClientMerged",
]
__all__ += ["ClientTold"]
__all__ += ["Consent", "ConsentAnswered", "Event", "FeedbackReceived", "IncidentReported", "InvoiceChanged"]
__all__ += ["LoggedIn", "PrepaidChanged", "RaffleEntered", "Rank", "RecordTouched", "RequestReceived"]
__all__ += ["SaleCompleted"]


class Rank(NamedTuple):
    """Who wins: a revision before none, the higher one; then the later moment; then the body's digest."""

    revision: int
    at: datetime
    digest: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened at the booking system at `at` (UTC); `digest` is its body's SHA-256 in hex."""

    at: datetime
    digest: str = field(repr=False)

    @property
    def rank(self) -> Rank:
        """Where this event stands among all that speak of the same field."""
        return Rank(getattr(self, "revision", None) or 0, self.at, self.digest)


@dataclass(frozen=True)
class Consent:
    """One answer to one purpose over some channels; none named means all of them."""

    purpose: Purpose
    channels: tuple[Channel, ...]
    answer: Answer
    at: datetime
    method: Method = Method.NOT_TOLD
    notice_version: str | None = None
    staff: str | None = None


@dataclass(frozen=True, kw_only=True)
class ClientTold(Event):
    """The record as the booking system has it: sent, listed or fetched. Only what is not None was told."""

    client: str
    revision: int | None = None
    created_at: datetime | None = None
    created_via: CreatedVia | None = None
    has_account: bool | None = None
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    language: str | None = None
    birth_year: int | None = None
    categories: frozenset[Category] | None = None
    marketing: Mapping[Channel, bool] | None = None
    last_activity_at: datetime | None = None
    last_visit_at: datetime | None = None
    next_booking_at: datetime | None = None
    #: whether `next_booking_at` was told at all: a told null means that there is none
    tells_next_booking: bool = False
    open_invoices: int | None = None
    consents: tuple[Consent, ...] = ()
    #: what stands in fields that a salon keeps its clients' answers in, where its system sends no consents: a field
    #: that says another thing than before is an answer; None: nothing stands there, which is no answer
    answers: Mapping[tuple[Purpose, Channel | None], Answer | None] | None = None
    #: whether those fields are boxes: one that was never ticked says nothing, and one that is ticked no longer says no
    are_boxes: bool = False
    oldest_entry: Mapping[Category, date] | None = None


@dataclass(frozen=True, kw_only=True)
class ClientDeleted(Event):
    """The client is gone from the booking system."""

    client: str
    by: DeletedBy


@dataclass(frozen=True, kw_only=True)
class ClientHinted(Event):
    """Something happened to this client that the payload does not tell, or not surely: the record is to be fetched."""

    client: str


@dataclass(frozen=True, kw_only=True)
class ClientMerged(Event):
    """`client` goes on as `into`."""

    client: str
    into: str


@dataclass(frozen=True, kw_only=True)
class LoggedIn(Event):
    """The client used an account: activity."""

    client: str


@dataclass(frozen=True, kw_only=True)
class RecordTouched(Event):
    """Somebody of the staff looked at or changed (a part of) a client's record."""

    client: str
    staff: str
    what: str
    touch: Touch


@dataclass(frozen=True, kw_only=True)
class AccountChanged(Event):
    """A client's own account was opened or closed; `by` is who did it, where told."""

    client: str
    is_open: bool
    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class SaleCompleted(Event):
    """A purchase: activity, dated `sold_at`."""

    client: str
    sale: str
    sold_at: datetime


@dataclass(frozen=True, kw_only=True)
class PrepaidChanged(Event):
    """A gift or series card has value left (`is_open`) or not."""

    client: str | None
    prepaid: str
    is_open: bool
    expires_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentAnswered(Event):
    """A client answered: one record, never overwritten."""

    client: str
    consent: Consent


@dataclass(frozen=True, kw_only=True)
class BookingChanged(Event):
    """A booking's present state. Without a client it is a door customer's: counted, and nobody's."""

    booking: str
    client: str | None
    state: BookingState
    starts_at: datetime | None
    booked_via: str | None = None
    practitioner: str | None = None
    #: whether the client did something by it (booked, moved), which is activity
    is_activity: bool = False


@dataclass(frozen=True, kw_only=True)
class InvoiceChanged(Event):
    """An invoice's present state; `issued_on` is what bookkeeping law counts from."""

    invoice: str
    client: str
    state: InvoiceState
    issued_on: date | None = None
    due_on: date | None = None
    open_amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, kw_only=True)
class FeedbackReceived(Event):
    """A feedback exists; nothing of what it says."""

    feedback: str
    client: str | None


@dataclass(frozen=True, kw_only=True)
class RaffleEntered(Event):
    """A raffle entry exists."""

    raffle: str
    client: str
    may_publish_name: bool | None


@dataclass(frozen=True, kw_only=True)
class CampaignSent(Event):
    """Marketing went to these clients (one part of a campaign)."""

    campaign: str
    part: int
    purpose: Purpose
    channel: Channel
    clients: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RequestReceived(Event):
    """A client asks; the clock runs from `received_at`. `details` are sealed by whoever stores them."""

    client: str
    right: Right
    received_at: datetime
    details: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class IncidentReported(Event):
    """A personal data breach at the processor (GDPR 33(2)); None for `clients` means all of them."""

    incident: str
    discovered_at: datetime
    clients: tuple[str, ...] | None
    description: str | None = field(default=None, repr=False)
