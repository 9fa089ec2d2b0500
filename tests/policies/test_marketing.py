"""Switches as they should be, and the gate before every message."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policies.decide import decide
from policies.decisions import JobKind, MarketingOutcome, MarketingVerdict
from policies.facts import Activity, Answer, ClientFacts
from policies.marketing import MaySend, may_send
from policies.periods import Period
from policies.policy import Basis, Frequency, Policy, PurposeRule, Unrecorded
from policies.vocabulary import Channel, Purpose
from tests.policies.cases import ACCOUNTS, YEARLY, facts, said

DAY = date(2026, 6, 15)
ASK, OFF, KEEP = MarketingOutcome.ASK, MarketingOutcome.SWITCH_OFF, MarketingOutcome.KEEP
YES = said(Purpose.NEWSLETTER, Answer.GIVEN, date(2026, 1, 1), Channel.EMAIL)
NO = said(Purpose.NEWSLETTER, Answer.WITHDRAWN, date(2026, 2, 1), Channel.EMAIL)
STRICT = replace(YEARLY, marketing=replace(YEARLY.marketing, unrecorded=Unrecorded.SWITCH_OFF))
SOFT = replace(YEARLY, marketing=replace(YEARLY.marketing, soft_opt_in=True))
AGAIN = replace(YEARLY, marketing=replace(YEARLY.marketing, reconfirm_after=Period(months=24)))
POST = replace(
    YEARLY,
    purposes={
        **YEARLY.purposes,
        "direct_marketing": PurposeRule(
            "direct_marketing", Basis.LEGITIMATE_INTEREST, consent=Purpose.DIRECT_MARKETING
        ),
    },
)


def switch(
    policy: Policy = YEARLY, channel: Channel = Channel.EMAIL, on: date = DAY, **told: Any
) -> MarketingVerdict:
    """The verdict on the one switch that is on."""
    told.setdefault("switches", {channel: True})
    (found,) = decide(facts(**told), policy, on).marketing
    return found


@pytest.mark.parametrize(
    ("consents", "outcome", "because"),
    [
        ({}, ASK, "marketing.unrecorded"),
        (YES, KEEP, "marketing.consent"),
        (NO, OFF, "marketing.no"),
        (said(Purpose.NEWSLETTER, Answer.REFUSED, DAY), OFF, "marketing.no"),
        (YES | said(Purpose.DIRECT_MARKETING, Answer.REFUSED, date(2026, 2, 1)), OFF, "marketing.no"),
        (YES | said(Purpose.DIRECT_MARKETING, Answer.REFUSED, date(2026, 1, 1)), OFF, "marketing.no"),
        (YES | said(Purpose.DIRECT_MARKETING, Answer.REFUSED, date(2025, 1, 1)), KEEP, "marketing.consent"),
        (YES | said(Purpose.NEWSLETTER, Answer.WITHDRAWN, date(2026, 2, 1)), OFF, "marketing.no"),
        (NO | said(Purpose.NEWSLETTER, Answer.GIVEN, date(2026, 3, 1)), OFF, "marketing.no"),
        (said(Purpose.NEWSLETTER, Answer.GIVEN, DAY, Channel.SMS), ASK, "marketing.unrecorded"),
        (said(Purpose.HEALTH_DATA, Answer.REFUSED, DAY), ASK, "marketing.unrecorded"),
    ],
)
def test_the_newest_answer_of_a_channel_decides_and_a_no_wins_a_tie(
    consents: Any, outcome: MarketingOutcome, because: str
) -> None:
    found = switch(consents=consents)
    assert (found.outcome, found.because, found.by_no) == (outcome, because, outcome is OFF)


def test_what_the_file_says_of_unrecorded_switches_is_no_recorded_no() -> None:
    assert switch(STRICT) == MarketingVerdict(Channel.EMAIL, OFF, "marketing.unrecorded", by_no=False)
    assert switch(STRICT, owner_keeps=frozenset({Channel.EMAIL})).because == "marketing.owner_keeps"
    assert switch(STRICT, owner_keeps=frozenset({Channel.SMS})).outcome is OFF


def test_an_unrecorded_switch_goes_off_when_the_owner_says_so() -> None:
    off = switch(owner_switches_off=frozenset({Channel.EMAIL}))
    assert off == MarketingVerdict(Channel.EMAIL, OFF, "marketing.owner_switches_off", by_no=False)
    assert switch(owner_switches_off=frozenset({Channel.SMS})).outcome is ASK
    assert switch(owner_switches_off=frozenset({Channel.EMAIL}), consents=YES).outcome is KEEP


def test_an_old_yes_is_asked_about_until_the_owner_has_said_what_is_to_be() -> None:
    old: dict[str, Any] = {"consents": YES, "on": date(2030, 1, 1)}
    assert switch(AGAIN, **old) == MarketingVerdict(Channel.EMAIL, ASK, "marketing.reconfirm")
    keeps = switch(AGAIN, owner_keeps=frozenset({Channel.EMAIL}), **old)
    assert keeps == MarketingVerdict(Channel.EMAIL, KEEP, "marketing.owner_keeps")
    off = switch(AGAIN, owner_switches_off=frozenset({Channel.EMAIL}), **old)
    assert off == MarketingVerdict(Channel.EMAIL, OFF, "marketing.owner_switches_off")


def test_the_owners_word_outweighs_no_recorded_no() -> None:
    assert switch(owner_keeps=frozenset({Channel.EMAIL}), consents=NO).outcome is OFF


def test_switches_that_are_off_need_nothing() -> None:
    decision = decide(facts(switches={Channel.EMAIL: False}, consents=NO), STRICT, DAY)
    assert (decision.marketing, decision.proposals) == ((), ())


def test_by_post_what_is_not_forbidden_is_allowed_where_it_rests_on_interest() -> None:
    assert switch(POST, Channel.POST).because == "marketing.not_forbidden"
    assert switch(YEARLY, Channel.POST).outcome is ASK
    assert switch(POST, Channel.EMAIL).outcome is ASK
    no = said(Purpose.DIRECT_MARKETING, Answer.REFUSED, DAY)
    assert switch(POST, Channel.POST, consents=no).outcome is OFF
    on_consent = {**POST.purposes, "direct_marketing": PurposeRule("direct_marketing", Basis.CONSENT)}
    assert switch(replace(POST, purposes=on_consent), Channel.POST).outcome is ASK


def test_existing_customers_may_be_written_to_only_where_the_salon_says_so() -> None:
    assert switch(SOFT).because == "marketing.soft_opt_in"
    assert switch(SOFT, activity={}, last_visit_on=DAY).because == "marketing.soft_opt_in"
    assert switch(SOFT, activity={Activity.LOGIN: DAY}).outcome is ASK
    assert switch(SOFT, Channel.PHONE).outcome is ASK
    assert switch(SOFT, consents=NO).outcome is OFF


@pytest.mark.parametrize(("on", "outcome"), [(date(2027, 12, 31), KEEP), (date(2028, 1, 1), ASK)])
def test_an_old_yes_is_confirmed_where_the_file_says_so(on: date, outcome: MarketingOutcome) -> None:
    assert switch(AGAIN, on=on, consents=YES).outcome is outcome
    assert switch(YEARLY, on=on, consents=YES).outcome is KEEP


def test_the_day_of_confirming_is_when_to_look_again() -> None:
    known = ClientFacts(
        client="c-1",
        held=frozenset(),
        consents=YES | said(Purpose.NEWSLETTER, Answer.REFUSED, DAY, Channel.SMS),
        switches={Channel.EMAIL: True},
    )
    assert decide(known, AGAIN, DAY).look_again_on == date(2028, 1, 1)
    assert decide(known, AGAIN, date(2028, 1, 1)).look_again_on == date.max


def test_noes_and_missing_records_are_jobs_of_their_own() -> None:
    known = facts(switches={Channel.EMAIL: True, Channel.SMS: True, Channel.POST: True}, consents=NO)
    by_no, unrecorded = decide(known, STRICT, DAY).proposals
    assert (by_no.kind, by_no.by_no, by_no.off, by_no.because) == (
        JobKind.MARKETING_OFF,
        True,
        frozenset({Channel.EMAIL}),
        ("marketing.no",),
    )
    assert (unrecorded.by_no, unrecorded.off) == (False, frozenset({Channel.SMS, Channel.POST}))


def test_a_no_acts_even_where_nothing_else_is_known() -> None:
    known = ClientFacts(client="c-1", switches={Channel.EMAIL: True}, consents=NO)
    assert [job.by_no for job in decide(known, YEARLY, DAY).proposals] == [True]


# the gate


def gate(
    policy: Policy = YEARLY,
    purpose: Purpose = Purpose.NEWSLETTER,
    channel: Channel = Channel.EMAIL,
    on: date = DAY,
    **told: Any,
) -> MaySend:
    """Whether a message may go out to one client."""
    return may_send(facts(**told), policy, purpose, channel, on)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"consents": YES}, MaySend(True, "marketing.consent")),
        ({"consents": YES, "switches": {Channel.EMAIL: True}}, MaySend(True, "marketing.consent")),
        ({}, MaySend(False, "marketing.unrecorded")),
        ({"switches": {Channel.EMAIL: True}}, MaySend(False, "marketing.unrecorded")),
        ({"consents": NO}, MaySend(False, "marketing.no")),
        (
            {"consents": YES | said(Purpose.DIRECT_MARKETING, Answer.WITHDRAWN, DAY)},
            MaySend(False, "marketing.no"),
        ),
        (
            {"consents": YES | said(Purpose.MARKET_RESEARCH, Answer.WITHDRAWN, DAY)},
            MaySend(True, "marketing.consent"),
        ),
        ({"consents": YES, "switches": {Channel.EMAIL: False}}, MaySend(False, "switched_off")),
        ({"consents": YES, "waits_for_merge": True}, MaySend(False, "waits_for_merge")),
        ({"consents": YES, "erasure_requested_on": DAY}, MaySend(False, "erasure_requested")),
        (
            {"consents": said(Purpose.NEWSLETTER, Answer.GIVEN, DAY, Channel.SMS)},
            MaySend(False, "marketing.unrecorded"),
        ),
    ],
)
def test_only_a_recorded_yes_that_stands_opens_the_gate(told: dict[str, Any], expected: MaySend) -> None:
    assert gate(**told) == expected


def test_a_purpose_that_the_file_does_not_name_is_not_written_for() -> None:
    yes = said(Purpose.MARKET_RESEARCH, Answer.GIVEN, DAY)
    assert gate(purpose=Purpose.MARKET_RESEARCH, consents=yes) == MaySend(False, "purpose_not_in_policy")


def test_an_old_yes_opens_no_gate_where_it_must_be_confirmed() -> None:
    assert gate(AGAIN, consents=YES, on=date(2028, 1, 1)) == MaySend(False, "marketing.reconfirm")


@pytest.mark.parametrize(
    ("sent", "on", "allowed"),
    [
        ((), DAY, True),
        ((date(2026, 6, 1),), DAY, False),
        ((date(2026, 5, 31),), DAY, True),
        ((date(2025, 6, 15),), DAY, True),
        ((date(2026, 6, 1),), date(2026, 7, 1), True),
    ],
)
def test_no_more_is_sent_in_a_month_than_was_promised(
    sent: tuple[date, ...], on: date, allowed: bool
) -> None:
    found = gate(consents=YES, campaigns={Purpose.NEWSLETTER: sent}, on=on)
    assert (found.allowed, found.because) == (allowed, "marketing.consent" if allowed else "too_often")


def test_a_limit_may_count_in_any_period_and_above_one() -> None:
    yes = said(Purpose.DIRECT_MARKETING, Answer.GIVEN, date(2026, 1, 1))
    sent = {Purpose.DIRECT_MARKETING: (date(2026, 6, 2),)}
    assert not gate(ACCOUNTS, Purpose.DIRECT_MARKETING, consents=yes, campaigns=sent).allowed
    assert gate(
        ACCOUNTS, Purpose.DIRECT_MARKETING, consents=yes, campaigns=sent, on=date(2026, 6, 16)
    ).allowed
    twice = replace(
        YEARLY, marketing=replace(YEARLY.marketing, max_frequency={Purpose.NEWSLETTER: Frequency(2)})
    )
    once = {Purpose.NEWSLETTER: (date(2026, 6, 2),)}
    assert gate(twice, consents=YES, campaigns=once).allowed
    unlimited = replace(YEARLY, marketing=replace(YEARLY.marketing, max_frequency={}))
    assert gate(unlimited, consents=YES, campaigns=once).allowed
