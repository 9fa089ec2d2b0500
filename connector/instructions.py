"""Instructions to a booking system's maker (GDPR art. 28(3)(a) and (e)): many tasks by hand, asked for in one letter.

The list of whom it is about is sealed under a key that only the letter's link has (`exports_seal.py`): neither the
database nor the secret key opens it. Each opening is counted before anything is given; after the last one, when its
time is over, or once the maker has answered, the sealed bytes are destroyed. A list that goes along as a file
(`instructions_attachment.py`) has no link: its token is only at hand on the page that shows the letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, select

from connector import evidence, exports_seal, instructions_evidence, sealed_links, vault
from connector.config import Numbers
from connector.instructions_evidence import Befell
from connector.jobs_listing import Listed
from connector.salons import Account
from connector.tables import InstructedTask, Instruction


@dataclass(frozen=True)
class New:
    """An instruction that was made just now; its token is nowhere else."""

    instruction: UUID
    token: str


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
    is_attached: bool = False,
) -> New:
    """Seal the list of these tasks away, and give its token, this once; no link opens one that is attached."""
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
        openings_left=0 if is_attached else numbers.package_openings,
    )
    db.add(row)
    db.flush()
    rows = [
        {"instruction": instruction, "nth": nth, "salon": account.slug, "job": one.job, "round": one.round}
        for nth, one in enumerate(tasks, start=1)
    ]
    db.connection().execute(sa.insert(InstructedTask), rows)
    told = {"owner": str(owner), "tasks": row.tasks, "ends_at": row.ends_at.isoformat()}
    told["way"] = "file" if is_attached else "link"
    instructions_evidence.tell(db, account, row, Befell.MADE, told, now=now)
    return New(instruction, token)


def is_its_token(db: Session, account: Account, instruction: UUID, token: str) -> bool:
    """Whether this is the token of an instruction, so that its letter can be written once more."""
    row = row_of(db, account, instruction)
    return row is not None and row.token_hash == vault.token_hash(token)


def open_once(db: Session, account: Account, token: str, *, now: datetime) -> bytes | None:
    """Count one opening, and give the list; the last one destroys it. None where it does not open."""
    found = sealed_links.open_once(db, Instruction, account, token, now=now)
    if found is None:
        return None
    row, body = found
    told = {"opened": row.opened, "openings_left": row.openings_left}
    instructions_evidence.tell(db, account, row, Befell.OPENED, told, now=now)
    if row.openings_left == 0:
        end(db, account, row, "count", now=now)
    return body


def attach(
    db: Session, account: Account, instruction: UUID, token: str, *, owner: UUID, now: datetime
) -> bytes | None:
    """The list for the file that goes with the letter; None where it is over, or behind a link. It costs no opening."""
    evidence.take_turn(db, account)
    row = row_of(db, account, instruction)
    if row is None or row.body is None or row.ends_at <= now or row.token_hash != vault.token_hash(token):
        return None
    if row.opened + row.openings_left:
        return None
    instructions_evidence.tell(db, account, row, Befell.ATTACHED, {"owner": str(owner)}, now=now)
    return exports_seal.opened(row.body, row.id, token)


def end(db: Session, account: Account, row: Instruction, by: str, *, now: datetime) -> bool:
    """Destroy an instruction's list; False where that was done before."""
    if not sealed_links.destroy(db, row, by, now=now):
        return False
    told = {"by": by, "opened": row.opened}
    instructions_evidence.tell(db, account, row, Befell.DESTROYED, told, now=now)
    return True


def end_all(db: Session, account: Account, by: str, *, now: datetime) -> None:
    """Destroy every list of a salon that can still be opened."""
    for row in sealed_links.standing(db, Instruction, account):
        end(db, account, row, by, now=now)


def end_over(db: Session, account: Account, *, now: datetime) -> int:
    """Destroy the lists of a salon whose time is over; give how many."""
    over = sealed_links.standing(db, Instruction, account, over_at=now)
    return sum(end(db, account, row, "time", now=now) for row in over)


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
