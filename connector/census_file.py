"""A list that was brought in as a file: into the mirror, and, where it is of clients, compared with it.

Takes: the rows of a file. Gives: events in the mirror, sealed cards, and the proof that the mirror is whole. Next: the
night's gate, and the looks at what was done by hand.

A whole list of clients is a census: who is on it is there, and who is not is gone. Visits and sales tell when somebody
was last there; only with them, or with days of visits in the list of clients itself, anybody can fall due.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import (
    census_ids,
    census_people,
    census_rows,
    database,
    evidence,
    facts,
    imports_remembered,
    jobs_looks,
    jobs_noes,
    jobs_returned,
    mirror,
    mirror_records,
    mirror_told_again,
    sealed_cards,
)
from connector.census_people import OWN_ID, Finder, Found
from connector.program import Program
from connector.salons import Account
from connector.sealed_cards import Kept, Seen
from connector.tables import Census, Client
from webhooks.events import ClientTold
from webhooks.imports.columns import Column
from webhooks.imports.fields import Field, Kind
from webhooks.imports.people import Person, Read, Refused

_TOGETHER, _FEW_TOGETHER = 1000, 25
#: fewer than this may be missing from a list of any length
_FEW = 3
#: a list of visits counts for the clients' list that comes so long after it
_VISITS_GOOD_FOR = timedelta(days=1)
#: why a list proves nothing yet
SHORT, NO_VISITS = "short_list", "no_visits"


@dataclass(frozen=True)
class Taken:
    """What became of a list. `missing` of `register` clients are not on it; `doubtful` of them may have another name.

    `finding`: short_list (nothing was taken), no_visits (nobody can fall due), or None.
    """

    kind: Kind
    seen: int = 0
    new: int = 0
    changed: int = 0
    vanished: int = 0
    refused: tuple[Refused, ...] = ()
    finding: str | None = None
    missing: int = 0
    register: int = 0
    doubtful: int = 0

    @property
    def is_taken(self) -> bool:
        """Whether anything of it was."""
        return self.finding != SHORT


@dataclass(frozen=True)
class _List:
    """A list that is being taken."""

    program: Program
    account: Account
    kind: Kind
    columns: tuple[Column, ...]
    read: Read
    zone: ZoneInfo
    now: datetime
    on_progress: Callable[[str], None]
    known: dict[str, Kept]

    @property
    def has_visits(self) -> bool:
        """Whether it says itself when its clients were last there."""
        return any(column.field is Field.LAST_VISIT for column in self.columns)


def take(
    program: Program,
    account: Account,
    kind: Kind,
    columns: Iterable[Column],
    read: Read,
    *,
    zone: ZoneInfo,
    may_be_short: bool = False,
    on_progress: Callable[[str], None] = lambda text: None,
) -> Taken:
    """Take a list in. Safe to repeat: the same list changes nothing more.

    1. Each row's client is found; of rows that cannot be read, too, since they are on the list.
    2. A list of clients that lacks more than a third of them is not taken, until somebody says that it is right.
    3. The rows go in a thousand at a time, each batch whole.
    4. Whoever is missing is taken out of the mirror; what was done by hand is looked at now.
    """
    with database.read(program.engine) as db:
        known = sealed_cards.known(db, account)
    one = _List(program, account, kind, tuple(columns), read, zone, program.now(), on_progress, known)
    return _clients(one, may_be_short=may_be_short) if kind is Kind.CLIENTS else _lived(one)


def _clients(one: _List, *, may_be_short: bool) -> Taken:
    finder = Finder(one.account, one.known)
    found, _ = finder.all(one.read.people, may_be_new=True)
    unread, _ = finder.all(_refused_people(one.read), may_be_new=True)
    listed = {who.client for who in (*found, *unread)}
    taken = Taken(one.kind, len(found) + len(one.read.refused), refused=one.read.refused)
    with database.read(one.program.engine) as db:
        register = facts.register_size(db, one.account.slug)
        missing = [client for client in _mirrored(db, one.account) if client not in listed]
    taken = replace(taken, register=register, missing=len(missing))
    if len(missing) > _FEW and len(missing) * 3 > register and not may_be_short:
        return replace(taken, finding=SHORT)
    walk = _begin(one)
    taken = _let_in(one, [census_people.told(who, one.kind, one.zone, one.now) for who in found], taken, walk)
    _keep_cards(one, found)
    return _end(one, walk, found, unread, taken)


def _lived(one: _List) -> Taken:
    """Visits and sales, of clients who are there."""
    found, unknown = Finder(one.account, one.known).all(one.read.people, may_be_new=False)
    with database.read(one.program.engine) as db:
        there = set(_mirrored(db, one.account))
    strangers = [who.person for who in found if who.client not in there]
    refused = [Refused(person.line, "no_such_client") for person in (*unknown, *strangers)]
    refused = sorted((*one.read.refused, *refused), key=lambda row: row.line)
    taken = Taken(one.kind, len(one.read.people) + len(one.read.refused), refused=tuple(refused))
    told = census_people.lived((who for who in found if who.client in there), one.kind, one.zone, one.now)
    taken = replace(_let_in(one, told, taken, uuid4()), register=len(there))
    with database.write(one.program.engine) as db:
        if one.kind is Kind.VISITS:
            _prove_with_visits(db, one)
        _remember(db, one, taken)
    return taken


def _refused_people(read: Read) -> list[Person]:
    return [row.person for row in read.refused if row.person is not None]


def _mirrored(db: Session, account: Account) -> list[str]:
    """Every client who should be on a whole list."""
    return census_rows.unlisted(db, account, uuid4())


def _begin(one: _List) -> UUID:
    with database.write(one.program.engine) as db:
        walk = Census(id=uuid4(), salon=one.account.slug, started_at=one.now)
        db.add(walk)
        return walk.id


def _let_in(one: _List, told: list[ClientTold], taken: Taken, walk: UUID) -> Taken:
    """Everything that the list tells, a thousand at a time; a no in it takes effect at once."""
    today, new, changed = mirror.look_again(one.now), 0, 0
    for start in range(0, len(told), _TOGETHER):
        batch = told[start : start + _TOGETHER]
        records = mirror_records.prepare(one.account, batch)
        with database.write(one.program.engine) as db:
            applied = mirror.apply_records(db, one.account, records, today=today, listed_in=walk)
            jobs_returned.look_again(db, one.account, applied.returned, now=one.now)
        new, changed = new + applied.new, changed + applied.changed
        noes = sorted(applied.noes)
        for first in range(0, len(noes), _FEW_TOGETHER):
            with database.write(one.program.engine) as db:
                jobs_noes.propose(db, one.account, noes[first : first + _FEW_TOGETHER], now=one.now)
        one.on_progress(f"{start + len(batch)} of {len(told)} clients taken in")
    return replace(taken, new=new, changed=changed)


def _keep_cards(one: _List, found: list[Found]) -> None:
    rows: dict[str, tuple[object, ...]] = {}
    for who in found:
        card = Seen(who.person.name, who.person.phone, who.person.email)
        row = sealed_cards.sealed(one.account, who.client, card, who.marks, one.known, one.now)
        if row is not None:
            rows[who.client] = row
    wanted = list(rows.values())
    for start in range(0, len(wanted), _TOGETHER):
        with database.write(one.program.engine) as db:
            sealed_cards.keep(db, wanted[start : start + _TOGETHER], one.known)


def _end(one: _List, walk: UUID, found: list[Found], unread: list[Found], taken: Taken) -> Taken:
    """Who is missing goes; then the walk is over, and what was done by hand is looked at."""
    listed = {who.client for who in (*found, *unread)}
    names = {who.marks.name for who in (*found, *unread)}
    with database.write(one.program.engine) as db:
        mirror.list_in(db, one.account, [who.client for who in unread], walk)
    with database.read(one.program.engine) as db:
        missing = census_rows.unlisted(db, one.account, walk)
    gone = [client for client in missing if not _may_be_another(client, one.known, names)]
    vanished = 0
    for start in range(0, len(gone), _FEW_TOGETHER):
        with database.write(one.program.engine) as db:
            for client in gone[start : start + _FEW_TOGETHER]:
                vanished += int(mirror.miss(db, one.account, client, at=one.now))
    with database.write(one.program.engine) as db:
        mirror_told_again.keep_only(db, one.account, listed)
        _drop_cards(db, one.account)
        finding = _finding(db, one)
        _finish(db, one, walk, replace(taken, vanished=vanished), finding)
        jobs_looks.look_by_hand_now(db, one.account, now=one.now)
        taken = replace(taken, vanished=vanished, doubtful=len(missing) - len(gone), finding=finding)
        _remember(db, one, taken)
    return taken


def _may_be_another(client: str, known: dict[str, Kept], names: set[str | None]) -> bool:
    """Whether somebody on the list has the missing one's name: without numbers, they may be the same."""
    card = known.get(client)
    is_named = card is not None and card.by_name is not None and card.by_name in names
    return client.startswith(OWN_ID) and is_named


def _drop_cards(db: Session, account: Account) -> None:
    """Destroy the cards of whoever is gone, but not of who was erased and is told of again: they are to be found."""
    there = set(db.exec(select(Client.client).where(Client.salon == account.slug)))
    orphans = set(sealed_cards.known(db, account)) - there
    sealed_cards.drop(db, account, orphans - mirror_told_again.among(db, account, orphans))


def _finding(db: Session, one: _List) -> str | None:
    """Why the list proves nothing yet: nobody knows when its clients were last there."""
    if one.has_visits:
        return None
    visits = imports_remembered.taken_at(db, one.account, Kind.VISITS)
    return None if visits is not None and visits > one.now - _VISITS_GOOD_FOR else NO_VISITS


def _prove_with_visits(db: Session, one: _List) -> None:
    """The newest list of clients is proved whole once the visits have come too; as of when it came itself."""
    newest = (
        select(Census.id)
        .where(Census.salon == one.account.slug, col(Census.finished_at).is_not(None))
        .order_by(col(Census.finished_at).desc())
    )
    walk = db.exec(newest).first()
    if walk is not None:
        db.connection().execute(
            sa.update(Census)
            .where(col(Census.id) == walk, col(Census.finding) == NO_VISITS)
            .values(finding=None)
        )


def _finish(db: Session, one: _List, walk: UUID, taken: Taken, finding: str | None) -> None:
    people = (person for person in one.read.people if person.number is not None)
    census_rows.count(
        db,
        walk,
        seen=taken.seen,
        new=taken.new,
        changed=taken.changed,
        vanished=taken.vanished,
        telling_ids=census_ids.count(person.number or "" for person in people),
    )
    db.connection().execute(
        sa.update(Census).where(col(Census.id) == walk).values(finished_at=one.now, finding=finding)
    )


def _remember(db: Session, one: _List, taken: Taken) -> None:
    imports_remembered.remember(db, one.account, one.kind, one.columns, now=one.now)
    line = {
        "what": "list",
        "kind": one.kind.value,
        "seen": taken.seen,
        "new": taken.new,
        "changed": taken.changed,
        "vanished": taken.vanished,
        "refused": len(taken.refused),
    }
    evidence.append(db, one.account, line, now=one.now)
