"""What the owner answered to what was asked: kept once, and the client is looked at again."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence
from connector.salons import Account
from connector.tables import Client, OwnerAnswer, Standing

#: what can be answered to an unrecorded marketing switch
KEEP, SWITCH_OFF = "keep", "switch_off"
MARKETING = "marketing:"


def asked(db: Session, account: Account, *, because: str | None = None) -> list[Standing]:
    """What stands asked, by client."""
    statement = (
        select(Standing)
        .where(Standing.salon == account.slug, Standing.outcome == "ask")
        .order_by(Standing.client, Standing.category)
    )
    if because is not None:
        statement = statement.where(Standing.because == because)
    return list(db.exec(statement))


def answer(
    db: Session,
    account: Account,
    questions: Iterable[Standing],
    word: str,
    *,
    owner: UUID | None,
    now: datetime,
    today: date,
) -> int:
    """Keep one answer for all of these questions; every client of them is judged again tonight. Gives how many."""
    rows = list(questions)
    for row in rows:
        db.merge(
            OwnerAnswer(
                salon=account.slug, client=row.client, question=row.category, answer=word, owner=owner, at=now
            )
        )
        db.connection().execute(
            sa.update(Client)
            .where(col(Client.salon) == account.slug, col(Client.client) == row.client)
            .values(look_again_on=today)
        )
    if rows:
        because = sorted({row.because for row in rows})
        body = {"what": "answered", "answer": word, "questions": len(rows), "because": because}
        evidence.append(db, account, body, now=now)
    return len(rows)
