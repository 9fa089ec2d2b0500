"""A salon's turn: one transaction at a time writes to its mirror; a tombstone and an event must not pass each other by.

SQLite has one writer anyhow. The lock is the evidence's own, since intake may propose jobs while it holds it.
"""

from sqlmodel import Session

from connector import evidence
from connector.database_statement import Question, Statement, ask
from connector.salons import Account

_TURN = Statement("SELECT 1 FROM evidence_head WHERE salon = :salon FOR UPDATE", one=int)


def questions(db: Session, account: Account) -> list[Question]:
    """What takes the turn, to be asked before all else; where no row answers, `take_first` has to."""
    has_one_writer = db.connection().dialect.name == "sqlite"
    return [] if has_one_writer else [Question(_TURN, {"salon": account.slug})]


def take(db: Session, account: Account) -> None:
    """Wait for the turn, and have it until the transaction's end."""
    if any(not turn.rows for turn in ask(db, *questions(db, account))):
        take_first(db, account)


def take_first(db: Session, account: Account) -> None:
    """Take the turn of a salon that nothing was ever told of: the row that is locked is made with its first event."""
    evidence.take_turn(db, account)
