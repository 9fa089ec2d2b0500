"""Reasons to erase that wait for no purge day: requests, withdrawals, and the door customer (oviasiakas)."""

from dataclasses import dataclass
from datetime import date

from policies import consents
from policies.facts import Answer, ClientFacts
from policies.policy import AccountClosed, Policy
from policies.vocabulary import Category, Purpose

#: who came like this was served at the door or the telephone, and was to be asked there
AT_THE_DOOR = frozenset({"phone", "in_person"})


@dataclass(frozen=True)
class Urgent:
    """Something is due from `day` on, counted from `anchor`."""

    day: date
    because: str
    anchor: date


def reason(category: Category, facts: ClientFacts, policy: Policy) -> Urgent | None:
    """The earliest of them, whether its day has come or not."""
    found = (
        _requested(facts),
        _closed(facts, policy),
        _withdrawn(category, facts, policy),
        _at_the_door(facts, policy),
    )
    return min((urgent for urgent in found if urgent), key=lambda urgent: urgent.day, default=None)


def is_unasked(facts: ClientFacts, policy: Policy) -> bool:
    """Whether a door customer from before Ovikello was connected has no answer on record: that is asked about."""
    return facts.known_before and facts.created_via in AT_THE_DOOR and _has_no_record(facts, policy)


def lacks_date(facts: ClientFacts, policy: Policy) -> bool:
    """Whether the grace of a door customer cannot be counted."""
    return facts.created_on is None and _is_door_customer(facts, policy)


def _requested(facts: ClientFacts) -> Urgent | None:
    day = facts.erasure_requested_on
    return Urgent(day, "erasure_requested", day) if day else None


def _closed(facts: ClientFacts, policy: Policy) -> Urgent | None:
    day = facts.account_closed_on
    if day is None or policy.requests.account_closed is not AccountClosed.ERASURE_REQUEST:
        return None
    return Urgent(day, "account_closed", day)


def _withdrawn(category: Category, facts: ClientFacts, policy: Policy) -> Urgent | None:
    rule = policy.categories.get(category)
    day = consents.withdrawn_on(rule, facts, policy) if rule else None
    return Urgent(day, "consent_withdrawn", day) if day else None


def _at_the_door(facts: ClientFacts, policy: Policy) -> Urgent | None:
    if not policy.door_customer.applies:
        return None
    if refused := consents.refused_on(facts, Purpose.SERVICE):
        return Urgent(refused, "service_refused", refused)
    if facts.created_on is None or not _is_door_customer(facts, policy):
        return None
    return Urgent(policy.door_customer.grace.after(facts.created_on), "door_customer", facts.created_on)


def _is_door_customer(facts: ClientFacts, policy: Policy) -> bool:
    came = facts.created_via is None or facts.created_via in AT_THE_DOOR
    return came and not facts.known_before and _has_no_record(facts, policy)


def _has_no_record(facts: ClientFacts, policy: Policy) -> bool:
    """Whether nothing shows that the client agreed to a record, where the salon promises to ask."""
    if not policy.door_customer.applies or facts.identifiers_removed_on is not None:
        return False
    if facts.has_account and policy.door_customer.own_account_is_consent:
        return False
    return not any(answer.answer is Answer.GIVEN for answer in consents.standing(facts, Purpose.SERVICE))
