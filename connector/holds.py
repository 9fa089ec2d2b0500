"""Holds that an owner opened by hand: who, why, on what and until when it is looked at again (law.md, 5.3).

A hold parks what is due of its scope, for the client and everybody merged with it, and frees nothing by itself: past
its review it still holds, and the night says so. The reason's text is sealed, and destroyed when the hold ends.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence, mirror_clients
from connector.salons import Account
from connector.tables import Client, Hold
from policies.facts import HandHold
from policies.holds import HAND_SCOPES, HandKind
from policies.vocabulary import Category

_OF = (
    sa.text(
        "SELECT client, why, categories, review_on FROM hold"
        " WHERE salon = :salon AND client IN :clients AND ended_at IS NULL ORDER BY why, review_on, categories"
    )
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(client=sa.String, why=sa.String, categories=sa.String, review_on=sa.Date)
)


class HoldRefused(Exception):
    """The hold cannot be opened or ended like this; the text says what would be right."""


@dataclass(frozen=True)
class Opened:
    """One hold, opened for its owner's eyes; `reason` is None where only a word was given, or where it has ended."""

    hold: UUID
    client: str
    why: HandKind
    reason: str | None
    categories: tuple[Category, ...]
    review_on: date
    opened_by: UUID
    opened_at: datetime
    ended_at: datetime | None


def open_by_hand(
    db: Session,
    account: Account,
    client: str,
    *,
    why: HandKind,
    reason: str | None,
    categories: Iterable[Category],
    review_on: date,
    owner: UUID,
    now: datetime,
    today: date,
) -> UUID:
    """Hold a client, or these categories of it, from now on; it is judged again tonight. Raises HoldRefused.

    Without categories the reason's own scope is held. What waits for a word or goes out is judged once more before its
    call, so that nothing of the scope is destroyed from here on.
    """
    evidence.take_turn(db, account)
    if db.get(Client, (account.slug, client)) is None:
        raise HoldRefused(
            f"No client '{client}' is in the mirror of {account.slug}, so there is nothing to hold."
        )
    if review_on <= today:
        raise HoldRefused(
            f"A hold is looked at again on a day to come, and {review_on} is not after {today}."
        )
    if why is HandKind.OTHER and not (reason or "").strip():
        raise HoldRefused("A hold needs a reason. Give a word with --why, or a text with --reason.")
    scope = sorted(frozenset(categories) or HAND_SCOPES[why])
    row = Hold(
        id=uuid4(),
        salon=account.slug,
        client=client,
        why=why.value,
        categories=json.dumps(scope),
        review_on=review_on,
        opened_by=owner,
        opened_at=now,
    )
    if reason and reason.strip():
        row.reason = account.keys.seal(reason.strip().encode(), _place(row.id))
    db.add(row)
    db.flush()
    mirror_clients.wake(db, account, client, today=today)
    _tell(db, account, row, "opened", owner, now=now)
    return row.id


def end(db: Session, account: Account, hold: UUID, *, owner: UUID, now: datetime, today: date) -> str:
    """End a hold: its text is destroyed, what it held is judged again tonight. Gives the client; raises HoldRefused."""
    evidence.take_turn(db, account)
    row = db.get(Hold, hold, populate_existing=True)
    if row is None or row.salon != account.slug:
        raise HoldRefused(f"There is no hold of that id. See 'ovikello hold list {account.slug}'.")
    if row.ended_at is not None:
        raise HoldRefused("That hold has ended already. Nothing was changed.")
    row.ended_at, row.ended_by, row.reason = now, owner, None
    db.add(row)
    db.flush()
    mirror_clients.wake(db, account, row.client, today=today)
    _tell(db, account, row, "ended", owner, now=now)
    return row.client


def of(db: Session, slug: str, people: Iterable[Iterable[str]]) -> list[tuple[HandHold, ...]]:
    """The holds that are open on any of the ids of each of some people, as facts."""
    groups = [frozenset(ids) for ids in people]
    clients = sorted({one for ids in groups for one in ids})
    rows = db.connection().execute(_OF, {"salon": slug, "clients": clients}).all()
    return [
        tuple(HandHold(row.why, _scope(row.categories), row.review_on) for row in rows if row.client in ids)
        for ids in groups
    ]


def listed(db: Session, account: Account, *, ended: bool = False) -> list[Opened]:
    """A salon's holds by the day of their review, without those that have ended unless they are asked for."""
    statement = select(Hold).where(Hold.salon == account.slug).order_by(col(Hold.review_on), col(Hold.id))
    if not ended:
        statement = statement.where(col(Hold.ended_at).is_(None))
    return [_opened(account, row) for row in db.exec(statement)]


def open_on(db: Session, account: Account, clients: Iterable[str]) -> list[Opened]:
    """The holds that are open on any of these ids, the next review first."""
    statement = (
        select(Hold)
        .where(Hold.salon == account.slug, col(Hold.client).in_(list(clients)), col(Hold.ended_at).is_(None))
        .order_by(col(Hold.review_on), col(Hold.id))
    )
    return [_opened(account, row) for row in db.exec(statement)]


def opened_at(db: Session, account: Account, moments: Iterable[datetime]) -> list[Opened]:
    """The holds that were opened at these moments, ended or not."""
    statement = select(Hold).where(Hold.salon == account.slug, col(Hold.opened_at).in_(list(moments)))
    return [_opened(account, row) for row in db.exec(statement)]


def to_review(db: Session, slug: str, on: date) -> list[Hold]:
    """The open holds whose day of review has come."""
    open_ = select(Hold).where(Hold.salon == slug, col(Hold.ended_at).is_(None), Hold.review_on <= on)
    return list(db.exec(open_))


def _opened(account: Account, row: Hold) -> Opened:
    reason = None if row.reason is None else account.keys.unseal(row.reason, _place(row.id)).decode()
    categories = tuple(Category(word) for word in json.loads(row.categories))
    return Opened(
        hold=row.id,
        client=row.client,
        why=HandKind(row.why),
        reason=reason,
        categories=categories,
        review_on=row.review_on,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
    )


def _scope(categories: str) -> frozenset[Category]:
    return frozenset(Category(word) for word in json.loads(categories))


def _place(hold: UUID) -> str:
    return f"hold:{hold}"


def _tell(db: Session, account: Account, row: Hold, word: str, owner: UUID, *, now: datetime) -> None:
    """The line of evidence: who, why, on what, until when; the text of the reason is never in it."""
    line = {
        "what": "hold",
        "hold": str(row.id),
        "client": account.keys.client_key(row.client),
        "to": word,
        "because": row.why,
        "categories": json.loads(row.categories),
        "review_on": row.review_on.isoformat(),
        "owner": str(owner),
    }
    evidence.append(db, account, line, now=now)
