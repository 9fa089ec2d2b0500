"""When a category is due: each rule of the file gives a day, and the earliest counts."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from policies import anchors, statutes
from policies.decisions import Outcome
from policies.facts import ClientFacts
from policies.periods import Period
from policies.policy import CategoryRule, CountedFrom, KeepRule, Policy, Statute
from policies.vocabulary import Category


@dataclass(frozen=True)
class Due:
    """A period that ends on `due_on`; it is acted on from `day` on, the purge day.

    `before` limits it to entries older than that day; `next_on` is when that limit moves.
    """

    day: date
    due_on: date
    anchor: date
    because: str
    rule: str | None
    then: Outcome
    before: date | None = None
    next_on: date | None = None
    #: the day of the last entry there can be; it has not been told when the oldest is due
    is_only_the_last: bool = False


@dataclass(frozen=True)
class Dues:
    """What the rules of one category give: known days, what is missing for the others, and since when that matters."""

    known: tuple[Due, ...]
    missing: tuple[str, ...]
    #: no date that is missing can make the category due before this day
    not_before: date | None


def of_category(rule: CategoryRule, facts: ClientFacts, policy: Policy, on: date) -> Dues:
    """Every rule's day, and what cannot be counted."""
    known: list[Due] = []
    missing: list[str] = []
    bounds: list[date | None] = []
    for number, keep in enumerate(rule.keep):
        due = _of_rule(f"{rule.category}[{number}]", keep, rule.category, facts, policy, on)
        if due is not None:
            known.append(due)
        if (due is None or due.is_only_the_last) and keep.counted_from not in anchors.EVENTS:
            missing.append(f"no_{keep.counted_from or 'receipts'}")
            bounds.append(_bound(keep, facts, policy))
    if not known and not missing:
        missing = [f"no_{keep.counted_from}" for keep in rule.keep]
        bounds = [None]
    return Dues(tuple(known), tuple(missing), _earliest(bounds))


def _of_rule(
    name: str, keep: KeepRule, category: Category, facts: ClientFacts, policy: Policy, on: date
) -> Due | None:
    if isinstance(keep.lasts, Statute):
        free_on = statutes.floor_of(category, facts, policy)
        if free_on is None:
            return None
        day = policy.retention.runs.first_on_or_after(free_on)
        return Due(day, free_on, max(facts.receipts), "bookkeeping_over", name, keep.then)
    if keep.counted_from is CountedFrom.EACH_ENTRY:
        return _entries(name, keep, keep.lasts, category, facts, policy, on)
    counted_from = keep.counted_from
    anchor = anchors.anchor(counted_from, category, facts, policy) if counted_from else None
    if anchor is None:
        return None
    due_on = keep.lasts.after(anchor)
    return Due(
        policy.retention.runs.first_on_or_after(due_on), due_on, anchor, "period_over", name, keep.then
    )


def _entries(
    name: str, keep: KeepRule, lasts: Period, category: Category, facts: ClientFacts, policy: Policy, on: date
) -> Due | None:
    """Every entry by itself; all at once where even one from the last sign of life would be over."""
    whole = _whole(name, keep, lasts, facts, policy)
    oldest = facts.oldest_entry.get(category)
    if oldest is None or (whole is not None and oldest <= whole.anchor and whole.day <= on):
        return whole and replace(whole, is_only_the_last=oldest is None)
    due_on = lasts.after(oldest)
    day = policy.retention.runs.first_on_or_after(due_on)
    if day > on:
        return Due(day, due_on, oldest, "period_over", name, keep.then)
    cutoff, moves_on = _cutoff(day, policy, on)
    return Due(
        day,
        due_on,
        oldest,
        "entries_over",
        name,
        keep.then,
        before=lasts.last_start(cutoff) + timedelta(days=1),
        next_on=min(moves_on, whole.day) if whole is not None and whole.day > on else moves_on,
    )


def _whole(name: str, keep: KeepRule, lasts: Period, facts: ClientFacts, policy: Policy) -> Due | None:
    """When even an entry from the last sign of life would be over."""
    last = anchors.relationship_end(facts)
    if last is None:
        return None
    due_on = lasts.after(last)
    day = policy.retention.runs.first_on_or_after(due_on)
    return Due(day, due_on, last, "period_over", name, keep.then)


def _cutoff(day: date, policy: Policy, on: date) -> tuple[date, date]:
    """The day up to which entries are counted, and when it moves on.

    It stands still between purge days, and for a month where every night is one: a job that
    waits for the owner's word does not change under their eyes from night to night.
    """
    runs = policy.retention.runs
    if runs.day is not None:
        return max(day, runs.last_on_or_before(on)), runs.first_on_or_after(on + timedelta(days=1))
    return max(day, on.replace(day=1)), Period(months=1).after(on.replace(day=1))


def _bound(keep: KeepRule, facts: ClientFacts, policy: Policy) -> date | None:
    """The first day on which a rule without a date could be due: nothing is older than the record itself."""
    if isinstance(keep.lasts, Statute) or keep.counted_from not in anchors.AFTER_CREATION:
        return None
    created_on = facts.created_on
    return (
        None if created_on is None else policy.retention.runs.first_on_or_after(keep.lasts.after(created_on))
    )


def _earliest(bounds: list[date | None]) -> date | None:
    """The earliest of all bounds; None where one of them is not known."""
    known = [bound for bound in bounds if bound is not None]
    return min(known, default=None) if len(known) == len(bounds) else None
