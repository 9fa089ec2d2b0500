"""A new round of a job: what was not done after all is proposed anew, with the same content."""

from datetime import datetime

from sqlmodel import Session

from connector import jobs_moves
from connector.salons import Account
from connector.states import State
from connector.tables import Job


def begin(db: Session, account: Account, job: Job, *, reason: str, at: datetime) -> None:
    """A reopened job asks for a word anew, and its calls get idempotency keys of the new round."""
    jobs_moves.move(
        db,
        account,
        job.id,
        State.REOPENED,
        State.PROPOSED,
        at=at,
        reason=reason,
        round=job.round + 1,
        calls_done=0,
        failures=0,
        approval=None,
        approved_at=None,
        expires_at=None,
    )
