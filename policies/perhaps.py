"""What is due unless the client was there later than anybody can tell: it is asked, and never guessed.

A list may tell of a visit that fits several clients, or one only by half, or have a day that cannot be read. Whoever it
may be of is judged both ways, with that visit and without it. Where the two agree, nothing hangs on it.
"""

from dataclasses import replace

from policies import retention
from policies.decisions import Outcome, Verdict
from policies.retention import Case
from policies.vocabulary import Category

#: the reason word
PERHAPS_VISITED = "perhaps_visited"


def judge(category: Category, case: Case) -> Verdict:
    """The verdict on one category; asked about where it would go, and would not if that visit was this client's."""
    verdict = retention.judge(category, case)
    day = case.facts.perhaps_visited_on
    if day is None or verdict.outcome not in retention.ACTS:
        return verdict
    visits = [one for one in (case.facts.last_visit_on, day) if one is not None]
    told = [one for one in (case.facts.told_activity_on, day) if one is not None]
    facts = replace(case.facts, last_visit_on=max(visits), told_activity_on=max(told))
    other = retention.judge(category, replace(case, facts=facts))
    if other.outcome not in retention.ACTS:
        return Verdict(category, Outcome.ASK, PERHAPS_VISITED, verdict.rule, day, changes_on=other.changes_on)
    return other if verdict.before is None and other.before is not None else verdict
