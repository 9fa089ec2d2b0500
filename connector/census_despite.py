"""Somebody's word that a list is right although there is a doubt about it: for as much as was shown, and no more.

Where it has become worse since (more of them, or a larger part), it is asked again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from connector.census_doubts import Doubt


@dataclass(frozen=True)
class Word:
    """A word on one doubt; `shown` is how many of how many it was given on, None where it holds for any number.

    `is_owners_no`: the noes of a list are right, and nobody said them; the owner has switched marketing off.
    """

    finding: str
    shown: tuple[int, int] | None = None
    is_owners_no: bool = False

    def holds(self, doubt: Doubt) -> bool:
        """Whether it was given on this doubt, which is no worse than it was then."""
        if self.finding != doubt.finding or self.shown is None:
            return self.finding == doubt.finding
        count, of = self.shown
        return doubt.count <= count and doubt.count * of <= count * doubt.of


def settled(doubts: Iterable[Doubt], words: Collection[Word]) -> tuple[tuple[Doubt, ...], tuple[Doubt, ...]]:
    """The doubts on which nobody has given a word that holds, and those on which somebody has."""
    found = [(doubt, is_said(doubt, words)) for doubt in doubts]
    return tuple(one for one, said in found if not said), tuple(one for one, said in found if said)


def is_said(doubt: Doubt, words: Iterable[Word]) -> bool:
    """Whether somebody has given a word on this doubt that holds."""
    return any(word.holds(doubt) for word in words)


def are_owners_noes(noes: Doubt, words: Iterable[Word]) -> bool:
    """Whether somebody has said of these noes that the owner switched marketing off, and no client said no."""
    return is_said(noes, [word for word in words if word.is_owners_no])
