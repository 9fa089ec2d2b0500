"""What one event changes of a living client's rows, and the little that it still may where the client was erased."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from connector import (
    contacts,
    mirror_clients,
    mirror_consents,
    mirror_entries,
    mirror_graves,
    mirror_links,
    mirror_unnamed,
)
from connector.mirror_clients import Telling
from connector.mirror_coming import Coming
from connector.mirror_ground import Ground
from connector.mirror_marks import Grave
from connector.mirror_registers import Stamp
from connector.mirror_told import Told, answers_in
from connector.mirror_told_entries import EntryTold
from connector.salons import Account
from webhooks.events import CampaignSent


@dataclass(frozen=True)
class Applied:
    """What one event changed: clients whose no to marketing was not known, how many are new, how many changed.

    `returned` are clients that were erased before the moment of which the event tells; `later` is of how many who were
    known the last sign of life is later than before.
    """

    noes: frozenset[str] = frozenset()
    new: int = 0
    changed: int = 0
    returned: frozenset[str] = frozenset()
    later: int = 0


def let_in(db: Session, account: Account, coming: Coming, ground: Ground, today: date) -> Applied:
    """Let in an event that erases nobody, onto what was found of whom it tells."""
    event = coming.event
    if isinstance(event, CampaignSent):
        mirror_links.reach(db, account, event, coming.told, ground.marks, today)
        return Applied()
    if coming.entry is not None:
        _entry(db, account, coming.entry, coming.mark, ground, at=event.at)
    mirror_links.keep(db, account, event, ground.marks)
    return summed(_tell(db, account, one, event.at, coming.mark, ground, today) for one in coming.told)


def summed(parts: Iterable[Applied]) -> Applied:
    """What several changed, together."""
    found = list(parts)
    noes = frozenset().union(*(one.noes for one in found))
    returned = frozenset().union(*(one.returned for one in found))
    return Applied(
        noes,
        sum(one.new for one in found),
        sum(one.changed for one in found),
        returned,
        sum(one.later for one in found),
    )


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
    if stated := answers_in(told, kept.became, kept.unticked, at):
        changed = mirror_consents.given(account, told.client, stated, latest=at, since=since)
        has_no |= mirror_consents.record(db, account, changed)
    noes = frozenset({told.client} if has_no else ())
    return Applied(noes, int(kept.is_new), int(kept.is_changed), later=int(kept.is_later))


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
