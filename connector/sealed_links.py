"""What lies sealed behind a link: found by the link's token, each opening counted, its bytes destroyed at its end.

For copies of a client's details (`exports`) and for lists of an instruction (`instructions`); what befell theirs they
write into the evidence themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence, exports_seal, vault
from connector.salons import Account
from connector.tables import Instruction, Package

S = TypeVar("S", Package, Instruction)


@dataclass(frozen=True)
class Linked:
    """What a link leads to, while it can still be opened."""

    salon: str
    language: str
    ends_at: datetime
    openings_left: int


def find(db: Session, kind: type[S], token: str, *, now: datetime) -> Linked | None:
    """What a link leads to; None where it leads nowhere, or nowhere any more."""
    if not exports_seal.is_token(token):
        return None
    wanted = select(kind).where(col(kind.token_hash) == vault.token_hash(token), *_opens(kind, now))
    row = db.exec(wanted).first()
    return None if row is None else Linked(row.salon, row.language, row.ends_at, row.openings_left)


def open_once(
    db: Session, kind: type[S], account: Account, token: str, *, now: datetime
) -> tuple[S, bytes] | None:
    """Count one opening, and give the row with what is in it; None where it does not open. Takes the salon's turn.

    The count is one conditional update, so that of two clicks at once on the last opening one gets nothing.
    """
    evidence.take_turn(db, account)
    its = (col(kind.token_hash) == vault.token_hash(token), col(kind.salon) == account.slug)
    counted = (
        sa.update(kind)
        .where(*its, *_opens(kind, now))
        .values(opened=col(kind.opened) + 1, openings_left=col(kind.openings_left) - 1, opened_at=now)
    )
    if not db.connection().execute(counted).rowcount:
        return None
    row = db.exec(select(kind).where(*its).execution_options(populate_existing=True)).one()
    return row, exports_seal.opened(row.body, row.id, token)


def destroy(
    db: Session,
    row: Package | Instruction,
    by: str,
    *,
    now: datetime,
    also: Mapping[str, object] = MappingProxyType({}),
) -> bool:
    """Destroy what lies there, and say by what; False where that was done before. `also` is set with it."""
    kind = type(row)
    ended = sa.update(kind).where(col(kind.id) == row.id, col(kind.body).is_not(None))
    told = {"ended_at": now, "ended_by": by, "body": None, **also}
    return bool(db.connection().execute(ended.values(told)).rowcount)


def standing(db: Session, kind: type[S], account: Account, *, over_at: datetime | None = None) -> list[S]:
    """Whatever of a salon lies sealed as of this transaction; or only what is over at a moment."""
    wanted = select(kind).where(col(kind.salon) == account.slug, col(kind.body).is_not(None))
    if over_at is not None:
        wanted = wanted.where(col(kind.ends_at) <= over_at)
    return list(db.exec(wanted.order_by(col(kind.ends_at)).execution_options(populate_existing=True)))


def salons_with_over(db: Session, kind: type[S], now: datetime, *, salon: str | None = None) -> list[str]:
    """The salons of which something lies sealed whose time is over."""
    wanted = select(kind.salon).where(col(kind.body).is_not(None), col(kind.ends_at) <= now)
    if salon is not None:
        wanted = wanted.where(col(kind.salon) == salon)
    return list(db.exec(wanted.distinct()))


def _opens(kind: type[S], now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (col(kind.body).is_not(None), col(kind.openings_left) > 0, col(kind.ends_at) > now)
