"""Policies and facts for the rules' tests: a test names only what it is about."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from policies.decide import decide
from policies.decisions import Decision, Outcome, Verdict
from policies.facts import Activity, Answer, Answered, ClientFacts
from policies.periods import Period, Runs
from policies.policy import CategoryRule, CountedFrom, KeepRule, Policy, Statute
from policies.reading import read
from policies.vocabulary import Category, Channel, Purpose

LIBRARY = Path(__file__).parents[2] / "policies" / "library"
NAMES = ("yearly_purge", "health_two_years", "accounts")
BODY = (LIBRARY / "yearly_purge.toml").read_text()
C = Category
Keep = tuple[str, CountedFrom | None, Outcome]


def library(name: str) -> Policy:
    """One of the three policies to start from."""
    return read((LIBRARY / f"{name}.toml").read_bytes())


YEARLY = library("yearly_purge")
HEALTH = library("health_two_years")
ACCOUNTS = library("accounts")


def keep(
    lasts: str, counted_from: CountedFrom | None = CountedFrom.LAST_ACTIVITY, then: Outcome = Outcome.ERASE
) -> KeepRule:
    """One rule of a category."""
    return KeepRule(
        Statute(lasts) if lasts.startswith("kpl") else Period.parse(lasts), counted_from, then, "own choice"
    )


KPL = keep("kpl_2_10_2", None, Outcome.DETACH)


def ruled(
    categories: Mapping[Category, tuple[KeepRule, ...]],
    *,
    runs: str = "nightly",
    base: Policy = YEARLY,
    purposes: Mapping[Category, tuple[str, ...]] | None = None,
    **changes: Any,
) -> Policy:
    """A policy with these rules and no others; the door customer's do not apply unless named."""
    rules = {
        category: CategoryRule(category, (purposes or {}).get(category, ("customer_relationship",)), rules)
        for category, rules in categories.items()
    }
    changes.setdefault("door_customer", replace(base.door_customer, applies=False))
    return replace(
        base, categories=rules, retention=replace(base.retention, runs=Runs.parse(runs)), **changes
    )


def facts(*held: Category, **told: Any) -> ClientFacts:
    """A client who holds an account and was last seen on 1 March 2025, unless told otherwise."""
    told.setdefault("created_on", date(2020, 1, 1))
    told.setdefault("has_account", True)
    told.setdefault("activity", {Activity.VISIT: date(2025, 3, 1)})
    return ClientFacts(client="c-1", held=frozenset(held), **told)


def said(
    purpose: Purpose, answer: Answer, on: date, channel: Channel | None = None
) -> dict[tuple[Purpose, Channel | None], Answered]:
    """One recorded answer."""
    return {(purpose, channel): Answered(answer, on)}


def verdict(decision: Decision, category: Category) -> Verdict:
    """The verdict on one category."""
    (found,) = [verdict for verdict in decision.verdicts if verdict.category is category]
    return found


def outcome(
    known: ClientFacts, policy: Policy, on: date, category: Category = C.IDENTITY
) -> tuple[Outcome, str]:
    """Outcome and reason of one category."""
    found = verdict(decide(known, policy, on), category)
    return found.outcome, found.because
