"""An export carried out: what the booking system holds is read, put beside what Ovikello holds, and sealed.

Nothing is changed anywhere, so there is no intent and nothing to look up: a worker that dies leaves the job to whoever
takes it over, and it is read anew. What was read is only ever in memory, between the answer and the sealed package.
"""

import json
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from connector import (
    capabilities,
    database,
    dispatch_export_reading,
    dispatch_sending,
    dispatch_work,
    evidence,
    exports,
    exports_document,
    jobs,
    jobs_drift,
    jobs_looks,
    jobs_seen,
    salons_policies,
)
from connector.dispatch_endings import End, Ending
from connector.dispatch_export_reading import CannotGoOn, Lost
from connector.dispatch_work import Work
from connector.exports_document import Theirs
from connector.jobs_content import Standing
from connector.sender import CallFailed
from connector.states import State

_NO_POLICY = Ending(End.DONE, "no_policy")


class _Made(NamedTuple):
    """The document as bytes, and its language."""

    body: bytes
    language: str


def start(work: Work, now: datetime) -> str:
    """Make one package; give a word for how it came out.

    A system that cannot hand anything over leaves a task by hand: the package then says that its part is missing.
    """
    try:
        can = capabilities.of(work.program, work.account)
    except CallFailed as failure:
        return dispatch_work.put_off(work, failure, now)
    if not _can(work, can):
        return _by_hand(work, now)
    with database.write(work.program.engine) as db:
        word = _claim(db, work, now)
        job = jobs.row_of(db, work.account, work.job.id)
    if word != "claimed":
        return word
    work = replace(work, job=job)
    try:
        made = _made(work, Theirs(dispatch_export_reading.read(work)))
    except CannotGoOn as why:
        return _end(work, why.ending)
    except Lost:
        return "lost"
    return _end(work, _NO_POLICY) if made is None else _keep(work, made)


def _can(work: Work, can: frozenset[str]) -> bool:
    dialect = work.account.dialect
    has_calls = dialect.export is not None and dialect.read_export is not None
    return has_calls and "export" in can and jobs_seen.can_be_named(work.account, work.client)


def _claim(db: Session, work: Work, now: datetime) -> str:
    """Take the job, where it still stands and its client is still known."""
    word = _objection(db, work, now)
    if word is not None:
        return word
    lease = work.program.settings.numbers.lease
    jobs.move(db, work.account, work.job.id, State.APPROVED, State.SENDING, at=now, lease=lease)
    return "claimed"


def _objection(db: Session, work: Work, now: datetime) -> str | None:
    """Why a job is not carried out, said in its row; None where it is."""
    account, job_id = work.account, work.job.id
    evidence.take_turn(db, account)
    job = jobs.row_of(db, account, job_id)
    if job.state is not State.APPROVED or job.attempt != work.job.attempt:
        return "taken"
    standing, because = jobs_drift.of(db, account, job, work.client, now=now)
    if standing is Standing.FOLLOWS:
        return None
    jobs.move(db, account, job_id, State.APPROVED, State.WITHDRAWN, at=now, reason=because)
    return "withdrawn"


def _made(work: Work, theirs: Theirs) -> _Made | None:
    """Read in one snapshot, and in no transaction that writes. None where no policy is in force."""
    account, now = work.account, work.program.now()
    with database.read(work.program.engine) as db:
        today = salons_policies.today(db, account.slug, now)
        policy = None if today is None else salons_policies.in_force(db, account.slug, today)
        if policy is None:
            return None
        language = work.content.language
        document = exports_document.of(db, account, work.client, policy, theirs, language=language, now=now)
    # in the order in which it is read
    body = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    return _Made(body, str(document["language"]))


def _keep(work: Work, made: _Made) -> str:
    """Seal it away, and have it looked at."""
    program, account, job = work.program, work.account, work.job
    now = program.now()
    with database.write(program.engine) as db:
        evidence.take_turn(db, account)
        if not jobs.move(
            db, account, job.id, State.SENDING, State.SENT, at=now, attempt=job.attempt, calls_done=1
        ):
            return "lost"
        exports.keep(db, account, job.id, made.body, made.language, now=now, numbers=program.settings.numbers)
        jobs_looks.plan_first(db, account, job.id, job.round, due_at=now)
    return "sent"


def _by_hand(work: Work, now: datetime) -> str:
    """What Ovikello holds is ready; what the booking system holds has to be added by somebody."""
    made = _made(work, Theirs({}, missing="by_hand"))
    program, account, job = work.program, work.account, work.job
    why = "by_hand" if jobs_seen.can_be_named(account, work.client) else "no_address_for_client"
    with database.write(program.engine) as db:
        word = _objection(db, work, now)
        if word is not None or made is None:
            return word or "taken"
        jobs.move(db, account, job.id, State.APPROVED, State.BY_HAND, at=now, reason=why)
        exports.keep(db, account, job.id, made.body, made.language, now=now, numbers=program.settings.numbers)
    return "by_hand"


def _end(work: Work, ending: Ending) -> str:
    """Later, stuck, or nothing to hand over: then the job is taken back with its reason."""
    program, account, job = work.program, work.account, work.job
    now = program.now()
    with database.write(program.engine) as db:
        evidence.take_turn(db, account)
        if ending.end is End.DONE:
            new, changes = State.APPROVED, jobs.Changes(reason=ending.reason)
        else:
            new, changes = dispatch_sending.after(job, ending, now, program.settings.numbers)
        if not jobs.move(db, account, job.id, State.SENDING, new, at=now, attempt=job.attempt, **changes):
            return "lost"
        if ending.end is End.DONE:
            jobs.move(db, account, job.id, State.APPROVED, State.WITHDRAWN, at=now, reason=ending.reason)
            return "withdrawn"
    return new.value
