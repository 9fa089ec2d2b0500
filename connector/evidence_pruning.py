"""Prunes evidence after the policy's period: lines go, a signed checkpoint stays, and the rest still proves.

Takes: the oldest lines of a chain. Gives: fewer of them, and for what went a checkpoint (which numbers, the digests on
both sides, from when until when, signed), and a line of the chain that says so. Next: the auditor.
Nothing is pruned that does not follow: a checkpoint over what was tampered with would make it look whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence, jobs_unfinished
from connector import evidence_verifier as verifier
from connector.evidence_runs import Reading, Run, count, is_signed, said_by
from connector.evidence_verifier import Checkpoint, Line
from connector.salons import Account
from connector.tables import Evidence, EvidenceCheckpoint
from policies.policy import Policy


@dataclass(frozen=True)
class Pruned:
    """One batch: how many lines went, which was the last that was looked at, and whether there is more to do."""

    lines: int
    reached: int
    is_done: bool
    broken_at: int | None = None


def prune(
    db: Session, account: Account, policy: Policy, *, now: datetime, after: int, stop: int, limit: int
) -> Pruned:
    """Prune among the `limit` lines after line `after`, up to line `stop`; never commits.

    1. Lines go whose period is over on the salon's own day, but for those of jobs that are not over yet, and
       those that tell of a checkpoint.
    2. A checkpoint beside them is joined to theirs; one line of the chain tells of each that is made.
    """
    evidence.take_turn(db, account)
    lines, reading = _open(db, account, policy, now=now, after=after, stop=stop, limit=limit)
    for line in lines:
        goes_on = reading.take(line)
        if goes_on is None:
            return Pruned(0, reading.reached, True, reading.reached + 1)
        if not goes_on:
            break
    reading.close()
    for run in reading.runs:
        _bridge(db, account, run, policy, now=now)
    is_done = len(lines) < limit or reading.reached < lines[-1].seq
    return Pruned(sum(count(run) for run in reading.runs), reading.reached, is_done)


def is_anything_old(db: Session, account: Account, policy: Policy, *, now: datetime, stop: int) -> bool:
    """Whether the oldest line is one to look at: on most nights it is too young, and so are all others."""
    lines, reading = _open(db, account, policy, now=now, after=0, stop=stop, limit=1)
    return any(reading.take(line) is not False for line in lines)


def _open(
    db: Session, account: Account, policy: Policy, *, now: datetime, after: int, stop: int, limit: int
) -> tuple[list[Line], Reading]:
    """The lines after one of them, and a reading of the chain that has come as far as that."""
    lines = _batch(db, account, after, stop, limit)
    known = evidence.checkpoints(db, account)
    today = now.astimezone(policy.time_zone).date()
    reading = Reading(
        account,
        policy.own_records.evidence.last_start(today),
        policy.time_zone,
        known,
        jobs_unfinished.among(db, account, _jobs_of(lines)),
        after,
        _digest_at(db, account, after, known),
    )
    for one in known:
        if one.seq == after and is_signed(account, one):
            reading.start_beside(one)
    return lines, reading


def _bridge(db: Session, account: Account, run: Run, policy: Policy, *, now: datetime) -> None:
    """Put a checkpoint in place of a run's lines, and tell of it."""
    connection = db.connection()
    connection.execute(
        sa.delete(Evidence).where(
            col(Evidence.salon) == account.slug, col(Evidence.seq).between(run.first, run.last)
        )
    )
    connection.execute(
        sa.delete(EvidenceCheckpoint).where(
            col(EvidenceCheckpoint.salon) == account.slug,
            col(EvidenceCheckpoint.seq).in_([one.seq for one in run.joined]),
        )
    )
    from_at, until_at = (at.astimezone(UTC) for at in (run.from_at, run.until_at))
    body = {
        "what": "pruned",
        "first": run.first,
        "last": run.last,
        "digest": run.digest.hex(),
        "from": from_at.isoformat(),
        "until": until_at.isoformat(),
        "period": str(policy.own_records.evidence),
        "policy": policy.digest,
    }
    told = evidence.append(db, account, body, now=now)
    unsigned = Checkpoint(
        run.first, run.last, run.previous, run.digest, from_at.isoformat(), until_at.isoformat(), told, b""
    )
    signature = evidence.sign(account, verifier.checkpoint_statement(account.slug, unsigned))
    values = unsigned._asdict() | {"signature": signature, "from_at": from_at, "until_at": until_at}
    connection.execute(sa.insert(EvidenceCheckpoint).values(salon=account.slug, **values))


def _batch(db: Session, account: Account, after: int, stop: int, limit: int) -> list[Line]:
    rows = db.connection().execute(
        select(Evidence.seq, Evidence.digest, Evidence.body)
        .where(Evidence.salon == account.slug, col(Evidence.seq) > after, col(Evidence.seq) <= stop)
        .order_by(col(Evidence.seq))
        .limit(limit)
    )
    return [Line(row.seq, evidence.raw(row.digest), evidence.raw(row.body)) for row in rows]


def _digest_at(db: Session, account: Account, seq: int, known: Iterable[Checkpoint]) -> bytes:
    """The digest that the line after `seq` follows from."""
    if seq == 0:
        return evidence.FIRST
    for one in known:
        if one.seq == seq:
            return one.digest
    where = (Evidence.salon == account.slug, Evidence.seq == seq)
    found = db.connection().execute(select(Evidence.digest).where(*where)).scalar_one_or_none()
    return b"" if found is None else evidence.raw(found)


def _jobs_of(lines: Iterable[Line]) -> set[UUID]:
    """The jobs that lines tell of."""
    told = [said_by(line) for line in lines]
    return {UUID(said["job"]) for said in told if said is not None and "job" in said}
