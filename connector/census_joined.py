"""The first whole lists of a booking system that the salon moved to: who of the old clients is there.

Takes: a list that was taken in whole. Gives: old clients who go on under new ids, noes of who was erased and is there
all the same, a line of evidence. Next: the night, which asks the owner of everybody else who shares a contact point.

Safe to repeat and to be stopped in: who was joined is not looked for again, and after thirty days nobody is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import census_olds, database, evidence, jobs_noes, mirror, mirror_consents, mirror_joined
from connector.census_let_in import FEW_TOGETHER
from connector.census_olds import Old
from connector.census_pairs import pairs
from connector.program import Program
from connector.salons import Account
from connector.tables import Salon


@dataclass(frozen=True)
class Joined:
    """How many old clients were found, and how many who had been erased are on the new list."""

    found: int = 0
    erased: int = 0


def join(program: Program, account: Account, on_progress: Callable[[str], None]) -> Joined:
    """Find the old clients in what the new system's list told. Nothing to do where the salon never moved."""
    if account.moved_at is None:
        return Joined()
    with database.read(program.engine) as db:
        points = census_olds.contact_points(db, account)
        olds = {one.root: one for one in census_olds.olds(db, account, points)}
        new = census_olds.news(db, account, points) if olds else {}
        said_no = mirror_consents.sayers_of_no(db, account.slug) if olds else frozenset[str]()
    there = {root: one.known for root, one in olds.items() if one.erased_at is None}
    found = {other: olds[root] for other, root in pairs(there, new).items()}
    joined = _join_all(program, account, found, said_no, on_progress)
    with database.read(program.engine) as db:
        had = census_olds.had(db, account, points)
    under: dict[str, set[str]] = defaultdict(set)
    for client, known in new.items():
        for index in {one for some in known.points.values() for one in some} - had.get(client, frozenset()):
            under[index].add(client)
    erased = (one for one in olds.values() if one.erased_at is not None)
    return Joined(joined, sum(_refuse(program, account, one, under) for one in erased))


def finish(db: Session, account: Account, joined: Joined, *, now: datetime) -> None:
    """The list was whole: from the first one on the salon is connected, and what came of it is a line of evidence."""
    if account.moved_at is None:
        return
    if account.awaits_list:
        mine = sa.update(Salon).where(col(Salon.slug) == account.slug)
        db.connection().execute(mine.values(connected_at=now))
    if joined.found or account.awaits_list:
        line = {"what": "joined", "found": joined.found, "erased": joined.erased}
        evidence.append(db, account, line, now=now)


def _join_all(
    program: Program,
    account: Account,
    found: Mapping[str, Old],
    said_no: frozenset[str],
    on_progress: Callable[[str], None],
) -> int:
    joined, wanted = 0, sorted(found)
    for start in range(0, len(wanted), FEW_TOGETHER):
        now = program.now()
        today = mirror.look_again(now)
        with database.write(program.engine) as db:
            some = [
                new
                for new in wanted[start : start + FEW_TOGETHER]
                if mirror_joined.join(db, account, found[new].ids, found[new].root, new, at=now, today=today)
            ]
            jobs_noes.propose(db, account, (one for one in some if found[one].ids & said_no), now=now)
        joined += len(some)
        on_progress(f"{joined} clients of the earlier booking system found")
    return joined


def _refuse(program: Program, account: Account, old: Old, under: Mapping[str, Iterable[str]]) -> bool:
    """Have a no stand for somebody erased under each contact point that somebody new has come along with."""
    if old.erased_at is None:
        return False
    back = [
        (kind, index) for kind, some in old.known.points.items() for index in sorted(some) if index in under
    ]
    if back:
        with database.write(program.engine) as db:
            for kind, index in back:
                mirror_joined.say_no_for(db, account, index, kind, at=old.erased_at)
    return bool(back)
