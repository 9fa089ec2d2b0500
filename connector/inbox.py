"""1. Let in, once: check, remember, read and apply one delivery.

Takes: a Delivery. Gives: Events in the mirror, or a sealed delivery in quarantine. Next: mirror, plan.

Seen and applied are one transaction, the caller's: a delivery takes effect exactly once, or not at all.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from connector import jobs_returned, mirror, quarantine
from connector.mirror_registers import keyed
from connector.salons import Account
from connector.tables import UtcDateTime
from webhooks.delivery import Delivery
from webhooks.errors import NotUnderstood
from webhooks.events import Event

_SEE = sa.text(
    "INSERT INTO seen (salon, delivery, digest, received_at) VALUES (:salon, :delivery, :digest, :received_at)"
    " ON CONFLICT (salon, delivery) DO NOTHING"
).bindparams(sa.bindparam("received_at", type_=UtcDateTime))
_SEEN = sa.text("SELECT digest FROM seen WHERE salon = :salon AND delivery = :delivery")
_FORGET = sa.text("DELETE FROM seen WHERE salon = :salon AND received_at < :before").bindparams(
    sa.bindparam("before", type_=UtcDateTime)
)


@dataclass(frozen=True)
class Taken:
    """What became of a delivery: the contract's status, a word for a metric, and who said a new no to marketing."""

    status: int
    reason: str
    noes: frozenset[str] = frozenset()


def take(
    db: Session, account: Account, secrets: Sequence[str], delivery: Delivery, *, now: datetime
) -> Taken:
    """Take one delivery in; raises BadSignature or NotAnEvent, and then nothing may be kept.

    1. Check its signature.
    2. Remember its id; where it was seen before, that is all (other bytes under its id go to quarantine).
    3. Read it; what is not understood, or is from the future, goes to quarantine.
    4. Apply every event.
    """
    delivery_id = account.dialect.check(delivery, secrets)
    digest = keyed(account.keys, hashlib.sha256(delivery.body).hexdigest())
    values = {"salon": account.slug, "delivery": delivery_id, "digest": digest, "received_at": now}
    is_new = bool(db.connection().execute(_SEE, values).rowcount)
    if not is_new and (answer := _again(db, account, delivery, delivery_id, digest)) is not None:
        return answer
    try:
        events = account.dialect.read(delivery.body)
    except NotUnderstood as cause:
        return _quarantine(db, account, delivery, delivery_id, digest, cause.reason, cause.is_known_type)
    if any(event.at > now + quarantine.AHEAD for event in events):
        return _quarantine(db, account, delivery, delivery_id, digest, "from_the_future", True)
    return Taken(204, "applied", _apply(db, account, events, now))


def forget(db: Session, account: Account, *, before: datetime) -> int:
    """Forget the ids of deliveries from before a moment; give how many."""
    return int(db.connection().execute(_FORGET, {"salon": account.slug, "before": before}).rowcount)


def _apply(db: Session, account: Account, events: Sequence[Event], now: datetime) -> frozenset[str]:
    today = mirror.look_again(now)
    applied = [mirror.apply(db, account, event, today=today) for event in events]
    jobs_returned.look_again(db, account, frozenset().union(*(one.returned for one in applied)), now=now)
    return frozenset().union(*(one.noes for one in applied))


def _again(db: Session, account: Account, delivery: Delivery, delivery_id: str, digest: str) -> Taken | None:
    """A repeat is answered as its first time was; other bytes under a known id are no repeat.

    None for what was destroyed unread because nobody answered in time: it is read as if it came for the first time.
    """
    key = {"salon": account.slug, "delivery": delivery_id}
    is_same = db.connection().execute(_SEEN, key).scalar_one() == digest
    state = quarantine.state_of(db, account, delivery_id, digest)
    if state == "waiting":
        return Taken(202, "quarantined_before")
    if state in {"released", "dropped"} or (is_same and state is None):
        return Taken(204, "seen")
    return None if is_same else _quarantine(db, account, delivery, delivery_id, digest, "other_bytes", True)


def _quarantine(
    db: Session, account: Account, delivery: Delivery, delivery_id: str, digest: str, reason: str, known: bool
) -> Taken:
    quarantine.keep(
        db, account, delivery, delivery_id=delivery_id, digest=digest, reason=reason, is_known_type=known
    )
    return Taken(202, "quarantined")
