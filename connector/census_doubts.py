"""Why a list may be another one than it is taken for: too much of what was there before is not there any more.

A part of a list, an export from another place or a wrong column looks just like many clients who left, or who changed
their minds. Nobody can tell the two apart but the owner: so nothing of such a list is taken before they have.
"""

from collections.abc import Iterable
from dataclasses import dataclass

#: beside a list that is short (census_short.py), or an old one (census_old_list.py)
MANY_NOES = "many_noes"
#: clients whose last visit was known, and of whom a list with a column for it has none
FEW_DAYS = "few_days"
#: rows of visits that are about nobody, or cannot be read
MANY_REFUSED = "many_refused"
#: so many may be missing from a list of any length
_FEW = 3


@dataclass(frozen=True)
class Doubt:
    """What is odd about a list: so many of so many, who were there, or were on for marketing, in the one before; or of
    its own rows.
    """

    finding: str
    count: int
    of: int

    @property
    def is_far(self) -> bool:
        """Whether it goes so far that the list is to be believed in nothing: more than a third of all."""
        return self.count > _FEW and self.count * 3 > self.of


def far(*doubts: Doubt) -> tuple[Doubt, ...]:
    """Those of them that go too far."""
    return tuple(doubt for doubt in doubts if doubt.is_far)


def of_noes(turned: Iterable[tuple[int, int]]) -> Doubt:
    """The noes of the channel over which there are too many, where over each so many yeses of so many turned into noes;
    none of none where there is no such channel.
    """
    found = far(*(Doubt(MANY_NOES, *one) for one in turned))
    return max(found, key=lambda doubt: (doubt.count, doubt.of), default=Doubt(MANY_NOES, 0, 0))
