"""A policy in the owner's words: what is kept for how long, and what then."""

from dataclasses import dataclass

from connector.console import counted_from
from connector.texts import Texts
from connector.texts_words import N_
from policies import ages
from policies.decisions import Outcome
from policies.policy import CategoryRule, KeepRule, Policy, Statute
from policies.vocabulary import Category

_STATUTE = N_("6 years from the end of the year, as the Accounting Act asks")


@dataclass(frozen=True)
class Line:
    """Categories that are kept alike: how long (whichever of several comes first), then what; and how old they get at
    most where the purge day makes them wait (None: no longer than that).
    """

    categories: tuple[Category, ...]
    how_long: tuple[str, ...]
    then: tuple[Outcome, ...]
    at_most: str | None


def of(policy: Policy, words: Texts) -> list[Line]:
    """The whole policy, categories that are kept alike together, in the vocabulary's order."""
    alike: dict[tuple[KeepRule, ...], list[CategoryRule]] = {}
    for category in Category:
        if (rule := policy.categories.get(category)) is not None:
            key = tuple(KeepRule(one.lasts, one.counted_from, one.then, "") for one in rule.keep)
            alike.setdefault(key, []).append(rule)
    return [_line(rules, policy, words) for rules in alike.values()]


def runs(policy: Policy, words: Texts) -> str:
    """When it is cleaned up."""
    agreed = policy.retention.runs
    if agreed.day is None:
        return words.gettext("Cleaned up every night.")
    if agreed.month is None:
        return words.gettext("Cleaned up on day %(day)s of each month.") % {"day": agreed.day}
    day = words.day_of_year(agreed.first_on_or_after(policy.effective_from))
    return words.gettext("Cleaned up once a year, on %(day)s.") % {"day": day}


def how_long(keep: KeepRule, words: Texts) -> str:
    """One rule: how long, and from when."""
    if isinstance(keep.lasts, Statute) or keep.counted_from is None:
        return words.gettext(_STATUTE)
    return words.gettext(counted_from.SAID[keep.counted_from].rule) % {"period": words.length(keep.lasts)}


def _line(rules: list[CategoryRule], policy: Policy, words: Texts) -> Line:
    keeps = rules[0].keep
    age = ages.effective_age(rules[0], policy)
    waits = age is not None and age.at_most != age.promised
    return Line(
        tuple(rule.category for rule in rules),
        tuple(how_long(keep, words) for keep in keeps),
        tuple(dict.fromkeys(keep.then for keep in keeps)),
        words.length(age.at_most) if age is not None and waits else None,
    )
