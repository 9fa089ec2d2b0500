"""Working on a job: what is due, leases, fencing tokens, intents, putting off.

A lease that ran out belongs to whoever raises the token (`attempt`); whatever the one before still writes
is refused by it. An intent is committed before each writing call: from then on it may have been done.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.config import Numbers
from connector.states import State
from connector.tables import Intent, Job

USUAL = Numbers()
#: by default: until a call that was cut short can no longer be under way
TIMEOUT = USUAL.over_after
GIVE_UP_AFTER = USUAL.give_up_after


@dataclass(frozen=True)
class DueJob:
    """A job that has something to be done now."""

    salon: str
    job: UUID
    state: State


_DUE = (
    select(Job.salon, Job.id, Job.state)
    .where(
        # said twice, since no index serves an "or" as a whole
        col(Job.state).in_((State.APPROVED, State.UNKNOWN, State.SENDING)),
        (col(Job.state).in_((State.APPROVED, State.UNKNOWN)) & (col(Job.due_at) <= sa.bindparam("now")))
        | ((col(Job.state) == State.SENDING) & (col(Job.lease_until) <= sa.bindparam("now"))),
    )
    # what a dead worker left has no due time, and must not wait behind everything that has one
    .order_by(sa.func.coalesce(col(Job.due_at), col(Job.lease_until)), col(Job.moved_at))
    .limit(sa.bindparam("most"))
)
_DUE_OF_SALON = _DUE.where(col(Job.salon) == sa.bindparam("salon"))


def due(db: Session, now: datetime, limit: int, *, salon: str | None = None) -> list[DueJob]:
    """Approved ones whose time has come, unknown ones that may be looked up, and those whose worker is gone."""
    statement = _DUE if salon is None else _DUE_OF_SALON
    found = db.exec(statement, params={"now": now, "most": limit, "salon": salon})
    return [DueJob(slug, job_id, State(state)) for slug, job_id, state in found]


def delay(failures: int, numbers: Numbers = USUAL) -> timedelta:
    """How long to wait after so many failures: two seconds first, then doubled, an hour at most."""
    doubled = numbers.first_retry * (1 << min(max(failures - 1, 0), 20))
    return min(doubled, numbers.longest_retry)


def renew(db: Session, job_id: UUID, attempt: int, *, now: datetime, lease: timedelta = USUAL.lease) -> bool:
    """Keep the lease for another step; False where somebody else has the job now."""
    return _if_mine(db, job_id, State.SENDING, attempt, {"lease_until": now + lease})


def take_over(db: Session, job_id: UUID, *, now: datetime, lease: timedelta = USUAL.lease) -> int | None:
    """Take a job whose worker's lease ran out: the new fencing token, or None where it did not (or is taken)."""
    raised = (
        sa.update(Job)
        .where(col(Job.id) == job_id, col(Job.state) == State.SENDING, col(Job.lease_until) <= now)
        .values(attempt=col(Job.attempt) + 1, lease_until=now + lease)
    )
    if not db.connection().execute(raised).rowcount:
        return None
    return db.connection().execute(sa.select(col(Job.attempt)).where(col(Job.id) == job_id)).scalar_one()


def put_off(db: Session, job: Job, *, until: datetime, reason: str) -> bool:
    """Try later, after a failure that passes; the state stays."""
    values = {"due_at": until, "failures": job.failures + 1, "reason": reason}
    return _if_mine(db, job.id, job.state, job.attempt, values)


def intend(db: Session, job: Job, *, now: datetime) -> None:
    """Note that the job's next call is about to go out."""
    key = (job.id, job.round, job.calls_done)
    connection = db.connection()
    again = _of(key).values(attempt=job.attempt, at=now, outcome=None)
    if not connection.execute(again).rowcount:
        row = dict(zip(("job", "round", "call"), key, strict=True)) | {"attempt": job.attempt, "at": now}
        connection.execute(sa.insert(Intent).values(row))


def settle(db: Session, job: Job, outcome: str) -> None:
    """Note how the job's present call went: done, failed or unknown."""
    db.connection().execute(_of((job.id, job.round, job.calls_done)).values(outcome=outcome))


def step_done(db: Session, job: Job) -> bool:
    """Count the present call of several as done; False where somebody else has the job now."""
    return _if_mine(db, job.id, job.state, job.attempt, {"calls_done": job.calls_done + 1})


def intent_of(db: Session, job: Job) -> Intent | None:
    """The present call's intent, where it has one that is not known to have failed."""
    intent = db.get(Intent, (job.id, job.round, job.calls_done), populate_existing=True)
    return None if intent is None or intent.outcome == "failed" else intent


def was_called(db: Session, job: Job) -> bool:
    """Whether the present call has gone out before. That it was answered "not now" is no proof that it was not done."""
    return db.get(Intent, (job.id, job.round, job.calls_done), populate_existing=True) is not None


def _of(key: tuple[UUID, int, int]) -> sa.Update:
    return sa.update(Intent).where(
        col(Intent.job) == key[0], col(Intent.round) == key[1], col(Intent.call) == key[2]
    )


def _if_mine(db: Session, job_id: UUID, state: State, attempt: int, values: dict[str, object]) -> bool:
    statement = (
        sa.update(Job)
        .where(col(Job.id) == job_id, col(Job.state) == state, col(Job.attempt) == attempt)
        .values(values)
    )
    return bool(db.connection().execute(statement).rowcount)
