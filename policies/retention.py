"""What must happen to one category of one client on one day, whatever becomes of the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from policies import dues, holds, statutes, urgent
from policies.decisions import Outcome, Verdict
from policies.dues import Due, Dues
from policies.facts import ClientFacts
from policies.policy import KeepRule, Policy, Statute
from policies.vocabulary import Category


@dataclass(frozen=True)
class Case:
    """One client on one day."""

    facts: ClientFacts
    policy: Policy
    on: date


def judge(category: Category, case: Case) -> Verdict:
    """The verdict on one category: another regime first, then the law's floor, then the file's rules and the holds."""
    if statutes.is_patient_record(category, case.policy):
        return Verdict(category, Outcome.KEEP, "patient_record")
    if statutes.is_perhaps_patient_record(category, case.policy):
        return Verdict(category, Outcome.ASK, "profession_unknown")
    floor = _floor(category, case)
    if floor is not None:
        return floor
    verdict = _of_rules(category, case)
    return _held(verdict, case) if verdict.outcome in ACTS else _doubted(verdict, case)


#: outcomes by which something goes
ACTS = frozenset({Outcome.ERASE, Outcome.ANONYMISE, Outcome.DETACH})


def _floor(category: Category, case: Case) -> Verdict | None:
    """The verdict while a law keeps the category; None where none does."""
    name, keep = _statute(category, case.policy)
    free_on = statutes.floor_of(category, case.facts, case.policy)
    if free_on is not None:
        newest = max(case.facts.receipts)
        running = Verdict(category, Outcome.KEEP, "bookkeeping", name, newest, free_on, free_on)
        return running if case.on < free_on else None
    if keep is None:
        return None
    if keep.then is Outcome.DETACH:
        # no receipt was told of: to part them from the client is right whatever their date is
        return Verdict(category, Outcome.KEEP, "bookkeeping", name)
    return Verdict(category, Outcome.ASK, "no_receipts", name)


def _statute(category: Category, policy: Policy) -> tuple[str, KeepRule | None]:
    rule = policy.categories.get(category)
    for number, keep in enumerate(rule.keep if rule else ()):
        if isinstance(keep.lasts, Statute):
            return f"{category}[{number}]", keep
    return "bookkeeping", None


def _of_rules(category: Category, case: Case) -> Verdict:
    """What the file's rules and the urgent reasons say, holds aside."""
    rule = case.policy.categories.get(category)
    found = dues.of_category(rule, case.facts, case.policy, case.on) if rule else Dues((), ("no_rule",), None)
    known = [*_urgent(category, case), *found.known]
    # where the whole category is due, an earlier rule that takes old entries alone does not stand in its way
    first = min(
        known, key=lambda due: (due.before is not None and _is_due_whole(known, case), due.day), default=None
    )
    if first is not None and first.day <= case.on:
        return Verdict(
            category,
            first.then,
            first.because,
            first.rule,
            first.anchor,
            first.due_on,
            changes_on=_next(first, known, case),
            before=first.before,
        )
    if first is None or found.missing:
        return _uncounted(category, first, found, case)
    because = "waits_for_purge_day" if first.due_on <= case.on else "period_running"
    return Verdict(category, Outcome.KEEP, because, first.rule, first.anchor, first.due_on, first.day)


def _is_due_whole(known: Sequence[Due], case: Case) -> bool:
    return any(due.before is None and due.day <= case.on for due in known)


def _next(first: Due, known: Sequence[Due], case: Case) -> date | None:
    """When a limit to old entries moves, or the rest becomes due as well."""
    if first.next_on is None:
        return None
    return min(first.next_on, *(due.day for due in known if due.day > case.on), date.max)


def _urgent(category: Category, case: Case) -> list[Due]:
    reason = urgent.reason(category, case.facts, case.policy)
    if reason is None:
        return []
    return [Due(reason.day, reason.day, reason.anchor, reason.because, reason.because, Outcome.ERASE)]


def _uncounted(category: Category, first: Due | None, found: Dues, case: Case) -> Verdict:
    """A date is missing: asked about, unless even the oldest date that is possible would not make it due."""
    changes_on = first.day if first else None
    if found.not_before is None or found.not_before <= case.on:
        return Verdict(category, Outcome.ASK, found.missing[0], changes_on=changes_on)
    changes_on = min(found.not_before, changes_on or found.not_before)
    created_on = case.facts.created_on
    return Verdict(category, Outcome.KEEP, "period_running", None, created_on, changes_on=changes_on)


def _held(verdict: Verdict, case: Case) -> Verdict:
    """The verdict, parked where a hold covers its category."""
    covering = covers(verdict.category, case)
    if not covering:
        return verdict
    ends = [hold.ends_on for hold in covering if hold.ends_on is not None]
    return replace(
        verdict,
        outcome=Outcome.HOLD,
        because=covering[0].name,
        rule=covering[0].name,
        changes_on=min(ends, default=None),
        before=None,
        holds=tuple(dict.fromkeys(hold.name for hold in covering)),
    )


def covers(category: Category, case: Case) -> list[holds.Hold]:
    """The open holds on one category."""
    return [hold for hold in holds.open_on(case.facts, case.policy, case.on) if category in hold.scope]


def _doubted(verdict: Verdict, case: Case) -> Verdict:
    """What is kept although nobody knows whether the client agreed to a record is asked about, once a client."""
    if verdict.outcome is not Outcome.KEEP or verdict.category is not Category.IDENTITY:
        return verdict
    if urgent.lacks_date(case.facts, case.policy):
        return replace(verdict, outcome=Outcome.ASK, because="no_created_on")
    if urgent.is_unasked(case.facts, case.policy):
        return replace(verdict, outcome=Outcome.ASK, because="service_unknown")
    return verdict
