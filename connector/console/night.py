"""The last night and those before it: what was looked at, what was found, what to do about it, and why nothing was
proposed where nothing was.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.exceptions import NotFound

from connector import (
    database,
    freshness,
    jobs_months,
    nightly_claims,
    plan_ahead,
    reports,
    reports_nights,
    reports_words,
)
from connector.console import here, night_words, pages
from connector.reports_nights import KeptNight

#: nights on one page of the list
NIGHTS = 14


class Was(StrEnum):
    """What can be said after a night."""

    NEVER = "never"  # there was none yet
    MISSED = "missed"  # the last one is too long ago
    RUNNING = "running"  # it has begun, and not ended
    BROKEN_OFF = "broken_off"  # it began and came to nothing
    NOT_FRESH = "not_fresh"  # the customers could not be looked at
    FOUND = "found"  # they were, and something was found
    WELL = "well"  # they were, and nothing was


@dataclass(frozen=True)
class LastNight:
    """The last night in short; `ran_at` is None before the first."""

    was: Was
    ran_at: datetime | None = None


@dataclass(frozen=True)
class Listed:
    """One line of the list of nights; `missed` nights before it did not run."""

    on: date
    was: Was
    findings: int
    proposed: int
    missed: int


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/night")(show_night)
    bp.get("/night/<on>")(show_night_of)
    bp.get("/nights")(show_nights)


def last(db: Session, salon: str, now: datetime) -> LastNight:
    """How the last night went."""
    newest = reports.newest(db, salon)
    if newest is None:
        return LastNight(Was.NEVER)
    ran_at, report = newest
    if not reports.is_lately(ran_at, now):
        return LastNight(Was.MISSED, ran_at)
    if not report["fresh"]:
        return LastNight(Was.NOT_FRESH, ran_at)
    return LastNight(Was.FOUND if report["findings"] else Was.WELL, ran_at)


def show_night() -> ResponseReturnValue:
    """The last night; before the first, when it comes."""
    with database.read(here.program().engine) as db:
        newest = reports_nights.latest(db, here.salon().account.slug)
    return _page(newest[0], is_last=True) if newest else _before_the_first()


def show_night_of(on: str) -> ResponseReturnValue:
    """The night of one day."""
    day = reports_words.day_of(on)
    with database.read(here.program().engine) as db:
        night = None if day is None else reports_nights.of(db, here.salon().account.slug, day)
        newest = reports_nights.latest(db, here.salon().account.slug)
    if night is None:
        raise NotFound(here.words().gettext("No night of that day is kept here."))
    return _page(night, is_last=night.on == newest[0].on)


def show_nights() -> ResponseReturnValue:
    """Every night that is kept, the last one first."""
    slug = here.salon().account.slug
    with database.read(here.program().engine) as db:
        numbers = pages.of(range(reports_nights.count(db, slug)), request.args.get("page", "1"), size=NIGHTS)
        nights = reports_nights.latest(db, slug, limit=NIGHTS + 1, skip=(numbers.number - 1) * NIGHTS)
    if not nights:
        return _before_the_first()
    listed = [_line(night, before) for night, before in zip(nights, [*nights[1:], None], strict=True)]
    return render_template("nights.html", nights=listed[:NIGHTS], page=numbers)


def _page(night: KeptNight, *, is_last: bool) -> str:
    slug, now = here.salon().account.slug, here.now()
    report = night.report or {}
    findings = [night_words.told(one) for one in report.get("findings", ())]
    with database.read(here.program().engine) as db:
        before, after = reports_nights.beside(db, slug, night.on)
        following = None if after is None else reports_nights.of(db, slug, after)
        until = following.at if following is not None and following.at is not None else now
        erased = 0 if night.at is None else jobs_months.erased(db, slug, night.at, until)
        coming = plan_ahead.coming(db, slug, on=night.on) if is_last and night.is_fresh else []
    return render_template(
        "night.html",
        night=night,
        was=_was(night),
        is_last=is_last,
        is_missed=is_last and night.at is not None and not reports.is_lately(night.at, now),
        report=report,
        stops=[one for one in findings if one.advice.stops],
        findings=[one for one in findings if not one.advice.stops],
        held=night_words.held(report),
        asked=night_words.asked(report, link=is_last),
        before=before,
        after=after,
        erased=erased,
        coming=coming,
    )


def _before_the_first() -> str:
    account = here.salon().account
    first = datetime.combine(account.first_night_on, nightly_claims.HOUR, here.zone())
    with database.read(here.program().engine) as db:
        lacks_list = freshness.lacks_a_list(db, account)
    return render_template(
        "night_never.html", first=first if here.now() < first else None, lacks_list=lacks_list
    )


def _was(night: KeptNight) -> Was:
    """How one night went."""
    if night.report is None:
        began = night.claimed_at
        is_abandoned = began is None or here.now() - began >= nightly_claims.ABANDONED_AFTER
        return Was.BROKEN_OFF if is_abandoned else Was.RUNNING
    if any(one["code"] == "night_failed" for one in night.report["findings"]):
        return Was.BROKEN_OFF
    if not night.report["fresh"]:
        return Was.NOT_FRESH
    return Was.FOUND if night.report["findings"] else Was.WELL


def _line(night: KeptNight, before: KeptNight | None) -> Listed:
    report = night.report or {"findings": (), "proposed": ()}
    missed = 0 if before is None else max((night.on - before.on).days - 1, 0)
    return Listed(night.on, _was(night), len(report["findings"]), len(report["proposed"]), missed)
