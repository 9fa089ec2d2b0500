"""What stands today of everything that a client was asked; the more restrictive answer wins a tie."""

from datetime import date

from policies.facts import Answered, ClientFacts
from policies.policy import CategoryRule, Policy
from policies.vocabulary import Channel, Purpose


def newest(answers: list[Answered]) -> Answered | None:
    """The answer that was given last; on one day the no counts."""
    return max(answers, key=lambda answer: (answer.on, answer.answer.is_no), default=None)


def on_channel(facts: ClientFacts, purpose: Purpose, channel: Channel | None) -> Answered | None:
    """The answer that stands for one purpose over one channel.

    An answer for all channels covers those that have none of their own; a no for all
    channels that is not older than the channel's own answer covers that one too.
    """
    own, general = facts.consents.get((purpose, channel)), facts.consents.get((purpose, None))
    if own is None or general is None:
        return own or general
    return newest([own, general]) if general.answer.is_no else own


def standing(facts: ClientFacts, purpose: Purpose) -> tuple[Answered, ...]:
    """The answer that stands for one purpose on every channel that was spoken of."""
    channels = [channel for asked, channel in facts.consents if asked is purpose]
    return tuple(answer for each in channels if (answer := on_channel(facts, purpose, each)))


def refused_on(facts: ClientFacts, purpose: Purpose) -> date | None:
    """The day on which the last consent to a purpose fell; None where one stands, or none was recorded."""
    answers = standing(facts, purpose)
    if not answers or not all(answer.answer.is_no for answer in answers):
        return None
    return max(answer.on for answer in answers)


def withdrawn_on(rule: CategoryRule, facts: ClientFacts, policy: Policy) -> date | None:
    """The day on which the last purpose of a category fell that rests on consent throughout (art. 17(1)(b))."""
    days = []
    for name in rule.purposes:
        purpose = policy.purposes[name]
        fell = refused_on(facts, purpose.consent) if purpose.rests_on_consent and purpose.consent else None
        if fell is None:
            return None
        days.append(fell)
    return max(days)
