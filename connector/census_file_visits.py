"""A list of visits or sales says when clients were last there: nobody is new by it, and nobody is gone.

With visits the newest list of clients is proved whole, where it lacked nothing but them; but not with visits of which
not one, or far too few, could be told whose they are: then nothing of the list is taken before somebody has looked.
Whoever a row may be about that cannot be taken is not due by this list (census_perhaps.py).
"""

from collections.abc import Iterable, Set
from dataclasses import replace
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import (
    census_doubts,
    census_old_list,
    census_perhaps,
    census_rows,
    census_told,
    database,
)
from connector.census_doubts import MANY_REFUSED, Doubt
from connector.census_file_taken import NO_VISITS, NONE_CLEAR, Incoming, Taken, judged, let_all_in, remember
from connector.census_people import Finder, Found
from connector.census_perhaps import NOT_TAKEN, Candidates
from connector.tables import Census
from webhooks.imports.fields import Kind
from webhooks.imports.people import Refused
from webhooks.imports.row_reader import Person


def take(one: Incoming) -> Taken:
    """Take in what it tells of clients who are there, if nothing is odd about it; all other rows are refused."""
    finder = Finder(one.account, one.known)
    found, unknown = finder.all(one.read.people, may_be_new=False)
    with database.read(one.program.engine) as db:
        old = census_old_list.doubts(db, one)
        there = frozenset(census_rows.expected(db, one.account))
    clear = [who for who in found if who.client in there]
    unclear = [*unknown, *(who.person for who in found if who.client not in there)]
    refused = _refused(one, unclear, finder, there)
    others = Candidates(one.account, finder, there, {})
    if refused:
        with database.read(one.program.engine) as db:
            others = replace(others, reached=census_perhaps.reached(db, one.account))
    taken = Taken(
        one.kind, len(one.read.people) + len(one.read.refused), refused=refused, register=len(there)
    )
    is_visits = one.kind is Kind.VISITS
    doubts = (*old, *(census_doubts.far(Doubt(MANY_REFUSED, len(refused), taken.seen)) if is_visits else ()))
    taken = judged(one, taken, doubts)
    if taken.doubts or (is_visits and len(refused) == taken.seen):
        if not old:
            _leave_open(one, NOT_TAKEN, one.everybody, others)
        return taken if taken.doubts else replace(taken, finding=NONE_CLEAR)
    _leave_open(one, one.kind, [*unclear, *one.unread], others)
    return _take(one, clear, taken, others)


def _take(one: Incoming, found: list[Found], taken: Taken, others: Candidates) -> Taken:
    taken = let_all_in(one, census_told.lived(found, one.kind, one.zone, one.now), taken, uuid4())
    if one.kind is Kind.VISITS:
        _leave_open(one, NOT_TAKEN, [], others)
    with database.write(one.program.engine) as db:
        if one.kind is Kind.VISITS:
            _prove_with_visits(db, one)
        remember(db, one, taken)
    return taken


def _leave_open(one: Incoming, kind: str, people: Iterable[Person], others: Candidates) -> None:
    """Whoever these rows may be about is asked about; what an earlier list left open stands, until one was taken."""
    days = others.days(people, one.today)
    census_perhaps.say(one.program, one.account, kind, days, adds=kind != NOT_TAKEN)


def _refused(
    one: Incoming, unclear: Iterable[Person], finder: Finder, there: Set[str]
) -> tuple[Refused, ...]:
    """Every row that is not taken, with the reason."""
    rows = [Refused(person.line, _why(len(finder.named(person) & there))) for person in unclear]
    return tuple(sorted((*one.read.refused, *rows), key=lambda row: row.line))


def _why(named: int) -> str:
    if not named:
        return "no_such_client"
    return "other_contact" if named == 1 else "several_clients"


def _prove_with_visits(db: Session, one: Incoming) -> None:
    """The newest list of clients is proved whole once the visits have come too; as of when it came itself."""
    walk = census_rows.newest(db, one.account.slug)
    if walk is not None:
        db.connection().execute(
            sa.update(Census)
            .where(col(Census.id) == walk, col(Census.finding) == NO_VISITS)
            .values(finding=None)
        )
