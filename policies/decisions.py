"""Everything that the law may say about one client on one day."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from policies.vocabulary import Category, Channel


class Outcome(StrEnum):
    """What must happen to one category (policy file, "What the tests pin")."""

    KEEP = "keep"
    HOLD = "hold"
    ERASE = "erase"
    ANONYMISE = "anonymise"
    DETACH = "detach"
    ASK = "ask"


@dataclass(frozen=True)
class Verdict:
    """What must happen to one category.

    `because` is a reason word that `explain.py` turns into a sentence; `rule` is the policy's rule
    (`identity[0]`, or a hold's name) or None where there is none. `due_on` is when the period ends,
    `changes_on` the day on which the verdict will be another one if nothing happens (None: never by itself),
    `before` limits an erasure to entries older than that day, `anchor` is the date counted from.
    """

    category: Category
    outcome: Outcome
    because: str
    rule: str | None = None
    anchor: date | None = None
    due_on: date | None = None
    changes_on: date | None = None
    before: date | None = None
    holds: tuple[str, ...] = ()

    @property
    def kept_until(self) -> date | None:
        """The last day of the period: the Accounting Act's ends with a year, and is told by its last day."""
        return None if self.due_on is None else self.due_on - timedelta(days=1)


class MarketingOutcome(StrEnum):
    """What must happen to one marketing switch."""

    KEEP = "keep"
    SWITCH_OFF = "switch_off"
    ASK = "ask"


@dataclass(frozen=True)
class MarketingVerdict:
    """What must happen to the marketing switch of one channel; `by_no` is True where a recorded no asks for it."""

    channel: Channel
    outcome: MarketingOutcome
    because: str
    by_no: bool = False


class JobKind(StrEnum):
    """What can be done about a client (product, section 6)."""

    ERASE = "erase"
    ANONYMISE = "anonymise"
    ERASE_CATEGORIES = "erase_categories"
    DETACH = "detach"
    MARKETING_OFF = "marketing_off"
    RESTRICT = "restrict"
    RECTIFY = "rectify"
    EXPORT = "export"

    @property
    def is_destructive(self) -> bool:
        """Whether it cannot be undone."""
        return self in {JobKind.ERASE, JobKind.ANONYMISE, JobKind.ERASE_CATEGORIES, JobKind.DETACH}

    @property
    def needs_code(self) -> bool:
        """Whether the owner's word on it needs a code: it destroys, or it gives somebody's details away."""
        return self.is_destructive or self is JobKind.EXPORT


@dataclass(frozen=True)
class Proposal:
    """One job that follows from a decision.

    `verdicts` are those that led to it; `keep` the categories that outlive an anonymisation; `off` the
    channels to switch off; `by_no` whether it follows from a recorded no. Of an export: the `language` of the
    package (None: the client's own), and when it was `asked_on` (None: nobody's request is recorded).
    """

    kind: JobKind
    because: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = ()
    keep: frozenset[Category] = frozenset()
    off: frozenset[Channel] = frozenset()
    by_no: bool = False
    language: str | None = None
    asked_on: date | None = None


@dataclass(frozen=True)
class Decision:
    """All verdicts on a client on one day, the jobs that follow, and the first day on which any could change."""

    client: str
    on: date
    policy_digest: str
    verdicts: tuple[Verdict, ...]
    marketing: tuple[MarketingVerdict, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    look_again_on: date = field(default=date.max)
