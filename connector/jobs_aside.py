"""Taking some jobs out of a group before the rest of it is approved: they wait on, as a group of their own.

It decides nothing, and so leaves no line of evidence. It stands in the jobs' rows, not in a browser: paging on, going
back, a phone that sleeps and a second owner all find the same.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from connector.salons import Account
from connector.states import WAITING
from connector.tables import Job


def take_out(db: Session, account: Account, job_ids: Collection[UUID], *, now: datetime) -> int:
    """Set these aside, as far as they wait in a group; give how many were."""
    return _set(db, account, job_ids, now, col(Job.set_aside_at).is_(None))


def put_back(db: Session, account: Account, job_ids: Collection[UUID]) -> int:
    """Let these wait with their group again; give how many were set aside."""
    return _set(db, account, job_ids, None, col(Job.set_aside_at).is_not(None))


def _set(
    db: Session,
    account: Account,
    job_ids: Collection[UUID],
    at: datetime | None,
    still: sa.ColumnElement[bool],
) -> int:
    if not job_ids:
        return 0
    where = (
        col(Job.salon) == account.slug,
        col(Job.id).in_(tuple(job_ids)),
        col(Job.state).in_(WAITING),
        still,
    )
    changed: int = db.connection().execute(sa.update(Job).where(*where).values(set_aside_at=at)).rowcount
    return changed
