"""What the owner found when a task was to be done by hand: something that speaks against it, so that it waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from connector import evidence, holds, jobs, jobs_listing
from connector.holds import HoldRefused, Opened
from connector.jobs_listing import Listed
from connector.proofs import Left
from connector.salons import Account
from connector.states import State
from policies.holds import HandKind


@dataclass(frozen=True)
class Against:
    """What speaks against it: a word, in the owner's own words where that is no more than a word, and until when."""

    why: HandKind
    reason: str | None
    review_on: date


def leave(
    db: Session,
    account: Account,
    job_id: UUID,
    against: Against,
    *,
    owner: UUID,
    now: datetime,
    today: date,
) -> bool:
    """Hold what the task was about, and end the task; False where it waits no more. It comes up anew after the hold."""
    evidence.take_turn(db, account)
    found = jobs_listing.listed(db, account, [State.BY_HAND], job_ids=[job_id])
    if not found or found[0].client is None:
        return False
    try:
        holds.open_by_hand(
            db,
            account,
            found[0].client,
            why=against.why,
            reason=against.reason,
            categories=(),
            review_on=against.review_on,
            owner=owner,
            now=now,
            today=today,
        )
    except HoldRefused:  # the customer went meanwhile
        return False
    told = {"word": "owner", "owner": str(owner)}
    reason = f"held_{against.why.value}"
    return jobs.move(db, account, job_id, State.BY_HAND, State.EXPIRED, at=now, told=told, reason=reason)


def left(db: Session, account: Account, found: Iterable[Listed]) -> dict[UUID, Opened]:
    """For which hold each of these tasks was left, by job: it was opened in the same moment, on the same client."""
    those = [one for one in found if one.stands is Left.LEFT]
    if not those:
        return {}
    opened = holds.opened_at(db, account, {one.moved_at for one in those})
    by_both = {(one.opened_at, account.keys.client_key(one.client)): one for one in opened}
    keys = {one.job: (one.moved_at, one.content.client_key) for one in those}
    return {job: by_both[key] for job, key in keys.items() if key in by_both}
