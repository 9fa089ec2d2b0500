"""5. Call back: carry approved jobs out.

Takes: jobs that were approved. Gives: jobs sent, unknown, stuck; or held, withdrawn, expired, by hand. Next: `verify`.

Each step is a short transaction, and no call is made inside one. Two workers on one job do no harm: every claim is a
conditional update, and the fencing token of a lease that ran out is refused.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from connector import (
    capabilities,
    database,
    dispatch_calls,
    dispatch_export,
    dispatch_sending,
    dispatch_silence,
    dispatch_unknown,
    dispatch_work,
    evidence,
    freshness,
    jobs,
    jobs_content,
    jobs_drift,
    jobs_leases,
    jobs_looks,
    jobs_noes,
    jobs_seen,
    jobs_work,
    lookup,
    lookup_entries,
    mirror,
    salons,
    salons_policies,
)
from connector.dispatch_calls import Planned
from connector.dispatch_work import Work
from connector.jobs_content import Standing
from connector.program import Program
from connector.salons import Account
from connector.salons_system import Moved
from connector.sender import CallFailed
from connector.states import State
from connector.tables import Job
from policies.decisions import JobKind
from webhooks.dialect import Looked


def send_due(
    program: Program, *, limit: int, salon: str | None = None, between: Callable[[], None] = lambda: None
) -> Counter[str]:
    """Carry on with up to `limit` jobs that are due, and count how each came out. Safe side by side.

    Before each, `between` is called: whoever has it end the work raises in it.
    """
    with database.read(program.engine) as db:
        found = jobs_work.due(db, program.now(), limit, salon=salon)
    done = Counter[str]()
    for one in found:
        between()
        done[run_one(program, one.job)] += 1
    return done


def run_one(program: Program, job_id: UUID) -> str:
    """Carry on with one job as far as it goes now; give a word for how it came out."""
    try:
        with jobs_leases.held(program.engine):
            return _run_one(program, job_id)
    except Moved:  # to another booking system, meanwhile: the job has ended with the move
        return "moved"


def _run_one(program: Program, job_id: UUID) -> str:
    work = _open(program, job_id)
    if work is None:
        return "nothing_to_do"
    now, job = program.now(), work.job
    if job.state is State.SENDING:
        return dispatch_unknown.take_over(work, now)
    if job.due_at is None or job.due_at > now:
        return "not_due"
    if job.state is State.UNKNOWN:
        return dispatch_unknown.resolve(work, now)
    return _start(work, now)


def _open(program: Program, job_id: UUID) -> Work | None:
    with database.read(program.engine) as db:
        job = db.get(Job, job_id)
        if job is None or job.state not in {State.APPROVED, State.SENDING, State.UNKNOWN}:
            return None
        account = salons.account(db, program.vault, job.salon)
        client = None if account is None else jobs.client_of(account, job)
        was_called = jobs_work.was_called(db, job)
    if account is None or client is None:
        return None
    return Work(program, account, job, client, jobs_content.read(job.content), was_called)


def _start(work: Work, now: datetime) -> str:
    """Look once more, judge once more, claim, send.

    1. A word that is too old has expired.
    2. Before a destructive call, and any repeated one, the record is read; what it tells is an event like any other.
    3. In one transaction: judged by the facts of this moment, and claimed; put off where the mirror is not whole.
    4. Sent, call by call.

    An export changes nothing anywhere, and goes a way of its own.
    """
    if work.job.expires_at is not None and work.job.expires_at <= now:
        with database.write(work.program.engine) as db:
            moved = jobs.move(
                db, work.account, work.job.id, State.APPROVED, State.EXPIRED, at=now, reason="expired"
            )
        return "expired" if moved else "taken"
    if work.content.kind is JobKind.EXPORT:
        return dispatch_export.start(work, now)
    try:
        can = capabilities.of(work.program, work.account)
        if not jobs_seen.can_be_named(work.account, work.client):
            can = frozenset()  # no address leads to this client, and so nothing can be called
        is_read = (work.content.kind.is_destructive or work.was_called) and "read" in can
        looked = lookup.look(work.program, work.account, work.client) if is_read else None
        looked = lookup_entries.beside(work.program, work.account, work.client, can, work.content, looked)
    except CallFailed as failure:
        return dispatch_work.put_off(work, failure, now)
    entries = () if looked is None else looked.entries
    calls = dispatch_calls.of(work.account, can, work.content, work.client, entries)
    with database.write(work.program.engine) as db:
        word = _judge_and_claim(db, work, looked, calls, now=now)
        job = jobs.row_of(db, work.account, work.job.id)
    if word != "claimed" or calls is None:
        return word
    return dispatch_sending.send(replace(work, job=job, before=looked), calls)


def _judge_and_claim(
    db: Session, work: Work, looked: Looked | None, calls: tuple[Planned, ...] | None, *, now: datetime
) -> str:
    account, job_id = work.account, work.job.id
    evidence.take_turn(db, account)
    job = jobs.row_of(db, account, job_id)
    if job.state is not State.APPROVED or job.attempt != work.job.attempt:
        return "taken"
    _take_in(db, account, looked, now=now)
    if calls is not None and (word := dispatch_silence.found_done(db, work, job, looked, calls, now=now)):
        return word
    standing, because = jobs_drift.of(db, account, job, work.client, now=now)
    if standing is Standing.FOLLOWS and _is_alive_again(db, account, job, looked):
        standing, because = Standing.CHANGED, "came_back"
    if standing is not Standing.FOLLOWS:
        end = State.HELD if standing is Standing.HELD else State.WITHDRAWN
        jobs.move(db, account, job_id, State.APPROVED, end, at=now, reason=because)
        return end.value
    if work.content.kind.is_destructive and (closed := freshness.objection(db, account, now=now)):
        until = now + jobs_work.delay(job.failures + 1, work.program.settings.numbers)
        jobs_work.put_off(db, job, until=until, reason=closed)
        return "put_off"
    if calls is None:
        why = "by_hand" if jobs_seen.can_be_named(work.account, work.client) else "no_address_for_client"
        jobs.move(db, account, job_id, State.APPROVED, State.BY_HAND, at=now, reason=why)
        jobs_looks.plan(db, account, job_id, job.round, sent_at=now)
        return "by_hand"
    lease = work.program.settings.numbers.lease
    jobs.move(db, account, job_id, State.APPROVED, State.SENDING, at=now, lease=lease)
    if needless := _nothing_to_call(job, looked, calls):
        jobs.move(db, account, job_id, State.SENDING, State.SENT, at=now, reason=needless)
        jobs_looks.plan(db, account, job_id, job.round, sent_at=now)
        return "sent"
    return "claimed"


def _nothing_to_call(job: Job, looked: Looked | None, calls: tuple[Planned, ...]) -> str | None:
    """Why a claimed job has no call to make after all; None where it has."""
    if looked is not None and looked.is_gone and looked.is_certain:
        # what was only not found is asked for all the same: it costs nothing where there is nothing
        return "was_gone"
    # the last of several may be none of the salon's any more: its settings were changed in between
    return "was_done" if job.calls_done >= len(calls) else None


def _take_in(db: Session, account: Account, looked: Looked | None, *, now: datetime) -> None:
    """What the look told is an event like any other."""
    today = salons_policies.today(db, account.slug, now)
    if looked is not None and looked.told is not None and today is not None:
        noes = mirror.apply(db, account, looked.told, today=today).noes
        jobs_noes.propose(db, account, noes, now=now)


def _is_alive_again(db: Session, account: Account, job: Job, looked: Looked | None) -> bool:
    """Whether a record that came back after its erasure has had activity since: a person who really returned."""
    if job.round == 1 or looked is None or looked.told is None or not jobs_drift.is_buried(db, account, job):
        return False
    told = looked.told
    return any(
        at is not None and at > job.proposed_at
        for at in (told.created_at, told.last_activity_at, told.last_visit_at, told.next_booking_at)
    )
