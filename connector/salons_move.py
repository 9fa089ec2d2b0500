"""A salon moves from one booking system to another: what it was told goes along, and nothing of the old ids does.

1. Nothing of the old system may be under way, unread or unanswered, unless somebody says that it ends all the same.
2. Every job about the old system's clients ends; hints, looks and delivery ids go, and so does the webhook secret, and
   the list of every instruction to its maker.
3. The old clients are set aside (`mirror_left`), and their noes hold under their contact points. What the
   columns of the old lists were called is set aside, too: by that such a list is known when it is brought in later.
4. The salon speaks with the new system from here on, under a new generation of ids. Its first whole list tells who of
   the old clients is there (`census_joined`).

All of it is one transaction, with a line of evidence. What is done in the old system after it is never heard.
"""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from connector import (
    evidence,
    freshness,
    imports_remembered,
    instructions_left,
    jobs_left,
    jobs_requests,
    mirror_left,
    mirror_turn,
    quarantine,
    salons,
)
from connector.salons import Account
from connector.salons_system import System
from connector.tables import EvidenceHead, Salon

#: what is of the old system alone: what came from it, what was compared with it, what its menus look like
_OF_THE_OLD = ("hint", "seen", "census", "own_steps", "wiring_trial", "webhook_secret")


@dataclass(frozen=True)
class Unfinished:
    """What of the old system would end unseen: jobs with a call out, unread deliveries, requests, instructions to its
    maker that wait for an answer; and old facts."""

    on_their_way: int
    unread: int
    requests: int
    instructions: int
    objection: str | None
    """Why the mirror is not known to be whole: a no that was said there lately may not have come here."""

    def __bool__(self) -> bool:
        return bool(self.on_their_way or self.unread or self.requests or self.instructions or self.objection)


class MoveRefused(Exception):
    """Something of the old system is unfinished: nothing has been changed."""

    def __init__(self, unfinished: Unfinished) -> None:
        super().__init__("something of the old system is unfinished")
        self.unfinished = unfinished


@dataclass(frozen=True)
class Moved:
    """How many were set aside, how many jobs ended; and the secret for the new system."""

    clients: int
    jobs: int
    secret: str = field(repr=False)


def unfinished(db: Session, account: Account, *, now: datetime) -> Unfinished:
    """What of the present system would end unseen, were it left now."""
    return Unfinished(
        jobs_left.on_their_way(db, account),
        len(quarantine.waiting(db, account)),
        len(jobs_requests.waiting(db, account, now=now)),
        instructions_left.unanswered(db, account),
        freshness.objection(db, account, now=now),
    )


def move(db: Session, account: Account, to: System, *, now: datetime, even_so: bool = False) -> Moved:
    """Move to another booking system. Never commits. Raises MoveRefused, SalonError, AddressError."""
    to.check()
    mirror_turn.take(db, account)
    left = unfinished(db, account, now=now)
    if left and not even_so:
        raise MoveRefused(left)
    with evidence.together(db, account):
        for one in quarantine.waiting(db, account):
            quarantine.drop(db, account, one.id, now=now)
        instructions_left.end(db, account, now=now)
        jobs = jobs_left.end(db, account, now=now)
        mirror_left.refuse(db, account)
        clients = mirror_left.set_aside(db, account, at=now)
        line = {"what": "moved", "from": account.dialect.name, "to": to.dialect}
        evidence.append(db, account, line | {"clients": clients, "jobs": jobs}, now=now)
    imports_remembered.leave(db, account)
    for name in _OF_THE_OLD:
        table = SQLModel.metadata.tables[name]
        db.connection().execute(sa.delete(table).where(table.c.salon == account.slug))
    _speak_with(db, account, to, now=now)
    return Moved(clients, jobs, salons.add_secret(db, account.slug, account.keys, now=now))


def _speak_with(db: Session, account: Account, to: System, *, now: datetime) -> None:
    """The salon's row says from here on which system it has; whoever read it before gets no turn any more."""
    generation = account.keys.generation + 1
    values = {
        **to.columns(account.keys),
        "dialect_settings": None,
        "told_can": None,
        "told_can_at": None,
        "connected_at": now,
        "moved_at": now,
        "generation": generation,
        "refused_at": None,
    }
    db.connection().execute(sa.update(Salon).where(col(Salon.slug) == account.slug).values(values))
    heads = sa.update(EvidenceHead).where(col(EvidenceHead.salon) == account.slug)
    db.connection().execute(heads.values(generation=generation))
