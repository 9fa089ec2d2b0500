"""What a job says, as canonical JSON, and whether it still follows from a decision. Pure.

The digest covers all that the owner is shown: kind, verdicts with their anchors and holds, what stays, what is
switched off, the policy's digest; neither the day nor a switch that we set ourselves. The gist leaves out `before`
as well, since that limit moves on by a day each night: a job erases up to the limit that it was
approved with, and is not another job because a day went by.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any

from connector import evidence
from policies.decisions import Decision, JobKind, Outcome, Proposal, Verdict
from policies.vocabulary import Category, Channel

#: outcomes that take data away
GOES = frozenset({Outcome.ERASE, Outcome.ANONYMISE, Outcome.DETACH})


@dataclass(frozen=True, kw_only=True)
class Content:
    """What one job will do, and the verdicts that led to it. Of a verdict only what the digest covers is kept."""

    kind: JobKind
    client_key: str
    policy_digest: str
    because: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    keep: frozenset[Category]
    off: frozenset[Channel]
    by_no: bool
    language: str | None = None
    asked_on: date | None = None

    @cached_property
    def text(self) -> str:
        """Canonical JSON: what is kept in the job's row."""
        return evidence.canonical(self._as_json(with_limits=True)).decode()

    @property
    def digest(self) -> str:
        """What an approval commits to."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def gist(self) -> bytes:
        """Equal for two jobs that say the same on different days."""
        return evidence.canonical(self._as_json(with_limits=False))

    @cached_property
    def going(self) -> tuple[Verdict, ...]:
        """The verdicts on what will be gone, in the order in which single categories are erased."""
        gone = (one for one in self.verdicts if one.outcome in GOES and one.category not in self.keep)
        return tuple(sorted(gone, key=lambda one: one.category.value))

    def _as_json(self, *, with_limits: bool) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "client": self.client_key,
            "policy": self.policy_digest,
            "because": sorted(self.because),
            "verdicts": [
                _verdict(one, with_limits) for one in sorted(self.verdicts, key=lambda v: v.category)
            ],
            "keep": sorted(self.keep),
            "off": sorted(self.off),
            "by_no": self.by_no,
            **self._of_export(),
        }

    def _of_export(self) -> dict[str, Any]:
        """What only an export says; all others are written, and hashed, without it."""
        if self.kind is not JobKind.EXPORT:
            return {}
        return {"language": self.language, "asked_on": self.asked_on and self.asked_on.isoformat()}


class Standing(StrEnum):
    """How a job compares with what the law says now."""

    FOLLOWS = "follows"
    HELD = "held"
    CHANGED = "changed"


def of(client_key: str, proposal: Proposal, policy_digest: str) -> Content:
    """The content of the job that a proposal makes."""
    return Content(
        kind=proposal.kind,
        client_key=client_key,
        policy_digest=policy_digest,
        because=proposal.because,
        verdicts=proposal.verdicts,
        keep=proposal.keep,
        off=proposal.off,
        by_no=proposal.by_no,
        language=proposal.language,
        asked_on=proposal.asked_on,
    )


def read(text: str) -> Content:
    """The content that a job's row keeps."""
    kept = json.loads(text)
    return Content(
        kind=JobKind(kept["kind"]),
        client_key=kept["client"],
        policy_digest=kept["policy"],
        because=tuple(kept["because"]),
        verdicts=tuple(_read_verdict(one) for one in kept["verdicts"]),
        keep=frozenset(Category(word) for word in kept["keep"]),
        off=frozenset(Channel(word) for word in kept["off"]),
        by_no=kept["by_no"],
        language=kept.get("language"),
        asked_on=date.fromisoformat(kept["asked_on"]) if kept.get("asked_on") else None,
    )


def compare(
    content: Content, decision: Decision, *, calls_done: int = 0, is_rest: bool = False
) -> tuple[Standing, str]:
    """Whether a job still follows from a decision; and the reason word where it does not.

    A job whose first calls are done already is compared by the verdicts on what is left to do, since the
    others have changed by its own doing. One that was reopened because something was left (`is_rest`) follows as long
    as nothing of what it took away is there again and to be kept: the record may well say that all of it is gone. So
    does one that took the whole person away already, and has only texts on entries left to clear.
    An export follows from what somebody asked for, whatever the law says of the details.
    """
    if content.kind is JobKind.EXPORT:
        return Standing.FOLLOWS, ""
    now = {verdict.category: verdict for verdict in decision.verdicts}
    if calls_done and content.kind is not JobKind.MARKETING_OFF:
        left = content.going[calls_done:]
        if all(one.category in now and _same(one, now[one.category]) for one in left):
            return Standing.FOLLOWS, ""
    elif any(
        of(content.client_key, one, decision.policy_digest).gist == content.gist for one in decision.proposals
    ):
        return Standing.FOLLOWS, ""
    if (held := _held(content, now)) is not None:
        return Standing.HELD, held
    if content.policy_digest != decision.policy_digest:
        return Standing.CHANGED, "policy_changed"
    is_half = bool(calls_done) and content.kind in {JobKind.ANONYMISE, JobKind.DETACH}
    if (is_rest or is_half) and all(
        now[one.category].outcome in GOES for one in content.going if one.category in now
    ):
        return Standing.FOLLOWS, ""
    return Standing.CHANGED, "active_again" if _counts_anew(content, now) else "facts_changed"


def _held(content: Content, now: Mapping[Category, Verdict]) -> str | None:
    """Why something that was to go is held by now; None where nothing is."""
    present = (now.get(verdict.category) for verdict in content.verdicts if verdict.outcome in GOES)
    return next((one.because for one in present if one is not None and one.outcome is Outcome.HOLD), None)


def _counts_anew(content: Content, now: Mapping[Category, Verdict]) -> bool:
    """Whether something that was to go stays because its time is counted from a later day by now."""
    pairs = [(one.anchor, now[one.category]) for one in content.going if one.category in now]
    return any(
        after.because == "period_running"
        and before is not None
        and after.anchor is not None
        and after.anchor > before
        for before, after in pairs
    )


def _same(one: Verdict, other: Verdict) -> bool:
    return _verdict(one, False) == _verdict(other, False)


def _verdict(verdict: Verdict, with_limit: bool) -> dict[str, Any]:
    limit = {"before": verdict.before.isoformat() if verdict.before else None} if with_limit else {}
    return limit | {
        "category": verdict.category.value,
        "outcome": verdict.outcome.value,
        "because": verdict.because,
        "rule": verdict.rule,
        "anchor": verdict.anchor.isoformat() if verdict.anchor else None,
        "holds": sorted(verdict.holds),
    }


def _read_verdict(kept: Mapping[str, Any]) -> Verdict:
    days = kept["anchor"], kept["before"]
    return _verdict_of(
        kept["category"], kept["outcome"], kept["because"], kept["rule"], *days, tuple(kept["holds"])
    )


# hundreds of jobs that are alike say the same of most categories; none names a client
@lru_cache(maxsize=4096)
def _verdict_of(
    category: str,
    outcome: str,
    because: str,
    rule: str | None,
    anchor: str | None,
    before: str | None,
    holds: tuple[str, ...],
) -> Verdict:
    return Verdict(
        category=Category(category),
        outcome=Outcome(outcome),
        because=because,
        rule=rule,
        anchor=date.fromisoformat(anchor) if anchor else None,
        before=date.fromisoformat(before) if before else None,
        holds=holds,
    )
