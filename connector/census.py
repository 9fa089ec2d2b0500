"""Census: walk through the booking system's whole list, and find what webhooks did not tell.

Takes: the list, page by page. Gives: events in the mirror, and the proof that it is whole. Next: the night's gate.

A record that is listed is an event, dated when it was fetched. Ids that the mirror has and the list has not are looked
up one by one, since a list may shift while it is read; a list that is suddenly short proves nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import (
    census_ids,
    census_rows,
    database,
    facts,
    jobs_noes,
    jobs_returned,
    jobs_seen,
    lookup,
    mirror,
    salons,
)
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.tables import Census
from webhooks.calls import Call, Reply
from webhooks.dialect import Looked, Page
from webhooks.errors import NotUnderstood

PAGE = 100
#: clients in one transaction: each costs a commit, and others wait for the writers' turn meanwhile, some 40 ms
_TOGETHER = 300
#: lookups between two proofs
_BATCH = 25
#: a walk that stopped longer ago than this is begun anew, since its cursor may be forgotten
_RESUMABLE = timedelta(hours=6)
#: fewer than this may vanish from a list of any length
_FEW = 3
_MOST_PAGES = 100_000

WHY = {
    "no_address": "no address of the booking system is known",
    "no_answer": "the booking system gave no usable answer; run it again, and it goes on where it was",
    "not_understood": "the booking system's list cannot be read",
    "short_list": "more than a third of the clients are missing from the list, so nothing was taken as deleted",
    "cannot_look_up": "the booking system would not say whether some clients are still there",
}


@dataclass(frozen=True)
class Done:
    """How far a walk came; `why` it does not prove the mirror whole, where it does not."""

    seen: int = 0
    new: int = 0
    changed: int = 0
    vanished: int = 0
    finding: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the mirror is proved whole."""
        return self.finding is None

    @property
    def why(self) -> str:
        """Why it is not complete, in words."""
        return "" if self.finding is None else WHY[self.finding]


class _Stopped(Exception):
    """The walk cannot go on now; `finding` is the word for it."""

    def __init__(self, finding: str) -> None:
        super().__init__(finding)
        self.finding = finding


def run(program: Program, slug: str, *, on_progress: Callable[[str], None] = lambda text: None) -> Done:
    """Walk the whole list of one salon, on from where the last walk stopped.

    1. Some pages at a time are applied in short transactions, and the cursor with the last of them.
    2. What the mirror has and the list has not is looked up, and buried where it is gone.
    3. The walk is finished: `freshness` knows since when the mirror is known to be whole.

    Safe to stop at any moment, and to run twice.
    """
    with database.read(program.engine) as db:
        account = salons.account(db, program.vault, slug)
    if account is None or account.base_url is None:
        return Done(finding="no_address")
    walk = _begin(program, account)
    try:
        _walk_list(program, account, walk, on_progress)
        return _finish(program, account, walk, on_progress)
    except _Stopped as stopped:
        return replace(_counts(program, walk), finding=stopped.finding)


def _begin(program: Program, account: Account) -> UUID:
    now = program.now()
    with database.write(program.engine) as db:
        going_on = db.exec(
            select(Census.id)
            .where(
                Census.salon == account.slug,
                col(Census.finished_at).is_(None),
                Census.started_at > now - _RESUMABLE,
            )
            .order_by(col(Census.started_at).desc())
        ).first()
        if going_on is not None:
            return going_on
        walk = Census(id=uuid4(), salon=account.slug, started_at=now)
        db.add(walk)
        return walk.id


def _walk_list(program: Program, account: Account, walk: UUID, on_progress: Callable[[str], None]) -> None:
    cursor, seen = _cursor(program, walk), _counts(program, walk).seen
    if cursor is None and seen:
        return  # it was stopped after the last page
    for _ in range(_MOST_PAGES):
        page = _some_pages(program, account, cursor, partial(_tell, on_progress, seen))
        _apply(program, account, walk, page, program.now())
        seen += len(page.clients)
        if page.next_cursor is None:
            return
        if page.next_cursor == cursor:
            break
        cursor = page.next_cursor
    raise _Stopped("not_understood")  # a list without an end


def _tell(on_progress: Callable[[str], None], before: int, so_far: int) -> None:
    on_progress(f"{before + so_far} clients seen")


def _some_pages(
    program: Program, account: Account, cursor: str | None, on_clients: Callable[[int], None]
) -> Page:
    """As many pages as are applied together, as one; fewer at the end, or where the next one does not come."""
    page = _page(program, account, cursor, program.now())
    on_clients(len(page.clients))
    while page.next_cursor not in {None, cursor} and len(page.clients) + PAGE <= _TOGETHER:
        try:
            more = _page(program, account, page.next_cursor, program.now())
        except _Stopped:
            break  # what came is applied; then this one is asked for again
        if more.next_cursor == page.next_cursor:
            break
        page = Page(page.clients + more.clients, more.next_cursor)
        on_clients(len(page.clients))
    return page


def _page(program: Program, account: Account, cursor: str | None, now: datetime) -> Page:
    reply = _ask(program, account, account.dialect.list_clients(cursor, PAGE, None))
    if not 200 <= reply.status < 300:
        raise _Stopped("no_answer")
    try:
        return account.dialect.read_page(reply, now)
    except NotUnderstood:
        raise _Stopped("not_understood") from None


def _ask(program: Program, account: Account, call: Call) -> Reply:
    try:
        return program.send(account, call)
    except CallFailed:
        raise _Stopped("no_answer") from None


def _apply(program: Program, account: Account, walk: UUID, page: Page, now: datetime) -> None:
    today = mirror.look_again(now)
    for start in range(0, max(len(page.clients), 1), _TOGETHER):
        batch = page.clients[start : start + _TOGETHER]
        is_last = start + _TOGETHER >= len(page.clients)
        with database.write(program.engine) as db:
            applied = mirror.apply_records(db, account, batch, today=today)
            returned = frozenset().union(*(one.returned for one in applied))
            jobs_returned.look_again(db, account, returned, now=now)
            census_rows.list_in(db, account, walk, [told.client for told in batch])
            census_rows.count(
                db,
                walk,
                seen=len(batch),
                new=sum(one.new for one in applied),
                changed=sum(one.changed for one in applied if not one.new),
                telling_ids=census_ids.count(told.client for told in batch),
            )
            if is_last:
                census_rows.go_on(db, walk, page.next_cursor)
        _take_effect(program, account, sorted(frozenset().union(*(one.noes for one in applied))), now)


def _take_effect(program: Program, account: Account, noes: list[str], now: datetime) -> None:
    """Have the noes that a list told take effect now, a few at a time; whoever is passed over by a crash is awake."""
    for start in range(0, len(noes), _BATCH):
        with database.write(program.engine) as db:
            jobs_noes.propose(db, account, noes[start : start + _BATCH], now=now)


def _finish(program: Program, account: Account, walk: UUID, on_progress: Callable[[str], None]) -> Done:
    with database.read(program.engine) as db:
        missing = census_rows.unlisted(db, account, walk)
        size = facts.register_size(db, account.slug)
    finding = "short_list" if len(missing) > _FEW and len(missing) * 3 > size else None
    if finding is None:
        batches = [missing[start : start + _BATCH] for start in range(0, len(missing), _BATCH)]
        if not all([_look_for(program, account, walk, batch, on_progress) for batch in batches]):
            finding = "cannot_look_up"
    with database.write(program.engine) as db:
        db.connection().execute(
            sa.update(Census)
            .where(col(Census.id) == walk)
            .values(finished_at=program.now(), finding=finding, cursor=None)
        )
    return replace(_counts(program, walk), finding=finding)


def _look_for(
    program: Program, account: Account, walk: UUID, clients: list[str], on_progress: Callable[[str], None]
) -> bool:
    """Look some missing clients up, and take in what is found; False where an answer does not tell."""
    found: dict[str, Looked] = {}
    for client in filter(jobs_seen.can_be_named, clients):  # others cannot be asked about, and stay
        on_progress("looking for a client that the list does not have")
        reply = _ask(program, account, account.dialect.look_up(client))
        found[client] = account.dialect.looked(reply, program.now())
    told = {client: looked for client, looked in found.items() if looked.is_gone is not None}
    doubtful = {client for client, looked in told.items() if looked.is_gone and not looked.is_certain}
    if doubtful and not _is_believed(program, account, walk):
        told = {client: looked for client, looked in told.items() if client not in doubtful}
    for client, looked in told.items():
        with database.write(program.engine) as db:
            _take_in(db, account, walk, client, looked, program.now())
    return len(told) == len(found)


def _is_believed(program: Program, account: Account, walk: UUID) -> bool:
    """Whether a 404 says that somebody is gone: somebody who was listed can be read, now; or nobody was listed."""
    with database.read(program.engine) as db:
        listed = census_rows.some_listed(db, account, walk)
    try:
        return not listed or lookup.can_read_one_of(program, account, listed)
    except CallFailed:
        return False


def _take_in(db: Session, account: Account, walk: UUID, client: str, looked: Looked, now: datetime) -> None:
    if looked.is_gone:
        census_rows.count(db, walk, vanished=int(mirror.miss(db, account, client, at=now)))
    else:
        _found(db, account, walk, client, looked, now)


def _found(db: Session, account: Account, walk: UUID, client: str, looked: Looked, now: datetime) -> None:
    if looked.told is not None:
        noes = mirror.apply(db, account, looked.told, today=mirror.look_again(now)).noes
        jobs_noes.propose(db, account, noes, now=now)
    census_rows.list_in(db, account, walk, [client])


def _cursor(program: Program, walk: UUID) -> str | None:
    with database.read(program.engine) as db:
        return db.exec(select(Census.cursor).where(Census.id == walk)).one()


def _counts(program: Program, walk: UUID) -> Done:
    with database.read(program.engine) as db:
        row = db.exec(select(Census).where(Census.id == walk)).one()
        return Done(row.seen, row.new, row.changed, row.vanished)
