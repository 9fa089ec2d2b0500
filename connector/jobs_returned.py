"""Somebody erased is told of again: whether the record is really back is for a look to find out, not for an event."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import jobs_looks, jobs_moves
from connector.salons import Account
from connector.states import State
from connector.tables import Job
from policies.decisions import JobKind


def look_again(db: Session, account: Account, clients: Iterable[str], *, now: datetime) -> int:
    """Have the jobs that erased these clients looked at once more, now; give how many.

    The client's id, which the event brought, is sealed into the job again for as long as that takes. Where it
    is gone after all (a late or a wrong event), nothing comes of it.
    """
    count = 0
    for client in sorted(set(clients)):
        erased = (
            select(Job)
            .where(
                Job.salon == account.slug,
                Job.client_key == account.keys.client_key(client),
                Job.kind == JobKind.ERASE,
                Job.state == State.VERIFIED,
            )
            .order_by(col(Job.moved_at).desc())
        )
        job = db.exec(erased).first()
        if job is None:
            continue
        sealed = account.keys.seal(client.encode(), jobs_moves.place(job.id))
        db.connection().execute(sa.update(Job).where(col(Job.id) == job.id).values(client=sealed))
        jobs_looks.plan_extra(db, account, job.id, job.round, due_at=now)
        count += 1
    return count
