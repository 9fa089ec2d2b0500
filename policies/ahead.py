"""What lies ahead of a client if nothing more were told of them: what falls due by itself, and on which day.

No day is counted here: `decide` is asked again on each day on which its answer could change, as the nights would.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum

from policies import anchors
from policies.decide import decide, next_change
from policies.decisions import Decision, JobKind, MarketingOutcome, Proposal
from policies.facts import ClientFacts
from policies.policy import Policy

#: more turns than a client's life here has; where it has more, what lies behind them is left open
MOST = 24
_BOOKKEEPING, _BOOKKEEPING_OVER = "bookkeeping", "bookkeeping_over"


class Kind(StrEnum):
    """What can fall due of a client by itself."""

    GOES = "goes"  # all that tells who it is
    SOME = "some"  # some details; the client stays
    ASKED = "asked"  # a permission for marketing is so old that it is asked for anew
    RECEIPTS = "receipts"  # what only the Accounting Act kept


def ahead(facts: ClientFacts, policy: Policy, decision: Decision) -> dict[Kind, date]:
    """The first day of each kind, from the day of this decision (made from the same facts) on; none where it never
    comes by itself: what is held until somebody acts, or asked about, has no day.

    It ends with the client: what would be asked after they are gone is not asked any more. Receipts that outlive them
    have a day of their own.
    """
    days: dict[Kind, date] = {}
    for _ in range(MOST):
        for kind in _kinds(decision):
            days.setdefault(kind, decision.on)
        last = next((one for one in decision.proposals if _is_whole(one)), None)
        if last is not None:
            return days | _outliving(decision, last, policy)
        day = next_change(facts, policy, decision)
        if day == date.max:
            break
        facts = _without_what_went(facts, decision)
        decision = decide(facts, policy, day)
    return days


def _kinds(decision: Decision) -> Iterator[Kind]:
    for proposal in decision.proposals:
        if proposal.kind is JobKind.MARKETING_OFF:
            continue
        if set(proposal.because) == {_BOOKKEEPING_OVER}:
            yield Kind.RECEIPTS
        else:
            yield Kind.GOES if _is_whole(proposal) else Kind.SOME
    is_asked = any(
        one.outcome is MarketingOutcome.ASK and one.because == "marketing.reconfirm"
        for one in decision.marketing
    )
    if is_asked and not any(_is_whole(one) for one in decision.proposals):
        yield Kind.ASKED


def _is_whole(proposal: Proposal) -> bool:
    return proposal.kind.is_destructive and proposal.kind is not JobKind.ERASE_CATEGORIES


def _outliving(decision: Decision, last: Proposal, policy: Policy) -> dict[Kind, date]:
    """When the receipts that are parted from a client go as well."""
    days = [
        policy.retention.runs.first_on_or_after(one.due_on)
        for one in decision.verdicts
        if one.category in last.keep and one.because == _BOOKKEEPING and one.due_on is not None
    ]
    return {Kind.RECEIPTS: min(days)} if days else {}


def _without_what_went(facts: ClientFacts, decision: Decision) -> ClientFacts:
    """Of entries that are judged one by one, the old ones are taken as gone: the youngest decide when the rest goes,
    and the limit that moves on from month to month is nothing new.
    """
    cut = [one.category for one in decision.verdicts if one.before is not None]
    if not cut:
        return facts
    youngest = anchors.relationship_end(facts) or decision.on
    oldest = {category: max(facts.oldest_entry[category], youngest) for category in cut}
    return replace(facts, oldest_entry={**facts.oldest_entry, **oldest})
