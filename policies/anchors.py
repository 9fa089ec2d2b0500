"""The dates that periods are counted from; None is "never told", which is never guessed."""

from datetime import date

from policies.facts import Activity, ClientFacts
from policies.policy import CountedFrom, Policy
from policies.vocabulary import Category

#: dates that cannot lie before the record was made
AFTER_CREATION = frozenset(
    {
        CountedFrom.LAST_ACTIVITY,
        CountedFrom.LAST_VISIT,
        CountedFrom.RELATIONSHIP_END,
        CountedFrom.COLLECTED,
        CountedFrom.EACH_ENTRY,
        CountedFrom.RAFFLE_DRAW,
    }
)
#: dates that only an event brings: until then the rule does not run
EVENTS = frozenset({CountedFrom.ACCOUNT_CLOSED, CountedFrom.CASE_CLOSED})


def anchor(counted_from: CountedFrom, category: Category, facts: ClientFacts, policy: Policy) -> date | None:
    """The date that a period of a whole category is counted from; entries have one each (`dues`)."""
    if counted_from is CountedFrom.LAST_ACTIVITY:
        return last_activity(facts, policy)
    if counted_from is CountedFrom.COLLECTED:
        return _collected(category, facts)
    return _OF_CLIENT[counted_from](facts)


def last_activity(facts: ClientFacts, policy: Policy) -> date | None:
    """The last day on which the client showed a living relationship; a booking ahead counts."""
    counted = policy.retention.activity
    days = [facts.activity.get(kind) for kind in counted]
    if Activity.VISIT in counted:
        days.append(facts.last_visit_on)
    if Activity.BOOKING in counted:
        days.append(facts.next_booking_on)
    return _latest(facts.told_activity_on, *days)


def relationship_end(facts: ClientFacts) -> date | None:
    """The last sign of any kind: visit, booking ahead, login, purchase, or prepaid value (law.md, 5.1)."""
    if None in facts.prepaid:
        return date.max
    return _latest(
        facts.told_activity_on,
        facts.last_visit_on,
        facts.next_booking_on,
        *facts.activity.values(),
        *facts.prepaid,
    )


def _collected(category: Category, facts: ClientFacts) -> date | None:
    if category is Category.FEEDBACK and facts.feedback_on:
        return max(facts.feedback_on)
    if category is Category.RAFFLES and facts.raffle_on:
        return max(facts.raffle_on)
    return facts.created_on


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _last_visit(facts: ClientFacts) -> date | None:
    return _latest(facts.last_visit_on, facts.activity.get(Activity.VISIT))


def _raffle_draw(facts: ClientFacts) -> date | None:
    # the contract tells of entries, not of draws
    return _latest(*facts.raffle_on)


def _account_closed(facts: ClientFacts) -> date | None:
    return facts.account_closed_on


def _case_closed(facts: ClientFacts) -> date | None:
    return facts.case_closed_on


_OF_CLIENT = {
    CountedFrom.LAST_VISIT: _last_visit,
    CountedFrom.RELATIONSHIP_END: relationship_end,
    CountedFrom.ACCOUNT_CLOSED: _account_closed,
    CountedFrom.CASE_CLOSED: _case_closed,
    CountedFrom.RAFFLE_DRAW: _raffle_draw,
}
