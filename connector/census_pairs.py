"""Who of one list of people is who of another, where no ids say so. Pure: hashes of contact points in, pairs out.

A contact point alone never decides who somebody is: mother and son share one. A telephone number and an e-mail address
together do, and so does a name with one of the two, or the owner's word; and only where on neither side anybody else
could be meant.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


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
    by_hash: dict[str, set[str]] = defaultdict(set)
    for one, known in old.items():
        for each in _hashes(known):
            by_hash[each].add(one)
    candidates = {
        other: {
            one for each in _hashes(known) for one in by_hash.get(each, ()) if _is_certain(old[one], known)
        }
        for other, known in new.items()
    }
    wanted: dict[str, int] = defaultdict(int)
    for found in candidates.values():
        for one in found:
            wanted[one] += 1
    alone = ((other, next(iter(found))) for other, found in candidates.items() if len(found) == 1)
    return {other: one for other, one in alone if wanted[one] == 1}


def _hashes(known: Known) -> Iterable[str]:
    yield from known.names
    for some in known.points.values():
        yield from some


def _is_certain(old: Known, new: Known) -> bool:
    shared = {kind for kind, some in new.points.items() if some & old.points.get(kind, frozenset())}
    said = {new.said[kind] for kind in shared if kind in new.said}
    if said:
        return said == {True}
    return len(shared) > 1 or bool(old.names & new.names)
