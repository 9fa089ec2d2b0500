"""The last night: what was looked at, what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from connector import database, reports
from connector.console import here


@dataclass(frozen=True)
class Told:
    """One finding, in the reader's language."""

    text: str
    is_error: bool


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/night")(show_night)


def show_night() -> ResponseReturnValue:
    """The report that was kept."""
    with database.read(here.program().engine) as db:
        newest = reports.newest(db, here.salon().account.slug)
    if newest is None:
        return render_template("night.html", report=None, ran_at=None, findings=[], on=None, proposed=0)
    ran_at, report = newest
    return render_template(
        "night.html",
        report=report,
        ran_at=ran_at,
        on=date.fromisoformat(report["on"]),
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
