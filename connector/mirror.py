"""2. Mirror: the smallest copy of a booking system that the rules need.

Takes: an Event. Gives: mirror rows, from which `facts` makes ClientFacts. Next: plan, by the look-again date.

The mirror is a function of the *set* of events (booking contract): the same events, in any order and with any
repeats, leave the same rows. Registers take the highest stamp, dates are maxima, answers and contact points are
only added, and a tombstone lets nothing through but what was so before it.

Whatever changes the mirror goes through here, in the salon's turn (`mirror_turn`): events, and what was concluded
without one (somebody is missing, was found gone, was erased by Ovikello, has lost their identifiers).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from connector import (
    mirror_changes,
    mirror_clients,
    mirror_coming,
    mirror_graves,
    mirror_ground,
    mirror_joined,
    mirror_marks,
    mirror_missing,
    mirror_perhaps,
    mirror_records,
    mirror_turn,
    mirror_unnamed,
    mirror_unproved,
)
from connector.database_statement import Answer, Question, ask
from connector.mirror_changes import Applied
from connector.mirror_coming import Coming
from connector.mirror_graves import MISSING
from connector.mirror_ground import Ground
from connector.mirror_marks import Grave
from connector.mirror_perhaps import Days
from connector.mirror_records import Prepared
from connector.salons import Account
from webhooks.events import ClientDeleted, ClientTold, DeletedBy, Event


def apply(db: Session, account: Account, event: Event, *, today: date) -> Applied:
    """Let one event into the mirror. `today` is when the clients it tells of are looked at again. Never commits.

    Raises mirror_turn.Moved.
    """
    mirror_turn.must_be_here(db, account)
    return let_in(db, account, mirror_coming.read(account, event), today=today)


def questions(db: Session, account: Account, coming: Coming) -> list[Question]:
    """What `let_in` asks first: the salon's turn, and then all that is there of whom the event tells of."""
    return [*mirror_turn.questions(db, account), *mirror_ground.questions(account, coming)]


def let_in(
    db: Session, account: Account, coming: Coming, *, today: date, answers: Sequence[Answer] | None = None
) -> Applied:
    """Let in what was read before; with the answers to its `questions` where those went out with others."""
    answers = ask(db, *questions(db, account, coming)) if answers is None else answers
    turns = len(mirror_turn.questions(db, account))
    if not mirror_turn.is_taken(account, answers[:turns]):  # its row is made with a salon's first event
        mirror_turn.take_first(db, account)
        # what the others say was so before our turn
        answers, turns = ask(db, *mirror_ground.questions(account, coming)), 0
    event = coming.event
    if isinstance(event, ClientDeleted) and event.by is not DeletedBy.MERGE:
        if event.client != account.walk_in:
            _bury(db, account, event.client, at=event.at, by=event.by.value)
        return Applied()
    ground = mirror_ground.find(db, account, coming, answers[turns:])
    marks = ground.marks
    lifted = mirror_missing.lift(db, account, marks.graves, at=event.at) if marks.graves else {}
    if not lifted:
        return mirror_changes.let_in(db, account, coming, ground, today)
    for client in lifted.keys() & marks.cuts.keys():
        mirror_unnamed.cut(db, account, client, at=marks.cuts[client].at)
    dead = {client: grave for client, grave in marks.graves.items() if client not in lifted}
    put_back = Ground(replace(marks, graves=dead))  # its rows are there again, and not read yet
    applied = mirror_changes.let_in(db, account, coming, put_back, today)
    still = mirror_missing.lay_again(db, account, lifted, now_told=today)
    return replace(applied, noes=applied.noes - still)


def apply_records(
    db: Session, account: Account, records: Sequence[Prepared], *, today: date, listed_in: UUID
) -> Applied:
    """Let many listed records in, in few statements; whatever is not plain goes in by itself; the order is no matter.

    Of these clients those that are there were listed in this walk. Who is new is not counted as changed.
    """
    mirror_turn.take(db, account)
    marks = mirror_marks.find_by_keys(db, account, {one.key: one.record.client for one in records})
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
    return mirror_changes.summed([listed, *(replace(one, changed=0) if one.new else one for one in apart)])


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
    mirror_turn.take(db, account)
    graves = mirror_marks.find(db, account, [client]).graves
    open_graves = {one: grave for one, grave in graves.items() if not grave.is_settled}
    before = mirror_missing.lift(db, account, open_graves).get(client)
    since = at if before is None else max(at, before.at)
    grave, following = Grave(since, MISSING, False, None), mirror_joined.followers(db, account, client)
    is_gone = mirror_missing.lay(db, account, client, grave)
    for one in following if is_gone else ():
        mirror_missing.lay(db, account, one, grave)
    return is_gone


def bury(db: Session, account: Account, client: str, *, at: datetime, by: str) -> None:
    """Leave a tombstone for a client that was found gone; its rows go, and no event brings it back."""
    mirror_turn.take(db, account)
    _bury(db, account, client, at=at, by=by)


def bury_unproved(db: Session, account: Account, client: str, *, at: datetime) -> None:
    """The same of a client who was erased by Ovikello as somebody says: a list is to prove it."""
    mirror_turn.take(db, account)
    marks = mirror_unproved.marks_of(db, account, client)
    _bury(db, account, client, at=at, by="ovikello")
    if marks is not None:
        mirror_unproved.keep(db, account, client, marks)


def bury_again(db: Session, account: Account, key: str, client: str | None, *, at: datetime) -> None:
    """Leave a tombstone that a restore took away; of a client whose id nobody knows any more, by its key alone."""
    mirror_turn.take(db, account)
    if client is not None:
        _bury(db, account, client, at=at, by="ovikello")
    else:
        mirror_graves.bury_unknown(db, account, key, at=at, by="ovikello")


def settle_tombstones(db: Session, account: Account, now: datetime) -> int:
    """Thirty days after it, leave of an erased client nothing but its standing noes; give how many were settled.

    Of one whose identifiers were removed the same is left, beside what is still counted from.
    """
    mirror_turn.take(db, account)
    return mirror_graves.settle(db, account, now) + mirror_unnamed.settle(db, account, now)


def remove_identifiers(db: Session, account: Account, client: str, *, at: datetime) -> None:
    """What identified a client was removed in the booking system, and goes here too: all that was told until now."""
    mirror_turn.take(db, account)
    latest = mirror_clients.latest_at(db, account, client)
    mirror_unnamed.cut(db, account, client, at=at if latest is None else max(at, latest))


def switched_off(db: Session, account: Account, client: str, *, at: datetime) -> None:
    """Ovikello itself switched a client's marketing off: a box that says no after that is not the client's own no."""
    mirror_turn.take(db, account)
    mirror_clients.switched_off(db, account, client, at=at, today=look_again(at))


def perhaps(
    db: Session, account: Account, kind: str, days: Days, clients: Iterable[str], *, at: datetime
) -> None:
    """Have these clients be known to have been there perhaps, on days that a kind of list leaves open."""
    mirror_turn.take(db, account)
    mirror_perhaps.say(db, account, kind, days, clients, at=at, today=look_again(at))


def wake(db: Session, account: Account, client: str, *, today: date) -> None:
    """Have a client looked at in the next night, since something outside the events changed."""
    mirror_clients.wake(db, account, client, today=today)


def _bury(db: Session, account: Account, client: str, *, at: datetime, by: str) -> None:
    graves = mirror_marks.find(db, account, [client]).graves
    grave = None if mirror_missing.lift(db, account, graves) else graves.get(client)
    following = mirror_joined.followers(db, account, client)
    mirror_graves.bury(db, account, client, grave, at=at, by=by)
    for (
        one
    ) in following:  # of somebody who came from another system nothing is left there to be erased by itself
        mirror_graves.bury(db, account, one, None, at=at, by=by)
