"""Why a list may be another one than it is taken for: too much of what was there before is not there any more.

A part of a list, an export from another place or a wrong column looks just like many clients who left, or who changed
their minds. Nobody can tell the two apart but the owner: so nothing of such a list is taken before they have.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from connector.census_missing import is_short
from connector.census_short import SHORT, Lack

#: beside a list that is short
MANY_NOES = "many_noes"
#: clients whose last visit was known, and of whom a list with a column for it has none
FEW_DAYS = "few_days"
#: rows of visits that are about nobody, or cannot be read
MANY_REFUSED = "many_refused"


@dataclass(frozen=True)
class Doubt:
    """What is odd about a list: so many of so many, who were there, or were on for marketing, in the one before; or of
    its own rows.
    """

    finding: str
    count: int
    of: int


def found(lack: Lack, noes: Iterable[tuple[int, int]], without_day: tuple[int, int]) -> tuple[Doubt, ...]:
    """The doubts about a list that lacks so many, and over each channel turned so many yeses of so many into noes.

    And has no day of so many of those whose last visit was known. The same limit holds for all.
    """
    return _far(Doubt(SHORT, lack.missing, lack.register), of_noes(noes), Doubt(FEW_DAYS, *without_day))


def of_noes(turned: Iterable[tuple[int, int]]) -> Doubt:
    """The noes of the channel over which there are too many; none of none where there is no such channel."""
    return Doubt(MANY_NOES, *max((one for one in turned if is_short(*one)), default=(0, 0)))


def of_visits(refused: int, rows: int) -> tuple[Doubt, ...]:
    """The doubt about a list of visits of which so many rows are about nobody, or cannot be read."""
    return _far(Doubt(MANY_REFUSED, refused, rows))


def _far(*doubts: Doubt) -> tuple[Doubt, ...]:
    return tuple(doubt for doubt in doubts if is_short(doubt.count, doubt.of))
