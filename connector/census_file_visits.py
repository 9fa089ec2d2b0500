"""A list of visits or sales says when clients were last there: nobody is new by it, and nobody is gone.

With visits the newest list of clients is proved whole, where it lacked nothing but them.
"""

from collections.abc import Collection
from dataclasses import replace
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import census_old_list, census_rows, census_told, database
from connector.census_file_taken import NO_VISITS, Incoming, Taken, let_all_in, remember
from connector.census_people import Finder
from connector.tables import Census
from webhooks.imports.fields import Kind
from webhooks.imports.people import Refused


def take(one: Incoming, *, despite: Collection[str]) -> Taken:
    """Take in what it tells of clients who are there, if it is no old list; the rows of all others are refused."""
    with database.read(one.program.engine) as db:
        old = census_old_list.doubts(db, one.account, one.kind, one.columns, one.read.people)
    if doubts := tuple(doubt for doubt in old if doubt.finding not in despite):
        seen = len(one.read.people) + len(one.read.refused)
        return Taken(one.kind, seen, refused=one.read.refused, finding=doubts[0].finding, doubts=doubts)
    found, unknown = Finder(one.account, one.known).all(one.read.people, may_be_new=False)
    with database.read(one.program.engine) as db:
        there = set(census_rows.expected(db, one.account))
    strangers = [who.person for who in found if who.client not in there]
    refused = [Refused(person.line, "no_such_client") for person in (*unknown, *strangers)]
    refused = sorted((*one.read.refused, *refused), key=lambda row: row.line)
    taken = Taken(one.kind, len(one.read.people) + len(one.read.refused), refused=tuple(refused))
    told = census_told.lived((who for who in found if who.client in there), one.kind, one.zone, one.now)
    taken = replace(let_all_in(one, told, taken, uuid4()), register=len(there))
    with database.write(one.program.engine) as db:
        if one.kind is Kind.VISITS:
            _prove_with_visits(db, one)
        remember(db, one, taken)
    return taken


def _prove_with_visits(db: Session, one: Incoming) -> None:
    """The newest list of clients is proved whole once the visits have come too; as of when it came itself."""
    walk = census_rows.newest(db, one.account.slug)
    if walk is not None:
        db.connection().execute(
            sa.update(Census)
            .where(col(Census.id) == walk, col(Census.finding) == NO_VISITS)
            .values(finding=None)
        )
