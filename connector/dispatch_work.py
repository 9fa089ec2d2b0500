"""A job that a worker has opened: all that is needed to carry it out, and leaving it for later."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector import database, jobs_work
from connector.jobs_content import Content
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.tables import Job
from webhooks.dialect import Looked


@dataclass(frozen=True)
class Work:
    """A job, opened: its salon, its client's id, what it says."""

    program: Program
    account: Account
    job: Job
    client: str
    content: Content
    was_called: bool = False  # its present call has gone out before
    before: Looked | None = field(default=None, repr=False)  # the record as it was read before the calls


def put_off(work: Work, failure: CallFailed, now: datetime) -> str:
    """The booking system could not even be asked: the state stays, and it is tried again later."""
    asked = None if failure.retry_after is None else timedelta(seconds=failure.retry_after)
    until = now + (asked or jobs_work.delay(work.job.failures + 1, work.program.settings.numbers))
    with database.write(work.program.engine) as db:
        done = jobs_work.put_off(db, work.job, until=until, reason=failure.reason)
    return "put_off" if done else "taken"
