"""The look at an export: is the package there, and does it open with the link that its owner will get?"""

from uuid import UUID

from connector import database, evidence, exports, jobs, jobs_looks, jobs_moves, jobs_rounds
from connector.program import Program
from connector.salons import Account
from connector.states import State


def look(program: Program, account: Account, job_id: UUID) -> str:
    """Read the package back. One that does not open is made anew, with a new word."""
    now = program.now()
    with database.write(program.engine) as db:
        evidence.take_turn(db, account)
        job = jobs.row_of(db, account, job_id)
        if job.state is not State.SENT or not jobs_looks.is_open(db, job_id, job.round, 0):
            return "looked_already"
        is_whole = exports.is_whole(db, account, job_id)
        found = "package" if is_whole else "no_package"
        jobs_looks.record(db, job_id, job.round, 0, found=found, at=now, grade="read_back")
        told = {"found": found, "grade": "read_back", "nth": 0}
        if is_whole:
            jobs.move(db, account, job_id, State.SENT, State.VERIFIED, at=now, told=told)
            return "verified"
        key = jobs_moves.live_key(account, job.client_key, job.kind, by_no=False)
        reason = "package_does_not_open"
        jobs.move(db, account, job_id, State.SENT, State.REOPENED, at=now, told=told, reason=reason, live=key)
        jobs_rounds.begin(db, account, job, reason=reason, at=now)
    return "reopened"
