"""What lies ahead of a client is what nights would come upon, one after the other, on the same days."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from policies.ahead import Kind, ahead
from policies.decide import decide, next_change
from policies.decisions import Decision, JobKind, Outcome
from policies.facts import Answer, ClientFacts
from policies.periods import Period
from policies.policy import CountedFrom, Marketing, Policy
from policies.vocabulary import Category, Channel, Purpose
from tests.policies.cases import KPL, YEARLY, facts, keep, ruled, said
from tests.policies.worlds import CLIENTS, DAYS, POLICIES

ON = date(2025, 6, 1)
FAR = date(2045, 1, 1)
WHOLE = {JobKind.ERASE, JobKind.ANONYMISE, JobKind.DETACH}
IDENTITY, NOTES, BILLING = Category.IDENTITY, Category.NOTES, Category.BILLING


def of(known: ClientFacts, policy: Policy, on: date = ON) -> dict[Kind, date]:
    return ahead(known, policy, decide(known, policy, on))


def turns(known: ClientFacts, policy: Policy, on: date) -> Iterator[Decision]:
    """What nights would find on each day on which it could be another thing, if nobody ever did anything."""
    day = on
    while day < FAR:
        decision = decide(known, policy, day)
        yield decision
        day = next_change(known, policy, decision)


def found(decision: Decision) -> set[Kind]:
    """What a night would find, written anew."""
    some = {one.kind: set(one.because) for one in decision.proposals if one.kind.is_destructive}
    if not some:
        asked = {one.because for one in decision.marketing} & {"marketing.reconfirm"}
        return {Kind.ASKED} if asked else set()
    ((kind, because),) = some.items()
    if because == {"bookkeeping_over"}:
        return {Kind.RECEIPTS}
    return {Kind.GOES} if kind in WHOLE else {Kind.SOME}


@settings(max_examples=150)
@given(CLIENTS, POLICIES, DAYS)
def test_it_is_what_nights_come_upon_one_after_the_other(
    known: ClientFacts, policy: Policy, on: date
) -> None:
    seen: dict[Kind, date] = {}
    for decision in turns(known, policy, on):
        kinds = found(decision)
        if Kind.SOME in kinds and any(one.because == "marketing.reconfirm" for one in decision.marketing):
            kinds = kinds | {Kind.ASKED}
        for kind in kinds:
            seen.setdefault(kind, decision.on)
        if any(one.kind in WHOLE for one in decision.proposals):
            break
    days = of(known, policy, on)
    near = {kind: day for kind, day in days.items() if day < FAR}
    if Kind.GOES in near and Kind.RECEIPTS in near and Kind.RECEIPTS not in seen:
        assert near.pop(Kind.RECEIPTS) >= near[Kind.GOES]
    assert near == seen


def test_who_stays_away_goes_on_the_first_purge_day_after_the_period_and_a_visit_moves_that() -> None:
    policy = ruled({IDENTITY: (keep("P1Y"),)}, runs="yearly 01-15")
    assert of(facts(IDENTITY), policy) == {Kind.GOES: date(2027, 1, 15)}  # last seen on 1 March 2025
    for seen, goes in ((date(2025, 1, 15), 2026), (date(2025, 1, 16), 2027)):
        known = facts(IDENTITY, activity={}, told_activity_on=seen)
        assert of(known, policy) == {Kind.GOES: date(goes, 1, 15)}


def test_another_purge_day_moves_everybodys_day() -> None:
    days = {
        runs: of(facts(IDENTITY), ruled({IDENTITY: (keep("P1Y"),)}, runs=runs))[Kind.GOES]
        for runs in ("nightly", "monthly 15", "yearly 01-15")
    }
    assert list(days.values()) == [date(2026, 3, 1), date(2026, 3, 15), date(2027, 1, 15)]


def test_what_is_due_already_is_due_today() -> None:
    policy = ruled({IDENTITY: (keep("P1Y"),)})
    assert of(facts(IDENTITY), policy, date(2026, 3, 1)) == {Kind.GOES: date(2026, 3, 1)}
    assert of(facts(IDENTITY), policy, date(2026, 4, 9)) == {Kind.GOES: date(2026, 4, 9)}


def test_some_details_go_before_the_rest() -> None:
    policy = ruled(
        {IDENTITY: (keep("P3Y"),), NOTES: (keep("P6M", CountedFrom.COLLECTED),)}, runs="monthly 15"
    )
    known = facts(IDENTITY, NOTES, created_on=date(2025, 2, 1))
    assert of(known, policy) == {Kind.SOME: date(2025, 8, 15), Kind.GOES: date(2028, 3, 15)}


def test_old_entries_go_one_by_one_and_the_rest_with_the_youngest() -> None:
    each = (keep("P1Y", CountedFrom.EACH_ENTRY),)
    policy = ruled({IDENTITY: (keep("P2Y"),), NOTES: each})
    known = facts(IDENTITY, NOTES, oldest_entry={NOTES: date(2024, 8, 1)})
    assert of(known, policy) == {Kind.SOME: date(2025, 8, 1), Kind.GOES: date(2027, 3, 1)}


def test_receipts_that_outlive_their_client_have_a_day_of_their_own() -> None:
    policy = ruled({IDENTITY: (keep("P1Y"),), BILLING: (KPL,)}, runs="yearly 01-15")
    known = facts(IDENTITY, BILLING, receipts=(date(2025, 2, 3),))
    assert of(known, policy) == {Kind.GOES: date(2027, 1, 15), Kind.RECEIPTS: date(2032, 1, 15)}
    undated = facts(IDENTITY, BILLING)
    assert of(undated, policy) == {Kind.GOES: date(2027, 1, 15)}


def test_of_who_is_gone_but_for_receipts_the_receipts_are_what_is_left() -> None:
    policy = ruled({IDENTITY: (keep("P1Y"),), BILLING: (KPL,)})
    known = facts(BILLING, receipts=(date(2025, 2, 3),), identifiers_removed_on=date(2026, 4, 1))
    assert of(known, policy) == {Kind.RECEIPTS: date(2032, 1, 1)}


@pytest.mark.parametrize(
    ("agreed", "days"),
    [
        (date(2024, 2, 28), {Kind.ASKED: date(2026, 2, 28), Kind.GOES: date(2026, 3, 1)}),
        (date(2024, 3, 1), {Kind.GOES: date(2026, 3, 1)}),  # on that day they go, and nobody is asked
        (date(2024, 3, 2), {Kind.GOES: date(2026, 3, 1)}),
    ],
)
def test_a_permission_is_asked_for_anew_as_long_as_the_client_is_there(
    agreed: date, days: dict[Kind, date]
) -> None:
    again = Marketing(reconfirm_after=Period(months=24))
    policy = ruled({IDENTITY: (keep("P1Y"),)}, marketing=again)
    consents = said(Purpose.NEWSLETTER, Answer.GIVEN, agreed)
    assert of(facts(IDENTITY, consents=consents, switches={Channel.EMAIL: True}), policy) == days


def test_a_switch_that_is_off_is_never_asked_about() -> None:
    policy = ruled({IDENTITY: (keep("P1Y"),)}, marketing=Marketing(reconfirm_after=Period(months=6)))
    consents = said(Purpose.NEWSLETTER, Answer.GIVEN, date(2025, 5, 1))
    assert of(facts(IDENTITY, consents=consents, switches={Channel.EMAIL: False}), policy) == {
        Kind.GOES: date(2026, 3, 1)
    }


def test_a_switch_that_goes_off_today_does_not_hide_what_comes_later() -> None:
    consents = said(Purpose.NEWSLETTER, Answer.WITHDRAWN, date(2025, 5, 1))
    known = facts(IDENTITY, consents=consents, switches={Channel.EMAIL: True})
    assert of(known, ruled({IDENTITY: (keep("P1Y"),)})) == {Kind.GOES: date(2026, 3, 1)}


@pytest.mark.parametrize(
    "known",
    [
        facts(IDENTITY, open_invoices=1),  # held, until somebody pays
        facts(IDENTITY, activity={}),  # no date to count from
        facts(IDENTITY, waits_for_merge=True),
        ClientFacts(client="c-1"),  # nothing was ever told
    ],
)
def test_what_is_held_or_asked_about_has_no_day(known: ClientFacts) -> None:
    assert of(known, ruled({IDENTITY: (keep("P1Y"),)})) == {}


@pytest.mark.parametrize("lasts", ["P1Y", "P0D"])  # the limit of the second moves on every month, for ever
def test_entries_without_any_sign_of_life_are_cut_and_nothing_else_is_known(lasts: str) -> None:
    policy = ruled({IDENTITY: (keep("P1Y"),), NOTES: (keep(lasts, CountedFrom.EACH_ENTRY),)})
    known = facts(IDENTITY, NOTES, activity={}, oldest_entry={NOTES: ON - timedelta(days=400)})
    assert of(known, policy) == {Kind.SOME: ON}


def test_the_outcomes_that_part_receipts_are_whole() -> None:
    policy = ruled({IDENTITY: (keep("P1Y"),), BILLING: (KPL,)})
    known = facts(IDENTITY, BILLING, receipts=(date(2025, 2, 3),))
    (job,) = decide(known, policy, of(known, policy)[Kind.GOES]).proposals
    assert (job.kind, YEARLY.digest == policy.digest) == (JobKind.DETACH, True)
    assert any(one.outcome is Outcome.DETACH for one in job.verdicts)
