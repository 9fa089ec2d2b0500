"""The intent that stands before each call: committed with a fresh lease, and in the journal where the call destroys.

Whoever finds it without an outcome knows that the call may have been made.
"""

import contextlib
from dataclasses import dataclass
from datetime import datetime

from connector import database, evidence, jobs_work, journal
from connector.config import LITTLE
from connector.dispatch_work import Work
from connector.journal import Destroyed, JournalAway


@dataclass(frozen=True)
class Intent:
    """An intent as it was written down; `destroyed` is what the journal has of it, None where nothing is destroyed."""

    work: Work
    destroyed: Destroyed | None


def write(work: Work) -> Intent | None:
    """Write it down; None where somebody else has the job now. Raises JournalAway: then nothing may be destroyed."""
    program, now = work.program, work.program.now()
    head, is_mine = _commit(work, now)
    if not is_mine:
        return None
    if not work.content.kind.is_destructive:
        return Intent(work, None)
    about = _about(work, now)
    journal.keep_destroying(program.settings.journal_dir, work.account, about, head)
    return Intent(work, about) if _is_fresh(work, now) else None


def was_not_done(intent: Intent) -> None:
    """Its call was surely not done: the journal says so, if it can."""
    if intent.destroyed is None:
        return
    program, account = intent.work.program, intent.work.account
    # without it no harm is done: a replay then looks once more than it had to
    with contextlib.suppress(JournalAway):
        journal.keep_undone(program.settings.journal_dir, account, intent.destroyed, at=program.now())


def _commit(work: Work, now: datetime) -> tuple[evidence.Head | None, bool]:
    """Commit it, with a fresh lease; whether the job is still ours, and how far its chain reaches."""
    program, job = work.program, work.job
    with database.write(program.engine) as db:
        if not jobs_work.renew(db, job.id, job.attempt, now=now, lease=program.settings.numbers.lease):
            return None, False
        jobs_work.intend(db, job, now=now)
        return evidence.head(db, work.account), True


def _is_fresh(work: Work, intended: datetime) -> bool:
    """Whether the intent is of this very moment, or could be made anew.

    Who was stopped since then (a frozen machine, a disk that hung) may have been taken over, looked after and sent
    again meanwhile; whoever cannot get the job again sends nothing.
    """
    now = work.program.now()
    if now - intended <= LITTLE:
        return True
    return _commit(work, now)[1] and work.program.now() - now <= LITTLE


def _about(work: Work, now: datetime) -> Destroyed:
    job = work.job
    return Destroyed(
        salon=work.account.slug,
        client_key=job.client_key,
        job=job.id,
        kind=job.kind,
        at=now,
        round=job.round,
        call=job.calls_done,
        attempt=job.attempt,
    )
