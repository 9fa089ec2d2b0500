"""What the law says of a policy: both sides of each finding."""

from dataclasses import replace
from typing import Any

import pytest

from policies.findings import LawFinding, findings
from policies.people import Processor, Recipient, Statement
from policies.periods import Period, Runs
from policies.policy import (
    AccountClosed,
    Basis,
    CategoryRule,
    CountedFrom,
    HoldKind,
    Policy,
    Professional,
    PurposeRule,
    SpecialBasis,
)
from policies.vocabulary import Category, Purpose
from tests.policies.cases import HEALTH, YEARLY, C, keep

REVIEW = Period(months=12)


def codes(policy: Policy) -> list[tuple[str, bool]]:
    """Codes of all findings, and whether they block."""
    return [(found.code, found.blocks) for found in findings(policy)]


def with_rule(
    category: Category,
    *keeps: str,
    base: Policy = YEARLY,
    counted_from: CountedFrom = CountedFrom.LAST_ACTIVITY,
) -> Policy:
    """A policy with another rule for one category."""
    rule = CategoryRule(
        category, ("customer_relationship",), tuple(keep(each, counted_from) for each in keeps)
    )
    return replace(base, categories={**base.categories, category: rule})


def with_purpose(name: str, basis: Basis, base: Policy = YEARLY, **told: Any) -> Policy:
    """A policy with one more purpose."""
    return replace(base, purposes={**base.purposes, name: PurposeRule(name, basis, **told)})


def with_text(text: str) -> Policy:
    """A policy with one statement."""
    return replace(YEARLY, statements=(Statement(text, REVIEW),))


def with_requests(**told: Any) -> Policy:
    """A policy that answers requests otherwise."""
    return replace(YEARLY, requests=replace(YEARLY.requests, **told))


ABROAD = Processor("Mallipilvi Inc", "hosting", "US")
FINLAND = YEARLY.processors


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (with_text("Noudatamme henkilötietolakia."), [("W-01", False)]),
        (with_text("Tämä rekisteriseloste on nähtävillä."), [("W-01", False)]),
        (with_text("Noudatamme tietosuojalakia."), []),
        (replace(YEARLY, categories={C.NOTES: YEARLY.categories[C.NOTES]}), [("W-02", True)]),
        (with_rule(C.IP_LOG, "P25M", counted_from=CountedFrom.EACH_ENTRY), [("W-02", False)]),
        (with_rule(C.IP_LOG, "P24M", counted_from=CountedFrom.EACH_ENTRY), []),
        (with_rule(C.NOTES, "P120M", counted_from=CountedFrom.COLLECTED), []),
        (with_rule(C.NOTES, "P10Y1D", counted_from=CountedFrom.COLLECTED), [("W-03", True)]),
        (with_rule(C.NOTES, "P2Y"), []),
        (with_rule(C.NOTES, "P25M"), [("W-03", False)]),
        (with_text("Käyttämällä palvelua hyväksyt nämä ehdot."), [("W-04", True)]),
        (with_requests(identity=("signature",)), [("W-06", True)]),
        (with_requests(identity=("signature", "account")), [("W-06", False)]),
        (with_requests(identity=("in_person",)), [("W-07", True)]),
        (with_requests(copies_per_year=0), [("W-08", False)]),
        (with_rule(C.BILLING, "P6Y"), [("W-03", False), ("W-09", True)]),
        (with_requests(account_closed=AccountClosed.DUE_ONLY), [("W-16", False)]),
        (
            with_purpose(
                "raffle_publication",
                Basis.LEGITIMATE_INTEREST,
                consent=Purpose.RAFFLE_PUBLICATION,
                interest="x",
            ),
            [("W-10", True)],
        ),
        (with_purpose("raffle_publication", Basis.CONSENT, consent=Purpose.RAFFLE_PUBLICATION), []),
        (
            with_purpose("profiling", Basis.LEGITIMATE_INTEREST, consent=Purpose.PROFILING, interest="x"),
            [("W-13", False)],
        ),
        (with_purpose("profiling", Basis.CONSENT, consent=Purpose.PROFILING), []),
        (with_purpose("offers", Basis.CONTRACT, consent=Purpose.DIRECT_MARKETING), [("F-80", True)]),
        (
            with_purpose("offers", Basis.LEGITIMATE_INTEREST, consent=Purpose.DIRECT_MARKETING, interest="x"),
            [],
        ),
        (with_purpose("security", Basis.LEGITIMATE_INTEREST), [("W-17", False)]),
        (replace(YEARLY, marketing=replace(YEARLY.marketing, soft_opt_in=True)), [("F-82", False)]),
        (with_rule(C.PERSONAL_IDENTITY_CODE, "P1Y"), [("F-62", False)]),
        (
            replace(
                YEARLY,
                retention=replace(YEARLY.retention, holds=frozenset(HoldKind) - {HoldKind.LEGAL_CLAIM}),
            ),
            [("W-09", False)],
        ),
        (replace(YEARLY, processors=FINLAND[1:]), [("W-12", True)]),
        (replace(YEARLY, processors=FINLAND[:1]), [("W-12", False)]),
        (replace(YEARLY, recipients=(Recipient("Mallivaraus Oy", "booking_platform"),)), [("W-12", False)]),
        (with_text("Käytämme palvelua Google Analytics."), [("W-13", False)]),
        (replace(YEARLY, processors=(*FINLAND, ABROAD)), [("W-14", True)]),
        (replace(YEARLY, processors=(*FINLAND, replace(ABROAD, transfer="standard_clauses"))), []),
        (with_text("Tiedot säilytetään (s-postiosoite)."), [("W-15", False)]),
        (replace(YEARLY, register="…"), [("W-15", True)]),
        (replace(YEARLY, sources=()), [("W-17", False)]),
        (replace(HEALTH, health=Professional.UNKNOWN), [("W-18", True)]),
        (replace(HEALTH, health=Professional.YES), [("W-18", False)]),
        (replace(YEARLY, health=Professional.UNKNOWN), [("W-18", True)]),
    ],
)
def test_a_choice_has_its_finding_and_its_neighbour_has_none(
    policy: Policy, expected: list[tuple[str, bool]]
) -> None:
    assert codes(policy) == expected


@pytest.mark.parametrize(
    ("purposes", "expected"),
    [
        (("newsletter",), [("F-05", False)]),
        (("newsletter", "customer_relationship"), []),
        (("customer_relationship",), []),
    ],
)
def test_choices_that_rest_on_consent_alone_would_lose_the_no_itself(
    purposes: tuple[str, ...], expected: list[tuple[str, bool]]
) -> None:
    rule = replace(YEARLY.categories[C.MARKETING_PREFERENCES], purposes=purposes)
    policy = replace(YEARLY, categories={**YEARLY.categories, C.MARKETING_PREFERENCES: rule})
    assert codes(policy) == expected


def test_a_record_that_rests_on_consent_alone_falls_with_it() -> None:
    only = replace(YEARLY.purposes["customer_relationship"], basis=Basis.CONSENT, consent=Purpose.SERVICE)
    assert codes(replace(YEARLY, purposes={**YEARLY.purposes, "customer_relationship": only})) == [
        ("W-05", False)
    ]


@pytest.mark.parametrize(
    ("health", "expected"), [(Professional.NO, [("W-11", True)]), (Professional.YES, [])]
)
def test_only_professionals_may_rest_on_health_care(
    health: Professional, expected: list[tuple[str, bool]]
) -> None:
    care = PurposeRule(
        "treatment_safety", Basis.LEGAL_OBLIGATION, SpecialBasis.HEALTH_CARE, Purpose.HEALTH_DATA
    )
    policy = replace(HEALTH, health=health, purposes={**HEALTH.purposes, "treatment_safety": care})
    assert codes(policy) == expected


def test_a_nightly_run_adds_nothing_to_a_long_period() -> None:
    nightly = replace(with_rule(C.NOTES, "P4Y"), retention=replace(YEARLY.retention, runs=Runs()))
    assert codes(nightly) == []


def test_every_finding_says_what_and_on_which_ground() -> None:
    empty = replace(YEARLY, processors=(ABROAD,), sources=(), register="…")
    found = findings(empty)
    assert len(found) == 4
    assert all(isinstance(each, LawFinding) and each.message and each.source for each in found)
    assert {each.severity for each in found} == {"warning", "unlawful"}
    assert all(each.blocks == (each.severity == "unlawful") for each in found)
