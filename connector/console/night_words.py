"""What a night found, in the reader's language, with what to do; and why it left things unproposed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connector import reports, reports_words
from connector.console import advice, here, questions, settings
from connector.console.advice import Advice
from policies.explain import SENTENCES


@dataclass(frozen=True)
class Told:
    """One finding, in the reader's language, and what to do about it."""

    text: str
    is_error: bool
    advice: Advice


@dataclass(frozen=True)
class Reason:
    """Why something was not proposed: held or asked, of how many customers; `because` where it can be looked at."""

    text: str
    count: int
    because: str | None = None


def held(report: Mapping[str, Any]) -> list[Reason]:
    """Why what is due was not proposed: something keeps it for now."""
    return [
        Reason(SENTENCES.get(because, SENTENCES["hand_hold"]), count)
        for because, count in _counted(report.get("held", ()))
    ]


def asked(report: Mapping[str, Any], *, link: bool) -> list[Reason]:
    """Why nothing could be judged: something is not known."""
    return [
        Reason(questions.Question(because, count).text, count, because if link else None)
        for because, count in _counted(report.get("asked", ()))
    ]


def told(finding: Mapping[str, Any]) -> Told:
    """A finding in words, and what to do about it."""
    found = advice.of(finding["code"], by_hand=not here.salon().account.dialect.has_interface)
    text = reports_words.said(here.words(), finding, sentence=found.told)
    if found.endpoint is not None and not settings.has_page(found.endpoint):
        found = Advice(found.steps, stops=found.stops)
    return Told(text, finding["severity"] == reports.Severity.ERROR.value, found)


def _counted(standing: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """By reason. A customer stands there once for each category: as many as of the most frequent one are certain."""
    counts: Counter[str] = Counter()
    for one in standing:
        counts[one["because"]] = max(counts[one["because"]], int(one["clients"]))
    return counts.most_common()
