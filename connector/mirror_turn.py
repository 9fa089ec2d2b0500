"""A salon's turn: one transaction at a time writes to its mirror; a tombstone and an event must not pass each other by.

SQLite has one writer anyhow. The lock is the evidence's own, since intake may propose jobs while it holds it.

Whoever has read the salon's account before it moved to another booking system gets no turn: what they heard is of the
old system, and its ids mean other people in the new one.
"""

from collections.abc import Iterable

from sqlmodel import Session

from connector import evidence
from connector.database_statement import Answer, Question, Statement, ask
from connector.salons import Account
from connector.salons_system import Moved

_TURN = Statement("SELECT generation FROM evidence_head WHERE salon = :salon FOR UPDATE", generation=int)
_GENERATION = Statement("SELECT generation FROM salon WHERE slug = :salon", generation=int)


def questions(db: Session, account: Account) -> list[Question]:
    """What takes the turn, to be asked before all else; where no row answers, `take_first` has to."""
    has_one_writer = db.connection().dialect.name == "sqlite"
    return [] if has_one_writer else [Question(_TURN, {"salon": account.slug})]


def take(db: Session, account: Account) -> None:
    """Wait for the turn, and have it until the transaction's end. Raises Moved."""
    turns = ask(db, *questions(db, account))
    if not turns:
        must_be_here(db, account)
    if not is_taken(account, turns):
        take_first(db, account)


def is_taken(account: Account, turns: Iterable[Answer]) -> bool:
    """Whether the turn was taken by asking; False where its row has to be made first. Raises Moved."""
    rows = [turn.rows for turn in turns]
    if any(row.generation != account.keys.generation for found in rows for row in found):
        raise Moved
    return all(rows)


def must_be_here(db: Session, account: Account) -> None:
    """See that the account is the salon's present one, where there is one writer. Raises Moved."""
    row = _GENERATION.row(db, {"salon": account.slug})
    if row is not None and row.generation != account.keys.generation:
        raise Moved


def take_first(db: Session, account: Account) -> None:
    """Take the turn of a salon that nothing was ever told of: the row that is locked is made with its first event."""
    evidence.take_turn(db, account)
