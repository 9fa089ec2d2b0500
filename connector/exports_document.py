"""The document in a package: everything that an answer to "what do you hold of me" has to say (GDPR articles 15, 20).

What the booking system holds, by category, as it told it; what Ovikello itself holds; why and how long, by the policy
in force; who else is given details, and where they come from; the client's rights, and the authority. As JSON: words
for programs; sentences for people are made of it when the page is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from connector import categories, exports_own, facts, facts_group, sealed_cards, texts, vault_ids
from connector.exports_own_rows import Reading
from connector.salons import Account
from policies.decide import decide
from policies.decisions import Verdict
from policies.explain import explain
from policies.policy import CategoryRule, KeepRule, Policy, Statute
from policies.vocabulary import Category

FORMAT = 1
#: who to complain to in Finland (law.md, F-69)
AUTHORITY: Mapping[str, str] = {
    "name": "Tietosuojavaltuutetun toimisto",
    "address": "Lintulahdenkuja 4, 00530 Helsinki",
    "post": "PL 800, 00531 Helsinki",
    "phone": "+358 29 566 6700",
    "email": "tietosuoja@om.fi",
    "web": "https://tietosuoja.fi",
}
#: articles of the GDPR, in the order in which they are told
RIGHTS = ("15", "16", "17", "18", "20", "21", "7", "77")
#: the contract's fields that tell who of the staff did something: that is not the client's to know (C-579/21)
_STAFF = frozenset({"staff_id", "practitioner_id"})


@dataclass(frozen=True)
class Theirs:
    """The booking system's part: what it told for each of the client's ids, or why it is missing."""

    told: Mapping[str, Mapping[str, object]]
    missing: str | None = None  # by_hand


def of(
    db: Session,
    account: Account,
    client: str,
    policy: Policy,
    theirs: Theirs,
    *,
    language: str | None,
    now: datetime,
) -> dict[str, Any]:
    """The whole document; in the client's own language where none is named and the booking system tells it."""
    group = facts_group.read(db, account.slug, client)
    today = now.astimezone(policy.time_zone).date()
    ids = (group.root, *(one for one in group.ids if one != group.root))
    verdicts = {
        one.category: one
        for one in decide(facts.facts_of(db, account, client, policy, today), policy, today).verdicts
    }
    return {
        "package": FORMAT,
        "made_at": now.isoformat(),
        "time_zone": str(policy.time_zone),
        "language": language or _language_of(theirs, policy),
        "customer_numbers": [vault_ids.as_told(one) for one in ids if not sealed_cards.is_own(one)],
        "controller": _without_none(vars(policy.controller)),
        "contact": _without_none(vars(policy.contact)),
        "register": policy.register,
        "booking_system": {
            "given": theirs.missing is None,
            "missing": theirs.missing,
            "records": [
                {
                    "customer_number": one,
                    "categories": {word: _without_staff(held[word]) for word in categories.in_order(held)},
                }
                for one, held in theirs.told.items()
            ],
        },
        "ovikello": exports_own.of(Reading(db, account, ids)),
        "why_and_how_long": _reasons(policy, verdicts, theirs),
        "own_records": {
            name: str(period or "while_needed") for name, period in vars(policy.own_records).items()
        },
        "sources": list(policy.sources),
        "recipients": [vars(one) for one in policy.recipients],
        "processors": [_without_none(vars(one)) for one in policy.processors],
        "places": [vars(one) for one in policy.places],
        "automated_decisions": False,
        "rights": list(RIGHTS),
        "authority": dict(AUTHORITY),
    }


def _language_of(theirs: Theirs, policy: Policy) -> str:
    """The language that the booking system has written down for the client, where it is one of ours."""
    for held in theirs.told.values():
        told = held.get("language")
        word = told.get("language") if isinstance(told, dict) else told
        if isinstance(word, str) and word[:2].lower() in texts.LANGUAGES:
            return word[:2].lower()
    known = [one for one in (*policy.requests.languages, *policy.languages) if one in texts.LANGUAGES]
    return known[0] if known else texts.DEFAULT


def _without_staff(held: object) -> object:
    """The same, but for who of the staff did it."""
    if isinstance(held, dict):
        return {name: _without_staff(inner) for name, inner in held.items() if name not in _STAFF}
    return [_without_staff(one) for one in held] if isinstance(held, list) else held


def _reasons(policy: Policy, verdicts: Mapping[Category, Verdict], theirs: Theirs) -> list[dict[str, Any]]:
    """Of each category that is held: for what, on which basis, how long by the rule, and how it stands today."""
    told = {word for held in theirs.told.values() for word in held}
    held = told | {category.value for category in verdicts}
    known = {category.value: category for category in Category}
    return [
        _reason(policy, known[word], verdicts.get(known[word]))
        for word in categories.in_order(held)
        if word in known
    ]


def _reason(policy: Policy, category: Category, verdict: Verdict | None) -> dict[str, Any]:
    rule = policy.categories.get(category)
    one: dict[str, Any] = {"category": category.value, "purposes": _purposes(policy, rule)}
    one["kept"] = [] if rule is None else [_keep(keep) for keep in rule.keep]
    if verdict is not None:
        said = explain(verdict)
        params = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in said.params.items()
        }
        one["today"] = {"outcome": verdict.outcome.value, "says": said.msgid, "params": _without_none(params)}
    return one


def _purposes(policy: Policy, rule: CategoryRule | None) -> list[dict[str, Any]]:
    found = [policy.purposes[name] for name in (() if rule is None else rule.purposes)]
    return [
        _without_none(
            {
                "name": one.name,
                "basis": one.basis.value,
                "special_basis": one.special_basis and one.special_basis.value,
                "interest": one.interest,
            }
        )
        for one in found
    ]


def _keep(keep: KeepRule) -> dict[str, Any]:
    lasts = keep.lasts.value if isinstance(keep.lasts, Statute) else str(keep.lasts)
    return _without_none(
        {
            "for": lasts,
            "counted_from": keep.counted_from and keep.counted_from.value,
            "then": keep.then.value,
            "because": keep.because,
        }
    )


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
