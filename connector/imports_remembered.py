"""What is remembered of the lists that a salon brings in: what their columns are, and when each kind last came."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import vault_ids
from connector.salons import Account
from connector.tables import BroughtList
from webhooks.imports.columns import Column
from webhooks.imports.fields import Field, Kind


def columns(db: Session, account: Account, kind: Kind) -> dict[str, Field | None]:
    """What each header was said to be, the last time that a list of this kind was taken."""
    row = db.get(BroughtList, (account.slug, kind.value))
    if row is None:
        return {}
    said: Mapping[str, str | None] = json.loads(account.keys.unseal(row.columns, _place(kind)))
    return {header: None if word is None else Field(word) for header, word in said.items()}


def taken_at(db: Session, account: Account, kind: Kind) -> datetime | None:
    """When a list of this kind was last taken."""
    row = db.get(BroughtList, (account.slug, kind.value))
    return None if row is None else row.taken_at


def kinds(db: Session, account: Account) -> dict[Kind, datetime]:
    """Every kind that was ever taken, with when it last was."""
    rows = db.exec(select(BroughtList).where(col(BroughtList.salon) == account.slug))
    return {Kind(row.kind): row.taken_at for row in rows if not vault_ids.is_left_behind(row.kind)}


def left_headers(db: Session, account: Account, kind: Kind) -> list[set[str]]:
    """What the columns of such a list were called in each booking system that the salon has left."""
    rows = db.exec(select(BroughtList).where(col(BroughtList.salon) == account.slug))
    left = [row for row in rows if vault_ids.is_left_behind(row.kind) and vault_ids.as_told(row.kind) == kind]
    return [set(json.loads(account.keys.unseal(row.columns, _place(kind)))) for row in left]


def leave(db: Session, account: Account) -> None:
    """Set apart what is remembered: the salon leaves this booking system. By it an old list is known as one."""
    mine = sa.update(BroughtList).where(
        col(BroughtList.salon) == account.slug, col(BroughtList.kind).in_([kind.value for kind in Kind])
    )
    mark = sa.literal(vault_ids.mark(account.keys.generation))
    db.connection().execute(mine.values(kind=mark + col(BroughtList.kind)))


def remember(db: Session, account: Account, kind: Kind, found: Iterable[Column], *, now: datetime) -> None:
    """Keep what the columns are: sealed, since the first row of a wrong file may be about somebody."""
    said = {column.header: column.field for column in found if column.header}
    sealed = account.keys.seal(json.dumps(said).encode(), _place(kind))
    db.merge(BroughtList(salon=account.slug, kind=kind.value, columns=sealed, taken_at=now))


def _place(kind: Kind) -> str:
    return f"list:{kind.value}"
