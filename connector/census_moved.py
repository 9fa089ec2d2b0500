"""What became of a salon's move: who of the earlier booking system was found in this one, and who is waited for."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import census_olds, vault_ids
from connector.mirror_graves import LATE
from connector.salons import Account
from connector.tables import Merge


@dataclass(frozen=True)
class Move:
    """A move, as it stands now: `until` is None before this booking system's first whole list has come."""

    at: datetime
    found: int
    waiting: int
    until: datetime | None
    is_over: bool


def of(db: Session, account: Account, *, now: datetime) -> Move | None:
    """The salon's last move; None where it never moved."""
    if account.moved_at is None:
        return None
    until = None if account.awaits_list else account.connected_at + LATE
    is_over = until is not None and now >= until
    return Move(account.moved_at, _found(db, account), census_olds.waiting(db, account), until, is_over)


def _found(db: Session, account: Account) -> int:
    """How many clients of this system are known from an earlier one."""

    def is_left(column: str) -> sa.ColumnElement[bool]:
        return sa.func.substr(col(column), 1, 1) == vault_ids.MARK

    found = sa.select(sa.func.count(sa.distinct(col(Merge.into)))).where(
        col(Merge.salon) == account.slug, is_left(Merge.client), ~is_left(Merge.into)
    )
    return db.connection().execute(found).scalar_one()
