"""Which jobs are not over yet: they live, or a look at them is still to be made. Their evidence is not pruned."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.salons import Account
from connector.states import LIVE, State
from connector.tables import Job, Look


def among(db: Session, account: Account, ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these jobs of a salon that are not over yet."""
    if not ids:
        return frozenset()
    is_looked_at = (
        select(Look.job)
        .where(Look.job == Job.id, Look.round == Job.round, col(Look.looked_at).is_(None))
        .exists()
    )
    unfinished = col(Job.state).in_(LIVE) | ((col(Job.state) == State.VERIFIED) & is_looked_at)
    # by their ids alone: a database may take the index on salons instead, and read all that a salon ever did
    statement = sa.select(col(Job.id), col(Job.salon)).where(col(Job.id).in_(ids), unfinished)
    rows = db.connection().execute(statement)
    return frozenset(job for job, salon in rows if salon == account.slug)
