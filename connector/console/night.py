"""The last night: what was looked at, what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from connector import database, reports
from connector.console import here

#: a night that is longer ago says nothing of how things stand: one was missed
LATELY = timedelta(hours=36)


class Was(StrEnum):
    """What can be said after the last night."""

    NEVER = "never"  # there was none yet
    MISSED = "missed"  # the last one is too long ago
    NOT_FRESH = "not_fresh"  # the customers could not be looked at
    FOUND = "found"  # they were, and something was found
    WELL = "well"  # they were, and nothing was


@dataclass(frozen=True)
class LastNight:
    """The last night in short; `ran_at` is None before the first."""

    was: Was
    ran_at: datetime | None = None


@dataclass(frozen=True)
class Told:
    """One finding, in the reader's language."""

    text: str
    is_error: bool


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/night")(show_night)


def last(db: Session, salon: str, now: datetime) -> LastNight:
    """How the last night went."""
    newest = reports.newest(db, salon)
    if newest is None:
        return LastNight(Was.NEVER)
    ran_at, report = newest
    if now - ran_at > LATELY:
        return LastNight(Was.MISSED, ran_at)
    if not report["fresh"]:
        return LastNight(Was.NOT_FRESH, ran_at)
    return LastNight(Was.FOUND if report["findings"] else Was.WELL, ran_at)


def show_night() -> ResponseReturnValue:
    """The report that was kept."""
    with database.read(here.program().engine) as db:
        newest = reports.newest(db, here.salon().account.slug)
    if newest is None:
        return render_template("night.html", report=None)
    ran_at, report = newest
    return render_template(
        "night.html",
        report=report,
        ran_at=ran_at,
        on=date.fromisoformat(report["on"]),
        is_missed=here.now() - ran_at > LATELY,
        findings=[_told(one) for one in report["findings"]],
    )


def _told(finding: Mapping[str, Any]) -> Told:
    """A finding in words; one that this release does not know any more stands in English, as it was kept."""
    known = reports.MESSAGES.get(finding["code"])
    text = str(finding["message"])
    if known is not None:
        places = {name: here.words().word(value) for name, value in finding["params"].items()}
        text = here.words().gettext(known[1]).format(**places)
    return Told(text, finding["severity"] == reports.Severity.ERROR.value)
