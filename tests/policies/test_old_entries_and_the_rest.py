"""A category with two rules, old entries by themselves and all of it by activity: neither hides the other."""

from datetime import date

from policies.decide import decide
from policies.decisions import JobKind
from policies.facts import Activity
from policies.policy import CountedFrom
from tests.policies.cases import HEALTH, C, facts, keep, ruled, verdict

POLICY = ruled({C.HEALTH: (keep("P2Y", CountedFrom.EACH_ENTRY), keep("P1Y"))}, base=HEALTH)
KNOWN = facts(
    C.HEALTH,
    oldest_entry={C.HEALTH: date(2022, 5, 10)},
    activity={Activity.VISIT: date(2025, 3, 20)},
)


def test_where_the_whole_category_is_due_old_entries_do_not_stand_in_its_way() -> None:
    found = verdict(decide(KNOWN, POLICY, date(2026, 3, 20)), C.HEALTH)
    assert (found.because, found.before, found.rule) == ("period_over", None, "health[1]")
    assert [job.kind for job in decide(KNOWN, POLICY, date(2026, 3, 20)).proposals] == [JobKind.ERASE]


def test_until_then_old_entries_go_alone() -> None:
    found = verdict(decide(KNOWN, POLICY, date(2026, 3, 19)), C.HEALTH)
    assert (found.because, found.before is not None, found.rule) == ("entries_over", True, "health[0]")


def test_the_day_on_which_the_rest_is_due_as_well_is_not_missed() -> None:
    found = verdict(decide(KNOWN, POLICY, date(2026, 3, 5)), C.HEALTH)
    assert (found.because, found.changes_on) == ("entries_over", date(2026, 3, 20))
