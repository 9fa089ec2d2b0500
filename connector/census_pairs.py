"""Who of one list of people is who of another, where no ids say so. Pure: hashes of contact points in, pairs out.

A contact point alone never decides who somebody is: mother and son share one. A telephone number and an e-mail address
together do, and so does a name with one of the two, or the owner's word; and only where on neither side anybody else
could be meant.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import combinations, product

#: hashes that somebody is found by
Clue = tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """By what somebody is known: blind indexes by kind of contact point, and keyed hashes of a name with one.

    `said` is what the owner said, by kind of contact point: whether whoever had it before is the same person.
    """

    points: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    said: Mapping[str, bool] = field(default_factory=dict)


def pairs(old: Mapping[str, Known], new: Mapping[str, Known]) -> dict[str, str]:
    """For each of the new ones who is certainly one of the old, which: both sides at most once."""
    kinds = {kind for known in new.values() for kind in _same(known)}
    by_clue: dict[Clue, set[str]] = defaultdict(set)
    for one, known in old.items():
        for clue in _clues(known, kinds):
            by_clue[clue].add(one)
    candidates = {
        other: {
            one
            for clue in _clues(known, _same(known))
            for one in by_clue.get(clue, ())
            if _is_certain(old[one], known)
        }
        for other, known in new.items()
    }
    wanted: dict[str, int] = defaultdict(int)
    for found in candidates.values():
        for one in found:
            wanted[one] += 1
    alone = ((other, next(iter(found))) for other, found in candidates.items() if len(found) == 1)
    return {other: one for other, one in alone if wanted[one] == 1}


def _clues(known: Known, kinds: Set[str]) -> Iterator[Clue]:
    """What two who are the same have in common: a name, two contact points, or one of a kind that was asked about.

    No contact point alone otherwise: thousands may have the salon's own number for want of another.
    """
    yield from ((name,) for name in known.names)
    for kind, more in combinations(sorted(known.points), 2):
        yield from product(known.points[kind], known.points[more])
    for kind in known.points.keys() & kinds:
        yield from ((index,) for index in known.points[kind])


def _same(known: Known) -> set[str]:
    return {kind for kind, is_same in known.said.items() if is_same}


def _is_certain(old: Known, new: Known) -> bool:
    shared = {kind for kind, some in new.points.items() if some & old.points.get(kind, frozenset())}
    said = {new.said[kind] for kind in shared if kind in new.said}
    if said:
        return said == {True}
    return len(shared) > 1 or bool(old.names & new.names)
