"""What a rehearsal found: the state of everything at its end, what is broken, and a table of counts."""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from connector import database, evidence, journal, salons
from connector.pretend.records import moment
from connector.program import Program
from connector.tables import ConsentRecord, Entry, Evidence, Job, Seen
from tests.chaos import checking
from tests.chaos.checking import JobSeen, Line


@dataclass(frozen=True)
class Ending:
    """Everything that there is to judge by."""

    jobs: tuple[JobSeen, ...]
    evidence: tuple[Line, ...]
    is_whole: bool
    seen: tuple[str, ...]
    mirror: tuple[str, ...]


def ending(program: Program, slug: str) -> Ending:
    """Read one salon's rows."""
    with database.read(program.engine) as db:
        account = salons.account(db, program.vault, slug)
        assert account is not None
        anchors = journal.heads(program.settings.journal_dir, account)
        bodies = db.exec(select(Evidence.body).where(Evidence.salon == slug).order_by(col(Evidence.seq)))
        return Ending(
            tuple(
                JobSeen(str(job.id), job.state, job.attempt, job.reason)
                for job in db.exec(select(Job).where(Job.salon == slug))
            ),
            tuple(json.loads(body) for body in bodies),
            evidence.check(db, account, anchors=anchors).whole,
            tuple(db.exec(select(Seen.delivery).where(Seen.salon == slug))),
            (*_bookings(db, slug), *_consents(db, slug)),
        )


def ledger(folder: Path, slug: str) -> list[Line]:
    """What the booking system took down."""
    lines = (folder / f"ledger-{slug}.ndjson").read_text().splitlines()
    return [json.loads(line) for line in lines]


def broken(
    end: Ending,
    lines: list[Line],
    *,
    approved: Collection[str],
    allowed: Collection[str],
    before: dict[str, str],
    after: dict[str, str],
    accepted: dict[str, str],
) -> dict[str, list[str]]:
    """Each invariant, and what breaks it."""
    return {
        "lost jobs": checking.lost(approved, {job.job: job for job in end.jobs}),
        "duplicate destructive calls": checking.twice(lines),
        "moves without their line of evidence": checking.untold(end.jobs, end.evidence),
        "chains that are not whole": [] if end.is_whole else ["the chain is broken"],
        "others touched": checking.touched(before, after, lines, allowed=allowed),
        "webhooks not applied exactly once": checking.unapplied(accepted, end.seen, end.mirror),
        "jobs left in between": checking.unfinished(end.jobs),
    }


def counts(end: Ending, lines: list[Line]) -> dict[str, int]:
    """How much of everything there was."""
    to: Counter[str] = Counter(line["to"] for line in end.evidence if line["what"] == "job")
    why: Counter[Any] = Counter(line.get("reason") for line in end.evidence if line["what"] == "job")
    destroying = [line for line in lines if line["what"] == "came" and checking.is_destructive(line)]
    return {
        "jobs": len(end.jobs),
        "jobs verified": sum(job.state == "verified" for job in end.jobs),
        "rounds after a lie": to["reopened"],
        "outcome unknown, looked up": to["unknown"],
        "of these: not done": why["was_not_done"],
        "taken over from a dead worker": why["worker_gone"],
        "accepted, waited for": to["pending"],
        "lines of evidence": len(end.evidence),
        "destructive calls that came": len(destroying),
        "destructive calls that were done": sum(line["what"] == "did" for line in lines),
    }


def table(title: str, counted: dict[str, Any], broke: dict[str, list[str]]) -> str:
    """Both, for a terminal."""
    rows = [*counted.items(), *((name, len(found)) for name, found in broke.items())]
    width = max(len(name) for name, _ in rows)
    lines = [title, *(f"  {name:<{width}}  {value:>9}" for name, value in rows)]
    lines += [f"  BROKEN: {word}" for found in broke.values() for word in found[:10]]
    return "\n".join(lines)


def _bookings(db: Any, slug: str) -> list[str]:
    rows = db.exec(select(Entry).where(Entry.salon == slug, Entry.kind == "booking"))
    return [f"booking {row.entry} {row.client}" for row in rows if row.entry.startswith("s-")]


def _consents(db: Any, slug: str) -> list[str]:
    rows = db.exec(select(ConsentRecord).where(ConsentRecord.salon == slug))
    return [f"consent {row.client} {moment(_at(row.at))}" for row in rows if row.client.startswith("lively")]


def _at(at: datetime) -> datetime:
    return at.astimezone(UTC)
