"""Everything that a rule may look at: dates, flags and answers. No name, no contact point, no free text.

All dates are local days of the salon; whoever makes the facts has turned instants into days already.
`None` means "it was never told", which is never the same as "no".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from policies.vocabulary import Category, Channel, Purpose


class Activity(StrEnum):
    """What a client can do that shows a living relationship (policy file, `retention.activity`)."""

    BOOKING = "booking"
    VISIT = "visit"
    PURCHASE = "purchase"
    LOGIN = "login"


class Answer(StrEnum):
    """What the client said when asked; the same words as `webhooks.words.Answer`."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def is_no(self) -> bool:
        """Whether it forbids."""
        return self is not Answer.GIVEN


@dataclass(frozen=True)
class Answered:
    """The present answer to one purpose over one channel, and the day on which it was given."""

    answer: Answer
    on: date


@dataclass(frozen=True)
class HandHold:
    """A hold that a person opened: who, why and until when it is to be looked at again are in its record."""

    kind: str
    scope: frozenset[Category]
    review_on: date


@dataclass(frozen=True, kw_only=True)
class ClientFacts:
    """What is known of one client (the whole merged group) on the day when it was read."""

    client: str
    #: categories that the booking system says it holds; None: it never told
    held: frozenset[Category] | None = None
    created_on: date | None = None
    #: self_service, phone, in_person, email, import
    created_via: str | None = None
    has_account: bool | None = None
    account_closed_on: date | None = None
    #: was in the register before Ovikello was connected: what was never told is unknown, not missing
    known_before: bool = False
    #: the last day of each kind of activity
    activity: Mapping[Activity, date] = field(default_factory=dict)
    #: the booking system's own last-activity date, of no told kind
    told_activity_on: date | None = None
    last_visit_on: date | None = None
    #: the last day on which the client may have been there by a list that does not say it clearly
    perhaps_visited_on: date | None = None
    next_booking_on: date | None = None
    open_invoices: int | None = None
    in_collection: bool = False
    #: the days on which receipts were issued
    receipts: tuple[date, ...] = ()
    #: prepaid values that are open, by the day when each expires; None: it never does
    prepaid: tuple[date | None, ...] = ()
    hand_holds: tuple[HandHold, ...] = ()
    #: the oldest entry of a category that is judged entry by entry
    oldest_entry: Mapping[Category, date] = field(default_factory=dict)
    feedback_on: tuple[date, ...] = ()
    raffle_on: tuple[date, ...] = ()
    case_closed_on: date | None = None
    #: the present answer by purpose and channel; a channel of None covers all that have none of their own
    consents: Mapping[tuple[Purpose, Channel | None], Answered] = field(default_factory=dict)
    #: marketing switches as the booking system has them now
    switches: Mapping[Channel, bool] = field(default_factory=dict)
    #: the days on which marketing went out, by purpose
    campaigns: Mapping[Purpose, tuple[date, ...]] = field(default_factory=dict)
    #: channels whose unrecorded or outdated switch the owner has looked at and left on, since the last yes
    owner_keeps: frozenset[Channel] = frozenset()
    #: channels whose unrecorded or outdated switch the owner wants off, since the last yes
    owner_switches_off: frozenset[Channel] = frozenset()
    erasure_requested_on: date | None = None
    #: what identified the client was removed then, and nobody knows since whom this is about
    identifiers_removed_on: date | None = None
    #: said to be deleted "by merge", but into whom has not been told yet: nothing is judged
    waits_for_merge: bool = False
