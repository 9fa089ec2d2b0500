"""A salon's policy, as values: what it promises its clients (the policy file, version 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from policies.decisions import JobKind, Outcome
from policies.facts import Activity
from policies.people import Contact, Controller, Place, Processor, Recipient, Statement
from policies.periods import Period, Runs
from policies.vocabulary import Category, Purpose

A_WEEK = Period(days=7)
TWO_WEEKS = Period(days=14)
THREE_YEARS = Period(months=36)
TEN_YEARS = Period(months=120)


class Basis(StrEnum):
    """Why data may be processed at all (GDPR art. 6(1))."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTERESTS = "vital_interests"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTEREST = "legitimate_interest"


class SpecialBasis(StrEnum):
    """Why special categories may be processed (GDPR art. 9(2))."""

    EXPLICIT_CONSENT = "explicit_consent"
    HEALTH_CARE = "health_care"
    LEGAL_CLAIMS = "legal_claims"
    VITAL_INTERESTS = "vital_interests"


class CountedFrom(StrEnum):
    """The dates that a period can be counted from."""

    LAST_ACTIVITY = "last_activity"
    LAST_VISIT = "last_visit"
    ACCOUNT_CLOSED = "account_closed"
    RELATIONSHIP_END = "relationship_end"
    COLLECTED = "collected"
    EACH_ENTRY = "each_entry"
    RAFFLE_DRAW = "raffle_draw"
    CASE_CLOSED = "case_closed"


class Statute(StrEnum):
    """Periods that a law sets; the law says what they are counted from."""

    #: vouchers: six years from the end of the year in which the financial year ended
    KPL_2_10_2 = "kpl_2_10_2"


class HoldKind(StrEnum):
    """Reasons to keep what is due, as long as they last."""

    OPEN_INVOICE = "open_invoice"
    DEBT_COLLECTION = "debt_collection"
    LEGAL_CLAIM = "legal_claim"
    FUTURE_BOOKING = "future_booking"
    PREPAID_VALUE = "prepaid_value"


class Professional(StrEnum):
    """Whether a registered health professional gives the treatments (patient records are another regime)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Unrecorded(StrEnum):
    """What to do about a marketing switch that is on with no record behind it."""

    ASK = "ask"
    SWITCH_OFF = "switch_off"


class AccountClosed(StrEnum):
    """What the closing of an account means."""

    ERASURE_REQUEST = "erasure_request"
    DUE_ONLY = "due_only"


@dataclass(frozen=True)
class PurposeRule:
    """One purpose and its basis; `consent` is the word that consent events use for it."""

    name: str
    basis: Basis
    special_basis: SpecialBasis | None = None
    consent: Purpose | None = None
    interest: str | None = None

    @property
    def rests_on_consent(self) -> bool:
        """Whether it falls when the consent is withdrawn."""
        return self.basis is Basis.CONSENT or self.special_basis is SpecialBasis.EXPLICIT_CONSENT


@dataclass(frozen=True)
class KeepRule:
    """How long, from when, and what then; a statute needs no `counted_from`."""

    lasts: Period | Statute
    counted_from: CountedFrom | None
    then: Outcome
    because: str


@dataclass(frozen=True)
class CategoryRule:
    """One category that is held: why, and how long."""

    category: Category
    purposes: tuple[str, ...]
    keep: tuple[KeepRule, ...]


@dataclass(frozen=True)
class Bookkeeping:
    """When the salon's financial year ends (month, day)."""

    month: int = 12
    day: int = 31


@dataclass(frozen=True)
class Retention:
    """When is erased, what keeps a client alive, what is respected, and how old the mirror may be.

    Without `fresh_for` it may be as old as the way by which the booking system tells makes sensible.
    """

    runs: Runs
    activity: frozenset[Activity]
    holds: frozenset[HoldKind]
    fresh_for: Period | None = None


@dataclass(frozen=True)
class DoorCustomer:
    """The door customer (oviasiakas): who gave no consent to a record leaves none."""

    applies: bool = False
    grace: Period = A_WEEK
    own_account_is_consent: bool = True


@dataclass(frozen=True)
class Frequency:
    """At most `times`, by calendar month or, where `per` is given, in any such period."""

    times: int
    per: Period | None = None


@dataclass(frozen=True)
class Marketing:
    """Who may be written to, and how often."""

    soft_opt_in: bool = False
    max_frequency: Mapping[Purpose, Frequency] = field(default_factory=dict)
    unrecorded: Unrecorded = Unrecorded.ASK
    reconfirm_after: Period | None = None


@dataclass(frozen=True)
class Requests:
    """How the salon answers those who ask for their rights."""

    identity: tuple[str, ...]
    copies_per_year: int
    languages: tuple[str, ...]
    account_closed: AccountClosed


@dataclass(frozen=True)
class Approval:
    """What needs the owner's word."""

    automatic: frozenset[JobKind] = frozenset()
    mass_limit: Fraction = Fraction(1, 4)
    expires: Period = A_WEEK

    def is_automatic(self, kind: JobKind) -> bool:
        """Whether the file itself is the owner's word for this kind of job."""
        return kind in self.automatic

    @property
    def erases_by_itself(self) -> bool:
        """Whether the file lets anything be destroyed that no owner has seen."""
        return any(kind.is_destructive for kind in self.automatic)


@dataclass(frozen=True)
class Breach:
    """When those concerned are told of the countermeasures."""

    second_notice_within: Period = TWO_WEEKS


@dataclass(frozen=True)
class OwnRecords:
    """What Ovikello itself keeps, and how long; `suppression` of None is "while needed"."""

    quarantine: Period = TWO_WEEKS
    request_files: Period = THREE_YEARS
    evidence: Period = TEN_YEARS
    suppression: Period | None = None


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One version of a salon's policy; `digest` is the SHA-256 of the file's bytes."""

    digest: str
    effective_from: date
    time_zone: ZoneInfo
    languages: tuple[str, ...]
    controller: Controller
    contact: Contact
    register: str
    processors: tuple[Processor, ...]
    recipients: tuple[Recipient, ...] = ()
    sources: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    statements: tuple[Statement, ...] = ()
    purposes: Mapping[str, PurposeRule]
    categories: Mapping[Category, CategoryRule]
    bookkeeping: Bookkeeping
    health: Professional
    retention: Retention
    door_customer: DoorCustomer
    marketing: Marketing
    requests: Requests
    approval: Approval
    breach: Breach
    own_records: OwnRecords
