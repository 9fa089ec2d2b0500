"""decide: everything that the law and the salon's policy say about one client on one day."""

from dataclasses import replace
from datetime import date, timedelta

from policies import holds, marketing, perhaps, proposals, retention
from policies.decisions import Decision, Outcome, Proposal, Verdict
from policies.facts import ClientFacts
from policies.policy import Policy
from policies.retention import Case
from policies.vocabulary import Category

__all__ = ["after_noes", "decide", "next_change"]


def decide(facts: ClientFacts, policy: Policy, on: date) -> Decision:
    """Say what must happen today to every category held on a client, and to every marketing switch.

    Pure: the same facts, policy and day always give the same decision, so each decision
    in the evidence can be computed again and compared.
    """
    if facts.waits_for_merge:
        return Decision(facts.client, on, policy.digest, ())
    case = Case(facts, policy, on)
    verdicts = _verdicts(case)
    switches = marketing.judge(facts, policy, on)
    jobs = (
        *proposals.of_verdicts(verdicts, comes_back=holds.has_booking_ahead(facts, on)),
        *proposals.of_switches(switches),
    )
    look_again_on = _look_again(case, verdicts, is_due=bool(jobs))
    return Decision(facts.client, on, policy.digest, verdicts, switches, jobs, look_again_on)


def after_noes(facts: ClientFacts, policy: Policy, on: date) -> tuple[Proposal, ...]:
    """What of `decide`'s proposals follows from recorded noes: it rests on answers and switches, and on no verdict."""
    if facts.waits_for_merge:
        return ()
    switches = marketing.judge(facts, policy, on)
    return tuple(one for one in proposals.of_switches(switches) if one.by_no)


def next_change(facts: ClientFacts, policy: Policy, decision: Decision) -> date:
    """The first day after a decision's on which another one could follow by itself, even where nobody acts on what is
    due by then; date.max where none could.
    """
    return _next_change(Case(facts, policy, decision.on), decision.verdicts)


def _verdicts(case: Case) -> tuple[Verdict, ...]:
    held = case.facts.held
    if held is None:
        return (Verdict(Category.IDENTITY, Outcome.ASK, "held_not_told"),)
    return _parted(tuple(perhaps.judge(category, case) for category in Category if category in held), case)


def _parted(verdicts: tuple[Verdict, ...], case: Case) -> tuple[Verdict, ...]:
    """What a law keeps is parted from the client when everything else of them goes (KPL 2:7 §: never rewritten)."""
    kept = [v for v in verdicts if v.outcome is Outcome.KEEP and v.because == "bookkeeping"]
    others = [v for v in verdicts if v not in kept]
    if verdicts and all(v.outcome is Outcome.DETACH for v in verdicts):
        # nothing is left that the vouchers could be parted from, and nobody needs them any more
        return tuple(replace(v, outcome=Outcome.ERASE) for v in verdicts)
    goes = bool(others) and all(
        v.outcome in {Outcome.ERASE, Outcome.ANONYMISE} and v.before is None for v in others
    )
    if not goes or holds.has_booking_ahead(case.facts, case.on):
        return verdicts
    return tuple(
        replace(v, outcome=Outcome.DETACH) if v in kept and not retention.covers(v.category, case) else v
        for v in verdicts
    )


def _look_again(case: Case, verdicts: tuple[Verdict, ...], *, is_due: bool) -> date:
    """The first day after today on which anything could change by itself; who is due is looked at every night."""
    return _tomorrow(case.on) if is_due else _next_change(case, verdicts)


def _tomorrow(day: date) -> date:
    return date.max if day == date.max else day + timedelta(days=1)


def _next_change(case: Case, verdicts: tuple[Verdict, ...]) -> date:
    """The first day after today on which anything could change by itself."""
    days = [verdict.changes_on for verdict in verdicts if verdict.changes_on is not None]
    days += marketing.changes_on(case.facts, case.policy, case.on)
    # what lies ahead is past one day later, and the facts are others then without any event
    ahead = (case.facts.next_booking_on, *case.facts.prepaid)
    days += [holds.day_after(day) for day in ahead if day is not None and case.on <= day < date.max]
    return min((max(day, _tomorrow(case.on)) for day in days), default=date.max)
