"""Periods and purge days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.periods import Period, Runs

DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
PERIODS = st.builds(Period, st.integers(0, 400), st.integers(0, 4000))
RUNS = st.one_of(
    st.just(Runs()),
    st.integers(1, 31).map(lambda day: Runs(day=day)),
    st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: Runs(day.month, day.day)),
)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("P1Y", date(2024, 2, 29), date(2025, 2, 28)),
        ("P1Y", date(2023, 2, 28), date(2024, 2, 28)),
        ("P4Y", date(2024, 2, 29), date(2028, 2, 29)),
        ("P1M", date(2026, 1, 31), date(2026, 2, 28)),
        ("P24M", date(2024, 11, 24), date(2026, 11, 24)),
        ("P14D", date(2026, 12, 25), date(2027, 1, 8)),
        ("P2W", date(2026, 12, 25), date(2027, 1, 8)),
        ("P1Y1M1D", date(2025, 1, 31), date(2026, 3, 1)),
        ("P0D", date(2026, 1, 1), date(2026, 1, 1)),
        ("P999Y", date(9000, 1, 1), date(9999, 1, 1)),
        ("P999Y", date(9001, 1, 1), date.max),
        ("P99999D", date(9999, 1, 1), date.max),
    ],
)
def test_a_period_is_counted_by_calendar(text: str, start: date, end: date) -> None:
    assert Period.parse(text).after(start) == end


@pytest.mark.parametrize(
    "text", ["", "P", "1Y", "P1", "PT1H", "P1.5Y", "P-1Y", "p1y", "P1Y ", "P1D1Y", "P١Y", "P99999Y", "P1YT"]
)
def test_what_is_no_period_of_whole_days_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="whole days"):
        Period.parse(text)


def test_a_period_before_a_day_ends_at_the_calendars_own_ends() -> None:
    assert Period(months=12).before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert Period(months=12).before(date(1, 6, 1)) == date.min
    assert Period(days=400).before(date(1, 6, 1)) == date.min


@pytest.mark.parametrize(
    ("text", "day", "start"),
    [
        ("P1Y", date(2025, 2, 28), date(2024, 2, 29)),  # the 28th and the 29th are both over on it
        ("P1Y", date(2025, 2, 27), date(2024, 2, 27)),
        ("P1M1D", date(2026, 3, 1), date(2026, 1, 31)),
        ("P1M", date(2026, 2, 28), date(2026, 1, 31)),  # so are the 28th to the 31st of January
        ("P1M31D", date(2026, 3, 1), date(2025, 12, 29)),  # one way and back are not the same days
        ("P0D", date.max, date.max),
    ],
)
def test_the_last_start_is_the_last_day_from_which_a_period_is_over(
    text: str, day: date, start: date
) -> None:
    period = Period.parse(text)
    assert period.last_start(day) == start
    assert period.after(start) <= day
    assert start == date.max or period.after(start + timedelta(days=1)) > day


def test_a_salon_that_purges_every_night_has_a_purge_day_today() -> None:
    assert Runs().last_on_or_before(date(2026, 6, 1)) == date(2026, 6, 1)
    assert Runs(day=15).last_on_or_before(date(2026, 6, 14)) == date(2026, 5, 15)


@given(PERIODS)
def test_a_period_is_written_as_it_is_read(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(PERIODS, st.dates(date(1500, 1, 1), date(3000, 1, 1)))
def test_every_start_up_to_the_last_one_is_over_and_none_after_it(period: Period, day: date) -> None:
    last = period.last_start(day)
    assert period.after(last) <= day < period.after(last + timedelta(days=1))


@given(PERIODS, DAYS)
def test_later_starts_never_end_earlier(period: Period, day: date) -> None:
    after = min(day, date.max - timedelta(days=1)) + timedelta(days=1)
    assert day <= period.after(day) <= period.after(after)


@pytest.mark.parametrize(
    ("text", "day", "first"),
    [
        ("nightly", date(2026, 5, 5), date(2026, 5, 5)),
        ("monthly 15", date(2026, 5, 15), date(2026, 5, 15)),
        ("monthly 15", date(2026, 5, 16), date(2026, 6, 15)),
        ("monthly 15", date(2026, 12, 16), date(2027, 1, 15)),
        ("monthly 31", date(2026, 2, 3), date(2026, 2, 28)),
        ("yearly 01-15", date(2026, 1, 15), date(2026, 1, 15)),
        ("yearly 01-15", date(2026, 1, 16), date(2027, 1, 15)),
        ("yearly 02-29", date(2026, 1, 1), date(2026, 2, 28)),
        ("yearly 02-29", date(2028, 1, 1), date(2028, 2, 29)),
    ],
)
def test_the_first_purge_day_is_the_agreed_one(text: str, day: date, first: date) -> None:
    assert Runs.parse(text).first_on_or_after(day) == first


def test_a_year_without_a_next_one_has_no_next_purge_day() -> None:
    assert Runs(1, 15).first_on_or_after(date.max) == date.max
    assert Runs(1, 15).last_on_or_before(date.min) == date.min


@given(RUNS, st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_purge_days_surround_every_day(runs: Runs, day: date) -> None:
    last, first = runs.last_on_or_before(day), runs.first_on_or_after(day)
    assert last <= day <= first
    assert first <= runs.adds_at_most.after(day)
    assert runs.first_on_or_after(last) == last
    assert runs.last_on_or_before(first) == first


@pytest.mark.parametrize(
    "text",
    [
        "",
        "daily",
        "monthly",
        "monthly 0",
        "monthly 00",
        "monthly 32",
        "yearly 13-01",
        "yearly 02-30",
        "yearly 1-1",
    ],
)
def test_what_is_no_time_to_erase_at_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Runs.parse(text)
