"""What became of instructions, as their owner sees it: which tasks each lists, and which wait for an answer."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import instructions
from connector.salons import Account
from connector.states import State
from connector.tables import InstructedTask, Instruction, Job

#: so many stand on a page, the newest first
MOST = 12
#: one that never went out is over with its list
OPEN = col(Instruction.closed_at).is_(None) & (
    col(Instruction.sent_on).is_not(None) | col(Instruction.body).is_not(None)
)
#: a listed task's job, while it is in the round in which it was listed
_ITS_ROUND = (col(Job.id) == col(InstructedTask.job)) & (col(Job.round) == col(InstructedTask.round))


@dataclass(frozen=True)
class Kept:
    """An instruction as its owner sees it; `reason` is what the maker wrote."""

    instruction: UUID
    tasks: int
    language: str
    digest: str
    made_at: datetime
    ends_at: datetime
    opened: int
    openings_left: int
    opened_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    sent_on: date | None
    answer: str | None
    answered_on: date | None
    closed_at: datetime | None
    reason: str | None

    @property
    def is_attached(self) -> bool:
        """Whether its list goes along as a file: no link opens it, or ever did."""
        return self.opened + self.openings_left == 0

    @property
    def is_open(self) -> bool:
        """Whether it waits to go out, or for its answer."""
        return self.closed_at is None and (self.sent_on is not None or self.ended_at is None)

    @property
    def is_unsaid(self) -> bool:
        """Whether it may have gone out, and nobody said so: its list is there still, or somebody read it."""
        return self.closed_at is None and self.sent_on is None and (self.ended_at is None or self.opened > 0)

    @property
    def waits(self) -> bool:
        """Whether it went out, and no answer was filed."""
        return self.sent_on is not None and self.closed_at is None


@dataclass(frozen=True)
class Row:
    """One row of an instruction's list."""

    nth: int
    job: UUID
    round: int


def listed(db: Session, account: Account) -> list[Kept]:
    """A salon's instructions, the newest first."""
    statement = select(Instruction).where(Instruction.salon == account.slug)
    newest = statement.order_by(col(Instruction.made_at).desc(), col(Instruction.id)).limit(MOST)
    return [_kept(account, row) for row in db.exec(newest)]


def of(db: Session, account: Account, instruction: UUID) -> Kept | None:
    """One of them."""
    row = instructions.row_of(db, account, instruction)
    return None if row is None else _kept(account, row)


def rows(db: Session, account: Account, instruction: UUID) -> list[Row]:
    """What an instruction lists, in its order."""
    statement = select(InstructedTask).where(
        InstructedTask.salon == account.slug, InstructedTask.instruction == instruction
    )
    return [Row(one.nth, one.job, one.round) for one in db.exec(statement.order_by(col(InstructedTask.nth)))]


def done(db: Session, account: Account, instruction: UUID) -> list[UUID]:
    """The tasks of an instruction that are done, in the round in which it lists them."""
    statement = (
        select(InstructedTask.job)
        .join(Job, _ITS_ROUND)
        .where(InstructedTask.salon == account.slug, InstructedTask.instruction == instruction)
        .where(Job.state == State.VERIFIED)
    )
    return list(db.exec(statement.order_by(col(InstructedTask.nth))))


def tasks_in_open(db: Session, account: Account, *, only_sent: bool = False) -> set[UUID]:
    """The tasks by hand that stand in an instruction that is to go out, or waits for its answer."""
    statement = (
        select(InstructedTask.job)
        .join(Instruction, col(Instruction.id) == col(InstructedTask.instruction))
        .join(Job, _ITS_ROUND)
        .where(InstructedTask.salon == account.slug, OPEN, Job.state == State.BY_HAND)
    )
    if only_sent:
        statement = statement.where(col(Instruction.sent_on).is_not(None))
    return set(db.exec(statement))


def of_task(db: Session, account: Account, job: UUID) -> Kept | None:
    """The newest instruction that lists a task in its present round, but for one that never went out."""
    statement = (
        select(Instruction)
        .join(InstructedTask, col(InstructedTask.instruction) == col(Instruction.id))
        .join(Job, _ITS_ROUND)
        .where(Instruction.salon == account.slug, InstructedTask.job == job)
        .where(sa.or_(OPEN, col(Instruction.sent_on).is_not(None)))
        .order_by(col(Instruction.made_at).desc())
    )
    row = db.exec(statement).first()
    return None if row is None else _kept(account, row)


def _kept(account: Account, row: Instruction) -> Kept:
    reason = None if row.reason is None else account.keys.unseal(row.reason, place(row.id)).decode()
    return Kept(
        row.id,
        row.tasks,
        row.language,
        row.digest,
        row.made_at,
        row.ends_at,
        row.opened,
        row.openings_left,
        row.opened_at,
        row.ended_at,
        row.ended_by,
        row.sent_on,
        row.answer,
        row.answered_on,
        row.closed_at,
        reason,
    )


def place(instruction: UUID) -> str:
    """The context under which what the maker wrote is sealed."""
    return f"instruction:{instruction}"
