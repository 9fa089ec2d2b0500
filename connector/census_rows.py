"""What a census writes beside the mirror: who was listed, how many, and how far it came."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from connector import mirror_registers
from connector.salons import Account
from connector.tables import Census, Client, Merge

T = TypeVar("T")


def some_listed(db: Session, account: Account, walk: UUID, most: int = 10) -> list[str]:
    """A few of the clients that were listed in this walk."""
    listed = (
        sa.select(col(Client.client))
        .where(col(Client.salon) == account.slug, col(Client.listed_in) == walk)
        .order_by(col(Client.latest_at).desc(), col(Client.client))
        .limit(most)
    )
    return list(db.connection().execute(listed).scalars())


def listed(db: Session, account: Account, walk: UUID) -> int:
    """How many clients were listed in this walk."""
    count = sa.select(sa.func.count()).where(col(Client.salon) == account.slug, col(Client.listed_in) == walk)
    return db.connection().execute(count).scalar_one()


def begin(db: Session, account: Account, *, now: datetime) -> UUID:
    """A new walk, that began now."""
    walk = Census(id=uuid4(), salon=account.slug, started_at=now)
    db.add(walk)
    return walk.id


def end(db: Session, walk: UUID, finding: str | None, *, now: datetime) -> None:
    """The walk is over: it proves the mirror whole, or says why not."""
    ended = sa.update(Census).where(col(Census.id) == walk)
    db.connection().execute(ended.values(finished_at=now, finding=finding, cursor=None))


def count(
    db: Session,
    walk: UUID,
    *,
    seen: int = 0,
    new: int = 0,
    changed: int = 0,
    vanished: int = 0,
    telling_ids: int = 0,
) -> None:
    """Add to the walk's counts."""
    db.connection().execute(
        sa.update(Census)
        .where(col(Census.id) == walk)
        .values(
            seen=col(Census.seen) + seen,
            new=col(Census.new) + new,
            changed=col(Census.changed) + changed,
            vanished=col(Census.vanished) + vanished,
            telling_ids=col(Census.telling_ids) + telling_ids,
        )
    )


def newest(db: Session, salon: str) -> UUID | None:
    """The newest walk that came to its end."""
    return db.connection().execute(_newest(col(Census.id), salon)).scalar()


def telling_ids(db: Session, salon: str) -> int:
    """How many ids of the newest walk that came to its end say themselves who somebody is."""
    return db.connection().execute(_newest(col(Census.telling_ids), salon)).scalar() or 0


def newest_finding(db: Session, salon: str) -> str | None:
    """Why the newest walk that came to its end proves nothing; None where it does, or there was none."""
    return db.connection().execute(_newest(col(Census.finding), salon)).scalar()


def _newest(what: Mapped[T], salon: str) -> sa.Select[T]:
    return (
        sa.select(what)
        .where(col(Census.salon) == salon, col(Census.finished_at).is_not(None))
        .order_by(col(Census.finished_at).desc())
        .limit(1)
    )


def started_at(db: Session, walk: UUID) -> datetime:
    """When the walk began: what was told before that is seen by it."""
    found: datetime = (
        db.connection().execute(sa.select(col(Census.started_at)).where(col(Census.id) == walk)).scalar_one()
    )
    return found


def go_on(db: Session, walk: UUID, cursor: str | None) -> None:
    """Remember where the next page begins; None after the last one."""
    db.connection().execute(sa.update(Census).where(col(Census.id) == walk).values(cursor=cursor))


def unlisted(db: Session, account: Account, walk: UUID) -> list[str]:
    """The clients that should have been listed in this walk and were not."""
    return _expected(db, account, sa.or_(col(Client.listed_in).is_(None), col(Client.listed_in) != walk))


def expected(db: Session, account: Account) -> list[str]:
    """Every client who should be on a whole list."""
    return _expected(db, account, sa.true())


def _expected(db: Session, account: Account, which: sa.ColumnElement[bool]) -> list[str]:
    """Ids that were merged away are rightly missing."""
    merged = sa.select(col(Merge.client)).where(col(Merge.salon) == account.slug)
    rows = db.connection().execute(
        sa.select(col(Client.client), col(Client.registers))
        .where(col(Client.salon) == account.slug, which, col(Client.client).not_in(merged))
        .order_by(col(Client.client))
    )
    return [row.client for row in rows if "merged_away" not in mirror_registers.load(row.registers)]
