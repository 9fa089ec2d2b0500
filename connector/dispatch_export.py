"""An export carried out: what the booking system holds is read, put beside what Ovikello holds, and sealed.

Nothing is changed anywhere, so there is no intent and nothing to look up: a worker that dies leaves the job to whoever
takes it over, and it is read anew. What was read is only ever in memory, between the answer and the sealed package.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from connector import (
    capabilities,
    database,
    dispatch_endings,
    dispatch_sending,
    evidence,
    exports,
    exports_document,
    facts_group,
    jobs,
    jobs_drift,
    jobs_looks,
    jobs_seen,
    jobs_work,
    lookup,
    salons_policies,
)
from connector.dispatch_endings import End
from connector.dispatch_sending import Work
from connector.exports_document import Theirs
from connector.jobs_content import Standing
from connector.sender import CallFailed
from connector.states import State
from webhooks.calls import Reply
from webhooks.errors import NotUnderstood

#: reasons: nothing is there to be handed over; an answer that says nothing; no whole answer
GONE, NOT_UNDERSTOOD, NO_ANSWER = "gone_before_export", "export_not_understood", "export_failed"
_BROKE_OFF = frozenset({"no_answer_in_time", "connection_lost", "stood_still"})


class _Ended(Exception):
    """The export cannot go on now: where the job goes from here, and why."""

    def __init__(self, end: End, reason: str, wait: timedelta | None = None) -> None:
        super().__init__(reason)
        self.end = end
        self.reason = reason
        self.wait = wait


class _Lost(Exception):
    """Somebody else has the job now."""


def start(work: Work, now: datetime) -> str:
    """Make one package; give a word for how it came out.

    A system that cannot hand anything over leaves a task by hand: the package then says that its part is missing.
    """
    try:
        can = capabilities.of(work.program, work.account)
    except CallFailed as failure:
        return dispatch_sending.put_off(work, failure, now)
    if not _can(work, can):
        return _by_hand(work, now)
    with database.write(work.program.engine) as db:
        word = _claim(db, work, now)
        job = jobs.row_of(db, work.account, work.job.id)
    if word != "claimed":
        return word
    work = Work(work.program, work.account, job, work.client, work.content)
    try:
        body, language = _made(work, Theirs(_read(work)))
    except _Ended as ended:
        return _end(work, ended)
    except _Lost:
        return "lost"
    return _keep(work, body, language)


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


def _read(work: Work) -> dict[str, dict[str, object]]:
    """What the booking system holds, under each of the client's ids. Raises _Ended where that cannot be told.

    An id that was merged into another is there no more; the client is gone only where all of them are.
    """
    with database.read(work.program.engine) as db:
        group = facts_group.read(db, work.account.slug, work.client)
    told: dict[str, dict[str, object]] = {}
    not_found = []
    for client in (group.root, *(one for one in group.ids if one != group.root)):
        if not jobs_seen.can_be_named(work.account, client):
            continue
        _hold_on(work)
        reply = _ask(work, client)
        if reply.status in {404, 410}:
            not_found += [client] * (reply.status == 404)
            continue
        told[client] = _understood(work, reply)
    if not told:
        _believe(work, not_found)
        raise _Ended(End.DONE, GONE)
    return told


def _hold_on(work: Work) -> None:
    """A lease for each reading: of a client with many ids they may take longer together than one lease lasts."""
    program, job = work.program, work.job
    lease = program.settings.numbers.lease
    with database.write(program.engine) as db:
        if not jobs_work.renew(db, job.id, job.attempt, now=program.now(), lease=lease):
            raise _Lost


def _ask(work: Work, client: str) -> Reply:
    export = work.account.dialect.export
    assert export is not None  # noqa: S101 - looked at before
    try:
        reply = work.program.send(work.account, export(client))
    except CallFailed as failure:
        raise _failed(failure) from None
    numbers = work.program.settings.numbers
    ending = dispatch_endings.of_reply(reply, work.program.now(), numbers.first_retry)
    if ending.end is End.UNKNOWN:  # a reading that broke changed nothing: it is made again
        raise _Ended(End.LATER, NO_ANSWER)
    if ending.end is not End.DONE:
        raise _Ended(ending.end, ending.reason or NO_ANSWER, ending.wait)
    return reply


def _understood(work: Work, reply: Reply) -> dict[str, object]:
    read = work.account.dialect.read_export
    assert read is not None  # noqa: S101 - looked at before
    try:
        return dict(read(reply))
    except NotUnderstood:
        raise _Ended(End.STUCK, NOT_UNDERSTOOD) from None


def _believe(work: Work, not_found: list[str]) -> None:
    """A broken address says 404 of everybody: it is believed only where somebody else can be read."""
    if not not_found:
        return
    try:
        lookup.prove(work.program, work.account, frozenset(not_found))
    except CallFailed as failure:
        raise _failed(failure) from None


def _failed(failure: CallFailed) -> _Ended:
    if failure.permanent:
        return _Ended(End.STUCK, failure.reason)
    wait = None if failure.retry_after is None else timedelta(seconds=failure.retry_after)
    return _Ended(End.LATER, NO_ANSWER if failure.reason in _BROKE_OFF else failure.reason, wait)


def _made(work: Work, theirs: Theirs) -> tuple[bytes, str]:
    """The document as bytes, and its language. Read in one snapshot, and in no transaction that writes."""
    with database.read(work.program.engine) as db:
        document = _document(db, work, theirs)
    if document is None:
        raise _Ended(End.DONE, "no_policy")
    body = json.dumps(
        document, ensure_ascii=False, allow_nan=False
    ).encode()  # in the order in which it is read
    return body, str(document["language"])


def _document(db: Session, work: Work, theirs: Theirs) -> dict[str, Any] | None:
    now = work.program.now()
    today = jobs_drift.today_of(db, work.account, now)
    policy = None if today is None else salons_policies.in_force(db, work.account.slug, today)
    if policy is None:
        return None
    language = work.content.language
    return exports_document.of(db, work.account, work.client, policy, theirs, language=language, now=now)


def _keep(work: Work, body: bytes, language: str) -> str:
    """Seal it away, and have it looked at."""
    program, account, job = work.program, work.account, work.job
    now = program.now()
    with database.write(program.engine) as db:
        evidence.take_turn(db, account)
        done = {"attempt": job.attempt, "calls_done": 1}
        if not jobs.move(db, account, job.id, State.SENDING, State.SENT, at=now, **done):  # type: ignore[arg-type]
            return "lost"
        exports.keep(db, account, job, body, language, now=now, numbers=program.settings.numbers)
        jobs_looks.plan_first(db, account, job.id, job.round, due_at=now)
    return "sent"


def _by_hand(work: Work, now: datetime) -> str:
    """What Ovikello holds is ready; what the booking system holds has to be added by somebody."""
    try:
        body, language = _made(work, Theirs({}, missing="by_hand"))
    except _Ended:
        body, language = b"", ""
    why = "by_hand" if jobs_seen.can_be_named(work.account, work.client) else "no_address_for_client"
    with database.write(work.program.engine) as db:
        word = _objection(db, work, now)
        if word is not None or not body:
            return word or "taken"
        job = jobs.row_of(db, work.account, work.job.id)
        jobs.move(db, work.account, job.id, State.APPROVED, State.BY_HAND, at=now, reason=why)
        numbers = work.program.settings.numbers
        exports.keep(db, work.account, job, body, language, now=now, numbers=numbers)
    return "by_hand"


def _end(work: Work, ended: _Ended) -> str:
    """Later, stuck, or nothing to hand over: then the job is taken back with its reason."""
    program, account, job = work.program, work.account, work.job
    now, numbers = program.now(), program.settings.numbers
    failures = job.failures + 1
    is_late = job.approved_at is not None and now - job.approved_at > numbers.give_up_after
    with database.write(program.engine) as db:
        evidence.take_turn(db, account)
        if ended.end is End.STUCK or (ended.end is End.LATER and is_late):
            reason = ended.reason if ended.end is End.STUCK else "gave_up"
            new, changes = State.STUCK, jobs.Changes(reason=reason, failures=failures)
        else:
            due_at = now + (ended.wait or jobs_work.delay(failures, numbers))
            changes = jobs.Changes(reason=ended.reason, failures=failures, due_at=due_at)
            new = State.APPROVED
        if not jobs.move(db, account, job.id, State.SENDING, new, at=now, attempt=job.attempt, **changes):
            return "lost"
        if ended.end is End.DONE:
            jobs.move(db, account, job.id, State.APPROVED, State.WITHDRAWN, at=now, reason=ended.reason)
            return "withdrawn"
    return new.value
