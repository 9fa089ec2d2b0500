"""Proposing an export: for a client who asks what is held of them. The owner's word makes it, as it makes any job."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from connector import (
    evidence,
    exports_endings,
    facts_group,
    jobs,
    jobs_moves,
    jobs_requests,
    mirror_marks,
    salons_policies,
)
from connector.salons import Account
from connector.states import State
from connector.tables import Job
from policies.decisions import JobKind, Proposal
from policies.policy import Policy
from webhooks.events import Right

#: a recorded request → why the export was proposed
_BECAUSE = {Right.ACCESS: "access_requested", Right.PORTABILITY: "portability_requested"}
#: nobody's request is recorded: the client asked at the till, or the owner wants to know
OWNER_ASKS = "owner_asks"


class CannotExport(Exception):
    """No export can be proposed: a word why."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


@dataclass(frozen=True)
class Proposed:
    """The job that stands, whether it is new, and what its policy says of its word."""

    job: UUID
    state: State
    client: str
    is_new: bool


def propose(db: Session, account: Account, client: str, *, language: str | None, now: datetime) -> Proposed:
    """Propose to hand over what is held of a client; the one that stands already is given again.

    Merged ids are one client, under the id that it goes on as. Raises CannotExport: `no_client`, `erased`, `no_policy`.
    """
    evidence.take_turn(db, account)
    today = salons_policies.today(db, account.slug, now)
    policy = None if today is None else salons_policies.in_force(db, account.slug, today)
    if policy is None:
        raise CannotExport("no_policy")
    group = facts_group.read(db, account.slug, client)
    if not group.members:
        raise CannotExport("erased" if mirror_marks.find(db, account, [client]).graves else "no_client")
    made = jobs.propose(
        db, account, group.root, _proposal(db, account, group.ids, language, policy, now), policy, now=now
    )
    client_key = account.keys.client_key(group.root)
    key = jobs_moves.live_key(account, client_key, JobKind.EXPORT, by_no=False)
    if made is not None:
        exports_endings.give_up(db, account, client_key, now=now)
    job_id = made or db.exec(select(Job.id).where(col(Job.live) == key)).one()
    row = jobs.row_of(db, account, job_id)
    return Proposed(row.id, row.state, group.root, is_new=made is not None)


def _proposal(
    db: Session, account: Account, ids: tuple[str, ...], language: str | None, policy: Policy, now: datetime
) -> Proposal:
    theirs = jobs_requests.unanswered(db, account, now=now, clients=ids)
    asked = [one for one in theirs if one.right in _BECAUSE]
    because = sorted({_BECAUSE[one.right] for one in asked}) or [OWNER_ASKS]
    first = min((one.received_at for one in asked), default=None)
    asked_on = None if first is None else first.astimezone(policy.time_zone).date()
    return Proposal(JobKind.EXPORT, tuple(because), language=language, asked_on=asked_on)
