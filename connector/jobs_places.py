"""The places beside the booking system that a policy names (`[[places]]`): ticked for each erasure, one by one.

A tick is a person's word and is never taken back. Its place is kept by a keyed name alone: the page calls it what the
policy file calls it, for as long as the file names it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence, jobs_moves
from connector.salons import Account
from connector.states import CALLED_OFF
from connector.tables import Job, PlaceTick
from policies.decisions import JobKind
from policies.people import Place
from policies.policy import Policy

#: after these somebody is to be found nowhere
_KINDS = frozenset({JobKind.ERASE, JobKind.ANONYMISE, JobKind.DETACH})


@dataclass(frozen=True)
class Ticked:
    """A place, when it was ticked, and by whom; None where it waits."""

    place: Place
    at: datetime | None = None
    owner: UUID | None = None


def named_by(policy: Policy | None, kind: JobKind) -> tuple[Place, ...]:
    """The places of which a job of this kind reminds."""
    return policy.places if policy is not None and kind in _KINDS else ()


def of(db: Session, account: Account, job: UUID, places: Iterable[Place]) -> list[Ticked]:
    """Each place, ticked or not."""
    rows = db.exec(select(PlaceTick).where(PlaceTick.salon == account.slug, PlaceTick.job == job))
    found = {row.place: row for row in rows}
    told = [(place, found.get(_key(account, place))) for place in places]
    return [Ticked(place) if row is None else Ticked(place, row.at, row.owner) for place, row in told]


def unticked(
    db: Session, account: Account, jobs: Collection[UUID], places: Iterable[Place]
) -> list[tuple[Place, int]]:
    """Each place, and for how many of whom these jobs erase it waits to be ticked; none where they erase nobody."""
    wanted = [row.id for row in jobs_moves.rows_of(db, account, jobs) if _reminds(row)]
    counted = (
        select(PlaceTick.place, sa.func.count())
        .where(PlaceTick.salon == account.slug, col(PlaceTick.job).in_(wanted))
        .group_by(PlaceTick.place)
    )
    ticked = dict(db.exec(counted).all()) if wanted else {}
    return [(one, len(wanted) - ticked.get(_key(account, one), 0)) for one in places] if wanted else []


def tick(
    db: Session,
    account: Account,
    jobs: Collection[UUID],
    places: Collection[Place],
    *,
    owner: UUID,
    now: datetime,
) -> int:
    """The owner took whom these jobs erase out of these places; give how many ticks are new.

    What was not to be done after all, and what is of another kind, is passed over.
    """
    evidence.take_turn(db, account)
    there = set(
        db.exec(
            select(PlaceTick.job, PlaceTick.place).where(
                PlaceTick.salon == account.slug, col(PlaceTick.job).in_(list(jobs))
            )
        )
    )
    count = 0
    with evidence.together(db, account):
        for row in jobs_moves.rows_of(db, account, jobs):
            if not _reminds(row):
                continue
            for place in places:
                key = _key(account, place)
                if (row.id, key) in there:
                    continue
                db.add(PlaceTick(job=row.id, place=key, salon=account.slug, owner=owner, at=now))
                _tell(db, account, row, place, owner, now)
                count += 1
    return count


def _reminds(row: Job) -> bool:
    return row.kind in _KINDS and row.state not in CALLED_OFF


def _tell(db: Session, account: Account, row: Job, place: Place, owner: UUID, now: datetime) -> None:
    line = {
        "what": "place",
        "job": str(row.id),
        "client": row.client_key,
        "kind": place.kind,
        "owner": str(owner),
        "grade": "owner_says",
    }
    evidence.append(db, account, line, now=now)


def _key(account: Account, place: Place) -> str:
    return account.keys.keyed(f"place:{place.name}")
