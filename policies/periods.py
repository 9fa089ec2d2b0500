"""Periods and purge days: counted by calendar, in the salon's own days."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_ISO = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """A length of time in calendar terms: a year after 29 February is 28 February."""

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read an ISO 8601 duration of whole days, such as P1Y or P14D; raises ValueError."""
        found = _ISO.fullmatch(text)
        if found is None:
            raise ValueError("not a period of whole days")
        years, months, weeks, days = (int(part or 0) for part in found.groups())
        return cls(12 * years + months, 7 * weeks + days)

    def after(self, day: date) -> date:
        """The day on which the period is over when it starts on `day`; never later than date.max."""
        return _later(_add_months(day, self.months), self.days)

    def before(self, day: date) -> date:
        """The day that lies the period before `day`; never earlier than date.min."""
        return _later(_add_months(day, -self.months), -self.days)

    def last_start(self, day: date) -> date:
        """The last day from which the period is over on `day`: every later start is not yet over."""
        start = self.before(day)
        # the ends of months meet (28 and 29 February), so the way back may be a few days off either way
        while self.after(start) > day:
            start -= timedelta(days=1)
        while start < date.max and self.after(start + timedelta(days=1)) <= day:
            start += timedelta(days=1)
        return start

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        parts = [f"{years}Y" * bool(years), f"{months}M" * bool(months), f"{self.days}D" * bool(self.days)]
        return "P" + ("".join(parts) or "0D")


@dataclass(frozen=True)
class Runs:
    """The agreed time of erasing (siivouspäivä): nightly, on a day of each month, or on a day of each year."""

    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Runs":
        """Read "nightly", "monthly DD" or "yearly MM-DD"; raises ValueError."""
        if text == "nightly":
            return cls()
        if found := re.fullmatch(r"monthly (\d\d)", text, re.ASCII):
            date(2024, 1, int(found[1]))
            return cls(day=int(found[1]))
        if found := re.fullmatch(r"yearly (\d\d)-(\d\d)", text, re.ASCII):
            date(2024, int(found[1]), int(found[2]))
            return cls(int(found[1]), int(found[2]))
        raise ValueError("not a time to erase at")

    @property
    def adds_at_most(self) -> Period:
        """What waiting for the purge day can add to a period."""
        if self.day is None:
            return Period()
        return Period(months=12 if self.month else 1)

    def first_on_or_after(self, day: date) -> date:
        """The first purge day that is not before `day`."""
        if self.day is None:
            return day
        here = self._near(day)
        if here < day:
            here = self._near(_add_months(day.replace(day=1), self._step))
        return here if here >= day else date.max

    def last_on_or_before(self, day: date) -> date:
        """The last purge day that is not after `day`."""
        if self.day is None:
            return day
        here = self._near(day)
        if here > day:
            here = self._near(_add_months(day.replace(day=1), -self._step))
        return here if here <= day else date.min

    @property
    def _step(self) -> int:
        return 12 if self.month else 1

    def _near(self, day: date) -> date:
        """The purge day of the month or year that `day` lies in; a 31st is the last of a shorter month."""
        return _clamped(day.year, self.month or day.month, self.day or 1)


def _clamped(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _add_months(day: date, months: int) -> date:
    if not months:
        return day
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    if year < date.min.year:
        return date.min
    return _clamped(year, month + 1, day.day)


def _later(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
