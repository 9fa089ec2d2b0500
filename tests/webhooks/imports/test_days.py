"""Days are read as Finnish, Swedish and English lists write them, and what may be two days is none."""

from datetime import UTC, date, datetime

import pytest

from tests.webhooks.imports.calendars import HELSINKI, TODAY
from webhooks.imports import days
from webhooks.imports.days import Calendar


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1.2.2026", "2026-02-01"),
        ("01.02.26", "2026-02-01"),
        ("ti 3.11.2026 klo 9.30", "2026-11-03 09:30:00"),
        ("3.11.2026 klo 9", "2026-11-03 09:00:00"),
        ("03.11.2026 09:30", "2026-11-03 09:30:00"),
        ("2026-11-03", "2026-11-03"),
        ("2026/11/03", "2026-11-03"),
        ("2026.11.3 9:30", "2026-11-03 09:30:00"),
        ("2026/11-03", None),
        ("3/11/2026", "2026-11-03"),
        ("3/11/2026 12:05 AM", "2026-11-03 00:05:00"),
        ("3/11/2026 12:05 p.m.", "2026-11-03 12:05:00"),
        ("3/11/2026 13:05 PM", None),
        ("1.1.79", "2079-01-01"),
        ("1.1.80", "1980-01-01"),
        ("31.2.2026", None),
        ("0.1.2026", None),
        ("1.0.2026", None),
        ("1.1.1899", None),
        ("31.12.2100", "2100-12-31"),
        ("1.1.2101", None),
        ("3.11.2026 25:00", None),
        ("eilen", None),
        ("45291", None),
        ("٣.١١.٢٠٢٦", None),
        ("1.2.2026" + " " * 60 + "9:30", None),
    ],
)
def test_days_are_read_as_they_are_written_in_finland(text: str, day: str | None) -> None:
    found = days.day_of(text, HELSINKI)
    assert (None if found is None else str(found)) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("4. maaliskuuta 2025", "2025-03-04"),
        ("ti 4. maalisk. 2025 klo 9.30", "2025-03-04 09:30:00"),
        ("4 mars 2025", "2025-03-04"),
        ("4 MARCH 2025", "2025-03-04"),
        ("Tue, March 4th, 2025 at 9:30 PM", "2025-03-04 21:30:00"),
        ("Mar 4, 2025", "2025-03-04"),
        ("4 mar 2025", None),
        ("4 maj 2025", "2025-05-04"),
        ("4. marrask. 2025", "2025-11-04"),
        ("Maalis 4, 2025", None),
        ("4. päivä 2025", None),
        ("31. helmikuuta 2025", None),
    ],
)
def test_a_months_name_is_known_in_three_languages_and_by_its_beginning_where_it_can_be_no_other(
    text: str, day: str | None
) -> None:
    found = days.day_of(text, HELSINKI)
    assert (None if found is None else str(found)) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-06-30T20:59:00Z", "2026-06-30 23:59:00"),
        ("2026-06-30T21:00:00Z", "2026-07-01 00:00:00"),
        ("2026-11-30T22:00:00.000z", "2026-12-01 00:00:00"),
        ("2026-11-03T09:30:00+02:00", "2026-11-03 09:30:00"),
        ("2026-11-03 23:30 +0100", "2026-11-04 00:30:00"),
        ("2026-11-03T23:30:00-05:00", "2026-11-04 06:30:00"),
        ("2026-11-03T23:30:00+99:00", None),
    ],
)
def test_a_moment_that_says_its_zone_is_told_in_the_salons(text: str, day: str | None) -> None:
    found = days.day_of(text, HELSINKI)
    assert (None if found is None else str(found)) == day


def test_a_salons_day_is_its_own_and_not_that_of_utc() -> None:
    assert Calendar.at(datetime(2026, 11, 25, 22, tzinfo=UTC), HELSINKI) == TODAY
    assert Calendar.at(datetime(2026, 11, 25, 21, 59, tzinfo=UTC), HELSINKI).today == date(2026, 11, 25)
