"""Signed deliveries that were not understood: kept sealed, each under a key of its own, until the owner answers.

Destroying the key destroys the payload; of what was dropped or expired a line of evidence stays.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence, jobs_noes, mirror, mirror_hints
from connector.salons import Account
from connector.tables import Quarantined
from connector.vault import CannotOpen, seal, unseal
from policies.periods import Period
from webhooks.delivery import Delivery
from webhooks.dialect import events_of
from webhooks.errors import NotAnEvent, NotUnderstood
from webhooks.events import ClientHinted, Event

#: how far a booking system's clock may be ahead of ours (booking contract, section 1)
AHEAD = timedelta(minutes=5)
#: what a sealed delivery is bound to
_WHOLE = "quarantine-delivery"


@dataclass(frozen=True)
class Waiting:
    """One delivery that waits for an answer; what it says stays sealed."""

    id: UUID
    received_at: datetime
    reason: str
    is_known_type: bool


def keep(
    db: Session,
    account: Account,
    delivery: Delivery,
    *,
    delivery_id: str,
    digest: str,
    reason: str,
    is_known_type: bool,
) -> None:
    """Seal one delivery away; the same one again changes nothing while it waits, and waits anew after that."""
    item, key = uuid4(), os.urandom(32)
    if state_of(db, account, delivery_id, digest) == "waiting":
        return
    ended = sa.delete(Quarantined).where(
        col(Quarantined.salon) == account.slug,
        col(Quarantined.delivery) == delivery_id,
        col(Quarantined.digest) == digest,
    )
    db.connection().execute(ended)
    db.connection().execute(
        sa.insert(Quarantined).values(
            id=item,
            salon=account.slug,
            delivery=delivery_id,
            digest=digest,
            received_at=delivery.received_at,
            reason=reason,
            is_known_type=is_known_type,
            key=account.keys.seal(key, f"quarantine-key:{item}"),
            body=seal(key, _packed(account, delivery), f"{_WHOLE}:{item}"),
            state="waiting",
        )
    )


def state_of(db: Session, account: Account, delivery_id: str, digest: str) -> str | None:
    """What became of a delivery that was kept; None where it never was."""
    found = select(Quarantined.state).where(
        Quarantined.salon == account.slug, Quarantined.delivery == delivery_id, Quarantined.digest == digest
    )
    return db.connection().execute(found).scalar_one_or_none()


def waiting(db: Session, account: Account) -> list[Waiting]:
    """What waits for an answer, the oldest first."""
    rows = db.connection().execute(
        select(Quarantined.id, Quarantined.received_at, Quarantined.reason, Quarantined.is_known_type)
        .where(Quarantined.salon == account.slug, Quarantined.state == "waiting")
        .order_by(col(Quarantined.received_at), col(Quarantined.id))
    )
    return [Waiting(row.id, row.received_at, row.reason, row.is_known_type) for row in rows]


def release(db: Session, account: Account, item: UUID, *, now: datetime) -> bool:
    """Read it again with this release and apply it; False where it does not wait, or still cannot be read.

    A no in it takes effect as if it had just been told.
    """
    evidence.take_turn(db, account)
    events = _read(db, account, item)
    if not events or any(event.at > now + AHEAD for event in events):
        return False
    today = mirror.look_again(now)
    mirror_hints.put(db, account, (one.client for one in events if isinstance(one, ClientHinted)), now=now)
    telling = [event for event in events if not isinstance(event, ClientHinted)]
    noes = frozenset().union(*(mirror.apply(db, account, event, today=today).noes for event in telling))
    jobs_noes.propose(db, account, noes, now=now)
    return _end(db, account, item, "released", now=now)


def drop(db: Session, account: Account, item: UUID, *, now: datetime) -> bool:
    """Destroy it unread; False where it does not wait."""
    return _end(db, account, item, "dropped", now=now)


def expire(db: Session, account: Account, period: Period, *, today: date, now: datetime) -> int:
    """Destroy what nobody answered within the policy's period; give how many those were."""
    late = [one.id for one in waiting(db, account) if period.after(one.received_at.date()) <= today]
    return sum(_end(db, account, item, "expired", now=now) for item in late)


def _read(db: Session, account: Account, item: UUID) -> Sequence[Event]:
    row = (
        db.connection()
        .execute(
            select(Quarantined.key, Quarantined.body, Quarantined.received_at).where(
                Quarantined.id == item, Quarantined.salon == account.slug, Quarantined.state == "waiting"
            )
        )
        .one_or_none()
    )
    if row is None or row.key is None or row.body is None:
        return ()
    key = account.keys.unseal(row.key, f"quarantine-key:{item}")
    try:
        return events_of(account.dialect, _unpacked(key, row.body, item, row.received_at))
    except (NotAnEvent, NotUnderstood):
        return ()


def _packed(account: Account, delivery: Delivery) -> bytes:
    """A line of JSON that says how it came, then the body: what reading it again will need."""
    named = account.dialect.arrivals.headers
    headers = {name: value for name, value in delivery.headers.items() if name in named}
    head = {"method": delivery.method, "query": delivery.query, "headers": headers}
    return json.dumps(head).encode() + b"\n" + delivery.body


def _unpacked(key: bytes, sealed: bytes, item: UUID, received_at: datetime) -> Delivery:
    try:
        head, _, body = unseal(key, sealed, f"{_WHOLE}:{item}").partition(b"\n")
    except CannotOpen:  # it was kept by a release that kept bodies alone
        return Delivery({}, unseal(key, sealed, f"quarantine:{item}"), received_at)
    return Delivery(**json.loads(head), body=body, received_at=received_at)


def _end(db: Session, account: Account, item: UUID, state: str, *, now: datetime) -> bool:
    evidence.take_turn(db, account)
    ended = db.connection().execute(
        sa.update(Quarantined)
        .where(
            col(Quarantined.id) == item,
            col(Quarantined.salon) == account.slug,
            col(Quarantined.state) == "waiting",
        )
        .values(state=state, key=None, body=None)
    )
    if not ended.rowcount:
        return False
    evidence.append(db, account, {"what": "quarantine", "item": str(item), "state": state}, now=now)
    return True
