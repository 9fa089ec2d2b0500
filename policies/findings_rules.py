"""Findings of law about purposes, periods, health data and marketing."""

from collections.abc import Callable, Iterator

from policies.ages import effective_age
from policies.finding import LawFinding, poor, unlawful
from policies.periods import Period
from policies.policy import (
    AccountClosed,
    Basis,
    HoldKind,
    Policy,
    Professional,
    PurposeRule,
    SpecialBasis,
    Statute,
)
from policies.statutes import CARE, VOUCHERS
from policies.vocabulary import Category, Purpose

#: longer than any claim that a visit can give (VanhL 728/2003 4 and 7 §) is no period, but "for ever"
FOR_EVER = Period(months=120)
#: a yearly purge makes a year nearly two: from here on the notice should say so
WORTH_SAYING = Period(months=36)
MESSAGES = frozenset({Purpose.NEWSLETTER, Purpose.DIRECT_MARKETING, Purpose.DISTANCE_SELLING})
PUBLIC = frozenset({Purpose.DIRECTORY_PUBLICATION, Purpose.RAFFLE_PUBLICATION})
#: what a log of the network is kept for is over sooner
_LOGS = (Category.IP_LOG, Category.ACCESS_LOG)


def _periods(policy: Policy) -> Iterator[LawFinding]:
    if Category.IDENTITY not in policy.categories:
        yield unlawful(
            "W-02", "Nothing says how long the clients' identity is kept.", "GDPR 5(1)(e), 13(2)(a), 30(1)(f)"
        )
    for category, rule in policy.categories.items():
        periods = [keep.lasts for keep in rule.keep if isinstance(keep.lasts, Period)]
        if category in _LOGS and periods and min(periods) > Period(months=24):
            yield poor("W-02", f"{category} is kept longer than two years.", "GDPR 5(1)(e)")
        elif periods and min(periods) > FOR_EVER:
            yield unlawful(
                "W-03",
                f"{category} is kept longer than ten years, which comes to keeping it for ever.",
                "GDPR 5(1)(e); KHO 12.6.2026 taltio 1604",
            )
        age = effective_age(rule, policy)
        if age is not None and age.at_most != age.promised and age.at_most > WORTH_SAYING:
            yield poor(
                "W-03",
                f"{category} gets up to {age.at_most} old before its purge day comes.",
                "GDPR 13(2)(a)",
            )


def _bookkeeping(policy: Policy) -> Iterator[LawFinding]:
    for category, rule in policy.categories.items():
        if category in VOUCHERS and not any(isinstance(keep.lasts, Statute) for keep in rule.keep):
            yield unlawful(
                "W-09",
                f'{category} holds vouchers, and no rule says for = "{Statute.KPL_2_10_2}": '
                "the notice would promise less than the law makes the salon keep.",
                "GDPR 17(3)(b); KPL 1336/1997 2:10 §",
            )
    missing = sorted(set(HoldKind) - policy.retention.holds)
    if missing:
        yield poor(
            "W-09",
            f"Erasure is promised without an exception for {', '.join(missing)}.",
            "GDPR 17(3)(e), 6(1)(b)",
        )
    if policy.requests.account_closed is AccountClosed.DUE_ONLY:
        yield poor("W-16", "Who closes the account is erased only when the period is over.", "GDPR 17(1)")


def _bases(policy: Policy) -> Iterator[LawFinding]:
    identity = policy.categories.get(Category.IDENTITY)
    if identity and all(policy.purposes[name].basis is Basis.CONSENT for name in identity.purposes):
        yield poor(
            "W-05",
            "The client's record rests on consent alone: when that is withdrawn it must go. A contract usually fits.",
            "GDPR 6(1)(b), 17(1)(b)",
        )
    said = policy.categories.get(Category.MARKETING_PREFERENCES)
    of_marketing = [policy.purposes[name] for name in said.purposes] if said else []
    if said and all(one.rests_on_consent and one.consent is not Purpose.SERVICE for one in of_marketing):
        yield poor(
            "F-05",
            "marketing_preferences rests on consent to marketing alone: whoever says no loses the booking system's own "
            "record of that no. The customer relationship remembers it too, as long as its client is kept.",
            "GDPR 7(1), 21(3)",
        )
    for purpose in policy.purposes.values():
        yield from _basis(purpose, policy)


def _basis(purpose: PurposeRule, policy: Policy) -> Iterator[LawFinding]:
    if purpose.basis is Basis.LEGITIMATE_INTEREST and not purpose.interest:
        yield poor("W-17", f"{purpose.name} does not say which interest it is.", "GDPR 13(1)(d)")
    if purpose.consent in PUBLIC and purpose.basis is not Basis.CONSENT:
        yield unlawful(
            "W-10", f"{purpose.name} publishes names unless that is forbidden.", "GDPR 25(2), 6(1)"
        )
    if purpose.consent is Purpose.PROFILING and purpose.basis is not Basis.CONSENT:
        yield poor("W-13", f"{purpose.name} should rest on consent.", "917/2014 205 §")
    is_excepted = policy.marketing.soft_opt_in or purpose.basis is Basis.LEGITIMATE_INTEREST
    if purpose.consent in MESSAGES and purpose.basis is not Basis.CONSENT and not is_excepted:
        yield unlawful("F-80", f"{purpose.name} needs prior consent.", "917/2014 200 § 1 mom.")


def _health(policy: Policy) -> Iterator[LawFinding]:
    care = [policy.categories[category] for category in sorted(CARE) if category in policy.categories]
    if care and policy.health is Professional.UNKNOWN:
        yield unlawful(
            "W-18",
            "Care data may not be kept before it is known whether a health professional gives the treatments.",
            "703/2023 17 §; 559/1994 2 §",
        )
    purposes = {name: policy.purposes[name] for rule in care for name in rule.purposes}
    for name, purpose in sorted(purposes.items()):
        if policy.health is Professional.YES and purpose.rests_on_consent:
            yield poor(
                "W-18", f"{name} needs no consent: to record is a professional's duty.", "703/2023 17 §"
            )
        if policy.health is not Professional.YES and purpose.special_basis is SpecialBasis.HEALTH_CARE:
            yield unlawful(
                "W-11", f"{name}: only health professionals may rest on health care.", "GDPR 9(2)(h), 9(3)"
            )
    if Category.PERSONAL_IDENTITY_CODE in policy.categories and policy.health is not Professional.YES:
        yield poor("F-62", "A salon has hardly a ground to keep personal identity codes.", "1050/2018 29 §")


def _marketing(policy: Policy) -> Iterator[LawFinding]:
    if policy.marketing.soft_opt_in:
        yield poor(
            "F-82",
            "Existing customers are written to without consent: each must have been told so at the sale, "
            "and may say no in every message.",
            "917/2014 200 § 3 mom.",
        )
    if policy.requests.copies_per_year == 0:
        yield poor("W-08", "There is no fixed limit of copies; nobody may be refused by it.", "GDPR 12(5)")


CHECKS: tuple[Callable[[Policy], Iterator[LawFinding]], ...] = (
    _periods,
    _bookkeeping,
    _bases,
    _health,
    _marketing,
)
