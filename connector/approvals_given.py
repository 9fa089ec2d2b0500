"""What an owner has said before: whether this word was given already, and why something was turned down."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.salons import Account
from connector.tables import Approval, Job

APPROVED, REJECTED = "approved", "rejected"


def count(db: Session, account: Account, job_ids: Collection[UUID], *, owner: UUID, word: str) -> int:
    """How many of these jobs stand under this word of this owner already: the same form was sent twice."""
    statement = (
        select(sa.func.count())
        .select_from(Job)
        .join(Approval, col(Approval.id) == col(Job.approval))
        .where(
            Job.salon == account.slug,
            col(Job.id).in_(tuple(job_ids)),
            Approval.owner == owner,
            Approval.word == word,
        )
    )
    return db.exec(statement).one()


def reason_of(db: Session, account: Account, job_id: UUID) -> str | None:
    """What the owner wrote when a job was turned down; None where nothing was written, or nobody turned it down."""
    statement = (
        select(Approval)
        .join(Job, col(Job.approval) == col(Approval.id))
        .where(Job.salon == account.slug, Job.id == job_id, Approval.word == REJECTED)
    )
    given = db.exec(statement).first()
    if given is None or given.reason is None:
        return None
    return account.keys.unseal(given.reason, f"approval:{given.id}").decode()
