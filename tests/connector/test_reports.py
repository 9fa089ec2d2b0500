import ast
import json
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from connector import census, database, reports
from connector.program import Program
from connector.reports import MESSAGES, Finding, Report, SalonReport, Severity, Stands
from connector.salons import Account
from tests.builders import NOON

CONNECTOR = Path(reports.__file__).parent
DAY = date(2026, 11, 24)


def made_in_nights() -> set[tuple[str, frozenset[str]]]:
    """Every finding that a night can make, with the parameters that it is given, read from the code."""
    made = set()
    for path in CONNECTOR.glob("nightly*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding"
            ):
                continue
            code, *more = node.args
            keys = more[0].keys if more and isinstance(more[0], ast.Dict) else []
            if isinstance(code, ast.Constant):
                names = frozenset(key.value for key in keys if isinstance(key, ast.Constant))
                made.add((str(code.value), frozenset(map(str, names))))
    return made


def test_every_finding_has_a_sentence_with_just_its_parameters() -> None:
    made = made_in_nights()
    assert len(made) > 5
    for code, params in made:
        wanted = {name for _, name, _, _ in Formatter().parse(MESSAGES[code][1]) if name}
        assert wanted == params, code


def test_whatever_stops_a_census_is_a_finding() -> None:
    assert set(census.WHY) - {"no_address"} <= set(MESSAGES)


def test_a_finding_says_in_words_what_its_code_means() -> None:
    finding = Finding("no_policy", {"day": "2026-11-24"})
    assert finding.severity is Severity.ERROR
    assert finding.message == "No policy is in force on 2026-11-24: nothing is judged."


@pytest.mark.parametrize(("findings", "has"), [((), False), ((Finding("refused_deliveries"),), True)])
def test_a_report_has_findings_when_any_salon_has(findings: tuple[Finding, ...], has: bool) -> None:
    quiet = SalonReport(salon="aava", on=DAY, fresh=True)
    assert (
        Report((quiet, SalonReport(salon="toinen", on=DAY, fresh=True, findings=findings))).has_findings
        is has
    )


def test_a_report_reads_the_same_for_people_and_programs() -> None:
    held = (Stands("c-1", "identity", "open_invoice"), Stands("c-2", "identity", "open_invoice"))
    report = Report((SalonReport(salon="aava", on=DAY, fresh=False, held=held, is_dry_run=True),))
    assert json.loads(json.dumps(report.as_json()))["salons"] == [
        {
            "salon": "aava",
            "on": "2026-11-24",
            "fresh": False,
            "dry_run": True,
            "looked": 0,
            "proposed": [],
            "held": [
                {"client": "c-1", "category": "identity", "because": "open_invoice"},
                {"client": "c-2", "category": "identity", "because": "open_invoice"},
            ],
            "asked": [],
            "findings": [],
            "overdue": [],
            "forecast": [],
        }
    ]
    assert "2 open_invoice" in report.text()
    assert "nothing was written" in report.text()


def test_for_people_a_client_counts_once_however_many_channels_it_is_about() -> None:
    asked = tuple(
        Stands(client, f"marketing:{channel}", "marketing.unrecorded")
        for client in ("c-1", "c-2")
        for channel in ("email", "sms")
    )
    text = Report((SalonReport(salon="aava", on=DAY, fresh=True, asked=asked),)).text()
    assert "2 marketing.unrecorded" in text


def test_without_a_salon_a_report_says_so() -> None:
    assert Report(()).text() == "There is no salon yet."


def test_the_newest_night_is_the_last_that_ran(program: Program, salon: Account, stranger: Account) -> None:
    with database.write(program.engine) as db:
        assert reports.newest(db, salon.slug) is None
        for slug, day in ((salon.slug, 23), (salon.slug, 24), (stranger.slug, 25)):
            night = SalonReport(salon=slug, on=date(2026, 11, day), fresh=True)
            reports.keep(db, night, at=NOON.replace(day=day))
        found = reports.newest(db, salon.slug)
    assert found is not None
    assert (found[0], found[1]["on"]) == (NOON, "2026-11-24")


def test_a_second_night_of_a_day_takes_the_firsts_place(program: Program, salon: Account) -> None:
    for fresh in (False, True):
        with database.write(program.engine) as db:
            reports.keep(db, SalonReport(salon=salon.slug, on=DAY, fresh=fresh), at=NOON)
    with database.read(program.engine) as db:
        found = reports.newest(db, salon.slug)
    assert found is not None
    assert found[1]["fresh"] is True
