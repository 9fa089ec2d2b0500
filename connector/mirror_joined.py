"""Somebody of a booking system that the salon left is found in the one that it has: one person under both ids."""

from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Session

from connector import (
    facts_group,
    mirror_clients,
    mirror_consents,
    mirror_links,
    mirror_marks,
    mirror_missing,
    mirror_turn,
    vault_ids,
)
from connector.contacts import refuse
from connector.mirror_graves import MISSING
from connector.mirror_told import MARKETING
from connector.salons import Account


def join(
    db: Session,
    account: Account,
    olds: Collection[str],
    root: str,
    new: str,
    *,
    at: datetime,
    today: date,
) -> bool:
    """Have an old client (`root`, known by all of `olds`) go on as `new`; False where either is not there any more.

    All that was known comes back, and of both sides' answers the more restrictive one holds, as after any merge.
    """
    mirror_turn.take(db, account)
    graves = mirror_marks.find(db, account, sorted(olds)).graves
    waiting = {one: grave for one, grave in graves.items() if grave.by == MISSING and not grave.is_settled}
    if root not in waiting or mirror_clients.find(db, account, new) is None:
        return False
    mirror_missing.lift(db, account, waiting)
    mirror_links.merge(db, account, root, new, at=at)
    mirror_clients.wake(db, account, new, today=today)
    return True


def say_no_for(db: Session, account: Account, index: str, kind: str, *, at: datetime) -> None:
    """Somebody who was erased at `at` has come along under this contact point: nobody has agreed to anything since.

    It holds until the owner says that it is somebody else, or they agree themselves; which is asked (contacts_carried).
    """
    mirror_turn.take(db, account)
    noes = [(purpose.value, channel, at) for purpose in MARKETING for channel in mirror_consents.CHANNELS]
    refuse(db, account, index, kind, noes)


def followers(db: Session, account: Account, client: str) -> list[str]:
    """The ids of systems that were left that go where this client goes: nobody else of the present one is the same."""
    if account.moved_at is None or vault_ids.is_left_behind(client):
        return []
    there = {member.client for member in facts_group.read(db, account.slug, client).members}
    left = {one for one in there if vault_ids.is_left_behind(one)}
    return [] if there - left - {client} else sorted(left)
