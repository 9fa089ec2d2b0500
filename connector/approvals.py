"""4. Approve: the owner's word on exactly what they saw.

Takes: job ids and the digests that were shown (after the code was checked). Gives: jobs approved or rejected,
item by item. Next: `dispatch`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session

from connector import evidence, freshness, jobs, jobs_drift, jobs_looks, mirror
from connector.jobs_content import Standing
from connector.jobs_listing import Listed
from connector.salons import Account
from connector.states import WAITING, State
from connector.tables import Approval, Job
from policies.decisions import JobKind

Seen = Mapping[UUID, str] | str


@dataclass(frozen=True)
class Refused:
    """A job that fell out, and the reason word."""

    job: UUID
    because: str


@dataclass(frozen=True)
class Approved:
    """What the word did: the jobs that it took effect on, and those that fell out."""

    approved: tuple[UUID, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True)
class Word:
    """Whose word it is that a task by hand was done: how a look calls it, how good a proof it is, what more is told."""

    found: str = "owner_says"
    grade: str = "owner_says"
    told: Mapping[str, str] = field(default_factory=dict)


OWNERS = Word()


def group_digest(listed: Iterable[Listed]) -> str:
    """What a list of jobs commits to: every id with its digest, in whatever order they were shown."""
    lines = sorted(f"{one.job}:{one.digest}" for one in listed)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def approve(
    db: Session,
    account: Account,
    job_ids: Iterable[UUID],
    *,
    seen: Seen,
    owner: UUID,
    now: datetime,
    second: bool = False,
    with_aside: bool = True,
) -> Approved:
    """Approve what waits and is still what was shown; `seen` is each job's digest, or the group's.

    Each item is judged once more: one that no longer follows from the facts is withdrawn and falls out alone.
    What is more than the policy's `mass_limit` needs `second`. A word on a group without those that were taken out
    of it (`with_aside` is False) does not reach who was taken out meanwhile.
    """
    evidence.take_turn(db, account)
    taken, refused = _shown(db, account, job_ids, seen, with_aside=with_aside)
    approval = _keep(db, account, taken, "approved", owner=owner, now=now)
    scene = _scene(db, account, taken, second=second, now=now)
    told = {"word": "owner", "owner": str(owner), "approval": str(approval.id)}
    approved = []
    with evidence.together(db, account):
        for one in taken:
            because = _objection(db, account, one, scene)
            if because is None and scene.ground is not None:
                # what must have a policy in force is withdrawn without one; a recorded no needs none
                policy = scene.ground.in_force or scene.ground.newest
                jobs.move(
                    db,
                    account,
                    one.job,
                    one.state,
                    State.APPROVED,
                    at=now,
                    told=told,
                    approval=approval.id,
                    due_at=now,
                    approved_at=now,
                    expires_at=jobs.expiry(policy, now),
                    failures=0,
                )
                approved.append(one.job)
            else:
                refused.append(Refused(one.job, because or "no_policy"))
    approval.jobs = len(approved)
    db.add(approval)
    return Approved(tuple(approved), tuple(refused))


def reject(
    db: Session,
    account: Account,
    job_ids: Iterable[UUID],
    *,
    seen: Seen,
    owner: UUID,
    now: datetime,
    reason: str | None = None,
    with_aside: bool = True,
) -> Approved:
    """Don't do it: rejected for 90 days, or until the facts change; what was stuck is given up."""
    evidence.take_turn(db, account)
    taken, refused = _shown(db, account, job_ids, seen, with_aside=with_aside)
    approval = _keep(db, account, taken, "rejected", owner=owner, now=now)
    if reason:
        approval.reason = account.keys.seal(reason.encode(), f"approval:{approval.id}")
        db.add(approval)
    told = {"word": "owner", "owner": str(owner), "approval": str(approval.id)}
    with evidence.together(db, account):
        for one in taken:
            end = State.WITHDRAWN if one.state is State.STUCK else State.REJECTED
            jobs.move(
                db,
                account,
                one.job,
                one.state,
                end,
                at=now,
                told=told,
                approval=approval.id,
                reason="owner_says_no",
            )
    return Approved(tuple(one.job for one in taken), tuple(refused))


def tick(
    db: Session, account: Account, job_id: UUID, *, owner: UUID, now: datetime, word: Word = OWNERS
) -> bool:
    """A task by hand is done, as the owner says, or whoever did it; the next looks and lists are to prove it."""
    evidence.take_turn(db, account)
    row = db.get(Job, job_id)
    if row is None or row.salon != account.slug:
        return False
    client = jobs.client_of(account, row)
    told = {"word": "owner", "owner": str(owner), "grade": word.grade, **word.told}
    if not jobs.move(db, account, job_id, State.BY_HAND, State.VERIFIED, at=now, told=told):
        return False
    jobs_looks.record(db, job_id, row.round, 0, found=word.found, at=now, grade=word.grade)
    jobs_looks.count_from(db, job_id, row.round, now)
    if row.kind is JobKind.ERASE and client is not None:
        mirror.bury_unproved(db, account, client, at=now)
    elif row.kind in {JobKind.ANONYMISE, JobKind.DETACH} and client is not None:
        mirror.remove_identifiers(db, account, client, at=now)
    elif row.kind is JobKind.MARKETING_OFF and client is not None:
        mirror.switched_off(db, account, client, at=now)
    return True


def _shown(
    db: Session, account: Account, job_ids: Iterable[UUID], seen: Seen, *, with_aside: bool
) -> tuple[list[Listed], list[Refused]]:
    """Those that wait and are what was shown, and the others with the reason."""
    wanted = list(dict.fromkeys(job_ids))
    found = {one.job: one for one in jobs.listed(db, account, job_ids=wanted)}
    if isinstance(seen, str):
        is_same = seen == group_digest(found.values()) and len(found) == len(wanted)
        digests = {one.job: one.digest for one in found.values()} if is_same else {}
    else:
        digests = dict(seen)
    taken, refused = [], []
    for job_id in wanted:
        one = found.get(job_id)
        if one is None:
            refused.append(Refused(job_id, "no_such_job"))
        elif one.state not in WAITING:
            refused.append(Refused(job_id, f"is_{one.state.value}"))
        elif digests.get(job_id) != one.digest:
            refused.append(Refused(job_id, "not_what_was_shown"))
        elif one.is_aside and not with_aside:
            refused.append(Refused(job_id, "set_aside"))
        else:
            taken.append(one)
    return taken, refused


@dataclass(frozen=True)
class _Scene:
    """What all items of one word are looked at with, read once: why nothing may be destroyed, jobs, and facts."""

    now: datetime
    second: bool
    closed: str | None
    rows: Mapping[UUID, Job]
    ground: jobs_drift.Ground | None


def _scene(db: Session, account: Account, taken: list[Listed], *, second: bool, now: datetime) -> _Scene:
    clients = {one.client for one in taken if one.client is not None}
    closed = freshness.objection(db, account, now=now)
    rows = {row.id: row for row in jobs.rows_of(db, account, [one.job for one in taken])}
    return _Scene(now, second, closed, rows, jobs_drift.ground(db, account, clients, now=now))


def _objection(db: Session, account: Account, one: Listed, scene: _Scene) -> str | None:
    """Why an item cannot be approved now, or None; what no longer follows from the facts is withdrawn."""
    now = scene.now
    if one.over_limit and not scene.second:
        return "needs_second"
    row = scene.rows[one.job]
    if one.client is None:
        return "client_gone"
    if one.kind.is_destructive and scene.closed:
        return scene.closed  # it waits on: what is not known yet may speak against it
    standing, because = jobs_drift.of(db, account, row, one.client, now=now, on=scene.ground)
    if standing is Standing.FOLLOWS:
        return None
    word = f"held_{because}" if standing is Standing.HELD else because
    if row.calls_done == 0:
        jobs.move(db, account, one.job, one.state, State.WITHDRAWN, at=now, reason=word)
    return word


def _keep(
    db: Session, account: Account, taken: list[Listed], word: str, *, owner: UUID, now: datetime
) -> Approval:
    approval = Approval(
        id=uuid4(),
        salon=account.slug,
        owner=owner,
        digest=group_digest(taken),
        jobs=len(taken),
        word=word,
        at=now,
    )
    db.add(approval)
    db.flush()
    return approval
