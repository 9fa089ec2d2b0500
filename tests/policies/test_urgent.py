"""What waits for no purge day: requests, withdrawals, and the door customer."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policies.decide import decide
from policies.decisions import JobKind, Outcome
from policies.facts import Answer
from policies.policy import AccountClosed, CountedFrom, Policy
from policies.vocabulary import Category, Channel, Purpose
from tests.policies.cases import HEALTH, KPL, YEARLY, C, facts, keep, outcome, ruled, said, verdict

DOOR = replace(
    ruled(
        {C.IDENTITY: (keep("P1Y"),), C.NOTES: (keep("P1Y"),), C.BILLING: (KPL,)},
        runs="yearly 01-15",
        purposes={C.BILLING: ("bookkeeping",)},
    ),
    door_customer=YEARLY.door_customer,
)
ERASED = Outcome.ERASE
CAME = date(2026, 6, 1)
AT_THE_DOOR = {"created_on": CAME, "created_via": "phone", "has_account": None, "activity": {}}


def kinds(policy: Policy, on: date, **told: object) -> list[JobKind]:
    """The jobs that follow."""
    return [job.kind for job in decide(facts(C.IDENTITY, C.NOTES, **told), policy, on).proposals]


def test_who_asks_for_erasure_waits_for_no_purge_day() -> None:
    assert kinds(DOOR, date(2025, 5, 1), erasure_requested_on=date(2025, 5, 1)) == [JobKind.ERASE]
    assert kinds(DOOR, date(2025, 4, 30), erasure_requested_on=date(2025, 5, 1)) == []


def test_a_closed_account_is_a_request_only_where_the_file_says_so() -> None:
    closed = {"account_closed_on": date(2025, 5, 1)}
    assert kinds(DOOR, date(2025, 5, 1), **closed) == [JobKind.ERASE]
    due_only = replace(DOOR, requests=replace(DOOR.requests, account_closed=AccountClosed.DUE_ONLY))
    assert kinds(due_only, date(2025, 5, 1), **closed) == []
    ruled_out = ruled(
        {c: (keep("P0D", CountedFrom.ACCOUNT_CLOSED), keep("P9Y")) for c in (C.IDENTITY, C.NOTES)},
        runs="yearly 01-15",
        requests=due_only.requests,
    )
    assert kinds(ruled_out, date(2026, 1, 14), **closed) == []
    assert kinds(ruled_out, date(2026, 1, 15), **closed) == [JobKind.ERASE]


# consents


@pytest.mark.parametrize(
    ("on", "expected"), [(date(2025, 5, 31), Outcome.KEEP), (date(2025, 6, 1), Outcome.ERASE)]
)
def test_health_data_goes_on_the_day_its_consent_is_withdrawn(on: date, expected: Outcome) -> None:
    known = facts(
        C.HEALTH,
        C.IDENTITY,
        oldest_entry={C.HEALTH: date(2025, 1, 1)},
        last_visit_on=date(2025, 3, 1),
        consents=said(Purpose.HEALTH_DATA, Answer.WITHDRAWN, date(2025, 6, 1)),
    )
    decision = decide(known, HEALTH, on)
    assert verdict(decision, C.HEALTH).outcome is expected
    assert verdict(decision, C.IDENTITY).outcome is Outcome.KEEP
    assert verdict(decision, C.HEALTH).before is None


TWO = ruled(
    {C.MARKETING_PREFERENCES: (keep("P5Y"),)}, purposes={C.MARKETING_PREFERENCES: ("newsletter", "raffles")}
)
ONE = ruled({C.MARKETING_PREFERENCES: (keep("P5Y"),)}, purposes={C.MARKETING_PREFERENCES: ("newsletter",)})
NO = said(Purpose.NEWSLETTER, Answer.WITHDRAWN, date(2025, 6, 1), Channel.EMAIL)


@pytest.mark.parametrize(
    ("policy", "consents", "expected"),
    [
        (ONE, NO, "consent_withdrawn"),
        (
            ONE,
            NO | said(Purpose.NEWSLETTER, Answer.REFUSED, date(2025, 7, 1), Channel.SMS),
            "consent_withdrawn",
        ),
        (ONE, {}, "period_running"),
        (ONE, NO | said(Purpose.NEWSLETTER, Answer.GIVEN, date(2024, 1, 1), Channel.SMS), "period_running"),
        (ONE, NO | said(Purpose.NEWSLETTER, Answer.GIVEN, date(2024, 1, 1)), "period_running"),
        (
            ONE,
            said(Purpose.NEWSLETTER, Answer.GIVEN, date(2024, 1, 1), Channel.SMS)
            | said(Purpose.NEWSLETTER, Answer.WITHDRAWN, date(2024, 1, 1)),
            "consent_withdrawn",
        ),
        (ONE, said(Purpose.PROFILING, Answer.WITHDRAWN, date(2024, 1, 1)), "period_running"),
        (TWO, NO, "period_running"),
    ],
)
def test_a_category_goes_with_the_last_of_the_consents_it_rests_on(
    policy: Policy, consents: Any, expected: str
) -> None:
    known = facts(C.MARKETING_PREFERENCES, consents=consents)
    assert outcome(known, policy, date(2025, 8, 1), C.MARKETING_PREFERENCES)[1] == expected


def test_the_last_withdrawal_counts() -> None:
    consents = NO | said(Purpose.NEWSLETTER, Answer.REFUSED, date(2025, 7, 1), Channel.SMS)
    known = facts(C.MARKETING_PREFERENCES, consents=consents)
    assert outcome(known, ONE, date(2025, 6, 30), C.MARKETING_PREFERENCES)[0] is Outcome.KEEP
    assert verdict(decide(known, ONE, date(2025, 7, 1)), C.MARKETING_PREFERENCES).anchor == date(2025, 7, 1)


# the door customer


@pytest.mark.parametrize("via", ["phone", "in_person", None])
@pytest.mark.parametrize(("on", "jobs"), [(date(2026, 6, 7), []), (date(2026, 6, 8), [JobKind.ERASE])])
def test_who_gave_no_consent_at_the_door_leaves_no_data_after_the_grace(
    via: str | None, on: date, jobs: list[JobKind]
) -> None:
    assert kinds(DOOR, on, **(AT_THE_DOOR | {"created_via": via})) == jobs


@pytest.mark.parametrize(
    "told",
    [
        {"consents": said(Purpose.SERVICE, Answer.GIVEN, CAME)},
        {"has_account": True},
        {"created_via": "self_service"},
        {"created_via": "email"},
        {"created_via": "import"},
        {"known_before": True},
        {"identifiers_removed_on": CAME},
    ],
)
def test_who_is_no_door_customer_stays(told: dict[str, object]) -> None:
    assert kinds(DOOR, date(2026, 12, 1), **(AT_THE_DOOR | told)) == []


def test_without_the_rule_nobody_is_a_door_customer() -> None:
    off = replace(DOOR, door_customer=replace(DOOR.door_customer, applies=False))
    assert kinds(off, date(2026, 12, 1), **AT_THE_DOOR) == []
    refused = AT_THE_DOOR | {"consents": said(Purpose.SERVICE, Answer.REFUSED, CAME)}
    assert kinds(off, date(2026, 12, 1), **refused) == []


def test_an_account_is_a_consent_only_where_the_file_says_so() -> None:
    strict = replace(DOOR, door_customer=replace(DOOR.door_customer, own_account_is_consent=False))
    assert kinds(strict, date(2026, 12, 1), **(AT_THE_DOOR | {"has_account": True})) == [JobKind.ERASE]


def test_a_recorded_no_to_the_record_waits_for_no_grace_and_no_connection() -> None:
    refused = {"known_before": True, "consents": said(Purpose.SERVICE, Answer.REFUSED, date(2026, 6, 2))}
    assert kinds(DOOR, date(2026, 6, 1), **(AT_THE_DOOR | refused)) == []
    assert kinds(DOOR, date(2026, 6, 2), **(AT_THE_DOOR | refused)) == [JobKind.ERASE]


def test_the_grace_goes_round_no_floor_and_no_hold() -> None:
    known = facts(C.IDENTITY, C.NOTES, C.BILLING, receipts=(CAME,), open_invoices=1, **AT_THE_DOOR)
    decision = decide(known, DOOR, date(2026, 6, 8))
    assert {v.category: v.because for v in decision.verdicts} == {
        C.IDENTITY: "open_invoice",
        C.NOTES: "door_customer",
        C.BILLING: "bookkeeping",
    }
    assert [job.kind for job in decision.proposals] == [JobKind.ERASE_CATEGORIES]


def test_a_caller_with_a_booking_ahead_goes_the_day_after_it() -> None:
    known = facts(C.IDENTITY, C.BOOKINGS, **(AT_THE_DOOR | {"next_booking_on": date(2026, 7, 1)}))
    assert decide(known, DOOR, date(2026, 7, 1)).proposals == ()
    assert decide(known, DOOR, date(2026, 7, 1)).look_again_on == date(2026, 7, 2)
    assert [job.kind for job in decide(known, DOOR, date(2026, 7, 2)).proposals] == [JobKind.ERASE]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, (Outcome.ASK, "service_unknown")),
        ({"created_via": None}, (Outcome.KEEP, "period_running")),
        ({"has_account": True}, (Outcome.KEEP, "period_running")),
        ({"consents": said(Purpose.SERVICE, Answer.GIVEN, CAME)}, (Outcome.KEEP, "period_running")),
    ],
)
def test_a_missing_record_from_before_is_asked_about(
    told: dict[str, object], expected: tuple[Outcome, str]
) -> None:
    known = facts(C.IDENTITY, C.NOTES, **(AT_THE_DOOR | {"known_before": True} | told))
    assert outcome(known, DOOR, date(2026, 7, 1)) == expected
    assert outcome(known, DOOR, date(2026, 7, 1), C.NOTES)[0] is Outcome.KEEP


def test_a_question_never_stands_in_the_way_of_what_is_due() -> None:
    known = facts(C.IDENTITY, **(AT_THE_DOOR | {"known_before": True, "told_activity_on": date(2024, 1, 1)}))
    assert outcome(known, DOOR, date(2027, 1, 15))[0] is Outcome.ERASE


def test_a_door_customer_without_a_date_is_asked_about() -> None:
    known = facts(C.IDENTITY, **(AT_THE_DOOR | {"created_on": None, "told_activity_on": date(2026, 6, 1)}))
    assert outcome(known, DOOR, date(2026, 7, 1)) == (Outcome.ASK, "no_created_on")


def test_an_urgent_reason_beats_a_later_purge_day_and_names_the_earliest() -> None:
    asked = facts(C.IDENTITY, erasure_requested_on=date(2025, 5, 2), account_closed_on=date(2025, 5, 1))
    assert outcome(asked, DOOR, date(2025, 6, 1)) == (ERASED, "account_closed")


def test_a_category_of_no_purpose_of_consent_stays_when_one_is_withdrawn() -> None:
    known = facts(Category.CONTACT, consents=NO)
    assert outcome(known, YEARLY, date(2025, 8, 1), Category.CONTACT)[0] is Outcome.KEEP
