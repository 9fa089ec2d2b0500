"""Who may be written to: the switches as they should be, and whether one message may go out (law.md, section 7).

Ovikello sends no messages and stops none: the night judges the switches (`judge`). `may_send` answers for whoever does
send, one message at a time.
"""

from dataclasses import dataclass
from datetime import date

from policies import consents
from policies.decisions import MarketingOutcome, MarketingVerdict
from policies.facts import Activity, Answered, ClientFacts
from policies.policy import Basis, Policy, Unrecorded
from policies.vocabulary import Channel, Purpose

MARKETING = (
    Purpose.NEWSLETTER,
    Purpose.DIRECT_MARKETING,
    Purpose.DISTANCE_SELLING,
    Purpose.MARKET_RESEARCH,
)
#: a sale is needed for the exception of Act 917/2014 § 200(3)
_SALES = (Activity.PURCHASE, Activity.VISIT)
#: the exception is about electronic messages
_ELECTRONIC = frozenset({Channel.EMAIL, Channel.SMS})


@dataclass(frozen=True)
class MaySend:
    """Whether one message may go out, and the reason word."""

    allowed: bool
    because: str


def judge(facts: ClientFacts, policy: Policy, on: date) -> tuple[MarketingVerdict, ...]:
    """What must happen to each switch that is on; none matters once nobody knows whose it is."""
    if facts.identifiers_removed_on is not None:
        return ()
    return tuple(
        _switch(facts, policy, channel, on) for channel in Channel if facts.switches.get(channel, False)
    )


def changes_on(facts: ClientFacts, policy: Policy, on: date) -> list[date]:
    """The days after `on` when a verdict on a switch changes by itself."""
    again = policy.marketing.reconfirm_after
    if again is None:
        return []
    days = [again.after(answer.on) for answer in facts.consents.values() if not answer.answer.is_no]
    return [day for day in days if day > on]


def may_send(facts: ClientFacts, policy: Policy, purpose: Purpose, channel: Channel, on: date) -> MaySend:
    """Whether a message of one purpose may go out over one channel on a day; what was never recorded is no yes."""
    if facts.waits_for_merge:
        return MaySend(False, "waits_for_merge")
    if facts.erasure_requested_on is not None:
        return MaySend(False, "erasure_requested")
    if all(rule.consent is not purpose for rule in policy.purposes.values()):
        return MaySend(False, "purpose_not_in_policy")
    if facts.switches.get(channel) is False:
        return MaySend(False, "switched_off")
    allowed = _allowed(facts, policy, (purpose, Purpose.DIRECT_MARKETING), channel, on)
    if allowed.allowed and _is_too_often(facts, policy, purpose, on):
        return MaySend(False, "too_often")
    return allowed


def _switch(facts: ClientFacts, policy: Policy, channel: Channel, on: date) -> MarketingVerdict:
    found = _allowed(facts, policy, MARKETING, channel, on)
    if found.because == "marketing.no":
        return MarketingVerdict(channel, MarketingOutcome.SWITCH_OFF, found.because, by_no=True)
    if found.allowed:
        return MarketingVerdict(channel, MarketingOutcome.KEEP, found.because)
    if channel in facts.owner_keeps:
        return MarketingVerdict(channel, MarketingOutcome.KEEP, "marketing.owner_keeps")
    if channel in facts.owner_switches_off:
        return MarketingVerdict(channel, MarketingOutcome.SWITCH_OFF, "marketing.owner_switches_off")
    if found.because == "marketing.reconfirm":
        return MarketingVerdict(channel, MarketingOutcome.ASK, found.because)
    off = policy.marketing.unrecorded is Unrecorded.SWITCH_OFF
    return MarketingVerdict(
        channel, MarketingOutcome.SWITCH_OFF if off else MarketingOutcome.ASK, found.because
    )


def _allowed(
    facts: ClientFacts, policy: Policy, purposes: tuple[Purpose, ...], channel: Channel, on: date
) -> MaySend:
    """What the newest answer says, or the law where there is none."""
    answers = [answer for each in purposes if (answer := consents.on_channel(facts, each, channel))]
    newest = consents.newest(answers)
    if newest is not None and newest.answer.is_no:
        return MaySend(False, "marketing.no")
    if newest is not None:
        old = _is_old(newest, policy, on)
        return MaySend(not old, "marketing.reconfirm" if old else "marketing.consent")
    if channel is Channel.POST and _is_without_consent(policy):
        return MaySend(True, "marketing.not_forbidden")
    if policy.marketing.soft_opt_in and channel in _ELECTRONIC and _has_bought(facts):
        return MaySend(True, "marketing.soft_opt_in")
    return MaySend(False, "marketing.unrecorded")


def _is_old(answer: Answered, policy: Policy, on: date) -> bool:
    again = policy.marketing.reconfirm_after
    return again is not None and again.after(answer.on) <= on


def _is_without_consent(policy: Policy) -> bool:
    """Whether the salon's post rests on its interest: by post, what is not forbidden is allowed (§ 200(2))."""
    rule = policy.purposes.get(Purpose.DIRECT_MARKETING)
    return rule is not None and rule.basis is Basis.LEGITIMATE_INTEREST


def _has_bought(facts: ClientFacts) -> bool:
    return facts.last_visit_on is not None or any(kind in facts.activity for kind in _SALES)


def _is_too_often(facts: ClientFacts, policy: Policy, purpose: Purpose, on: date) -> bool:
    limit = policy.marketing.max_frequency.get(purpose)
    if limit is None:
        return False
    sent = facts.campaigns.get(purpose, ())
    if limit.per is None:
        near = [day for day in sent if (day.year, day.month) == (on.year, on.month)]
    else:
        near = [day for day in sent if limit.per.after(day) > on]
    return len(near) >= limit.times
