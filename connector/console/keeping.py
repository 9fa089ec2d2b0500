"""Keeping times: the policy in force, those before it, and how many fall due in each of the coming months."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.exceptions import NotFound

from connector import database, jobs_months, plan_ahead, reports_nights, salons_policies
from connector.console import ageing, chart, here, rules
from connector.console.ageing import Picture, Span
from connector.console.chart import Column, Drawn
from connector.jobs_months import Month
from connector.salons_policies import Version
from connector.texts_words import N_
from policies.ahead import Kind
from policies.policy import Policy
from policies.reading import PolicyErrors

#: a dash at which no line ends
_DASH = "\u2060–\u2060"
#: of 37 months, those in between are told apart by their place
_EVERY = 12
#: of twelve, every third is named
_EVERY_THIRD = 3


@dataclass(frozen=True)
class Series:
    """How one kind looks in the chart, and what it is called in its key and at the head of a column."""

    look: str
    text: str
    short: str


SERIES: Mapping[Kind, Series] = {
    Kind.GOES: Series("bar", N_("Time is over, the details go"), N_("Details")),
    Kind.SOME: Series("fourth", N_("Old details go, the customer stays"), N_("Old ones")),
    Kind.ASKED: Series("was", N_("Permission to be asked for anew"), N_("Permissions")),
    Kind.RECEIPTS: Series("third", N_("Receipts have been kept long enough"), N_("Receipts")),
}


WORK = (
    Series("bar", N_("Jobs that Ovikello proposed"), N_("Jobs")),
    Series("was", N_("Requests of customers"), N_("Requests")),
)


@dataclass(frozen=True)
class Shown:
    """A policy as its page shows it; `policy` is None where this release cannot read it."""

    version: Version
    policy: Policy | None

    @property
    def lines(self) -> list[rules.Line]:
        """Its table."""
        return [] if self.policy is None else rules.of(self.policy, here.words())

    @property
    def runs(self) -> str:
        """When it is cleaned up."""
        return "" if self.policy is None else rules.runs(self.policy, here.words())

    @property
    def reconfirmed_after(self) -> str | None:
        """After how long a permission for marketing is asked for anew; None: it is good until it is taken back."""
        again = None if self.policy is None else self.policy.marketing.reconfirm_after
        return None if again is None else here.words().length(again)


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/keeping")(show_keeping)
    bp.get("/keeping/<digest>")(show_version)


def show_keeping() -> ResponseReturnValue:
    """What is promised now, and what comes of it."""
    account, today = here.salon().account, here.salon().today(here.now())
    with database.read(here.program().engine) as db:
        versions = salons_policies.versions(db, account.slug)
        in_force = next((one for one in versions if one.effective_from <= today), None)
        judged_on = reports_nights.last_judged(db, account.slug)
        picture = None if judged_on is None else _picture(db, account.slug, judged_on)
        months = jobs_months.last(db, account.slug, today, here.zone())
        shown = None if in_force is None else _shown(db, account.slug, in_force)
    return render_template(
        "keeping.html",
        shown=shown,
        coming=[one for one in versions if one.effective_from > today],
        earlier=[one for one in versions if one.effective_from <= today and one is not in_force],
        judged_on=judged_on,
        picture=picture,
        series=[] if picture is None else [SERIES[kind] for kind in picture.kinds],
        largest=_largest(picture),
        span=_span,
        drawn=_ages(picture) if picture is not None and picture.total else None,
        months=months,
        work=_work(months) if any(one.requests or one.jobs for one in months) else None,
        work_series=WORK,
        busiest=max(months, key=lambda one: one.jobs),
    )


def show_version(digest: str) -> ResponseReturnValue:
    """One policy that was in force once, or will be."""
    slug = here.salon().account.slug
    with database.read(here.program().engine) as db:
        found = next((one for one in salons_policies.versions(db, slug) if one.digest == digest), None)
        if found is None:
            raise NotFound(here.words().gettext("There are no such keeping times."))
        shown = _shown(db, slug, found)
    return render_template("keeping_version.html", shown=shown, is_coming=_is_coming(found))


def _shown(db: Session, slug: str, version: Version) -> Shown:
    try:
        return Shown(version, salons_policies.version(db, slug, version.digest))
    except PolicyErrors:
        return Shown(version, None)


def _is_coming(version: Version) -> bool:
    return version.effective_from > here.salon().today(here.now())


def _picture(db: Session, slug: str, on: date) -> Picture:
    return ageing.of(plan_ahead.count(db, slug, on=on, until=ageing.until(on)), on)


def _ages(picture: Picture) -> Drawn:
    """The coming months, kinds upon each other."""
    words = here.words()
    columns = [
        Column(words.short_month(month.first), tuple(month.counts[kind] for kind in picture.kinds))
        for month in picture.months
    ]
    return chart.stacked(columns, every=_EVERY)


def _largest(picture: Picture | None) -> str:
    """The months in which the most fall due, with their numbers."""
    words = here.words()
    some = () if picture is None else picture.largest
    return words.all_of([f"{words.month(one.first)} ({words.number(one.total)})" for one in some])


def _span(span: Span) -> str:
    """Months as one writes them in a table: 2–7/2027, 8/2027–1/2028."""
    first, last = span.first, span.last
    if first == last:
        return f"{first.month}/{first.year}"
    if first.year == last.year:
        return f"{first.month}{_DASH}{last.month}/{last.year}"
    return f"{first.month}/{first.year}–{last.month}/{last.year}"


def _work(months: Iterable[Month]) -> Drawn:
    """The last months, requests beside jobs."""
    words = here.words()
    columns = [Column(words.short_month(one.first), (one.jobs, one.requests)) for one in months]
    return chart.beside(columns, every=_EVERY_THIRD)
