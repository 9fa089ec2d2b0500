"""A hold parks what it covers and nothing else, and frees it by itself."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policies.decide import decide
from policies.decisions import JobKind, Outcome
from policies.explain import SENTENCES
from policies.facts import HandHold
from policies.holds import HAND_SCOPES, HandKind
from policies.policy import HoldKind, KeepRule
from policies.vocabulary import Category
from tests.policies.cases import KPL, C, facts, keep, ruled, verdict

ALL = (C.IDENTITY, C.CONTACT, C.ADDRESS, C.BILLING, C.BOOKINGS, C.NOTES, C.PREPAID)
RULES: dict[Category, tuple[KeepRule, ...]] = {
    category: (keep("P1Y"),) for category in ALL if category is not C.BILLING
}
POLICY = ruled({**RULES, C.BILLING: (KPL,)}, purposes={C.BILLING: ("bookkeeping",)})
NOBODY = replace(POLICY, retention=replace(POLICY.retention, holds=frozenset()))
DUE = date(2026, 6, 1)


def held(on: date = DUE, **told: Any) -> dict[Category, tuple[str, ...]]:
    """What is held, by which holds."""
    decision = decide(facts(*ALL, receipts=(date(2018, 1, 1),), **told), POLICY, on)
    return {v.category: v.holds for v in decision.verdicts if v.outcome is Outcome.HOLD}


@pytest.mark.parametrize(
    ("told", "hold", "scope"),
    [
        ({"open_invoices": 1}, "open_invoice", {C.BILLING, C.IDENTITY, C.CONTACT}),
        ({"in_collection": True}, "debt_collection", {C.BILLING, C.IDENTITY, C.CONTACT, C.ADDRESS}),
        ({"prepaid": (None,)}, "prepaid_value", {C.PREPAID, C.IDENTITY}),
        ({"prepaid": (date(2026, 6, 1),)}, "prepaid_value", {C.PREPAID, C.IDENTITY}),
    ],
)
def test_each_hold_covers_what_it_needs(told: dict[str, Any], hold: str, scope: set[Category]) -> None:
    assert held(**told) == dict.fromkeys(scope, (hold,))
    decision = decide(facts(*ALL, receipts=(date(2018, 1, 1),), **told), POLICY, DUE)
    (job,) = decision.proposals
    assert job.kind is JobKind.ERASE_CATEGORIES
    assert {v.category for v in job.verdicts} == set(ALL) - scope - {C.BILLING}


@pytest.mark.parametrize(
    "told",
    [{"open_invoices": 0}, {"open_invoices": None}, {"prepaid": (date(2026, 5, 31),)}, {"prepaid": ()}],
)
def test_what_is_over_or_was_never_told_holds_nothing(told: dict[str, Any]) -> None:
    assert held(**told) == {}


@pytest.mark.parametrize("told", [{"open_invoices": 1}, {"in_collection": True}, {"prepaid": (None,)}])
def test_a_hold_that_the_file_does_not_name_holds_nothing(told: dict[str, Any]) -> None:
    decision = decide(facts(*ALL, receipts=(date(2018, 1, 1),), **told), NOBODY, DUE)
    assert not any(v.outcome is Outcome.HOLD for v in decision.verdicts)


def test_a_booking_ahead_holds_always_and_nobody_with_one_is_erased_whole() -> None:
    known = facts(*ALL, erasure_requested_on=DUE, next_booking_on=DUE)
    decision = decide(known, NOBODY, DUE)
    assert {v.category for v in decision.verdicts if v.outcome is Outcome.HOLD} == {
        C.BOOKINGS,
        C.IDENTITY,
        C.CONTACT,
    }
    assert [job.kind for job in decision.proposals] == [JobKind.ERASE_CATEGORIES]
    assert verdict(decision, C.BILLING).outcome is Outcome.KEEP
    unnamed = facts(C.NOTES, erasure_requested_on=DUE, next_booking_on=DUE)
    assert [job.kind for job in decide(unnamed, NOBODY, DUE).proposals] == [JobKind.ERASE_CATEGORIES]


def test_the_day_after_the_booking_the_hold_is_gone() -> None:
    known = facts(C.IDENTITY, erasure_requested_on=DUE, next_booking_on=DUE)
    before = verdict(decide(known, POLICY, DUE), C.IDENTITY)
    assert (before.outcome, before.rule, before.changes_on) == (
        Outcome.HOLD,
        "future_booking",
        date(2026, 6, 2),
    )
    after = decide(known, POLICY, date(2026, 6, 2))
    assert [job.kind for job in after.proposals] == [JobKind.ERASE]


def test_of_several_prepaid_values_the_last_holds() -> None:
    known = facts(C.PREPAID, prepaid=(date(2026, 6, 1), date(2026, 9, 1), date(2020, 1, 1)))
    found = verdict(decide(known, POLICY, DUE), C.PREPAID)
    assert (found.outcome, found.changes_on) == (Outcome.HOLD, date(2026, 9, 2))
    assert verdict(decide(known, POLICY, date(2026, 9, 2)), C.PREPAID).outcome is Outcome.ERASE


def test_a_hold_opened_by_hand_holds_its_scope_even_past_its_review() -> None:
    hand = HandHold("legal_claim", frozenset({C.NOTES}), review_on=date(2026, 5, 1))
    assert held(hand_holds=(hand,)) == {C.NOTES: ("legal_claim",)}


def test_a_hold_on_the_vouchers_keeps_them_with_the_client() -> None:
    hand = HandHold("authority_request", frozenset({C.BILLING}), review_on=date(2027, 5, 1))
    decision = decide(facts(*ALL, receipts=(date(2025, 1, 1),), hand_holds=(hand,)), POLICY, DUE)
    assert verdict(decision, C.BILLING).outcome is Outcome.KEEP
    assert [job.kind for job in decision.proposals] == [JobKind.ERASE_CATEGORIES]


def test_several_holds_are_all_named_and_the_first_to_end_is_when_to_look_again() -> None:
    known = facts(
        C.IDENTITY,
        open_invoices=1,
        prepaid=(date(2026, 7, 1),),
        next_booking_on=date(2026, 6, 20),
        activity={},
        erasure_requested_on=DUE,
    )
    decision = decide(known, POLICY, DUE)
    found = verdict(decision, C.IDENTITY)
    assert found.holds == ("future_booking", "open_invoice", "prepaid_value")
    assert (found.because, found.changes_on, decision.look_again_on) == (
        "future_booking",
        date(2026, 6, 21),
        date(2026, 6, 21),
    )


def test_a_hold_that_only_an_event_ends_is_not_looked_at_by_itself() -> None:
    known = facts(C.IDENTITY, open_invoices=1)
    assert decide(known, POLICY, DUE).look_again_on == date.max


def test_what_is_not_due_is_kept_not_held() -> None:
    assert held(on=date(2025, 6, 1), open_invoices=1) == {C.BILLING: ("open_invoice",)}


def test_the_last_day_of_the_calendar_has_no_day_after() -> None:
    known = facts(C.IDENTITY, next_booking_on=date.max)
    assert decide(known, POLICY, date.max).look_again_on == date.max


def test_every_hold_that_a_fact_opens_has_a_scope() -> None:
    from policies.holds import SCOPES

    # a legal claim has no fact of its own: a person opens it, with its scope
    assert set(SCOPES) == set(HoldKind) - {HoldKind.LEGAL_CLAIM}


def test_a_hold_of_the_same_name_twice_is_named_once() -> None:
    hand = HandHold("open_invoice", frozenset({C.IDENTITY}), review_on=date(2027, 5, 1))
    assert held(hand_holds=(hand,), open_invoices=1)[C.IDENTITY] == ("open_invoice",)


@pytest.mark.parametrize("kind", HandKind)
def test_every_reason_of_a_person_has_a_sentence_and_a_scope(kind: HandKind) -> None:
    assert kind.value in SENTENCES
    assert HAND_SCOPES[kind]


def test_a_legal_claim_holds_the_treatment_and_not_the_marketing() -> None:
    scope = HAND_SCOPES[HandKind.LEGAL_CLAIM]
    assert {C.IDENTITY, C.CONTACT, C.TREATMENTS, C.HEALTH, C.PHOTOS} <= scope
    assert not {C.MARKETING_PREFERENCES, C.FEEDBACK, C.RAFFLES, C.BIRTH, C.GENDER} & scope
