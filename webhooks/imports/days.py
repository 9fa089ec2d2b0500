"""Days as lists have them, with their times: 31.12.2026, 31/12/2026, 2026-12-31, 4. maaliskuuta 2026, "klo 9.30".

Nothing is guessed: what can be two days (of a month's name, too) is none. A moment with its distance from UTC is told
in the salon's own zone, since at night it is another day there.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
#: a year of two digits is of this century up to here
_CENTURY_TURNS = 80
_LONGEST = 60

_CLOCK = (
    r"(?:[ T,]+(?:klo\.?|kl\.?|at)? ?(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?:[:.][0-9]{2})?(?:[.,][0-9]+)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?(?: ?(?P<off>Z|[+-][0-9]{2}:?[0-9]{2}))?"
    r"|[ ,]+(?:klo\.?|kl\.?|at) ?(?P<whole>[0-9]{1,2}))?"
)
_WEEKDAY = r"(?:[a-zåäö]{2,12}\.?,? +)?"
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_FORMS = {
    name: re.compile(form + _CLOCK, re.IGNORECASE)
    for name, form in {
        "pointed": _WEEKDAY + r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\. ?" + _YEAR,
        "iso": r"(?P<year>[0-9]{4})([-/.])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})",
        "slashed": _WEEKDAY + r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/" + _YEAR,
        "named": _WEEKDAY + r"(?P<day>[0-9]{1,2})\.? +(?P<name>[a-zåäö]{3,12})\.?,? +(?P<year>[0-9]{4})",
        "english": _WEEKDAY
        + r"(?P<name>[a-z]{3,9})\.? +(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? +(?P<year>[0-9]{4})",
    }.items()
}
_MONTHS = dict(
    enumerate(
        (
            ("tammikuuta", "januari", "january"),
            ("helmikuuta", "februari", "february"),
            ("maaliskuuta", "mars", "march"),
            ("huhtikuuta", "april", "april"),
            ("toukokuuta", "maj", "may"),
            ("kesäkuuta", "juni", "june"),
            ("heinäkuuta", "juli", "july"),
            ("elokuuta", "augusti", "august"),
            ("syyskuuta", "september", "september"),
            ("lokakuuta", "oktober", "october"),
            ("marraskuuta", "november", "november"),
            ("joulukuuta", "december", "december"),
        ),
        start=1,
    )
)


class Calendar(NamedTuple):
    """By what a list's days are understood: today's date at the salon, and its zone."""

    today: date
    zone: tzinfo

    @classmethod
    def at(cls, now: datetime, zone: tzinfo) -> "Calendar":
        """The calendar of a salon in this zone, at this moment."""
        return cls(now.astimezone(zone).date(), zone)


def is_day(text: str) -> bool:
    """Whether it is written as a day is."""
    return _parts(text) is not None


def is_month_first(cells: Iterable[str]) -> bool:
    """Whether a column's days are written 12/31/2026: some show it, and none shows the contrary."""
    found = [match for cell in cells if (match := _FORMS["slashed"].fullmatch(cell))]
    shows, contrary = (any(int(match[part]) > 12 for match in found) for part in ("month", "day"))
    return shows and not contrary


def day_of(text: str, zone: tzinfo, *, month_first: bool = False) -> date | datetime | None:
    """A day at the salon, with its time where one is written; None where it is no day."""
    parts = _parts(text)
    if parts is None:
        return None
    form, match = parts
    month, day = _month(form, match), int(match["day"])
    if form == "slashed" and month_first:
        month, day = day, month
    try:
        found = date(_year(match["year"]), month, day)
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            return None
        return _with_time(found, match, zone)
    except (ValueError, OverflowError):
        return None


def _parts(text: str) -> tuple[str, re.Match[str]] | None:
    if len(text) > _LONGEST:
        return None
    matches = ((form, match) for form, how in _FORMS.items() if (match := how.fullmatch(text)))
    return next((found for found in matches if _month(*found)), None)


def _month(form: str, match: re.Match[str]) -> int:
    """Its number; 0 where the name is that of none, or may be that of two."""
    if form not in {"named", "english"}:
        return int(match["month"])
    name = match["name"].casefold()
    languages = slice(2, 3) if form == "english" else slice(3)
    found = [
        number for number, names in _MONTHS.items() if any(one.startswith(name) for one in names[languages])
    ]
    return found[0] if len(found) == 1 else 0


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if year < _CENTURY_TURNS else 1900 + year


def _with_time(day: date, match: re.Match[str], zone: tzinfo) -> date | datetime:
    hour = match["hour"] or match["whole"]
    if hour is None:
        return day
    half = (match["half"] or "").casefold()
    if half and not 1 <= int(hour) <= 12:
        raise ValueError
    clock = time(int(hour) % 12 + 12 * (half == "p") if half else int(hour), int(match["minute"] or 0))
    at = datetime.combine(day, clock)
    if match["off"] is None:
        return at
    return datetime.combine(day, clock, _offset(match["off"])).astimezone(zone).replace(tzinfo=None)


def _offset(text: str) -> timezone:
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1))
