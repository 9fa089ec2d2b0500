"""Reads how long what is kept, and why; and checks what no single table can tell."""

import re
from collections.abc import Mapping
from datetime import date

from policies.decisions import Outcome
from policies.facts import Activity
from policies.periods import Period, Runs
from policies.policy import (
    Basis,
    Bookkeeping,
    CategoryRule,
    CountedFrom,
    HoldKind,
    KeepRule,
    Policy,
    PurposeRule,
    Retention,
    SpecialBasis,
    Statute,
)
from policies.statutes import VOUCHERS
from policies.tables import Notes, Table
from policies.vocabulary import Category, Purpose

#: categories of GDPR art. 9
SPECIAL = frozenset({Category.HEALTH})
#: what a statute's period may be used for: the law names vouchers, never the client's card
COVERED = {Statute.KPL_2_10_2: VOUCHERS}
#: what can become statistics; free text, pictures and identifiers cannot
ANONYMISABLE = frozenset({Category.BOOKINGS, Category.VISITS, Category.PURCHASES, Category.TREATMENTS})
#: dates that may never come: alone they would keep a client as long as the relationship lasts
_EVENTS = frozenset({CountedFrom.ACCOUNT_CLOSED, CountedFrom.CASE_CLOSED})
_THEN = (Outcome.ERASE, Outcome.ANONYMISE, Outcome.DETACH)
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def purposes(table: Table) -> Mapping[str, PurposeRule]:
    """Every purpose, by the salon's own name for it."""
    return {name: _purpose(name, table.table(name)) for name in table.content}


def categories(table: Table) -> Mapping[Category, CategoryRule]:
    """Every category that is held."""
    found = {
        category: _category(category, table.table(category))
        for category in Category
        if category in table.content
    }
    table.taken.update(Category)
    table.done()
    return found


def bookkeeping(table: Table) -> Bookkeeping:
    """When the financial year ends."""
    found = table.needed("financial_year_ends", _day_of_year, 'A month and a day: "12-31".', Bookkeeping())
    table.done()
    return found


def retention(table: Table) -> Retention:
    """When is erased, what is activity, what is respected."""
    found = Retention(
        runs=table.needed("runs", Runs.parse, 'Write "nightly", "monthly 15" or "yearly 01-15".', Runs()),
        activity=frozenset(table.words("activity", Activity)),
        holds=frozenset(table.words("holds", HoldKind)),
        fresh_for=table.maybe_whole_days("fresh_for"),
    )
    if not found.activity and isinstance(table.content.get("activity"), list):
        table.wrong("activity", "is empty.", f"Name at least one of: {', '.join(Activity)}.")
    table.done()
    return found


def check(policy: Policy, notes: Notes) -> None:
    """Note what is wrong between tables: purposes without a basis, special categories, periods without an end."""
    if not policy.categories:
        notes.add((), "categories", "names nothing that is held.", "Write a [categories.…] for each.")
    for category, rule in policy.categories.items():
        path = ("categories", category)
        for name in rule.purposes:
            if name not in policy.purposes:
                notes.add(
                    path, "purposes", f'"{name}" has no basis.', f"Write [purposes.{name}] with a basis."
                )
            elif category in SPECIAL and policy.purposes[name].special_basis is None:
                notes.add(
                    ("purposes", name),
                    "special_basis",
                    f"is missing: {category} is a special category (art. 9).",
                    f"One of: {', '.join(SpecialBasis)}.",
                )
        _check_ends(rule, notes)


def _check_ends(rule: CategoryRule, notes: Notes) -> None:
    if rule.keep and all(keep.counted_from in _EVENTS for keep in rule.keep):
        notes.add(
            ("categories", rule.category),
            "keep",
            "lasts as long as the customer relationship, with no limit of inactivity.",
            'Add a rule such as { for = "P2Y", counted_from = "last_activity", then = "erase", because = "…" }.',
        )


def _purpose(name: str, table: Table) -> PurposeRule:
    basis = table.word("basis", Basis)
    special = table.maybe_word("special_basis", SpecialBasis)
    consent = table.maybe_word("consent", Purpose)
    found = PurposeRule(name, basis, special, consent or _same_word(name), table.maybe_text("interest"))
    if found.rests_on_consent and found.consent is None:
        table.wrong(
            "consent",
            "is missing: no consent event speaks of this purpose.",
            f"One of: {', '.join(Purpose)}.",
        )
    if not _NAME.fullmatch(name):
        table.wrong("", f'"{name}" is not a name.', "Lower-case letters, digits and underscores.")
    table.done()
    return found


def _same_word(name: str) -> Purpose | None:
    return Purpose(name) if name in set(Purpose) else None


def _category(category: Category, table: Table) -> CategoryRule:
    keep = tuple(_keep(category, each) for each in table.tables("keep"))
    found = CategoryRule(category, table.texts("purposes"), keep)
    table.done()
    return found


def _keep(category: Category, table: Table) -> KeepRule:
    right = f'A period such as "P1Y", or one of: {", ".join(Statute)}.'
    lasts: Period | Statute = table.needed("for", _lasts, right, _lasts("P0D"))
    then = table.word("then", Outcome)
    if isinstance(lasts, Statute):
        counted_from = None
        if category not in COVERED[lasts]:
            table.wrong(
                "for", f"{lasts} does not cover {category}.", f"It covers: {', '.join(COVERED[lasts])}."
            )
    else:
        counted_from = table.word("counted_from", CountedFrom)
    _check_then(category, then, counted_from, table)
    because = table.text("because")
    table.done()
    return KeepRule(lasts, counted_from, then, because)


def _check_then(category: Category, then: Outcome, counted_from: CountedFrom | None, table: Table) -> None:
    if then not in _THEN:
        table.wrong("then", f'"{then}" cannot be promised.', f"One of: {', '.join(_THEN)}.")
    if then is Outcome.ANONYMISE and category not in ANONYMISABLE:
        right = f'Write then = "erase"; statistics can be made of: {", ".join(sorted(ANONYMISABLE))}.'
        table.wrong("then", f"{category} cannot be made anonymous.", right)
    if then is Outcome.DETACH and category not in VOUCHERS:
        table.wrong("then", f"{category} is no part of the bookkeeping.", 'Write then = "erase".')
    if counted_from is CountedFrom.EACH_ENTRY and then is not Outcome.ERASE:
        table.wrong("then", "does not go with entries that go one by one.", 'Write then = "erase".')


def _lasts(text: str) -> Period | Statute:
    return Statute(text) if text in set(Statute) else Period.parse(text)


def _day_of_year(text: str) -> Bookkeeping:
    found = re.fullmatch(r"(\d\d)-(\d\d)", text, re.ASCII)
    if found is None:
        raise ValueError("not a day of the year")
    day = date(2024, int(found[1]), int(found[2]))
    return Bookkeeping(day.month, day.day)
