"""The one way in which a job changes: a conditional update, with its line of evidence in the same transaction."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypedDict, Unpack
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence, mirror
from connector.config import Numbers
from connector.salons import Account
from connector.states import CALLED_OFF, MOVES, State
from connector.tables import Job
from policies.decisions import JobKind

LEASE = Numbers().lease
#: a rejected proposal comes back when its facts change, or after this
REJECTED_FOR = timedelta(days=90)


class Changes(TypedDict, total=False):
    """Columns that a move may set besides the state; `reason` and `due_at` are emptied where not given.

    Whatever moves was decided, or is to be decided anew: nothing of it is set aside any more.
    """

    reason: str | None
    due_at: datetime | None
    expires_at: datetime | None
    approved_at: datetime | None
    approval: UUID | None
    failures: int
    round: int
    calls_done: int
    live: str | None
    left_in: str | None


def move(
    db: Session,
    account: Account,
    job_id: UUID,
    old: State,
    new: State,
    *,
    at: datetime,
    attempt: int | None = None,
    lease: timedelta = LEASE,
    told: Mapping[str, object] | None = None,
    **changes: Unpack[Changes],
) -> bool:
    """Move a job of this salon from one state to another; False if it was not (or no longer) in the old one.

    The check and the change are one UPDATE, so that two workers never both win. `attempt` is the fencing token of
    whoever works on the job, `lease` how long a claim holds. `told` goes into the line of evidence, which is
    written in the same transaction.
    A job that ends without having been done forgets its client's id, and the client is looked at again.
    """
    if new not in MOVES[old]:
        raise ValueError(f"a job cannot go from {old} to {new}")
    values: dict[str, object] = {
        "state": new,
        "moved_at": at,
        "reason": None,
        "due_at": None,
        "lease_until": None,
        "set_aside_at": None,
    }
    values |= changes
    if new is State.SENDING:
        values |= {"attempt": col(Job.attempt) + 1, "lease_until": at + lease}
    if new in CALLED_OFF or new is State.VERIFIED:
        values |= {"live": None, "left_in": None}
    where = [col(Job.id) == job_id, col(Job.salon) == account.slug, col(Job.state) == old]
    if attempt is not None:
        where.append(col(Job.attempt) == attempt)
    with evidence.together(db, account):
        db.flush()  # a job that was made in this transaction may wait to be put down
        if not db.connection().execute(sa.update(Job).where(*where).values(values)).rowcount:
            return False
        row = row_of(db, account, job_id)
        tell(db, account, row, old, told or {}, at=at)
        if new in CALLED_OFF:
            _forget(db, account, row, look_again=at + REJECTED_FOR if new is State.REJECTED else at)
    return True


def live_key(account: Account, client_key: str, kind: JobKind, *, by_no: bool) -> str:
    """What is unique among living jobs; a recorded no never waits behind another switch's question."""
    return f"{account.slug}/{client_key}/{kind.value}{'/no' if by_no else ''}"


def client_of(account: Account, job: Job) -> str | None:
    """The booking system's id of a job's client; None once it was destroyed."""
    return None if job.client is None else account.keys.unseal(job.client, place(job.id)).decode()


def place(job_id: UUID) -> str:
    """The context under which a job's client id is sealed."""
    return f"job:{job_id}"


def row_of(db: Session, account: Account, job_id: UUID) -> Job:
    """A job of this salon as it stands in this transaction."""
    statement = select(Job).where(Job.id == job_id, Job.salon == account.slug)
    return db.exec(statement.execution_options(populate_existing=True)).one()


def rows_of(db: Session, account: Account, job_ids: Collection[UUID]) -> list[Job]:
    """The same of many."""
    statement = select(Job).where(Job.salon == account.slug, col(Job.id).in_(tuple(job_ids)))
    return list(db.exec(statement.execution_options(populate_existing=True)))


def tell(
    db: Session, account: Account, row: Job, old: State | None, told: Mapping[str, object], *, at: datetime
) -> None:
    """Write the line of evidence that tells of a move."""
    line = {
        "what": "job",
        "job": str(row.id),
        "kind": row.kind.value,
        "client": row.client_key,
        "from": old and old.value,
        "to": row.state.value,
        "reason": row.reason,
        "round": row.round,
        "digest": row.digest,
        "policy": row.policy_digest,
    }
    evidence.append(db, account, {**line, **told}, now=at)


def keep_left_in(db: Session, job_id: UUID, fields: Iterable[str]) -> None:
    """Keep in which fields something of the client was still found, or that there are none."""
    found = sorted(fields)
    left = json.dumps(found) if found else None
    db.connection().execute(sa.update(Job).where(col(Job.id) == job_id).values(left_in=left))


def is_rest(job: Job) -> bool:
    """Whether a job was reopened because something of its client was left: it is about that, and no more."""
    return job.round > 1 and job.left_in is not None


def forget_client(db: Session, job_id: UUID) -> None:
    """Destroy the sealed id of a job's client: nothing is left to do or to look at."""
    db.connection().execute(sa.update(Job).where(col(Job.id) == job_id).values(client=None))


def _forget(db: Session, account: Account, row: Job, *, look_again: datetime) -> None:
    """Destroy the sealed id; have the client looked at again, a day early rather than too late in some time zone."""
    client = client_of(account, row)
    if client is not None:
        mirror.wake(db, account, client, today=look_again.date() - timedelta(days=1))
    forget_client(db, row.id)
