"""Jobs of which nobody knows whether their call was done: looked up, never blindly sent again."""

from datetime import datetime

from connector import (
    capabilities,
    database,
    dispatch_calls,
    dispatch_silence,
    evidence,
    jobs,
    jobs_looks,
    jobs_seen,
    jobs_work,
    lookup,
    lookup_entries,
)
from connector.dispatch_work import Work
from connector.jobs_seen import Found
from connector.sender import CallFailed
from connector.states import State


def take_over(work: Work, now: datetime) -> str:
    """The worker on it is gone: what may have been done is looked up, the rest is simply done again."""
    numbers = work.program.settings.numbers
    with database.write(work.program.engine) as db:
        evidence.take_turn(db, work.account)
        attempt = jobs_work.take_over(db, work.job.id, now=now, lease=numbers.lease)
        if attempt is None:
            return "taken"
        job = jobs.row_of(db, work.account, work.job.id)
        intent = jobs_work.intent_of(db, job)
        new = State.APPROVED if intent is None else State.UNKNOWN
        due_at = now if intent is None else max(now, intent.at + numbers.over_after)
        jobs.move(
            db,
            work.account,
            job.id,
            State.SENDING,
            new,
            at=now,
            attempt=attempt,
            due_at=due_at,
            reason="worker_gone",
        )
    return new.value


def resolve(work: Work, now: datetime) -> str:
    """Nobody knows whether it was done: look. Done, it goes on; not done, it is sent again under the same key.

    Where the record is there and cannot tell, it is sent again too: each call sets a state rather than changes it, and
    the key is the same. What destroys and cannot be looked up at all is never sent again without a new word.
    """
    try:
        can = capabilities.of(work.program, work.account)
        looked = lookup.look(work.program, work.account, work.client) if "read" in can else None
        looked = lookup_entries.beside(work.program, work.account, work.client, can, work.content, looked)
    except CallFailed as failure:
        return dispatch_silence.go_on(work, failure, now)
    if looked is None and work.content.kind.is_destructive:
        return dispatch_silence.ask(work, "cannot_look", now)
    calls = dispatch_calls.of(work.account, can, work.content, work.client) or ()
    done = work.job.calls_done
    found = Found.CANNOT_TELL
    if looked is not None:
        is_open = done < len(calls)
        found = calls[done].found(work.content, looked) if is_open else jobs_seen.found(work.content, looked)
    if not found.is_done and dispatch_silence.is_tried_enough(work, now):
        return dispatch_silence.ask(work, "gave_up", now)
    with database.write(work.program.engine) as db:
        evidence.take_turn(db, work.account)
        is_last = done + 1 >= len(calls) or found is Found.GONE
        new, changes = _after_look(work, found, is_last, now)
        told = {"found": found.value}
        if not jobs.move(
            db,
            work.account,
            work.job.id,
            State.UNKNOWN,
            new,
            at=now,
            attempt=work.job.attempt,
            told=told,
            **changes,
        ):
            return "taken"
        jobs_work.settle(db, work.job, "done" if found.is_done else "failed")
        if new is State.SENT:
            jobs_looks.plan(db, work.account, work.job.id, work.job.round, sent_at=now)
    return new.value


def _after_look(work: Work, found: Found, is_last: bool, now: datetime) -> tuple[State, jobs.Changes]:
    job, numbers = work.job, work.program.settings.numbers
    if not found.is_done:
        failures = job.failures + 1
        return State.APPROVED, {
            "reason": "was_not_done",
            "failures": failures,
            "due_at": now + jobs_work.delay(failures, numbers),
        }
    if is_last:
        return State.SENT, {"calls_done": job.calls_done + 1}
    return State.APPROVED, {"calls_done": job.calls_done + 1, "due_at": now}
