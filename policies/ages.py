"""How old data gets in practice: a period, and what waiting for the purge day adds to it."""

from dataclasses import dataclass

from policies.periods import Period
from policies.policy import CategoryRule, CountedFrom, Policy

#: dates that lie with the client's own doings; only these say how long somebody who stays away is kept
OF_ABSENCE = frozenset({CountedFrom.LAST_ACTIVITY, CountedFrom.LAST_VISIT, CountedFrom.RELATIONSHIP_END})


@dataclass(frozen=True)
class Age:
    """What a promise of `promised` comes to: `at_most` is the age on the purge day that comes last."""

    promised: Period
    at_most: Period


def effective_age(rule: CategoryRule, policy: Policy) -> Age | None:
    """The age of a category of somebody who stays away; None where no rule is counted from that."""
    periods = [
        keep.lasts for keep in rule.keep if isinstance(keep.lasts, Period) and keep.counted_from in OF_ABSENCE
    ]
    if not periods:
        return None
    promised, waiting = min(periods), policy.retention.runs.adds_at_most
    return Age(promised, Period(promised.months + waiting.months, promised.days + waiting.days))
