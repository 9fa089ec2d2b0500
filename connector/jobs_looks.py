"""Looks whether it really happened: at once, after a day, after thirty. Rows of their own, since days pass."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from connector.salons import Account
from connector.states import State
from connector.tables import Job, Look

#: how long after the call each look is due
AFTER = (timedelta(0), timedelta(days=1), timedelta(days=30))
LAST = len(AFTER) - 1
#: what a first look found where nobody looked: the owner said that it was done, or the booking system's maker
BY_WORD = ("owner_says", "processor_says")
#: one more, because somebody erased was told of again
EXTRA = LAST + 1
_LOOKED_AT = (State.SENT, State.PENDING, State.BY_HAND, State.VERIFIED)


@dataclass(frozen=True)
class DueLook:
    """A look that is due."""

    salon: str
    job: UUID
    nth: int


def plan(db: Session, account: Account, job_id: UUID, round_: int, *, sent_at: datetime) -> None:
    """Write down when the job's present round is to be looked at."""
    rows = [
        {"job": job_id, "round": round_, "nth": nth, "salon": account.slug, "due_at": sent_at + after}
        for nth, after in enumerate(AFTER)
    ]
    db.connection().execute(sa.insert(Look), rows)


def plan_first(db: Session, account: Account, job_id: UUID, round_: int, *, due_at: datetime) -> None:
    """The first look alone, where nothing can come back later."""
    row = {"job": job_id, "round": round_, "nth": 0, "salon": account.slug, "due_at": due_at}
    db.connection().execute(sa.insert(Look), [row])


def plan_extra(db: Session, account: Account, job_id: UUID, round_: int, *, due_at: datetime) -> None:
    """One look more than planned; where there is one already, it is made again."""
    key = {"job": job_id, "round": round_, "nth": EXTRA}
    again = (
        sa.update(Look)
        .where(col(Look.job) == job_id, col(Look.round) == round_, col(Look.nth) == EXTRA)
        .values(due_at=due_at, looked_at=None, found=None, grade=None)
    )
    if not db.connection().execute(again).rowcount:
        db.connection().execute(sa.insert(Look).values(**key, salon=account.slug, due_at=due_at))


def has_open(db: Session, job_id: UUID, round_: int) -> bool:
    """Whether a look of this round is still to be made."""
    mine = select(Look.nth).where(Look.job == job_id, Look.round == round_, col(Look.looked_at).is_(None))
    return db.exec(mine).first() is not None


#: hidden from the planner: SQLite would rather walk through every job that was ever verified than open looks
_STATE = func.coalesce(col(Job.state), State.PROPOSED)
_DUE = (
    select(Look.salon, Look.job, Look.nth)
    .join(Job, (col(Job.id) == col(Look.job)) & (col(Job.round) == col(Look.round)))
    .where(
        col(Look.looked_at).is_(None),
        col(Look.due_at) <= sa.bindparam("now"),
        _STATE.in_(_LOOKED_AT),
        (col(Look.nth) == 0) | (_STATE == State.VERIFIED),
    )
    .order_by(col(Look.due_at), col(Look.nth))
    .limit(sa.bindparam("most"))
)
_DUE_OF_SALON = _DUE.where(col(Look.salon) == sa.bindparam("salon"))


def due(db: Session, now: datetime, limit: int, *, salon: str | None = None) -> list[DueLook]:
    """Looks that are due, the oldest first; of a job that was not seen done yet only the first."""
    statement = _DUE if salon is None else _DUE_OF_SALON
    found = db.exec(statement, params={"now": now, "most": limit, "salon": salon})
    return [DueLook(*row) for row in found]


def put_off(db: Session, job_id: UUID, round_: int, nth: int, *, until: datetime) -> None:
    """Look later: there was no answer, or the system is still at it."""
    _change(db, job_id, round_, nth, {"due_at": until})


def look_by_hand_now(db: Session, account: Account, *, now: datetime) -> int:
    """Have everything looked at that was left to be done by hand, since a list came; give how much that is.

    What has only been said so far is looked at once more: the list may prove it.
    """
    waits = select(Job.id).where(Job.salon == account.slug, Job.state == State.BY_HAND)
    due = (
        sa.update(Look)
        .where(col(Look.job).in_(waits), col(Look.nth) == 0, col(Look.looked_at).is_(None))
        .values(due_at=now)
    )
    count = db.connection().execute(due).rowcount
    said = (
        select(Job.id, Job.round)
        .join(Look, (col(Job.id) == col(Look.job)) & (col(Job.round) == col(Look.round)))
        .where(Job.salon == account.slug, Job.state == State.VERIFIED, col(Job.client).is_not(None))
        .where(col(Look.nth) == 0, col(Look.found).in_(BY_WORD))
    )
    for job, round_ in db.exec(said).all():
        plan_extra(db, account, job, round_, due_at=now)
        count += 1
    return count


def count_from(db: Session, job_id: UUID, round_: int, done_at: datetime) -> None:
    """Have the later looks counted from when something was done by hand, which nobody knew when it was asked for."""
    for nth, after in enumerate(AFTER[1:], start=1):
        _change(db, job_id, round_, nth, {"due_at": done_at + after})


def record(
    db: Session, job_id: UUID, round_: int, nth: int, *, found: str, at: datetime, grade: str | None = None
) -> bool:
    """Keep what a look found, and how good a proof it is; False where another worker looked already."""
    return _change(db, job_id, round_, nth, {"looked_at": at, "found": found, "grade": grade})


def is_open(db: Session, job_id: UUID, round_: int, nth: int) -> bool:
    """Whether a look of the present round has not been made yet."""
    mine = select(Look.looked_at).where(Look.job == job_id, Look.round == round_, Look.nth == nth)
    return db.exec(mine).all() == [None]


def said(db: Session, job_id: UUID, round_: int) -> str | None:
    """How good a proof it is where it was only said that it is done; None where it was looked at."""
    first = select(Look.grade).where(Look.job == job_id, Look.round == round_, Look.nth == 0)
    return db.exec(first.where(col(Look.found).in_(BY_WORD))).first()


def sent_at(db: Session, job_id: UUID, round_: int) -> datetime:
    """When the round's last call was done."""
    last = select(Look.due_at).where(Look.job == job_id, Look.round == round_, Look.nth == LAST)
    return db.exec(last).one() - AFTER[LAST]


def _change(db: Session, job_id: UUID, round_: int, nth: int, values: dict[str, object]) -> bool:
    statement = (
        sa.update(Look)
        .where(col(Look.job) == job_id, col(Look.round) == round_, col(Look.nth) == nth)
        .where(col(Look.looked_at).is_(None))
        .values(values)
    )
    return bool(db.connection().execute(statement).rowcount)
