"""Deadlines: a request is answered within a month, a breach notified within 72 hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.deadlines import answer_by, notify_by, second_notice_by
from policies.periods import Period

HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(
    ("received", "until"),
    [
        (date(2026, 11, 10), date(2026, 12, 10)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_a_request_is_answered_by_the_same_day_of_the_next_month_or_by_its_last(
    received: date, until: date
) -> None:
    assert answer_by(received) == until


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_who_asked_later_is_never_due_earlier(one: date, other: date) -> None:
    first, second = sorted((one, other))
    assert answer_by(first) <= answer_by(second)
    assert timedelta(days=28) <= answer_by(first) - first <= timedelta(days=31)


def test_a_breach_runs_72_real_hours_across_a_change_of_the_clock() -> None:
    discovered = datetime(2026, 10, 24, 14, 20, tzinfo=HELSINKI).astimezone(
        UTC
    )  # the clocks go back on the 25th
    assert notify_by(discovered).astimezone(HELSINKI) == datetime(2026, 10, 27, 13, 20, tzinfo=HELSINKI)


def test_those_concerned_are_told_of_the_countermeasures_when_the_policy_says() -> None:
    assert second_notice_by(date(2026, 11, 26), Period(days=14)) == date(2026, 12, 10)
