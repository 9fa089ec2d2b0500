"""Sending a claimed job's calls, one after the other: each behind its intent, and what came of it."""

import json
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from connector import (
    database,
    dispatch_endings,
    dispatch_intent,
    dispatch_residue,
    dispatch_rewriting,
    jobs,
    jobs_looks,
    jobs_moves,
    jobs_work,
    mirror,
)
from connector.config import Numbers
from connector.dispatch_calls import Planned
from connector.dispatch_endings import End, Ending
from connector.dispatch_work import Work
from connector.jobs_content import Content
from connector.jobs_seen import Part
from connector.journal import JournalAway
from connector.sender import CallFailed
from connector.states import State
from connector.tables import Job
from policies.decisions import JobKind
from policies.vocabulary import Category
from webhooks.calls import Call

#: of a step with many calls so many are sent; then the client is looked at, and the job judged, once more
AT_ONCE = 50


def send(work: Work, calls: tuple[Planned, ...]) -> str:
    """Send what is left to send; give a word for how it came out."""
    last_of_record = max(number for number, one in enumerate(calls) if one.part is Part.RECORD)
    for number in range(work.job.calls_done, len(calls)):
        planned = calls[number]
        ending = Ending(End.DONE, "was_done") if _is_needless(work, planned) else _send_step(work, planned)
        if ending is None:
            return "lost"
        is_last = number == len(calls) - 1
        # the name goes with the last call about the record: whatever is cleared beside it comes after
        left = _left(work, ending) if number == last_of_record else None
        now = work.program.now()
        with database.write(work.program.engine) as db:
            word = _settle(db, work, ending, left, is_last=is_last, now=now)
            job = jobs.row_of(db, work.account, work.job.id)
        if word != "next":
            return word
        work = replace(work, job=job)
    return "nothing_to_do"


def _is_needless(work: Work, planned: Planned) -> bool:
    """Whether the record, as it was just read, has nothing left of the one category that this call would erase.

    A new round after a lie has the same calls, and some of them were done in the round before: what is gone is not
    destroyed once more.
    """
    if planned.verdict is None or work.before is None:
        return False
    return planned.found(work.content, work.before).is_done


def _send_step(work: Work, planned: Planned) -> Ending | None:
    """Send a step's calls, or as many of them as one look is good for; None where somebody else has the job now.

    Each has an intent and a lease of its own. Whoever is cut short in between looks again, and finds what is left.
    """
    for call in planned.calls[:AT_ONCE]:
        ending = _send_one(work, call)
        if ending is None or ending.end is not End.DONE or planned.part is Part.RECORD:
            return ending
    return Ending(End.DONE if len(planned.calls) <= AT_ONCE else End.MORE)


def _send_one(work: Work, unmade: Call) -> Ending | None:
    """Intent, call; None where somebody else has the job now. Without the journal nothing is destroyed.

    What a record is to be made of is read before any of it: then the call follows the intent at once.
    """
    call = dispatch_rewriting.made(work.program, work.account, unmade)
    if isinstance(call, Ending):
        return call
    try:
        intent = dispatch_intent.write(work)
    except JournalAway:
        return Ending(End.LATER, "no_journal")
    if intent is None:
        return None
    ending = _call(work, unmade, call)
    if ending.surely_undone:
        dispatch_intent.was_not_done(intent)
    return ending


def _call(work: Work, unmade: Call, call: Call) -> Ending:
    """The call itself, and what its answer means."""
    program, account, job = work.program, work.account, work.job
    try:
        key = f"{job.id}.{job.round}.{job.calls_done}"
        reply = program.send(account, call, idempotency_key=key)
    except CallFailed as failure:
        return dispatch_endings.of_failure(failure)
    ending = dispatch_endings.of_reply(reply, program.now(), program.settings.numbers.first_retry)
    if unmade.basis is None:
        return ending
    return dispatch_rewriting.refused(ending, reply.status, job.failures)


def _left(work: Work, ending: Ending) -> frozenset[str]:
    """In which fields the client is still spoken of, now that the name is gone, or may be."""
    if ending.end not in {End.DONE, End.UNKNOWN}:
        return frozenset()
    is_done = ending.end is End.DONE and ending.reason is None
    return dispatch_residue.fields(
        work.program, work.account, work.client, work.content, work.before, is_done=is_done
    )


def _settle(
    db: Session, work: Work, ending: Ending, left: frozenset[str] | None, *, is_last: bool, now: datetime
) -> str:
    """Write down how a step went; `left` is None where it is not the one after which the name is looked for."""
    account, job = work.account, work.job
    if ending.end in {End.DONE, End.UNKNOWN} and _switches_off(work.content):
        mirror.switched_off(db, account, work.client, at=now)
    if ending.end is End.DONE and not is_last:
        if not jobs_work.step_done(db, job):
            return "lost"
        if left is not None:
            jobs_moves.keep_left_in(db, job.id, left)
        jobs_work.settle(db, job, "done")
        return "next"
    new, changes = after(job, ending, now, work.program.settings.numbers)
    if left is not None:
        changes["left_in"] = json.dumps(sorted(left)) if left else None
    if not jobs.move(db, account, job.id, State.SENDING, new, at=now, attempt=job.attempt, **changes):
        return "lost"
    outcome = {End.DONE: "done", End.MORE: "done", End.UNKNOWN: "unknown"}.get(ending.end, "failed")
    jobs_work.settle(db, job, outcome)
    if new is State.SENT:
        jobs_looks.plan(db, account, job.id, job.round, sent_at=now)
    return new.value


def _switches_off(content: Content) -> bool:
    """Whether the calls of a job switch marketing off: what is read as off afterwards was not the client's doing."""
    going = {verdict.category for verdict in content.going}
    return bool(
        content.off
        or content.kind in {JobKind.ANONYMISE, JobKind.DETACH}
        or Category.MARKETING_PREFERENCES in going
    )


def after(job: Job, ending: Ending, now: datetime, numbers: Numbers) -> tuple[State, jobs.Changes]:
    """The state of a job after a call that ended so, and what else changes."""
    if ending.end is End.DONE:
        return State.SENT, {"reason": ending.reason, "calls_done": job.calls_done + 1}
    if ending.end is End.UNKNOWN:
        return State.UNKNOWN, {"reason": ending.reason, "due_at": now + numbers.over_after}
    if ending.end is End.MORE:
        return State.APPROVED, {"due_at": now}
    failures = job.failures + 1
    if ending.end is End.STUCK:
        return State.STUCK, {"reason": ending.reason, "failures": failures}
    if job.approved_at is not None and now - job.approved_at > numbers.give_up_after:
        return State.STUCK, {"reason": "gave_up", "failures": failures}
    wait = ending.wait or jobs_work.delay(failures, numbers)
    return State.APPROVED, {"reason": ending.reason, "failures": failures, "due_at": now + wait}
