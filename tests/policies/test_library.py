"""The three policies to start from."""

import hashlib
import re
from datetime import date

import pytest

from policies.ages import effective_age
from policies.decide import decide
from policies.decisions import JobKind, Outcome
from policies.facts import Activity, Answer, Answered
from policies.findings import findings
from policies.periods import Period
from policies.policy import CategoryRule
from policies.vocabulary import Category, Channel, Purpose
from tests.policies.cases import ACCOUNTS, HEALTH, LIBRARY, NAMES, YEARLY, facts, keep, library, verdict


def test_the_library_is_what_is_tested() -> None:
    assert {path.stem for path in LIBRARY.glob("*.toml")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_to_start_from_has_no_finding_of_law(name: str) -> None:
    assert findings(library(name)) == ()


@pytest.mark.parametrize("name", NAMES)
def test_the_digest_is_that_of_the_files_bytes(name: str) -> None:
    assert library(name).digest == hashlib.sha256((LIBRARY / f"{name}.toml").read_bytes()).hexdigest()


@pytest.mark.parametrize("name", NAMES)
def test_only_made_up_addresses_stand_in_the_library(name: str) -> None:
    addresses = re.findall(r"@([\w.]+)", (LIBRARY / f"{name}.toml").read_text())
    assert addresses
    assert all(host.endswith(".example") for host in addresses)


def test_nothing_destructive_is_automatic_in_the_library() -> None:
    for name in NAMES:
        assert {kind for kind in JobKind if library(name).approval.is_automatic(kind)} == {
            JobKind.MARKETING_OFF
        }


def test_a_yearly_purge_makes_a_year_up_to_two() -> None:
    age = effective_age(YEARLY.categories[Category.IDENTITY], YEARLY)
    assert age is not None
    assert (str(age.promised), str(age.at_most)) == ("P1Y", "P2Y")


def test_a_nightly_one_adds_nothing_and_a_monthly_one_a_month() -> None:
    nightly = effective_age(HEALTH.categories[Category.IDENTITY], HEALTH)
    monthly = effective_age(ACCOUNTS.categories[Category.IDENTITY], ACCOUNTS)
    assert nightly is not None
    assert monthly is not None
    assert (nightly.at_most, monthly.at_most) == (Period(months=24), Period(months=25))


def test_a_category_that_no_absence_ends_has_no_age_of_absence() -> None:
    assert effective_age(YEARLY.categories[Category.BILLING], YEARLY) is None
    statute = CategoryRule(Category.IDENTITY, ("customer_relationship",), (keep("P0D", None),))
    assert effective_age(statute, YEARLY) is None


def test_purge_day_of_the_library_is_in_january() -> None:
    assert YEARLY.retention.runs.first_on_or_after(date(2026, 11, 24)) == date(2027, 1, 15)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.WITHDRAWN])
def test_a_no_to_marketing_erases_nothing_and_least_of_all_the_choice_itself(
    name: str, answer: Answer
) -> None:
    lately = date(2026, 11, 1)
    consents = {
        (purpose, None): Answered(answer, lately)
        for purpose in (Purpose.NEWSLETTER, Purpose.DIRECT_MARKETING, Purpose.DISTANCE_SELLING)
    }
    known = facts(
        *(Category.IDENTITY, Category.CONTACT, Category.MARKETING_PREFERENCES),
        activity={Activity.VISIT: lately, Activity.BOOKING: lately},
        last_visit_on=lately,
        has_account=True,
        consents=consents,
        switches={Channel.EMAIL: True},
    )
    decision = decide(known, library(name), date(2026, 11, 24))
    assert verdict(decision, Category.MARKETING_PREFERENCES).outcome is Outcome.KEEP
    assert [job.kind for job in decision.proposals] == [JobKind.MARKETING_OFF]
