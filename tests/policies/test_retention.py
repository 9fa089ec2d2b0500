"""Every category is judged by itself: due dates, purge days, missing dates, entries, floors."""

from dataclasses import replace
from datetime import date

import pytest

from policies import dues
from policies.decide import decide
from policies.decisions import JobKind, Outcome
from policies.facts import Activity, Answer, ClientFacts
from policies.policy import AccountClosed, Bookkeeping, CountedFrom, Professional
from policies.statutes import vouchers_free_on
from policies.vocabulary import Category, Purpose
from tests.policies.cases import HEALTH, KPL, YEARLY, C, facts, keep, outcome, ruled, said, verdict

YEAR = ruled({C.IDENTITY: (keep("P1Y"),)})
PURGE = ruled({C.IDENTITY: (keep("P1Y"),)}, runs="yearly 01-15")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 2, 28), (Outcome.KEEP, "period_running")),
        (date(2026, 3, 1), (Outcome.ERASE, "period_over")),
    ],
)
def test_a_category_is_due_on_the_day_when_anchor_and_period_meet(
    on: date, expected: tuple[Outcome, str]
) -> None:
    assert outcome(facts(C.IDENTITY), YEAR, on) == expected


@pytest.mark.parametrize(
    ("on", "expected", "changes_on"),
    [
        (date(2026, 2, 28), (Outcome.KEEP, "period_running"), date(2027, 1, 15)),
        (date(2026, 3, 1), (Outcome.KEEP, "waits_for_purge_day"), date(2027, 1, 15)),
        (date(2027, 1, 14), (Outcome.KEEP, "waits_for_purge_day"), date(2027, 1, 15)),
        (date(2027, 1, 15), (Outcome.ERASE, "period_over"), None),
        (date(2027, 6, 1), (Outcome.ERASE, "period_over"), None),
    ],
)
def test_what_is_due_waits_for_the_purge_day_and_then_for_nothing(
    on: date, expected: tuple[Outcome, str], changes_on: date | None
) -> None:
    decision = decide(facts(C.IDENTITY), PURGE, on)
    found = verdict(decision, C.IDENTITY)
    assert (found.outcome, found.because) == expected
    assert found.changes_on == changes_on
    assert (found.anchor, found.due_on, found.rule) == (date(2025, 3, 1), date(2026, 3, 1), "identity[0]")


def test_a_purge_day_on_the_due_date_is_the_one() -> None:
    known = facts(C.IDENTITY, activity={Activity.VISIT: date(2025, 1, 15)})
    assert outcome(known, PURGE, date(2026, 1, 15))[0] is Outcome.ERASE
    later = facts(C.IDENTITY, activity={Activity.VISIT: date(2025, 1, 16)})
    assert outcome(later, PURGE, date(2026, 1, 16))[0] is Outcome.KEEP


def test_of_several_rules_the_earliest_counts() -> None:
    policy = ruled(
        {
            C.IDENTITY: (
                keep("P5Y"),
                keep("P1Y", CountedFrom.LAST_VISIT),
                keep("P0D", CountedFrom.ACCOUNT_CLOSED),
            )
        }
    )
    known = facts(C.IDENTITY, last_visit_on=date(2025, 3, 1))
    assert verdict(decide(known, policy, date(2026, 3, 1)), C.IDENTITY).rule == "identity[1]"
    assert outcome(known, policy, date(2026, 2, 28))[0] is Outcome.KEEP


def test_a_rule_without_a_date_is_asked_about_unless_another_is_due() -> None:
    policy = ruled({C.IDENTITY: (keep("P5Y"), keep("P1Y", CountedFrom.LAST_VISIT))})
    known = facts(C.IDENTITY, activity={Activity.LOGIN: date(2024, 1, 1)})
    asked = verdict(decide(known, policy, date(2026, 1, 1)), C.IDENTITY)
    assert (asked.outcome, asked.because, asked.changes_on) == (
        Outcome.ASK,
        "no_last_visit",
        date(2029, 1, 1),
    )
    assert outcome(known, policy, date(2029, 1, 1))[0] is Outcome.ERASE


@pytest.mark.parametrize(
    ("counted_from", "told", "anchor"),
    [
        (CountedFrom.LAST_ACTIVITY, {"told_activity_on": date(2025, 6, 1)}, date(2025, 6, 1)),
        (CountedFrom.LAST_ACTIVITY, {"last_visit_on": date(2025, 6, 1)}, date(2025, 6, 1)),
        (CountedFrom.LAST_VISIT, {"last_visit_on": date(2025, 6, 1)}, date(2025, 6, 1)),
        (CountedFrom.LAST_VISIT, {"activity": {Activity.VISIT: date(2025, 6, 1)}}, date(2025, 6, 1)),
        (CountedFrom.RELATIONSHIP_END, {"prepaid": (date(2025, 6, 1),)}, date(2025, 6, 1)),
        (CountedFrom.RELATIONSHIP_END, {"prepaid": (None,)}, date.max),
        (CountedFrom.ACCOUNT_CLOSED, {"account_closed_on": date(2025, 6, 1)}, date(2025, 6, 1)),
        (CountedFrom.CASE_CLOSED, {"case_closed_on": date(2025, 6, 1)}, date(2025, 6, 1)),
        (CountedFrom.RAFFLE_DRAW, {"raffle_on": (date(2025, 5, 1), date(2025, 6, 1))}, date(2025, 6, 1)),
        (CountedFrom.COLLECTED, {"created_on": date(2025, 6, 1)}, date(2025, 6, 1)),
        (CountedFrom.EACH_ENTRY, {"oldest_entry": {C.IDENTITY: date(2025, 6, 1)}}, date(2025, 6, 1)),
    ],
)
def test_a_period_is_counted_from_the_date_that_the_file_names(
    counted_from: CountedFrom, told: dict[str, object], anchor: date
) -> None:
    due_only = replace(YEARLY.requests, account_closed=AccountClosed.DUE_ONLY)
    policy = ruled({C.IDENTITY: (keep("P5Y", counted_from),)}, requests=due_only)
    assert verdict(decide(facts(C.IDENTITY, **told), policy, date(2025, 6, 2)), C.IDENTITY).anchor == anchor


@pytest.mark.parametrize(
    ("category", "told"),
    [(C.FEEDBACK, {"feedback_on": (date(2025, 6, 1),)}), (C.RAFFLES, {"raffle_on": (date(2025, 6, 1),)})],
)
def test_feedback_and_raffles_were_collected_when_they_came(
    category: Category, told: dict[str, object]
) -> None:
    policy = ruled({category: (keep("P1Y", CountedFrom.COLLECTED),)})
    known = facts(category, **told)
    assert outcome(known, policy, date(2026, 5, 31), category)[0] is Outcome.KEEP
    assert outcome(known, policy, date(2026, 6, 1), category)[0] is Outcome.ERASE


def test_only_the_activity_that_the_file_names_keeps_a_client_alive() -> None:
    visits = replace(YEAR, retention=replace(YEAR.retention, activity=frozenset({Activity.PURCHASE})))
    known = facts(
        C.IDENTITY, activity={Activity.VISIT: date(2026, 1, 1), Activity.PURCHASE: date(2024, 1, 1)}
    )
    assert outcome(known, visits, date(2026, 2, 1))[0] is Outcome.ERASE
    assert outcome(known, YEAR, date(2026, 2, 1))[0] is Outcome.KEEP
    booked = replace(known, last_visit_on=date(2026, 1, 1), next_booking_on=date(2026, 1, 2))
    assert outcome(booked, visits, date(2026, 2, 1))[0] is Outcome.ERASE


@pytest.mark.parametrize("counted_from", sorted(set(CountedFrom) - {CountedFrom.COLLECTED}))
def test_no_date_to_count_from_is_asked_about_never_guessed(counted_from: CountedFrom) -> None:
    policy = ruled({C.IDENTITY: (keep("P1Y", counted_from),)})
    known = facts(C.IDENTITY, activity={})
    assert outcome(known, policy, date(2099, 1, 1)) == (Outcome.ASK, f"no_{counted_from}")


def test_no_activity_makes_nobody_inactive_and_the_young_are_not_asked_about() -> None:
    known = facts(C.IDENTITY, activity={}, created_on=date(2026, 1, 10))
    kept = verdict(decide(known, YEAR, date(2027, 1, 9)), C.IDENTITY)
    assert (kept.outcome, kept.because, kept.changes_on) == (
        Outcome.KEEP,
        "period_running",
        date(2027, 1, 10),
    )
    assert outcome(known, YEAR, date(2027, 1, 10)) == (Outcome.ASK, "no_last_activity")
    assert outcome(replace(known, created_on=None), YEAR, date(2026, 1, 11)) == (
        Outcome.ASK,
        "no_last_activity",
    )


@pytest.mark.parametrize(
    ("perhaps_on", "on", "expected"),
    [
        (date(2025, 2, 28), date(2026, 3, 1), (Outcome.ERASE, "period_over")),  # before what is known anyway
        (date(2025, 3, 2), date(2026, 2, 28), (Outcome.KEEP, "period_running")),
        (date(2025, 3, 2), date(2026, 3, 1), (Outcome.ASK, "perhaps_visited")),
        (date(2025, 3, 2), date(2026, 3, 2), (Outcome.ERASE, "period_over")),  # over with that visit, too
    ],
)
def test_whoever_may_have_been_there_later_is_asked_about_until_that_is_over_too(
    perhaps_on: date, on: date, expected: tuple[Outcome, str]
) -> None:
    known = facts(C.IDENTITY, last_visit_on=date(2025, 3, 1), perhaps_visited_on=perhaps_on)
    assert outcome(known, YEAR, on) == expected
    asked = replace(known, erasure_requested_on=date(2025, 4, 1))
    assert outcome(asked, YEAR, on) == (Outcome.ERASE, "erasure_requested")


def test_what_is_asked_about_a_visit_says_until_when_it_would_count() -> None:
    known = facts(C.IDENTITY, last_visit_on=date(2025, 3, 1), perhaps_visited_on=date(2025, 8, 1))
    asked = verdict(decide(known, YEAR, date(2026, 3, 1)), C.IDENTITY)
    assert (asked.anchor, asked.changes_on, asked.due_on) == (date(2025, 8, 1), date(2026, 8, 1), None)


def test_old_entries_go_although_somebody_may_have_been_there_and_the_rest_is_asked_about() -> None:
    rules = {C.NOTES: (keep("P2Y", CountedFrom.EACH_ENTRY),), C.IDENTITY: (keep("P2Y"),)}
    known = facts(
        C.NOTES,
        C.IDENTITY,
        last_visit_on=date(2022, 1, 1),
        activity={},
        oldest_entry={C.NOTES: date(2021, 1, 1)},
        perhaps_visited_on=date(2026, 2, 1),
    )
    decision = decide(known, ruled(rules), date(2026, 3, 1))
    notes, identity = verdict(decision, C.NOTES), verdict(decision, C.IDENTITY)
    assert (notes.outcome, notes.before) == (Outcome.ERASE, date(2024, 3, 2))
    assert (identity.outcome, identity.because) == (Outcome.ASK, "perhaps_visited")


def test_an_uncounted_rule_beside_a_running_one_changes_on_the_earlier_of_both() -> None:
    policy = ruled({C.IDENTITY: (keep("P2Y", CountedFrom.LAST_VISIT), keep("P1Y"))})
    known = facts(C.IDENTITY, activity={Activity.LOGIN: date(2025, 3, 1)}, created_on=date(2024, 6, 1))
    assert verdict(decide(known, policy, date(2025, 4, 1)), C.IDENTITY).changes_on == date(2026, 3, 1)


def test_a_category_without_a_rule_is_asked_about() -> None:
    assert outcome(facts(C.PHOTOS), YEAR, date(2026, 3, 1), C.PHOTOS) == (Outcome.ASK, "no_rule")
    asked = replace(facts(C.PHOTOS), erasure_requested_on=date(2026, 3, 1))
    assert outcome(asked, YEAR, date(2026, 3, 1), C.PHOTOS) == (Outcome.ERASE, "erasure_requested")


def test_where_it_was_never_told_what_is_held_there_is_one_question() -> None:
    decision = decide(ClientFacts(client="c-1"), YEARLY, date(2026, 3, 1))
    assert [(v.category, v.outcome, v.because) for v in decision.verdicts] == [
        (C.IDENTITY, Outcome.ASK, "held_not_told")
    ]
    assert decision.proposals == ()


def test_who_waits_for_a_merge_is_not_judged() -> None:
    known = facts(C.IDENTITY, waits_for_merge=True, erasure_requested_on=date(2026, 1, 1))
    decision = decide(known, YEAR, date(2030, 1, 1))
    assert (decision.verdicts, decision.marketing, decision.proposals) == ((), (), ())
    assert decision.look_again_on == date.max


# entries


ENTRIES = ruled(
    {C.HEALTH: (keep("P2Y", CountedFrom.EACH_ENTRY),), C.IDENTITY: (keep("P5Y"),)},
    base=HEALTH,
    purposes={C.HEALTH: ("treatment_safety",)},
)


def test_old_entries_of_a_loyal_client_go_and_the_young_stay() -> None:
    known = facts(
        C.HEALTH,
        C.IDENTITY,
        oldest_entry={C.HEALTH: date(2023, 5, 10)},
        activity={Activity.VISIT: date(2025, 5, 1)},
    )
    assert outcome(known, ENTRIES, date(2025, 5, 9), C.HEALTH)[0] is Outcome.KEEP
    decision = decide(known, ENTRIES, date(2025, 5, 10))
    found = verdict(decision, C.HEALTH)
    assert (found.outcome, found.because, found.before) == (Outcome.ERASE, "entries_over", date(2023, 5, 11))
    assert [job.kind for job in decision.proposals] == [JobKind.ERASE_CATEGORIES]


def test_a_job_that_waits_does_not_change_from_night_to_night_but_once_a_month() -> None:
    known = facts(
        C.HEALTH, oldest_entry={C.HEALTH: date(2023, 5, 10)}, activity={Activity.VISIT: date(2025, 5, 1)}
    )
    limits = [
        verdict(decide(known, ENTRIES, on), C.HEALTH).before
        for on in (date(2025, 5, 10), date(2025, 5, 31), date(2025, 6, 1))
    ]
    assert limits == [date(2023, 5, 11), date(2023, 5, 11), date(2023, 6, 2)]


def test_with_a_purge_day_entries_are_counted_up_to_it() -> None:
    policy = replace(ENTRIES, retention=replace(ENTRIES.retention, runs=PURGE.retention.runs))
    known = facts(
        C.HEALTH, oldest_entry={C.HEALTH: date(2023, 1, 15)}, activity={Activity.VISIT: date(2025, 6, 1)}
    )
    assert outcome(known, policy, date(2025, 1, 14), C.HEALTH)[0] is Outcome.KEEP
    found = verdict(decide(known, policy, date(2025, 6, 1)), C.HEALTH)
    assert (found.before, found.changes_on) == (date(2023, 1, 16), date(2026, 1, 15))


def test_entries_go_whole_when_even_one_from_the_last_sign_of_life_is_over() -> None:
    known = facts(
        C.HEALTH, oldest_entry={C.HEALTH: date(2020, 5, 10)}, activity={Activity.VISIT: date(2023, 5, 1)}
    )
    found = verdict(decide(known, ENTRIES, date(2025, 5, 1)), C.HEALTH)
    assert (found.outcome, found.before, found.anchor) == (Outcome.ERASE, None, date(2023, 5, 1))
    assert verdict(decide(known, ENTRIES, date(2025, 4, 30)), C.HEALTH).before is not None
    nothing_told = replace(known, oldest_entry={})
    assert outcome(nothing_told, ENTRIES, date(2025, 5, 1), C.HEALTH)[0] is Outcome.ERASE


# the law's floor


@pytest.mark.parametrize(
    ("receipt", "books", "free_on"),
    [
        (date(2026, 3, 15), Bookkeeping(12, 31), date(2033, 1, 1)),
        (date(2026, 3, 15), Bookkeeping(6, 30), date(2033, 1, 1)),
        (date(2026, 6, 30), Bookkeeping(6, 30), date(2033, 1, 1)),
        (date(2026, 7, 1), Bookkeeping(6, 30), date(2034, 1, 1)),
        (date(2026, 4, 1), Bookkeeping(3, 31), date(2034, 1, 1)),
        (date(2024, 2, 29), Bookkeeping(2, 28), date(2032, 1, 1)),
        (date(9998, 1, 1), Bookkeeping(12, 31), date(9999, 1, 1)),
    ],
)
def test_vouchers_are_kept_six_years_from_the_end_of_the_year_of_the_financial_year(
    receipt: date, books: Bookkeeping, free_on: date
) -> None:
    assert vouchers_free_on((date(2020, 1, 1), receipt), books) == free_on


BOOKS = ruled({C.IDENTITY: (keep("P1Y"),), C.BILLING: (KPL,)}, purposes={C.BILLING: ("bookkeeping",)})


def test_vouchers_are_kept_beside_a_living_client_and_parted_from_one_who_goes() -> None:
    known = facts(C.IDENTITY, C.BILLING, receipts=(date(2025, 3, 1),))
    assert outcome(known, BOOKS, date(2026, 2, 28), C.BILLING) == (Outcome.KEEP, "bookkeeping")
    decision = decide(known, BOOKS, date(2026, 3, 1))
    parted = verdict(decision, C.BILLING)
    assert (parted.outcome, parted.because, parted.due_on, parted.rule) == (
        Outcome.DETACH,
        "bookkeeping",
        date(2032, 1, 1),
        "billing[0]",
    )
    (job,) = decision.proposals
    assert (job.kind, job.keep) == (JobKind.DETACH, frozenset({C.BILLING}))


def test_vouchers_of_unknown_date_are_kept_and_parted_but_never_erased() -> None:
    known = facts(C.IDENTITY, C.BILLING, erasure_requested_on=date(2025, 5, 1), receipts=())
    decision = decide(known, BOOKS, date(2045, 5, 1))
    assert verdict(decision, C.BILLING).outcome is Outcome.DETACH
    erasing = ruled({C.BILLING: (keep("kpl_2_10_2", None),)})
    assert outcome(known, erasing, date(2045, 5, 1), C.BILLING) == (Outcome.ASK, "no_receipts")


def test_after_their_period_vouchers_are_parted_from_who_goes_and_make_no_job_with_who_stays() -> None:
    known = facts(
        C.IDENTITY, C.BILLING, receipts=(date(2018, 3, 1),), activity={Activity.VISIT: date(2025, 3, 1)}
    )
    assert outcome(known, BOOKS, date(2025, 12, 31), C.BILLING) == (Outcome.DETACH, "bookkeeping_over")
    assert decide(known, BOOKS, date(2025, 12, 31)).proposals == ()
    assert [job.kind for job in decide(known, BOOKS, date(2026, 3, 1)).proposals] == [JobKind.DETACH]


def test_vouchers_that_are_left_alone_go_when_their_period_is_over() -> None:
    known = facts(C.BILLING, receipts=(date(2018, 3, 1),))
    assert decide(known, BOOKS, date(2024, 12, 31)).proposals == ()
    assert [job.kind for job in decide(known, BOOKS, date(2025, 1, 1)).proposals] == [JobKind.ERASE]


def test_the_file_never_shortens_the_floor_and_the_floor_covers_nothing_else() -> None:
    short = ruled({C.BILLING: (keep("P1Y"),), C.PURCHASES: (keep("P1Y"),)})
    known = facts(C.BILLING, C.PURCHASES, receipts=(date(2025, 3, 1),))
    decision = decide(known, short, date(2026, 3, 1))
    assert verdict(decision, C.BILLING).outcome is Outcome.DETACH
    assert verdict(decision, C.PURCHASES).outcome is Outcome.ERASE
    alone = facts(C.BILLING, receipts=(date(2025, 3, 1),))
    assert outcome(alone, short, date(2031, 12, 31), C.BILLING) == (Outcome.KEEP, "bookkeeping")
    assert outcome(alone, short, date(2032, 1, 1), C.BILLING) == (Outcome.ERASE, "period_over")


def test_a_floor_without_any_rule_still_holds() -> None:
    known = facts(C.BILLING, receipts=(date(2025, 3, 1),))
    found = verdict(decide(known, YEAR, date(2026, 3, 1)), C.BILLING)
    assert (found.outcome, found.rule) == (Outcome.KEEP, "bookkeeping")


# patient records


def test_patient_records_are_left_alone_whatever_is_asked() -> None:
    policy = replace(ENTRIES, health=Professional.YES)
    known = facts(C.HEALTH, C.IDENTITY, C.NOTES, erasure_requested_on=date(2026, 1, 1))
    decision = decide(known, policy, date(2026, 1, 1))
    assert {v.category: v.because for v in decision.verdicts} == {
        C.HEALTH: "patient_record",
        C.IDENTITY: "patient_record",
        C.NOTES: "erasure_requested",
    }
    assert [job.kind for job in decision.proposals] == [JobKind.ERASE_CATEGORIES]


def test_care_data_of_an_unknown_profession_is_asked_about() -> None:
    policy = replace(ENTRIES, health=Professional.UNKNOWN)
    known = facts(
        C.HEALTH, C.IDENTITY, consents=said(Purpose.HEALTH_DATA, Answer.WITHDRAWN, date(2026, 1, 1))
    )
    assert outcome(known, policy, date(2026, 1, 1), C.HEALTH) == (Outcome.ASK, "profession_unknown")
    assert outcome(known, policy, date(2026, 1, 1))[0] is Outcome.KEEP


def test_a_rule_that_only_an_event_starts_is_asked_about_until_it_does() -> None:
    policy = ruled({C.IDENTITY: (keep("P1Y", CountedFrom.CASE_CLOSED),)})
    known = facts(C.IDENTITY)
    assert outcome(known, policy, date(2025, 5, 1)) == (Outcome.ASK, "no_case_closed")
    closed = replace(known, case_closed_on=date(2025, 4, 1))
    assert outcome(closed, policy, date(2025, 5, 1)) == (Outcome.KEEP, "period_running")


def test_a_statute_says_nothing_of_what_it_does_not_cover() -> None:
    policy = ruled({C.IDENTITY: (keep("kpl_2_10_2", None), keep("P1Y"))})
    known = facts(C.IDENTITY, receipts=(date(2025, 3, 1),))
    found = dues.of_category(policy.categories[C.IDENTITY], known, policy, date(2025, 5, 1))
    assert [due.rule for due in found.known] == ["identity[1]"]
    assert (found.missing, found.not_before) == (("no_receipts",), None)
    assert outcome(known, policy, date(2026, 3, 1)) == (Outcome.ASK, "no_receipts")


def test_entries_of_unknown_age_are_asked_about_until_even_the_last_is_over() -> None:
    known = facts(C.HEALTH, activity={Activity.VISIT: date(2025, 3, 1)})
    asked = verdict(decide(known, ENTRIES, date(2026, 3, 1)), C.HEALTH)
    assert (asked.outcome, asked.because, asked.changes_on) == (
        Outcome.ASK,
        "no_each_entry",
        date(2027, 3, 1),
    )
    assert outcome(known, ENTRIES, date(2027, 3, 1), C.HEALTH)[0] is Outcome.ERASE
    young = replace(known, created_on=date(2025, 1, 1))
    kept = verdict(decide(young, ENTRIES, date(2026, 3, 1)), C.HEALTH)
    assert (kept.outcome, kept.changes_on) == (Outcome.KEEP, date(2027, 1, 1))


def test_the_limit_of_entries_gives_way_to_the_whole_on_its_day() -> None:
    known = facts(
        C.HEALTH, oldest_entry={C.HEALTH: date(2023, 5, 10)}, activity={Activity.VISIT: date(2023, 5, 20)}
    )
    before = verdict(decide(known, ENTRIES, date(2025, 5, 19)), C.HEALTH)
    assert (before.before, before.changes_on) == (date(2023, 5, 11), date(2025, 5, 20))
    assert verdict(decide(known, ENTRIES, date(2025, 5, 20)), C.HEALTH).before is None
