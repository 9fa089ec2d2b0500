"""What fell out of an owner's word: by reason, and whether it still waits. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connector.approvals import Refused
from connector.console import refusals
from connector.console.names import MOST
from connector.jobs import Listed
from connector.texts import Texts

#: what keeps an item from being approved now, and leaves it waiting for another word
_WAITS = frozenset(
    {
        "needs_second",
        "not_what_was_shown",
        "set_aside",
        "no_policy",
        "never_compared",
        "stale",
        "quarantined_known",
    }
)


@dataclass(frozen=True)
class Reason:
    """One reason, and of whom it is true: the first of them, and how many more."""

    text: str
    shown: tuple[Listed, ...]
    more: int
    waits: bool

    @property
    def count(self) -> int:
        """Of how many it is true."""
        return len(self.shown) + self.more


def of(words: Texts, refused: Iterable[Refused], listed: Iterable[Listed]) -> Sequence[Reason]:
    """The reasons, that of the most first; together they show no more than a page can name."""
    by_id = {one.job: one for one in listed}
    alike: dict[tuple[str, bool], list[Listed | None]] = {}
    for one in refused:
        job = by_id.get(one.job)
        alike.setdefault((_text(words, one, job), one.because in _WAITS), []).append(job)
    found, room = [], MOST
    for (text, waits), jobs in sorted(alike.items(), key=lambda one: -len(one[1])):
        known = [job for job in jobs if job is not None and job.client is not None]
        shown = tuple(known[:room])
        room -= len(shown)
        found.append(Reason(text, shown, len(jobs) - len(shown), waits))
    return found


def _text(words: Texts, one: Refused, job: Listed | None) -> str:
    """Why; where it was taken back meanwhile, what had changed says more than that it was."""
    if one.because == "is_withdrawn" and job is not None and job.reason is not None:
        return refusals.in_words(words, job.reason)
    return refusals.in_words(words, one.because)
