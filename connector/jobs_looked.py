"""A job's looks as a page shows them: when each is due, what it found once it was made, and what all of them prove."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import jobs_looks, proofs
from connector.proofs import Proof
from connector.states import State
from connector.tables import Job, Look

#: of a job that is done: a look of its present round saw it, and did not only hear of it
WAS_SEEN = (
    select(Look.job)
    .where(Look.job == Job.id, Look.round == Job.round, col(Look.found).not_in(sorted(proofs.UNSEEN)))
    .where(sa.or_(col(Look.grade).is_(None), col(Look.grade).in_([one.value for one in proofs.SEEN])))
    .correlate(Job)
    .exists()
)
#: so many jobs are named in a statement; of more, all of the salon's are read
_SOME = 500


@dataclass(frozen=True)
class Looked:
    """One look; `looked_at` is None while it is still to be made; `grade` is how good a proof it is."""

    nth: int
    due_at: datetime
    looked_at: datetime | None
    found: str | None
    grade: str | None = None

    @property
    def proof(self) -> Proof | None:
        """What it proves; None where it is still to be made, or showed that it is not done."""
        return proofs.of_look(self.found, self.grade)

    @property
    def is_seen(self) -> bool:
        """Whether it saw that it is done."""
        return self.proof is not None and self.proof.is_seen


def of(db: Session, job_id: UUID, round_: int) -> list[Looked]:
    """A round's looks, in order."""
    statement = select(Look).where(Look.job == job_id, Look.round == round_).order_by(col(Look.nth))
    return [_looked(row) for row in db.exec(statement)]


def of_all(db: Session, job_ids: Iterable[UUID]) -> dict[UUID, list[Looked]]:
    """The looks of several jobs, each of its present round, in one statement."""
    statement = (
        select(Look)
        .join(Job, (col(Job.id) == col(Look.job)) & (col(Job.round) == col(Look.round)))
        .where(col(Look.job).in_(list(job_ids)))
        .order_by(col(Look.nth))
    )
    found: dict[UUID, list[Looked]] = {}
    for row in db.exec(statement):
        found.setdefault(row.job, []).append(_looked(row))
    return found


def proofs_of(db: Session, salon: str, job_ids: Collection[UUID]) -> dict[UUID, Proof]:
    """How it is known of each of these that it is done, in one statement."""
    made = (
        select(Look.job, Look.found, Look.grade)
        .join(Job, (col(Job.id) == col(Look.job)) & (col(Job.round) == col(Look.round)))
        .where(Job.salon == salon, Job.state == State.VERIFIED, col(Look.found).is_not(None))
        .order_by(col(Look.nth))
    )
    if len(job_ids) <= _SOME:
        made = made.where(col(Look.job).in_(job_ids))
    looks: dict[UUID, list[tuple[str | None, str | None]]] = {}
    for job, found, grade in db.exec(made):
        looks.setdefault(job, []).append((found, grade))
    best = {job: proofs.best(told) for job, told in looks.items()}
    return {job: proof for job, proof in best.items() if proof is not None}


def done_by_hand(db: Session, salon: str, *, since: datetime) -> list[UUID]:
    """What was done by hand since then, the latest first; not what came back."""
    first = (
        select(Look.job)
        .join(Job, (col(Job.id) == col(Look.job)) & (col(Job.round) == col(Look.round)))
        .where(Look.salon == salon, col(Look.nth) == 0, col(Look.looked_at) >= since)
        .where(col(Look.found).in_(jobs_looks.BY_WORD) | (col(Look.grade) == Proof.ABSENT.value))
        .order_by(col(Look.looked_at).desc())
    )
    return list(dict.fromkeys(db.exec(first)))


def _looked(row: Look) -> Looked:
    return Looked(row.nth, row.due_at, row.looked_at, row.found, row.grade)
