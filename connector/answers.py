"""What the owner answered to what was asked: kept once, and the client is looked at again."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import contacts, evidence
from connector.salons import Account
from connector.tables import Client, OwnerAnswer, Standing

#: what can be answered to an unrecorded marketing switch
KEEP, SWITCH_OFF = "keep", "switch_off"
MARKETING = "marketing:"
#: word → the beginning of the questions that it answers
WORDS = {
    KEEP: MARKETING,
    SWITCH_OFF: MARKETING,
    contacts.SAME: contacts.QUESTION,
    contacts.SOMEBODY_ELSE: contacts.QUESTION,
}


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


def counts(db: Session, account: Account) -> dict[str, int]:
    """Of how many clients each thing stands asked, by reason word: for a number, without reading who they are."""
    statement = (
        select(Standing.because, sa.func.count(sa.distinct(col(Standing.client))))
        .where(Standing.salon == account.slug, Standing.outcome == "ask")
        .group_by(Standing.because)
    )
    return dict(db.exec(statement).all())


def digest(account: Account, questions: Iterable[Standing]) -> str:
    """What an answer commits to: of whom what was asked, in whatever order it was shown.

    Whose ids they are, too: in the next booking system the same id is somebody else.
    """
    asked = sorted(f"{len(row.client)}:{row.client}:{row.category}:{row.because}" for row in questions)
    lines = [str(account.keys.generation), *asked]
    return hashlib.sha256("\n".join(lines).encode(errors="surrogatepass")).hexdigest()


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
    """Keep one answer for all of these questions; every client of them is judged again tonight. Gives how many clients.

    One client may be asked about several times, once for each channel.
    """
    evidence.take_turn(db, account)
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
    return len({row.client for row in rows})
