"""Census: walk through the booking system's whole list, and find what webhooks did not tell.

Takes: the list, page by page. Gives: events in the mirror, and the proof that it is whole. Next: the night's gate.

A record that is listed is an event, dated when it was fetched. Ids that the mirror has and the list has not are looked
up one by one, since a list may shift while it is read; a list that is suddenly short proves nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.exc import NoResultFound
from sqlmodel import Session, col, select

from connector import (
    census_ids,
    census_joined,
    census_missing,
    census_rows,
    census_short,
    database,
    mirror,
    mirror_hints,
    mirror_records,
    salons,
)
from connector.census_joined import Joined
from connector.census_let_in import FEW_TOGETHER, TOGETHER, let_in
from connector.census_missing import BATCH, Stopped, ask
from connector.mirror_changes import Applied
from connector.program import Program
from connector.salons import Account
from connector.salons_system import Moved
from connector.tables import Census
from webhooks.dialect import Page
from webhooks.errors import NotUnderstood
from webhooks.events import ClientTold

#: a walk that stopped longer ago than this is begun anew, since its cursor may be forgotten
_RESUMABLE = timedelta(hours=6)
_MOST_PAGES = 100_000

WHY = {
    "no_address": "no address of the booking system is known",
    "no_answer": "the booking system gave no usable answer; run it again, and it goes on where it was",
    "not_understood": "the booking system's list cannot be read",
    "short_list": "more than a third of the clients are missing from the list, so nothing was taken as deleted",
    "short_after_move": (
        "more than a third of the earlier booking system's clients are not on the list, so nobody of them goes on "
        "in this one yet"
    ),
    "cannot_look_up": "the booking system would not say whether some clients are still there",
}


@dataclass(frozen=True)
class Done:
    """How far a walk came; `why` it does not prove the mirror whole, where it does not.

    `missing` of `register` clients are not on its list, where that is short.
    """

    seen: int = 0
    new: int = 0
    changed: int = 0
    vanished: int = 0
    finding: str | None = None
    missing: int = 0
    register: int = 0

    @property
    def is_short(self) -> bool:
        """Whether its list is so short that somebody has to say that it is whole."""
        return self.finding in {census_short.SHORT, census_short.SHORT_AFTER_MOVE}

    @property
    def is_complete(self) -> bool:
        """Whether the mirror is proved whole."""
        return self.finding is None

    @property
    def why(self) -> str:
        """Why it is not complete, in words."""
        return "" if self.finding is None else WHY[self.finding]


def run(
    program: Program,
    slug: str,
    *,
    may_be_short: bool = False,
    on_progress: Callable[[str], None] = lambda text: None,
) -> Done:
    """Walk the whole list of one salon, on from where the last walk stopped.

    1. Some pages at a time are applied in short transactions, and the cursor with the last of them.
    2. What the mirror has and the list has not is looked up, and buried where it is gone.
    3. The walk is finished: `freshness` knows since when the mirror is known to be whole.

    Safe to stop at any moment, and to run twice. `may_be_short`: somebody says that a short list is whole.
    """
    with database.read(program.engine) as db:
        account = salons.account(db, program.vault, slug)
    if account is None or account.base_url is None:
        return Done(finding="no_address")
    walk = _begin(program, account)
    try:
        _walk_list(program, account, walk, on_progress)
        return _finish(program, account, walk, on_progress, may_be_short=may_be_short)
    except Stopped as stopped:
        return replace(_counts(program, walk), finding=stopped.finding)
    except (Moved, NoResultFound):  # to another system: this list is not its, and the walk is gone
        return Done(finding="no_answer")


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
        return census_rows.begin(db, account, now=now)


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
    raise Stopped("not_understood")  # a list without an end


def _tell(on_progress: Callable[[str], None], before: int, so_far: int) -> None:
    on_progress(f"{before + so_far} clients seen")


def _some_pages(
    program: Program, account: Account, cursor: str | None, on_clients: Callable[[int], None]
) -> Page:
    """As many pages as are applied together, as one; fewer at the end, or where the next one does not come."""
    page = _page(program, account, cursor, program.now())
    on_clients(len(page.clients))
    size = account.dialect.page_size
    while page.next_cursor not in {None, cursor} and len(page.clients) + len(page.others) + size <= TOGETHER:
        try:
            more = _page(program, account, page.next_cursor, program.now())
        except Stopped:
            break  # what came is applied; then this one is asked for again
        if more.next_cursor == page.next_cursor:
            break
        page = Page(page.clients + more.clients, more.next_cursor, page.others + more.others)
        on_clients(len(page.clients))
    return page


def _page(program: Program, account: Account, cursor: str | None, now: datetime) -> Page:
    call = account.dialect.list_clients(cursor, account.dialect.page_size, None)
    reply = ask(program, account, call)
    if not 200 <= reply.status < 300:
        raise Stopped("no_answer")
    try:
        return account.dialect.read_page(call, reply, now)
    except NotUnderstood:
        raise Stopped("not_understood") from None


def _apply(program: Program, account: Account, walk: UUID, page: Page, now: datetime) -> None:
    _apply_others(program, account, walk, page, now)
    for start in range(0, max(len(page.clients), 1), TOGETHER):
        batch = page.clients[start : start + TOGETHER]
        telling_ids = census_ids.count(told.client for told in batch)
        is_last = start + TOGETHER >= len(page.clients)
        count = partial(_count, walk, len(batch), telling_ids, page if is_last else None)
        let_in(program, account, batch, walk, now=now, beside=count)


def _count(walk: UUID, seen: int, telling_ids: int, done: Page | None, db: Session, applied: Applied) -> None:
    """Count a batch; behind the last one of a page the walk goes on."""
    census_rows.count(db, walk, seen=seen, new=applied.new, changed=applied.changed, telling_ids=telling_ids)
    if done is not None:
        census_rows.go_on(db, walk, done.next_cursor)


def _apply_others(program: Program, account: Account, walk: UUID, page: Page, now: datetime) -> None:
    """What a page told beside its records; the cursor is not past it yet, so that a crash only tells it twice."""
    today = mirror.look_again(now)
    records = [one for one in page.others if isinstance(one, ClientTold)]
    rest = [one for one in page.others if not isinstance(one, ClientTold)]
    for start in range(0, len(records), TOGETHER):
        prepared = mirror_records.prepare(account, records[start : start + TOGETHER])
        with database.write(program.engine) as db:
            mirror.apply_records(db, account, prepared, today=today, listed_in=walk)
    for start in range(0, len(rest), FEW_TOGETHER):
        with database.write(program.engine) as db:
            for event in rest[start : start + FEW_TOGETHER]:
                mirror.apply(db, account, event, today=today)


def _finish(
    program: Program,
    account: Account,
    walk: UUID,
    on_progress: Callable[[str], None],
    *,
    may_be_short: bool,
) -> Done:
    with database.read(program.engine) as db:
        missing = census_rows.unlisted(db, account, walk)
        listed = census_rows.listed(db, account, walk)
        lack = census_short.lack(db, account, missing=len(missing), listed=listed)
        is_whole = may_be_short or not lack.is_far or census_short.is_said_whole(db, account, listed)
    if not is_whole:
        with database.write(program.engine) as db:
            census_rows.end(db, walk, lack.finding, now=program.now())
        short = _counts(program, walk)
        return replace(short, finding=lack.finding, missing=lack.count, register=lack.of)
    batches = [missing[start : start + BATCH] for start in range(0, len(missing), BATCH)]
    looked = [census_missing.look_for(program, account, walk, batch, on_progress) for batch in batches]
    finding = None if all(looked) else "cannot_look_up"
    joined = Joined() if finding else census_joined.join(program, account, on_progress)
    with database.write(program.engine) as db:
        if finding is None:
            mirror_hints.forget(db, account, before=census_rows.started_at(db, walk))
            census_joined.finish(db, account, joined, now=program.now())
        census_rows.end(db, walk, finding, now=program.now())
    return replace(_counts(program, walk), finding=finding)


def _cursor(program: Program, walk: UUID) -> str | None:
    with database.read(program.engine) as db:
        return db.exec(select(Census.cursor).where(Census.id == walk)).one()


def _counts(program: Program, walk: UUID) -> Done:
    with database.read(program.engine) as db:
        row = db.exec(select(Census).where(Census.id == walk)).one()
        return Done(row.seen, row.new, row.changed, row.vanished)
