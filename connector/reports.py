"""What a night found, as a value: for a terminal, for programs, and kept for the console.

The kept form has no client in it, since it outlives those who were erased: jobs by their id, everything else counted.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from connector.jobs import Listed
from connector.reports_findings import MESSAGES, Finding, Severity
from connector.tables import Night

__all__ = [
    "MESSAGES",
    "Expected",
    "Finding",
    "Report",
    "SalonReport",
    "Severity",
    "Stands",
    "is_lately",
    "job_document",
    "keep",
    "newest",
]

LATELY = timedelta(hours=36)


@dataclass(frozen=True)
class Stands:
    """A category (or `marketing:<channel>`) of a client that is held or asked about."""

    client: str
    category: str
    because: str


@dataclass(frozen=True)
class Expected:
    """How many clients something destructive will be proposed for by the night of a day, under a policy."""

    on: date
    clients: int
    policy: str


@dataclass(frozen=True, kw_only=True)
class SalonReport:
    """One salon's night; in a dry run, the night as it would have been."""

    salon: str
    on: date
    fresh: bool
    proposed: tuple[Listed, ...] = ()
    held: tuple[Stands, ...] = ()
    asked: tuple[Stands, ...] = ()
    findings: tuple[Finding, ...] = ()
    overdue: tuple[Listed, ...] = ()
    is_dry_run: bool = False
    #: proposals of a dry run that stand nowhere
    tried: frozenset[UUID] = frozenset()
    #: how many clients were looked at
    looked: int = 0
    #: what the coming nights will propose, each with what comes before it
    forecast: tuple[Expected, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs: the fields that others build on."""
        return {
            "salon": self.salon,
            "on": self.on.isoformat(),
            "fresh": self.fresh,
            "dry_run": self.is_dry_run,
            "looked": self.looked,
            "proposed": [
                job_document(job) | ({"job": None} if job.job in self.tried else {}) for job in self.proposed
            ],
            "held": [_stands(one) for one in self.held],
            "asked": [_stands(one) for one in self.asked],
            "findings": [_finding(one) | {"clients": list(one.clients)} for one in self.findings],
            "overdue": [job_document(job) for job in self.overdue],
            "forecast": [_expected(one) for one in self.forecast],
        }

    def kept(self) -> dict[str, Any]:
        """What is kept of it: no client, since a report outlives those who were erased."""
        return {
            "salon": self.salon,
            "on": self.on.isoformat(),
            "fresh": self.fresh,
            "looked": self.looked,
            "proposed": [
                {"job": str(job.job), "kind": job.kind.value, "because": list(job.because)}
                for job in self.proposed
            ],
            "held": _counted(self.held),
            "asked": _counted(self.asked),
            "findings": [
                _finding(one) | {"clients": len(one.clients), "params": dict(one.params)}
                for one in self.findings
            ],
            "overdue": [str(job.job) for job in self.overdue],
            "forecast": [_expected(one) for one in self.forecast],
        }

    def text(self) -> str:
        """For a terminal."""
        kinds = Counter(job.kind.value for job in self.proposed)
        what = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "none"
        head = f"{self.salon}  {self.on}" + ("  (dry run: nothing was written)" if self.is_dry_run else "")
        lines = [
            head,
            f"  fresh     {'yes' if self.fresh else 'no: nothing was judged'}",
            f"  proposed  {what}",
            f"  held      {_in_words(self.held)}",
            f"  asked     {_in_words(self.asked)}",
            f"  overdue   {len(self.overdue)}",
        ]
        lines += [f"  {one.severity.value.upper():<8}  {one.message}" for one in self.findings]
        return "\n".join(lines)


@dataclass(frozen=True)
class Report:
    """A whole night, salon by salon."""

    salons: tuple[SalonReport, ...]

    @property
    def has_findings(self) -> bool:
        """Whether anything wants somebody's eyes."""
        return any(salon.findings for salon in self.salons)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"salons": [salon.as_json() for salon in self.salons]}

    def text(self) -> str:
        """For a terminal."""
        return "\n\n".join(salon.text() for salon in self.salons) or "There is no salon yet."


def job_document(job: Listed) -> dict[str, Any]:
    """One job as the fields that others build on."""
    return {
        "job": str(job.job),
        "salon": job.salon,
        "client": job.client,
        "kind": job.kind.value,
        "state": job.state.value,
        "because": list(job.because),
        "digest": job.digest,
        "proposed_at": job.proposed_at.isoformat(),
        "expires_at": job.expires_at.isoformat() if job.expires_at else None,
        "by_hand": job.by_hand,
        "over_limit": job.over_limit,
        "set_aside": job.is_aside,
        "reason": job.reason,
        "left_in": list(job.left_in),
        "grade": job.proof.grade if job.proof else None,
    }


def keep(db: Session, report: SalonReport, *, at: datetime, is_done: bool = True) -> None:
    """Keep a night's report in place of an earlier one of the same day.

    A scheduled night that failed (not `is_done`) has not run: its claim is given back, and it is begun again. One that
    has run stands, whoever fails at it once more.
    """
    night = db.get(Night, (report.salon, report.on)) or Night(salon=report.salon, on=report.on)
    if not is_done and night.claimed_at is not None and night.ran_at is not None:
        return
    night.ran_at = at if is_done or night.claimed_at is None else None
    night.report = json.dumps(report.kept(), default=str)
    db.add(night)


def is_lately(at: datetime, now: datetime) -> bool:
    """Whether a night still says how things stand: one that is longer ago was followed by one that was missed."""
    return now - at <= LATELY


def newest(db: Session, salon: str) -> tuple[datetime, dict[str, Any]] | None:
    """When the last night ran, and what was kept of it; None before the first."""
    moment = func.coalesce(col(Night.ran_at), col(Night.claimed_at))
    night = db.exec(
        select(Night)
        .where(Night.salon == salon, col(Night.report).is_not(None))
        .order_by(moment.desc())
        .limit(1)
    ).first()
    at = None if night is None else night.ran_at or night.claimed_at
    if night is None or night.report is None or at is None:
        return None
    return at, json.loads(night.report)


def _finding(one: Finding) -> dict[str, Any]:
    return {"code": one.code, "severity": one.severity.value, "message": one.message}


def _expected(one: Expected) -> dict[str, Any]:
    return {"on": one.on.isoformat(), "clients": one.clients, "policy": one.policy}


def _stands(one: Stands) -> dict[str, str]:
    return {"client": one.client, "category": one.category, "because": one.because}


def _counted(stands: Iterable[Stands]) -> list[dict[str, Any]]:
    counts = Counter((one.category, one.because) for one in stands)
    return [
        {"category": category, "because": because, "clients": count}
        for (category, because), count in sorted(counts.items())
    ]


def _in_words(stands: Iterable[Stands]) -> str:
    """Of how many clients each is true, however many of their categories or channels it is about."""
    counts = Counter(because for _, because in {(one.client, one.because) for one in stands})
    return ", ".join(f"{count} {because}" for because, count in sorted(counts.items())) or "none"
