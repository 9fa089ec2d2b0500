"""Jobs as cards: alike ones together, with what goes and what stays counted. Pure."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from connector.console import since
from connector.jobs import Listed
from connector.jobs_listing import Alike
from connector.states import State
from connector.texts_words import N_
from policies.decisions import JobKind, Outcome, Verdict
from policies.vocabulary import Category, Channel

#: fewer than this many alike stand each by itself
ALIKE = 3
#: no more than this many are decided at once: the booking system and the other salons get their turn in between
AT_ONCE = 1000
#: of whom was taken out of a group
_ASIDE = "-aside"
#: reason word → why, so that it is right of one and of many; what merely stays has no reason of its own here
WHY: Mapping[str, str] = {
    "period_over": N_("The time that you promised to keep the details is over."),
    "entries_over": N_("There are entries that are older than you promised to keep them."),
    "bookkeeping_over": N_("The time that the Accounting Act asks for is over."),
    "erasure_requested": N_("The customer asked that the details be erased."),
    "account_closed": N_("The customer closed the user account, which counts as asking for erasure."),
    "consent_withdrawn": N_("The customer withdrew the consent that this rested on."),
    "service_refused": N_("The customer does not want to be in your register."),
    "door_customer": N_("A door customer: nobody wrote down in time that the details may be kept."),
    "marketing.no": N_("The customer said no to marketing."),
    "marketing.unrecorded": N_("Marketing is on, but nothing shows that the customer agreed."),
    "marketing.reconfirm": N_("The customer agreed so long ago that your rules ask for it anew."),
    "access_requested": N_("The customer asked to see what is held of them."),
    "portability_requested": N_("The customer asked for their details to take along."),
    "owner_asks": N_("You asked for a copy of what is held of this customer."),
}


#: reasons that are a customer's own word
ASKED_FOR = frozenset(
    {"erasure_requested", "account_closed", "consent_withdrawn", "service_refused", "marketing.no"}
    | {"access_requested", "portability_requested"}
)


@dataclass(frozen=True)
class Card:
    """One job, or several of one kind and for the same reasons; `more` are alike, and come up after these."""

    key: str
    jobs: tuple[Listed, ...]
    more: int = 0

    @property
    def first(self) -> Listed:
        """The oldest of them."""
        return self.jobs[0]

    @property
    def kind(self) -> JobKind:
        """What would be done."""
        return self.first.kind

    @property
    def count(self) -> int:
        """How many."""
        return len(self.jobs)

    @property
    def is_group(self) -> bool:
        """Whether it is about more than one customer."""
        return self.count > 1

    @property
    def is_aside(self) -> bool:
        """Whether it was taken out of its group, to be decided by itself."""
        return self.first.is_aside

    @property
    def family(self) -> str:
        """The group with those who were taken out of it."""
        return family_of(self.first)

    @property
    def over_limit(self) -> bool:
        """Whether it was part of a night that would take more than `mass_limit`."""
        return any(job.over_limit for job in self.jobs)

    @property
    def is_asked_for(self) -> bool:
        """Whether a customer asked for it, so that the law counts the days."""
        return bool(ASKED_FOR & set(self.first.because))

    @property
    def is_destructive(self) -> bool:
        """Whether it cannot be undone."""
        return any(job.kind.is_destructive for job in self.jobs)

    @property
    def needs_code(self) -> bool:
        """Whether the code is asked for."""
        return any(job.kind.needs_code for job in self.jobs)

    @property
    def why(self) -> list[str]:
        """The reasons, as msgids."""
        words = [word for word in sorted(self.first.because) if word in WHY]
        return [WHY[word] for word in words]

    @property
    def failed_before(self) -> bool:
        """Whether it was said to be done once, and a look showed that it was not (or not for long)."""
        return self.first.round > 1

    @property
    def answer_by(self) -> date | None:
        """Until when the law wants the first of them answered, where a customer asked."""
        if not self.is_asked_for:
            return None
        days = [day for day in map(since.answer_by, self.jobs) if day is not None]
        return min(days, default=None)

    @property
    def goes(self) -> list[Category]:
        """What would be gone of each of them."""
        return self._of_all(_going)

    @property
    def goes_of_some(self) -> list[Category]:
        """What would be gone of some of them, since the others have none."""
        return self._of_some(_going)

    @property
    def stays(self) -> list[Category]:
        """What would be kept apart from the customer."""
        return self._of_all(_kept) + self._of_some(_kept)

    @property
    def off(self) -> list[Channel]:
        """The channels over which marketing would end."""
        return sorted({channel for job in self.jobs for channel in job.content.off})

    @property
    def before(self) -> date | None:
        """Where only old entries go: the newest of the days before which they do."""
        days = [verdict.before for job in self.jobs for verdict in job.content.going]
        found = [day for day in days if day is not None]
        return max(found) if found and len(found) == len(days) else None

    def _of_all(self, of: Callable[[Listed], set[Category]]) -> list[Category]:
        first, *rest = (of(job) for job in self.jobs)
        return _ordered(first.intersection(*rest))

    def _of_some(self, of: Callable[[Listed], set[Category]]) -> list[Category]:
        first, *rest = (of(job) for job in self.jobs)
        return _ordered(first.union(*rest) - first.intersection(*rest))


def of(listed: Iterable[Listed]) -> list[Card]:
    """Jobs as cards: what customers asked for comes first, then single ones, then those that wait longest."""
    groups: dict[str, list[Listed]] = {}
    for job in listed:
        groups.setdefault(key_of(job), []).append(job)
    cards: list[Card] = []
    for key, jobs in groups.items():
        stands_alone = len(jobs) < ALIKE and not jobs[0].is_aside
        cards += [Card(key, (job,)) for job in jobs] if stands_alone else [_card(key, jobs)]
    return sorted(cards, key=_first)


def count_of(jobs: Iterable[Alike]) -> int:
    """How many cards these jobs make: `len(of(jobs))`, of less than whole jobs."""
    groups = Counter(map(key_of, jobs))
    return sum(count if count < ALIKE and not key.endswith(_ASIDE) else 1 for key, count in groups.items())


def card_of(listed: Iterable[Listed], key: str) -> Card | None:
    """All jobs of one group, however few they are by now; None where none is left."""
    jobs = [job for job in listed if key_of(job) == key]
    return _card(key, jobs) if jobs else None


def _card(key: str, jobs: Sequence[Listed]) -> Card:
    return Card(key, tuple(jobs[:AT_ONCE]), more=max(len(jobs) - AT_ONCE, 0))


def _first(card: Card) -> tuple[bool, date, bool, bool, datetime, str]:
    """What customers asked for comes first, the most urgent of it before the rest; then by age."""
    by, first = card.answer_by or date.max, card.first
    is_many = card.is_group or card.is_aside
    return (not card.is_asked_for, by, is_many, card.is_aside, first.proposed_at, str(first.job))


def samples(cards: Sequence[Card], room: int, *, most: int) -> list[int]:
    """Of how many of each card's customers the page says the name: one of each, then of the first groups more."""
    shown = [1] * len(cards)
    room -= len(cards)
    for nth, card in enumerate(cards):
        more = max(min(card.count, most) - 1, 0)
        shown[nth] += max(min(more, room), 0)
        room -= more
    return shown


def key_of(job: Alike) -> str:
    """The same for all jobs of one card; who was taken out of a group has another one."""
    return aside_of(family_of(job)) if job.is_aside else family_of(job)


def aside_of(family: str) -> str:
    """The key of those who were taken out of a group."""
    return family + _ASIDE


def family_in(key: str) -> str:
    """The group that a key is of, be it of those who were taken out of it."""
    return key.removesuffix(_ASIDE)


def family_of(job: Alike) -> str:
    """The same for jobs of one kind, for the same reasons, that stand alike, and of which the same goes.

    Where the whole customer goes, it doesn't matter that one has an address and another has none.
    """
    said = sorted(_going(job)) if job.kind is JobKind.ERASE_CATEGORIES else sorted(_kept(job))
    stands = (job.over_limit, job.reason if job.state is State.STUCK or job.round > 1 else "")
    parts = (job.kind, *stands, *sorted(job.because), *said, *sorted(job.content.off))
    if job.kind is JobKind.EXPORT:  # whose details are given away is decided one by one
        parts += (job.content.client_key,)
    return hashlib.sha256(repr([str(part) for part in parts]).encode()).hexdigest()[:16]


def is_kept(verdict: Verdict) -> bool:
    """Whether a category stays with the customer or in the books."""
    return verdict.outcome not in {Outcome.ERASE, Outcome.ANONYMISE}


def _going(job: Alike) -> set[Category]:
    return {verdict.category for verdict in job.content.going}


def _kept(job: Alike) -> set[Category]:
    return set(job.content.keep)


def _ordered(categories: set[Category]) -> list[Category]:
    return [category for category in Category if category in categories]
