"""Instructions to the maker of a booking system that a salon leaves: their lists go, and what was not sent never is.

What was sent stands on, so that its answer can still be filed; its tasks have ended with the salon's other jobs.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from connector import instructions, instructions_kept
from connector.instructions_evidence import Befell
from connector.salons import Account
from connector.tables import Instruction

MOVED = "moved"


def unanswered(db: Session, account: Account) -> int:
    """How many went out, and have no answer yet."""
    return sum(row.sent_on is not None for row in _open(db, account))


def end(db: Session, account: Account, *, now: datetime) -> None:
    """Destroy the list of each, and withdraw those that were not sent. Never commits."""
    for row in _open(db, account):
        instructions.end(db, account, row, MOVED, now=now)
        if row.sent_on is None:
            instructions.close(db, account, row, Befell.WITHDRAWN, None, {"by": MOVED}, now=now)


def _open(db: Session, account: Account) -> list[Instruction]:
    statement = select(Instruction).where(Instruction.salon == account.slug, instructions_kept.OPEN)
    return list(db.exec(statement.order_by(col(Instruction.made_at), col(Instruction.id))))
