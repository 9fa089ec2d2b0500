"""6. Look: ask the booking system whether it was done; at once, after a day, after thirty.

Takes: jobs that were sent (or are to be done by hand, or are looked at again). Gives: jobs verified, pending, reopened
or stuck; a client that is gone is buried. Next: `evidence`, and `approvals` for what was reopened.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from connector import (
    capabilities,
    database,
    evidence,
    jobs,
    jobs_content,
    jobs_drift,
    jobs_looks,
    jobs_noes,
    jobs_seen,
    lookup,
    lookup_entries,
    mirror,
    mirror_unproved,
    salons,
    salons_policies,
    verify_endings,
    verify_export,
)
from connector.jobs_seen import Found
from connector.program import Program
from connector.salons import Account
from connector.salons_system import Moved
from connector.sender import CallFailed
from connector.states import State
from connector.tables import Job
from connector.verify_endings import Seen
from policies.decisions import JobKind
from webhooks.dialect import Looked

#: where something of a client is left, beside the fields of the record
ENTRY_TEXTS = "appointments.notes"


def look_due(
    program: Program, *, limit: int, salon: str | None = None, between: Callable[[], None] = lambda: None
) -> Counter[str]:
    """Make up to `limit` looks that are due, and count what came of them. Safe side by side.

    Before each, `between` is called: whoever has it end the work raises in it.
    """
    with database.read(program.engine) as db:
        found = jobs_looks.due(db, program.now(), limit, salon=salon)
    done = Counter[str]()
    for one in found:
        between()
        done[run_one(program, one.job, one.nth)] += 1
    return done


def run_one(program: Program, job_id: UUID, nth: int) -> str:
    """Make one look at a job; give a word for what came of it.

    1. Read the record, outside any transaction; without an answer, look again later.
    2. What it tells is an event like any other, and goes into the mirror.
    3. Compare it with what the job was to do; move the job and keep what was found, with evidence.
    """
    try:
        return _run_one(program, job_id, nth)
    except Moved:  # to another booking system, meanwhile: what was found in the old one is nobody's
        return "moved"


def _run_one(program: Program, job_id: UUID, nth: int) -> str:
    now = program.now()
    with database.read(program.engine) as db:
        job = db.get(Job, job_id)
        account = None if job is None else salons.account(db, program.vault, job.salon)
        client = None if job is None or account is None else jobs.client_of(account, job)
    if job is None or account is None or client is None:
        return "nothing_to_do"
    if job.kind is JobKind.EXPORT:
        return verify_export.look(program, account, job_id)
    try:
        looked, grade = _look(program, account, client, job)
    except CallFailed:
        with database.write(program.engine) as db:
            _put_off(db, job, nth, now=now)
        return "no_answer"
    with database.write(program.engine) as db:
        evidence.take_turn(db, account)
        job = jobs.row_of(db, account, job_id)
        if not jobs_looks.is_open(db, job_id, job.round, nth):
            return "looked_already"
        seen = _see(db, account, job, client, looked, nth=nth, now=now)
        if seen.found is Found.GONE and looked is not None:
            seen = replace(seen, grade=grade)
        seen = replace(seen, give_up_after=program.settings.numbers.give_up_after)
        return verify_endings.first(db, seen) if nth == 0 else verify_endings.later(db, seen)


def _look(program: Program, account: Account, client: str, job: Job) -> tuple[Looked | None, str]:
    """The record with what is beside it, and how good a proof it is; None where the client cannot be asked for."""
    can = capabilities.of(program, account)
    if "read" not in can or not jobs_seen.can_be_named(account, client):
        return None, lookup.CONFIRMED
    looked, grade = lookup.graded(program, account, client)
    content = jobs_content.read(job.content)
    return lookup_entries.beside(program, account, client, can, content, looked), grade


def _see(
    db: Session, account: Account, job: Job, client: str, looked: Looked | None, *, nth: int, now: datetime
) -> Seen:
    """What was found, and how good a proof that is."""
    if looked is not None:
        today = salons_policies.today(db, account.slug, now)
        if looked.told is not None and today is not None:
            noes = mirror.apply(db, account, looked.told, today=today).noes
            jobs_noes.propose(db, account, noes, now=now)
        found, left = jobs_seen.found(jobs_content.read(job.content), looked), looked.leftovers
        if looked.entries:
            left |= {ENTRY_TEXTS}
        is_named = found is Found.CLEAN and nth == 0 and job.left_in is not None
        if is_named:
            found, left = Found.LEFTOVERS, frozenset(json.loads(job.left_in or "[]"))
        grade = "processor_confirmed" if found is Found.CANNOT_TELL else "read_back"
        seen = Seen(account, job, client, found, grade, nth, now, is_named=is_named)
        return replace(seen, left_in=left) if found is Found.LEFTOVERS else seen
    if jobs_drift.is_told_of_again(db, account, job):
        return Seen(account, job, client, Found.THERE, "read_back", nth, now)
    said = "owner_says" if job.state is State.BY_HAND else jobs_looks.said(db, job.id, job.round)
    if jobs_drift.is_buried(db, account, job) and not (said and _is_unproved(db, account, job, client)):
        return Seen(account, job, client, Found.GONE, "absent_from_list", nth, now)
    return Seen(account, job, client, Found.CANNOT_TELL, said or lookup.CONFIRMED, nth, now)


def _is_unproved(db: Session, account: Account, job: Job, client: str) -> bool:
    """Whether no list has shown yet that a client is gone of whom it was said."""
    is_newer = jobs_drift.is_newer_than_lists(db, account, job)
    return is_newer or mirror_unproved.is_open(db, account, client, job.client_key)


def _put_off(db: Session, job: Job, nth: int, *, now: datetime) -> None:
    planned = jobs_looks.sent_at(db, job.id, job.round) + jobs_looks.AFTER[min(nth, jobs_looks.LAST)]
    jobs_looks.put_off(db, job.id, job.round, nth, until=now + jobs_seen.patience(now - planned))
