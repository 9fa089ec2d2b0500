"""Until when a category stays, and what would change that: said of every verdict, with all its dates."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from policies.decide import decide
from policies.decisions import Outcome, Verdict
from policies.explain import SENTENCES
from policies.facts import ClientFacts
from policies.holds import HandKind
from policies.outlook import CHANGES, UNTIL, until, would_change
from policies.policy import CountedFrom, HoldKind, Policy
from policies.vocabulary import Category
from tests.policies.cases import YEARLY, keep, ruled
from tests.policies.worlds import CLIENTS, DAYS, POLICIES

SOURCE = (Path(__file__).parents[2] / "policies" / "outlook.py").read_text()
DUE, LATER, PAST = date(2027, 3, 1), date(2028, 1, 15), date(2025, 1, 1)
C = Category


@given(CLIENTS, POLICIES, DAYS)
def test_every_verdict_has_an_end_with_its_dates_and_something_that_would_change_it(
    known: ClientFacts, policy: Policy, on: date
) -> None:
    for verdict in decide(known, policy, on).verdicts:
        end = until(verdict)
        for name in re.findall(r"%\((\w+)\)s", end.msgid):
            assert end.params[name] is not None, verdict
        assert "%" not in would_change(verdict, policy).msgid


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        (Verdict(C.NOTES, Outcome.KEEP, "period_running", due_on=DUE, changes_on=DUE), "day"),
        (Verdict(C.NOTES, Outcome.KEEP, "period_running", due_on=DUE), "day"),
        (Verdict(C.NOTES, Outcome.KEEP, "period_running", due_on=DUE, changes_on=LATER), "purge_day"),
        (Verdict(C.NOTES, Outcome.KEEP, "period_running", changes_on=LATER), "at_least"),
        (
            Verdict(C.NOTES, Outcome.KEEP, "waits_for_purge_day", due_on=PAST, changes_on=LATER),
            "next_purge_day",
        ),
        (Verdict(C.BILLING, Outcome.KEEP, "bookkeeping", due_on=LATER, changes_on=LATER), "law_day"),
        (Verdict(C.BILLING, Outcome.KEEP, "bookkeeping"), "law"),
        (Verdict(C.BILLING, Outcome.DETACH, "bookkeeping", due_on=LATER, changes_on=LATER), "law_day"),
        (Verdict(C.BILLING, Outcome.DETACH, "bookkeeping_over", due_on=PAST), "word"),
        (Verdict(C.NOTES, Outcome.ERASE, "period_over", due_on=PAST), "word"),
        (Verdict(C.NOTES, Outcome.ANONYMISE, "period_over", due_on=PAST), "word"),
        (Verdict(C.NOTES, Outcome.ERASE, "entries_over", due_on=PAST, before=DUE), "old_entries"),
        (Verdict(C.NOTES, Outcome.HOLD, "future_booking", due_on=PAST, changes_on=DUE), "hold_ends"),
        (Verdict(C.NOTES, Outcome.HOLD, "open_invoice", due_on=PAST), "hold"),
        (Verdict(C.NOTES, Outcome.ASK, "no_rule", changes_on=DUE), "unknown"),
    ],
)
def test_how_long_a_category_stays_follows_from_its_verdict(verdict: Verdict, word: str) -> None:
    assert until(verdict).msgid == UNTIL[word]


@pytest.mark.parametrize("counted_from", list(CountedFrom))
@pytest.mark.parametrize("because", ["period_running", "waits_for_purge_day", "period_over", "entries_over"])
def test_what_changes_a_period_is_what_it_is_counted_from(because: str, counted_from: CountedFrom) -> None:
    policy = ruled({C.NOTES: (keep("P2Y", CountedFrom.COLLECTED), keep("P1Y", counted_from))})
    verdict = Verdict(C.NOTES, Outcome.KEEP, because, "notes[1]")
    assert would_change(verdict, policy).msgid == CHANGES[counted_from]


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        (Verdict(C.NOTES, Outcome.KEEP, "period_running"), "uncounted"),
        (Verdict(C.PHOTOS, Outcome.KEEP, "period_running", "photos[0]"), "uncounted"),  # no rule any more
        (Verdict(C.NOTES, Outcome.KEEP, "period_running", "door_customer"), "door_customer"),  # days of grace
        (Verdict(C.BILLING, Outcome.KEEP, "waits_for_purge_day", "billing[0]"), "bookkeeping_over"),
        (Verdict(C.BILLING, Outcome.KEEP, "bookkeeping", "billing[0]"), "bookkeeping"),
        (Verdict(C.IDENTITY, Outcome.HOLD, "grandmother"), "hand_hold"),
        (Verdict(C.IDENTITY, Outcome.ASK, "no_created_on"), "no_date"),
        (Verdict(C.IDENTITY, Outcome.ASK, "no_last_activity"), "no_date"),
        (Verdict(C.IDENTITY, Outcome.ASK, "no_rule"), "no_rule"),
    ],
)
def test_anything_else_is_changed_by_what_it_rests_on(verdict: Verdict, word: str) -> None:
    assert would_change(verdict, YEARLY).msgid == CHANGES[word]


@pytest.mark.parametrize("hold", [*HoldKind, *HandKind])
def test_every_hold_says_what_ends_it(hold: str) -> None:
    assert would_change(Verdict(C.IDENTITY, Outcome.HOLD, hold), YEARLY).msgid == CHANGES[hold]


def test_every_sentence_belongs_to_a_reason_or_to_a_date_that_is_counted_from() -> None:
    words = {word.split(".")[0] for word in SENTENCES} | set(CountedFrom) | {"uncounted", "no_date"}
    assert set(CHANGES) <= words
    assert all(f'"{word}"' in SOURCE.replace(f'    "{word}":', "") for word in UNTIL)
