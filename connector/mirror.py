"""2. Mirror: the smallest copy of a booking system that the rules need.

Takes: an Event. Gives: mirror rows, from which `facts` makes ClientFacts. Next: plan, by the look-again date.

The mirror is a function of the *set* of events (booking contract): the same events, in any order and with any
repeats, leave the same rows. Registers take the highest stamp, dates are maxima, answers and contact points are
only added, and a tombstone lets nothing through but what was so before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from connector import (
    contacts,
    evidence,
    mirror_clients,
    mirror_coming,
    mirror_consents,
    mirror_entries,
    mirror_graves,
    mirror_ground,
    mirror_links,
    mirror_missing,
    mirror_records,
    mirror_unnamed,
)
from connector.database_statement import Answer, Question, Statement, ask
from connector.mirror_clients import Telling
from connector.mirror_coming import Coming
from connector.mirror_graves import Grave
from connector.mirror_ground import Ground
from connector.mirror_records import Prepared
from connector.mirror_registers import Stamp
from connector.mirror_told import EntryTold, Told, answers_in
from connector.salons import Account
from webhooks.events import (
    CampaignSent,
    ClientDeleted,
    ClientTold,
    DeletedBy,
    Event,
)

_TURN = Statement("SELECT 1 FROM evidence_head WHERE salon = :salon FOR UPDATE", one=int)


@dataclass(frozen=True)
class Applied:
    """What one event changed: clients whose no to marketing was not known, how many are new, how many changed.

    `returned` are clients that were erased before the moment of which the event tells.
    """

    noes: frozenset[str] = frozenset()
    new: int = 0
    changed: int = 0
    returned: frozenset[str] = frozenset()


def apply(db: Session, account: Account, event: Event, *, today: date) -> Applied:
    """Let one event into the mirror. `today` is when the clients it tells of are looked at again. Never commits."""
    return let_in(db, account, mirror_coming.read(account, event), today=today)


def questions(db: Session, account: Account, coming: Coming) -> list[Question]:
    """What `let_in` asks first: the salon's turn, and then all that is there of whom the event tells of."""
    return [*_turn(db, account), *mirror_ground.questions(account, coming)]


def let_in(
    db: Session, account: Account, coming: Coming, *, today: date, answers: Sequence[Answer] | None = None
) -> Applied:
    """Let in what was read before; with the answers to its `questions` where those went out with others."""
    answers = ask(db, *questions(db, account, coming)) if answers is None else answers
    turns = len(_turn(db, account))
    if any(not turn.rows for turn in answers[:turns]):  # its row is made with a salon's first event
        evidence.take_turn(db, account)
        answers, turns = (
            ask(db, *mirror_ground.questions(account, coming)),
            0,
        )  # the others were before our turn
    event = coming.event
    if isinstance(event, ClientDeleted) and event.by is not DeletedBy.MERGE:
        if event.client != account.walk_in:
            _bury(db, account, event.client, at=event.at, by=event.by.value)
        return Applied()
    ground = mirror_ground.find(db, account, coming, answers[turns:])
    marks = ground.marks
    lifted = mirror_missing.lift(db, account, marks.graves, at=event.at) if marks.graves else {}
    if not lifted:
        return _let_in(db, account, coming, ground, today)
    for client in lifted.keys() & marks.cuts.keys():
        mirror_unnamed.cut(db, account, client, at=marks.cuts[client].at)
    dead = {client: grave for client, grave in marks.graves.items() if client not in lifted}
    put_back = Ground(replace(marks, graves=dead))  # its rows are there again, and not read yet
    applied = _let_in(db, account, coming, put_back, today)
    still = mirror_missing.lay_again(db, account, lifted, now_told=today)
    return replace(applied, noes=applied.noes - still)


def _let_in(db: Session, account: Account, coming: Coming, ground: Ground, today: date) -> Applied:
    event = coming.event
    if isinstance(event, CampaignSent):
        mirror_links.reach(db, account, event, coming.told, ground.marks, today)
        return Applied()
    if coming.entry is not None:
        _entry(db, account, coming.entry, coming.mark, ground, at=event.at)
    mirror_links.keep(db, account, event, ground.marks)
    return _sum(_tell(db, account, one, event.at, coming.mark, ground, today) for one in coming.told)


def apply_records(
    db: Session, account: Account, records: Sequence[Prepared], *, today: date, listed_in: UUID
) -> Applied:
    """Let many listed records in, in few statements; whatever is not plain goes in by itself; the order is no matter.

    Of these clients those that are there were listed in this walk. Who is new is not counted as changed.
    """
    _take_turn(db, account)
    marks = mirror_graves.find_by_keys(db, account, {one.key: one.record.client for one in records})
    special = {*marks.graves, *marks.cuts, account.walk_in}
    plain: dict[str, Prepared] = {}
    others: list[ClientTold] = []
    for one in records:
        client = one.record.client
        if client in plain or client in special:
            others.append(one.record)
        else:
            plain[client] = one
    listed = mirror_records.let_in(db, account, list(plain.values()), today=today, listed_in=listed_in)
    apart = [apply(db, account, record, today=today) for record in others]
    mirror_clients.list_in(db, account, [record.client for record in others], listed_in)
    changed = sum(one.changed for one in apart if not one.new)
    return replace(_sum([Applied(listed.noes, listed.new), *apart]), changed=listed.changed + changed)


def list_in(db: Session, account: Account, clients: list[str], walk: UUID) -> None:
    """Remember that these clients were listed in this walk."""
    mirror_clients.list_in(db, account, clients, walk)


def look_again(now: datetime) -> date:
    """The `today` of `apply` where nobody knows the salon's own day: too early is allowed, too late is not."""
    return (now - timedelta(hours=12)).date()


def miss(db: Session, account: Account, client: str, *, at: datetime) -> bool:
    """Take out a client that the booking system no longer has, though nobody told that it was deleted.

    What is told of it with a later date brings all of it back. False where something later was told already.
    """
    _take_turn(db, account)
    graves = mirror_graves.find(db, account, [client]).graves
    open_graves = {one: grave for one, grave in graves.items() if not grave.is_settled}
    before = mirror_missing.lift(db, account, open_graves).get(client)
    since = at if before is None else max(at, before.at)
    return mirror_missing.lay(db, account, client, Grave(since, mirror_graves.MISSING, False, None))


def bury(db: Session, account: Account, client: str, *, at: datetime, by: str) -> None:
    """Leave a tombstone for a client that was found gone; its rows go, and no event brings it back."""
    _take_turn(db, account)
    _bury(db, account, client, at=at, by=by)


def bury_again(db: Session, account: Account, key: str, client: str | None, *, at: datetime) -> None:
    """Leave a tombstone that a restore took away; of a client whose id nobody knows any more, by its key alone."""
    _take_turn(db, account)
    if client is not None:
        _bury(db, account, client, at=at, by="ovikello")
    else:
        mirror_graves.bury_unknown(db, account, key, at=at, by="ovikello")


def settle_tombstones(db: Session, account: Account, now: datetime) -> int:
    """Thirty days after it, leave of an erased client nothing but its standing noes; give how many were settled.

    Of one whose identifiers were removed the same is left, beside what is still counted from.
    """
    _take_turn(db, account)
    return mirror_graves.settle(db, account, now) + mirror_unnamed.settle(db, account, now)


def remove_identifiers(db: Session, account: Account, client: str, *, at: datetime) -> None:
    """What identified a client was removed in the booking system, and goes here too: all that was told until now."""
    _take_turn(db, account)
    latest = mirror_clients.latest_at(db, account, client)
    mirror_unnamed.cut(db, account, client, at=at if latest is None else max(at, latest))


def wake(db: Session, account: Account, client: str, *, today: date) -> None:
    """Have a client looked at in the next night, since something outside the events changed."""
    mirror_clients.wake(db, account, client, today=today)


def _take_turn(db: Session, account: Account) -> None:
    """One transaction at a time tells a salon's mirror: a tombstone and an event must not pass each other by.

    SQLite has one writer anyhow. The lock is the evidence's own, since intake may propose jobs while it holds it.
    """
    if any(
        not turn.rows for turn in ask(db, *_turn(db, account))
    ):  # the row is made with a salon's first event
        evidence.take_turn(db, account)


def _turn(db: Session, account: Account) -> list[Question]:
    has_one_writer = db.connection().dialect.name == "sqlite"
    return [] if has_one_writer else [Question(_TURN, {"salon": account.slug})]


def _bury(db: Session, account: Account, client: str, *, at: datetime, by: str) -> None:
    graves = mirror_graves.find(db, account, [client]).graves
    grave = None if mirror_missing.lift(db, account, graves) else graves.get(client)
    mirror_graves.bury(db, account, client, grave, at=at, by=by)


def _tell(
    db: Session, account: Account, told: Told, at: datetime, mark: Stamp, ground: Ground, today: date
) -> Applied:
    since, grave = ground.marks.settled_until(told.client), ground.marks.graves.get(told.client)
    if grave is not None:
        _tell_late(db, account, told, at, grave, ground)
        return Applied(returned=frozenset({told.client} if at > grave.at else ()))
    said = mirror_consents.given(account, told.client, told.consents, latest=at, since=since)
    has_no = mirror_consents.record(db, account, said, known=ground.answers.get(told.client))
    if since is None or at > since:
        _reached(db, account, told, at)
    row = ground.client(db, account, told.client)
    kept = mirror_clients.tell(db, account, Telling(told, mark, at, has_no), row, today=today)
    if stated := answers_in(told, kept.became, at):
        changed = mirror_consents.given(account, told.client, stated, latest=at, since=since)
        has_no |= mirror_consents.record(db, account, changed)
    return Applied(frozenset({told.client} if has_no else ()), int(kept.is_new), int(kept.is_changed))


def _tell_late(db: Session, account: Account, told: Told, at: datetime, grave: Grave, ground: Ground) -> None:
    """Of an erased client only answers and contact points from before are taken, so that a late no still holds."""
    mirror_graves.note(db, account, told.client, grave, at=at)
    if grave.is_settled:
        return
    since = ground.marks.settled_until(told.client)
    said = mirror_consents.given(account, told.client, told.consents, latest=at, until=grave.at, since=since)
    mirror_consents.record(db, account, said, known=ground.answers.get(told.client))
    if at <= grave.at and (since is None or at > since):
        _reached(db, account, told, at)


def _reached(db: Session, account: Account, told: Told, at: datetime) -> None:
    found = contacts.points(account, told.client, email=told.email, phone=told.phone, at=at)
    contacts.keep(db, account, found)


def _entry(
    db: Session, account: Account, entry: EntryTold, mark: Stamp, ground: Ground, *, at: datetime
) -> None:
    if entry.client in ground.marks.graves:
        return
    if ground.marks.takes(entry.client, at):
        if entry.kind not in mirror_unnamed.COUNTED:
            return
        entry = replace(entry, words=None)
    mirror_entries.tell(db, account, entry, ground.entry(db, account, entry), mark, at=at)


def _sum(parts: Iterable[Applied]) -> Applied:
    found = list(parts)
    noes = frozenset().union(*(one.noes for one in found))
    returned = frozenset().union(*(one.returned for one in found))
    return Applied(noes, sum(one.new for one in found), sum(one.changed for one in found), returned)
