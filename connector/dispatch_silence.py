"""A way out for jobs whose outcome nobody will tell: after a week of silence the owner is asked.

Nothing is sent meanwhile. The owner's word leads back to the start, where the record is read first: what turns out to
have been done goes on as sent, and only what is still there is asked for once more, under the same key.
"""

from datetime import datetime

from sqlmodel import Session

from connector import database, dispatch_work, evidence, jobs, jobs_looks, jobs_work
from connector.dispatch_calls import Planned
from connector.dispatch_work import Work
from connector.jobs_seen import Found
from connector.sender import CallFailed
from connector.states import State
from connector.tables import Job
from webhooks.dialect import Looked


def go_on(work: Work, failure: CallFailed, now: datetime) -> str:
    """The booking system does not answer the look either: it is asked again later, for a week."""
    if now - work.job.moved_at < work.program.settings.numbers.give_up_after:
        return dispatch_work.put_off(work, failure, now)
    return ask(work, "never_answered", now)


def is_tried_enough(work: Work, now: datetime) -> bool:
    """Whether a week of sending and looking has come to nothing."""
    since, limit = work.job.approved_at, work.program.settings.numbers.give_up_after
    return since is not None and now - since > limit


def ask(work: Work, reason: str, now: datetime) -> str:
    """Leave it to the owner what becomes of a job of which nobody knows whether it was done."""
    with database.write(work.program.engine) as db:
        evidence.take_turn(db, work.account)
        moved = jobs.move(
            db,
            work.account,
            work.job.id,
            State.UNKNOWN,
            State.STUCK,
            at=now,
            attempt=work.job.attempt,
            reason=reason,
        )
    return "stuck" if moved else "taken"


def found_done(
    db: Session, work: Work, job: Job, looked: Looked | None, calls: tuple[Planned, ...], *, now: datetime
) -> str | None:
    """Carry on with an approved job whose call was done before, as the look shows; None where there is none such.

    Its answer was lost, or said "not now" though it was done. Judged by the facts it would be taken back instead,
    since it changed them itself.
    """
    done = job.calls_done
    if looked is None or done >= len(calls) or not jobs_work.was_called(db, job):
        return None
    found = calls[done].found(work.content, looked)
    if not found.is_done:
        return None
    jobs.move(db, work.account, job.id, State.APPROVED, State.SENDING, at=now)
    jobs_work.settle(db, job, "done")
    is_last = done + 1 == len(calls) or found is Found.GONE
    new = State.SENT if is_last else State.APPROVED
    changes: jobs.Changes = {"calls_done": done + 1, "reason": "was_done"}
    if not is_last:
        changes["due_at"] = now
    jobs.move(db, work.account, job.id, State.SENDING, new, at=now, told={"found": found.value}, **changes)
    if is_last:
        jobs_looks.plan(db, work.account, job.id, job.round, sent_at=now)
    return new.value
