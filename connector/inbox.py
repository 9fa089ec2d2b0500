"""1. Let in, once: check, remember, read and apply one delivery.

Takes: a Delivery. Gives: Events in the mirror, or a sealed delivery in quarantine. Next: mirror, plan.

Seen and applied are one transaction, the caller's: a delivery takes effect exactly once, or not at all.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from connector import jobs_returned, mirror, mirror_coming, mirror_hints, quarantine
from connector.database_statement import Answer, Question, Statement, ask
from connector.mirror_coming import Coming
from connector.mirror_registers import keyed
from connector.salons import Account
from connector.salons_system import Moved
from webhooks.delivery import Delivery
from webhooks.dialect import events_of
from webhooks.errors import NotAnEvent, NotUnderstood
from webhooks.events import ClientHinted

_SEE = Statement(
    # of a salon that has moved to another booking system since its secret was read, nothing is let in any more
    "INSERT INTO seen (salon, delivery, digest, received_at)"
    " SELECT slug, :delivery, :digest, :received_at FROM salon WHERE slug = :salon AND generation = :generation"
    " ON CONFLICT (salon, delivery) DO NOTHING"
)
_SEEN = Statement("SELECT digest FROM seen WHERE salon = :salon AND delivery = :delivery", digest=str)
_FORGET = Statement("DELETE FROM seen WHERE salon = :salon AND received_at < :before")


@dataclass(frozen=True)
class Delivered:
    """A delivery whose signature is right: its id, its content's keyed digest, and its events or why it has none."""

    delivery: Delivery
    id: str
    digest: str
    read: Sequence[Coming] | NotAnEvent | NotUnderstood


@dataclass(frozen=True)
class Taken:
    """What became of a delivery: the contract's status, a word for a metric, and who said a new no to marketing."""

    status: int
    reason: str
    noes: frozenset[str] = frozenset()


def unpack(account: Account, secrets: Sequence[str], delivery: Delivery) -> Delivered:
    """Check a delivery's signature and read it, outside any transaction: others wait for the writers' turn.

    Raises BadSignature.
    """
    delivery_id = account.dialect.check(delivery, secrets)
    digest = keyed(account.keys, hashlib.sha256(delivery.content).hexdigest())
    read: Sequence[Coming] | NotAnEvent | NotUnderstood
    try:
        read = [mirror_coming.read(account, event) for event in events_of(account.dialect, delivery)]
    except (NotAnEvent, NotUnderstood) as why:
        read = why  # a repeat of it is a repeat all the same
    return Delivered(delivery, delivery_id, digest, read)


def take(db: Session, account: Account, delivered: Delivered, *, now: datetime) -> Taken:
    """Take one delivery in; raises NotAnEvent or Moved, and then nothing may be kept.

    1. Remember its id; where it was seen before, that is all (other bytes under its id go to quarantine).
    2. What is not understood, or is from the future, goes to quarantine.
    3. Apply every event.
    """
    values = {"salon": account.slug, "delivery": delivered.id, "digest": delivered.digest, "received_at": now}
    values["generation"] = account.keys.generation
    # with it goes what is asked first of the event: where the database is another process, each question is a journey
    first = [] if isinstance(delivered.read, Exception) else _telling(delivered.read)[:1]
    ahead = [question for one in first for question in mirror.questions(db, account, one)]
    seen, *answers = ask(db, Question(_SEE, values), *ahead)
    if not seen.touched and (answer := _again(db, account, delivered)) is not None:
        return answer
    match delivered.read:
        case NotUnderstood() as why:
            return _quarantine(db, account, delivered, why.reason, is_known_type=why.is_known_type)
        case NotAnEvent() as why:
            raise why
        case events if any(one.event.at > now + quarantine.AHEAD for one in events):
            return _quarantine(db, account, delivered, "from_the_future")
        case events:
            return Taken(204, "applied", _apply(db, account, events, answers, now))


def forget(db: Session, account: Account, *, before: datetime) -> int:
    """Forget the ids of deliveries from before a moment; give how many."""
    return _FORGET.run(db, {"salon": account.slug, "before": before})


def _apply(
    db: Session, account: Account, events: Sequence[Coming], answers: Sequence[Answer], now: datetime
) -> frozenset[str]:
    """Let all of them in; of the first it was asked before, of the others after what it changed."""
    today = mirror.look_again(now)
    hinted = (one.event.client for one in events if isinstance(one.event, ClientHinted))
    mirror_hints.put(db, account, hinted, now=now)
    applied = [
        mirror.let_in(db, account, one, today=today, answers=None if number else answers)
        for number, one in enumerate(_telling(events))
    ]
    if returned := frozenset().union(*(one.returned for one in applied)):
        jobs_returned.look_again(db, account, returned, now=now)
    return frozenset().union(*(one.noes for one in applied))


def _telling(events: Sequence[Coming]) -> list[Coming]:
    """Those that tell something; a hint only says whom to ask about."""
    return [one for one in events if not isinstance(one.event, ClientHinted)]


def _again(db: Session, account: Account, delivered: Delivered) -> Taken | None:
    """A repeat is answered as its first time was; other bytes under a known id are no repeat.

    None for what was destroyed unread because nobody answered in time: it is read as if it came for the first time.
    """
    before = _SEEN.row(db, {"salon": account.slug, "delivery": delivered.id})
    if before is None:
        raise Moved
    is_same = before.digest == delivered.digest
    state = quarantine.state_of(db, account, delivered.id, delivered.digest)
    if state == "waiting":
        return Taken(202, "quarantined_before")
    if state in {"released", "dropped"} or (is_same and state is None):
        return Taken(204, "seen")
    return None if is_same else _quarantine(db, account, delivered, "other_bytes")


def _quarantine(
    db: Session, account: Account, delivered: Delivered, reason: str, *, is_known_type: bool = True
) -> Taken:
    quarantine.keep(
        db,
        account,
        delivered.delivery,
        delivery_id=delivered.id,
        digest=delivered.digest,
        reason=reason,
        is_known_type=is_known_type,
    )
    return Taken(202, "quarantined")
