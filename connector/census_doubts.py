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


@dataclass(frozen=True)
class Doubt:
    """What is odd about a list: so many of so many, who were there, or were on for marketing, in the one before."""

    finding: str
    count: int
    of: int


def found(lack: Lack, noes: Iterable[tuple[int, int]]) -> tuple[Doubt, ...]:
    """The doubts about a list that lacks so many, and over each channel turned so many yeses of so many into noes.

    The same limit holds for both.
    """
    most = max((one for one in noes if is_short(*one)), default=(0, 0))
    both = (Doubt(SHORT, lack.missing, lack.register), Doubt(MANY_NOES, *most))
    return tuple(doubt for doubt in both if is_short(doubt.count, doubt.of))
