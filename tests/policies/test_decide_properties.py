"""What holds of every client, every policy and every day."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from policies import anchors, holds, statutes, urgent
from policies.decide import after_noes, decide
from policies.decisions import Decision, JobKind, Outcome, Verdict
from policies.facts import ClientFacts
from policies.marketing import MARKETING, may_send
from policies.periods import Period
from policies.policy import CountedFrom, Policy
from policies.vocabulary import Channel, Purpose
from tests.policies.worlds import CLIENTS, DAYS, POLICIES

GOES = {Outcome.ERASE, Outcome.ANONYMISE}


def look(decision: Decision) -> tuple[object, ...]:
    """What a night would do: outcomes, switches and jobs."""
    outcomes = tuple((v.category, v.outcome, v.before, v.holds) for v in decision.verdicts)
    return outcomes, decision.marketing, decision.proposals


@given(CLIENTS, POLICIES, DAYS)
def test_the_same_facts_policy_and_day_give_the_same_decision(
    known: ClientFacts, policy: Policy, on: date
) -> None:
    first = decide(known, policy, on)
    assert first == decide(known, policy, on)
    assert (first.client, first.on, first.policy_digest) == (known.client, on, policy.digest)


@given(CLIENTS, POLICIES, DAYS, st.integers(1, 1500))
def test_nothing_changes_before_the_day_to_look_again(
    known: ClientFacts, policy: Policy, on: date, later: int
) -> None:
    decision = decide(known, policy, on)
    assert decision.look_again_on > on
    ahead = {on + timedelta(days=1), on + timedelta(days=later)}
    if decision.look_again_on != date.max:
        ahead |= {decision.look_again_on - timedelta(days=n) for n in (1, 2, 31)}
    for day in ahead:
        if on < day < decision.look_again_on:
            assert look(decide(known, policy, day)) == look(decision), day


@given(CLIENTS, POLICIES, DAYS)
def test_following_the_days_to_look_again_misses_nobody_who_is_due(
    known: ClientFacts, policy: Policy, on: date
) -> None:
    day, seen = on, decide(known, policy, on)
    for _ in range(200):
        if seen.proposals or seen.look_again_on > date(2040, 1, 1):
            break
        day = seen.look_again_on
        seen = decide(known, policy, day)
    else:
        raise AssertionError("looked at too often")
    if not seen.proposals:
        assert decide(known, policy, date(2040, 1, 1)).proposals == ()


@given(CLIENTS, POLICIES, DAYS)
def test_nobody_is_looked_at_every_day_who_is_not_due(known: ClientFacts, policy: Policy, on: date) -> None:
    looks, day = 0, on
    while day < on + timedelta(days=365):
        decision = decide(known, policy, day)
        if decision.proposals:
            return
        looks, day = looks + 1, decision.look_again_on
    assert looks <= 40


def may_go_on(verdict: Verdict, known: ClientFacts, policy: Policy) -> date:
    """The earliest day on which anything allows the category to go, written anew from the rules."""
    days = []
    reason = urgent.reason(verdict.category, known, policy)
    if reason is not None:
        days.append(reason.day)
    rule = policy.categories.get(verdict.category)
    for keep in rule.keep if rule else ():
        if not isinstance(keep.lasts, Period):
            days += [free] if (free := statutes.floor_of(verdict.category, known, policy)) else []
            continue
        counted_from = keep.counted_from or CountedFrom.COLLECTED
        if counted_from is CountedFrom.EACH_ENTRY:
            found = [known.oldest_entry.get(verdict.category), anchors.relationship_end(known)]
        else:
            found = [anchors.anchor(counted_from, verdict.category, known, policy)]
        days += [policy.retention.runs.first_on_or_after(keep.lasts.after(day)) for day in found if day]
    return min(days)


@given(CLIENTS, POLICIES, DAYS)
def test_nothing_goes_before_it_is_due_or_while_a_law_or_a_hold_keeps_it(
    known: ClientFacts, policy: Policy, on: date
) -> None:
    decision = decide(known, policy, on)
    held = {category for hold in holds.open_on(known, policy, on) for category in hold.scope}
    for verdict in decision.verdicts:
        if verdict.outcome in GOES:
            assert may_go_on(verdict, known, policy) <= on
            assert verdict.category not in held
            assert not statutes.is_patient_record(verdict.category, policy)
            floor = statutes.floor_of(verdict.category, known, policy)
            assert floor is None or floor <= on


@given(CLIENTS.filter(lambda one: one.perhaps_visited_on is not None), POLICIES, DAYS)
def test_of_whoever_may_have_been_there_nothing_goes_that_would_stay_if_they_were(
    known: ClientFacts, policy: Policy, on: date
) -> None:
    day = known.perhaps_visited_on or date.min
    without = replace(known, perhaps_visited_on=None)
    visited = replace(
        without,
        last_visit_on=max(day, known.last_visit_on or day),
        told_activity_on=max(day, known.told_activity_on or day),
    )
    acts = GOES | {Outcome.DETACH}
    both = [
        {verdict.category for verdict in decide(one, policy, on).verdicts if verdict.outcome in acts}
        for one in (without, visited)
    ]
    for verdict in decide(known, policy, on).verdicts:
        if verdict.outcome in acts:
            assert verdict.category in both[0] & both[1]
        if verdict.because == "perhaps_visited":
            assert verdict.outcome is Outcome.ASK
            assert verdict.category in both[0]


@given(CLIENTS, POLICIES, DAYS)
def test_no_entry_goes_before_its_own_period_is_over(known: ClientFacts, policy: Policy, on: date) -> None:
    for verdict in decide(known, policy, on).verdicts:
        if verdict.before is None:
            continue
        assert verdict.outcome is Outcome.ERASE
        oldest = known.oldest_entry[verdict.category]
        assert oldest < verdict.before
        youngest = verdict.before - timedelta(days=1)
        ends = [
            keep.lasts.after(youngest)
            for keep in policy.categories[verdict.category].keep
            if isinstance(keep.lasts, Period) and keep.counted_from is CountedFrom.EACH_ENTRY
        ]
        assert min(ends) <= on


@given(CLIENTS, POLICIES, DAYS)
def test_whole_clients_go_only_when_everything_goes(known: ClientFacts, policy: Policy, on: date) -> None:
    decision = decide(known, policy, on)
    destructive = [job for job in decision.proposals if job.kind.is_destructive]
    assert len(destructive) <= 1
    for job in destructive:
        outcomes = {v.outcome for v in decision.verdicts}
        if job.kind is JobKind.ERASE:
            assert outcomes == {Outcome.ERASE}
        if job.kind is not JobKind.ERASE_CATEGORIES:
            assert outcomes <= GOES | {Outcome.DETACH}
            assert not holds.has_booking_ahead(known, on)
            assert all(v.before is None for v in decision.verdicts)
        assert {v.category for v in job.verdicts if v.outcome is Outcome.ERASE} == {
            v.category for v in decision.verdicts if v.outcome is Outcome.ERASE
        }
        assert job.keep == {v.category for v in job.verdicts if v.outcome is Outcome.DETACH}


@given(CLIENTS, POLICIES, DAYS)
def test_every_category_that_is_held_has_one_verdict_of_its_own(
    known: ClientFacts, policy: Policy, on: date
) -> None:
    judged = [v.category for v in decide(known, policy, on).verdicts]
    if known.held is not None and not known.waits_for_merge:
        assert sorted(judged) == sorted(known.held)
    assert len(judged) == len(set(judged))


@given(CLIENTS, POLICIES, DAYS)
def test_a_switch_goes_off_by_a_no_that_no_later_yes_takes_back(
    known: ClientFacts, policy: Policy, on: date
) -> None:
    for verdict in decide(known, policy, on).marketing:
        answers = [
            (channel, answer)
            for (purpose, channel), answer in known.consents.items()
            if purpose in MARKETING and channel in {None, verdict.channel}
        ]
        noes = [answer.on for _, answer in answers if answer.answer.is_no]
        own_yes = [answer.on for channel, answer in answers if channel and not answer.answer.is_no]
        if verdict.by_no:
            assert max(noes) >= max(own_yes, default=date.min)
        if noes and max(noes) >= max((answer.on for _, answer in answers), default=date.min):
            assert verdict.by_no


@given(CLIENTS, POLICIES, DAYS)
def test_what_follows_from_noes_alone_is_what_a_whole_decision_says_of_them(
    known: ClientFacts, policy: Policy, on: date
) -> None:
    whole = decide(known, policy, on).proposals
    assert after_noes(known, policy, on) == tuple(one for one in whole if one.by_no)


@given(CLIENTS, POLICIES, DAYS)
def test_a_message_needs_a_recorded_yes_or_a_named_exception(
    known: ClientFacts, policy: Policy, on: date
) -> None:
    for channel in Channel:
        found = may_send(known, policy, Purpose.NEWSLETTER, channel, on)
        if found.allowed and found.because == "marketing.consent":
            assert any(not answer.answer.is_no for answer in known.consents.values())
        elif found.allowed:
            assert found.because == "marketing.soft_opt_in"
            assert policy.marketing.soft_opt_in
