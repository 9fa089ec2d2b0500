"""A list that is far shorter than it should be: nobody is taken for gone by it, until somebody says that it is whole.

It is compared with the mirror. The first one after a move is compared with who was in the system before, too: of those
it finds, the others are forgotten after a month. A list of as many others is as short as one of a few. A walk that
came to a short list stays in its row, and the word on it as well: it holds for a list that is not much shorter than
the one that it was said of.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import census_olds, census_rows, evidence, facts, freshness
from connector.census_doubts import Doubt
from connector.salons import Account
from connector.tables import Census

#: why a walk proves nothing: the list lacks too many of the mirror, or of the system before
SHORT, SHORT_AFTER_MOVE = "short_list", "short_after_move"
#: what a walk's finding becomes once somebody has said that its list is whole
SAID_WHOLE = "said_whole"


@dataclass(frozen=True)
class Asked:
    """A walk that came to a short list: the owner is asked whether it is whole, or has said so (`is_said`)."""

    walk: UUID
    listed: int
    register: int
    missing: int
    at: datetime
    is_after_move: bool
    is_said: bool


def lack(
    db: Session, account: Account, *, missing: int, listed: int, reached: Set[str] = frozenset()
) -> Doubt:
    """How many of those with whom a list of so many is compared are not on it; so many of the mirror are missing.

    `reached`: the indexes of the contact points on it, where the mirror has not been told of it yet.
    """
    of_mirror = Doubt(SHORT, missing, facts.register_size(db, account.slug))
    if not account.awaits_list:
        return of_mirror
    of_before = _lack_of_before(db, account, listed, reached)
    return of_mirror if of_mirror.is_far and not of_before.is_far else of_before


def asked(db: Session, account: Account) -> Asked | None:
    """Whether the newest walk is one that came to a short list."""
    walk = census_rows.newest(db, account.slug)
    row = None if walk is None else db.get(Census, walk)
    if row is None or row.finished_at is None or row.finding not in {SHORT, SHORT_AFTER_MOVE, SAID_WHOLE}:
        return None
    is_said = row.finding == SAID_WHOLE
    if account.awaits_list:
        before = _lack_of_before(db, account, row.seen, frozenset())
        return Asked(row.id, row.seen, before.of, before.count, row.finished_at, True, is_said)
    register = facts.register_size(db, account.slug)
    return Asked(row.id, row.seen, register, max(register - row.seen, 0), row.finished_at, False, is_said)


def say_whole(db: Session, account: Account, walk: UUID, *, owner: UUID | None, now: datetime) -> bool:
    """Somebody says that the list of this walk is whole; False where it is not the newest, or is asked no more.

    The next walk goes by it.
    """
    found = asked(db, account)
    if found is None or found.is_said or found.walk != walk:
        return False
    said = sa.update(Census).where(col(Census.id) == walk, col(Census.finding).in_({SHORT, SHORT_AFTER_MOVE}))
    if db.connection().execute(said.values(finding=SAID_WHOLE)).rowcount != 1:
        return False
    line = {"what": "list_whole", "seen": found.listed, "owner": owner and str(owner)}
    evidence.append(db, account, line, now=now)
    return True


def is_said_whole(db: Session, account: Account, listed: int) -> bool:
    """Whether somebody has said of a list like this one that it is whole, since the mirror was last known to be."""
    last = freshness.fresh_at(db, account.slug)
    said = sa.select(col(Census.seen)).where(
        col(Census.salon) == account.slug, col(Census.finding) == SAID_WHOLE
    )
    if last is not None:
        said = said.where(col(Census.finished_at) > last)
    newest = said.order_by(col(Census.finished_at).desc()).limit(1)
    seen = db.connection().execute(newest).scalar()
    return seen is not None and not Doubt(SHORT, max(seen - listed, 0), seen).is_far


def _lack_of_before(db: Session, account: Account, listed: int, reached: Set[str]) -> Doubt:
    """How many of the system before cannot be on it: it has others, or too few."""
    before = census_olds.waiting(db, account)
    missing = max(before - listed, census_olds.not_on(db, account, reached))
    return Doubt(SHORT_AFTER_MOVE, missing, before)
