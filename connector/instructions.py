"""Instructions to a booking system's maker (GDPR art. 28(3)(a) and (e)): many tasks by hand, asked for in one letter.

The list of whom it is about is sealed under a key that only the letter's link has (`exports_seal.py`): neither the
database nor the secret key opens it. Each opening is counted before anything is given; after the last one, when its
time is over, or once the maker has answered, the sealed bytes are destroyed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence, exports_seal, instructions_evidence, vault
from connector.config import Numbers
from connector.instructions_evidence import Befell
from connector.jobs_listing import Listed
from connector.salons import Account
from connector.tables import InstructedTask, Instruction

_OPENABLE = (col(Instruction.body).is_not(None), col(Instruction.openings_left) > 0)


@dataclass(frozen=True)
class Linked:
    """A list that a link leads to, and that can still be opened."""

    salon: str
    language: str
    ends_at: datetime
    openings_left: int


@dataclass(frozen=True)
class New:
    """An instruction that was made just now; its link's token is nowhere else."""

    instruction: UUID
    token: str
    ends_at: datetime
    openings: int
    digest: str


def keep(
    db: Session,
    account: Account,
    tasks: Sequence[Listed],
    body: bytes,
    *,
    digest: str,
    language: str,
    owner: UUID,
    now: datetime,
    numbers: Numbers,
) -> New:
    """Seal the list of these tasks away, and give its link's token, this once."""
    token, instruction = exports_seal.new_token(), uuid4()
    row = Instruction(
        id=instruction,
        salon=account.slug,
        owner=owner,
        digest=digest,
        tasks=len(tasks),
        language=language,
        token_hash=vault.token_hash(token),
        body=exports_seal.shut(body, instruction, token),
        made_at=now,
        ends_at=now + numbers.package_for,
        openings_left=numbers.package_openings,
    )
    db.add(row)
    db.flush()
    rows = [
        {"instruction": instruction, "nth": nth, "salon": account.slug, "job": one.job, "round": one.round}
        for nth, one in enumerate(tasks, start=1)
    ]
    db.connection().execute(sa.insert(InstructedTask), rows)
    told = {"owner": str(owner), "tasks": row.tasks, "ends_at": row.ends_at.isoformat()}
    instructions_evidence.tell(db, account, row, Befell.MADE, told, now=now)
    return New(instruction, token, row.ends_at, row.openings_left, digest)


def is_its_token(db: Session, account: Account, instruction: UUID, token: str) -> bool:
    """Whether this is the token of an instruction's link, so that its letter can be written once more."""
    row = row_of(db, account, instruction)
    return row is not None and row.token_hash == vault.token_hash(token)


def find(db: Session, token: str, *, now: datetime) -> Linked | None:
    """What a link leads to; None where it leads to no list, or to none any more."""
    if not exports_seal.is_token(token):
        return None
    row = db.exec(
        select(Instruction).where(
            Instruction.token_hash == vault.token_hash(token), *_OPENABLE, Instruction.ends_at > now
        )
    ).first()
    return None if row is None else Linked(row.salon, row.language, row.ends_at, row.openings_left)


def open_once(db: Session, account: Account, token: str, *, now: datetime) -> bytes | None:
    """Count one opening, and give the list; the last one destroys it. None where it does not open."""
    evidence.take_turn(db, account)
    hashed = vault.token_hash(token)
    counted = (
        sa.update(Instruction)
        .where(col(Instruction.token_hash) == hashed, col(Instruction.salon) == account.slug)
        .where(*_OPENABLE, col(Instruction.ends_at) > now)
        .values(
            opened=col(Instruction.opened) + 1,
            openings_left=col(Instruction.openings_left) - 1,
            opened_at=now,
        )
    )
    if not db.connection().execute(counted).rowcount:
        return None
    found = select(Instruction).where(Instruction.token_hash == hashed)
    row = db.exec(found.execution_options(populate_existing=True)).one()
    body = exports_seal.opened(row.body, row.id, token)
    told = {"opened": row.opened, "openings_left": row.openings_left}
    instructions_evidence.tell(db, account, row, Befell.OPENED, told, now=now)
    if row.openings_left == 0:
        end(db, account, row, "count", now=now)
    return body


def end(db: Session, account: Account, row: Instruction, by: str, *, now: datetime) -> bool:
    """Destroy an instruction's list; False where that was done before."""
    ended = (
        sa.update(Instruction)
        .where(col(Instruction.id) == row.id, col(Instruction.body).is_not(None))
        .values(ended_at=now, ended_by=by, body=None)
    )
    if not db.connection().execute(ended).rowcount:
        return False
    told = {"by": by, "opened": row.opened}
    instructions_evidence.tell(db, account, row, Befell.DESTROYED, told, now=now)
    return True


def end_all(db: Session, account: Account, by: str, *, now: datetime, over: bool = False) -> int:
    """Destroy every list of a salon that can still be opened, or those whose time is over; give how many."""
    statement = select(Instruction).where(
        Instruction.salon == account.slug, col(Instruction.body).is_not(None)
    )
    if over:
        statement = statement.where(Instruction.ends_at <= now)
    rows = db.exec(statement.execution_options(populate_existing=True)).all()
    return sum(end(db, account, row, by, now=now) for row in rows)


def salons_with_over(db: Session, now: datetime, *, salon: str | None = None) -> list[str]:
    """The salons with a list whose time is over."""
    statement = select(Instruction.salon).where(
        col(Instruction.body).is_not(None), col(Instruction.ends_at) <= now
    )
    if salon is not None:
        statement = statement.where(Instruction.salon == salon)
    return list(db.exec(statement.distinct()))


def sent(db: Session, account: Account, instruction: UUID, *, on: date, owner: UUID, now: datetime) -> bool:
    """The owner says that it went out on a day; False where that was said before, or it is over."""
    evidence.take_turn(db, account)
    row = row_of(db, account, instruction)
    if row is None or row.closed_at is not None or row.sent_on is not None:
        return False
    row.sent_on = on
    db.add(row)
    told = {"owner": str(owner), "on": on.isoformat()}
    instructions_evidence.tell(db, account, row, Befell.SENT, told, now=now)
    return True


def withdraw(db: Session, account: Account, instruction: UUID, *, owner: UUID, now: datetime) -> bool:
    """It does not go out after all: its list is destroyed, and its tasks are done by hand; False where it went out."""
    evidence.take_turn(db, account)
    row = row_of(db, account, instruction)
    if row is None or row.closed_at is not None or row.sent_on is not None:
        return False
    end(db, account, row, "owner", now=now)
    close(db, account, row, Befell.WITHDRAWN, None, {"owner": str(owner)}, now=now)
    return True


def close(
    db: Session,
    account: Account,
    row: Instruction,
    befell: Befell,
    on: date | None,
    told: dict[str, object],
    *,
    now: datetime,
) -> None:
    """Nothing more is waited for: the maker answered, or it never went out."""
    row.answer, row.answered_on, row.closed_at = befell.value, on, now
    db.add(row)
    db.flush()
    instructions_evidence.tell(db, account, row, befell, told, now=now)


def row_of(db: Session, account: Account, instruction: UUID) -> Instruction | None:
    """An instruction of this salon as it stands in this transaction."""
    statement = select(Instruction).where(Instruction.id == instruction, Instruction.salon == account.slug)
    return db.exec(statement.execution_options(populate_existing=True)).first()
