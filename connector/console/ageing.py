"""The ageing picture: how many fall due in each month of the next three years, if nobody came any more. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connector.plan_ahead import Counted
from policies.ahead import Kind
from policies.periods import Period

#: whole months after the one that has begun
MONTHS = 36
#: months that one line of the short table is about
HALF_A_YEAR = 6
#: so many are named, of those that come near the largest of all
_LARGEST, _TELLING = 3, 4
_A_MONTH = Period(months=1)


@dataclass(frozen=True)
class Span:
    """Some months together: the first of the first, the first of the last, and how many fall due in them by kind."""

    first: date
    last: date
    counts: Mapping[Kind, int]

    @property
    def total(self) -> int:
        """Of all kinds together."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Picture:
    """Month by month; `due` is how many have been due since before."""

    months: tuple[Span, ...]
    due: Mapping[Kind, int]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that come at all, in their order."""
        return tuple(kind for kind in Kind if any(month.counts[kind] for month in self.months))

    @property
    def total(self) -> int:
        """How many fall due in all these months."""
        return sum(month.total for month in self.months)

    @property
    def largest(self) -> tuple[Span, ...]:
        """The months in which the most fall due, in their order."""
        highest = max(month.total for month in self.months)
        some = [month for month in self.months if month.total and month.total * _TELLING >= highest]
        most = sorted(some, key=lambda month: (-month.total, month.first))[:_LARGEST]
        return tuple(sorted(most, key=lambda month: month.first))

    @property
    def halves(self) -> tuple[Span, ...]:
        """The same, half a year a line; the month that has begun goes with the first."""
        first, rest = self.months[: HALF_A_YEAR + 1], self.months[HALF_A_YEAR + 1 :]
        parts = [first, *(rest[nth : nth + HALF_A_YEAR] for nth in range(0, len(rest), HALF_A_YEAR))]
        return tuple(_together(part) for part in parts)


def until(on: date) -> date:
    """The first day that the picture of a night is not about."""
    return Period(months=MONTHS + 1).after(on.replace(day=1))


def of(counted: Counted, on: date) -> Picture:
    """The rest of the month of the last night that judged, and the 36 months after it."""
    first = on.replace(day=1)
    months = []
    for _ in range(MONTHS + 1):
        following = _A_MONTH.after(first)
        months.append(
            Span(first, first, {kind: _within(counted.days[kind], first, following) for kind in Kind})
        )
        first = following
    return Picture(tuple(months), counted.due)


def _within(days: Mapping[date, int], first: date, following: date) -> int:
    return sum(count for day, count in days.items() if first <= day < following)


def _together(months: Sequence[Span]) -> Span:
    counts = {kind: sum(month.counts[kind] for month in months) for kind in Kind}
    return Span(months[0].first, months[-1].first, counts)
