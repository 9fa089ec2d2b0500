"""Jobs: made from proposals; taken back where they no longer follow; moved (`jobs.move`) and listed.

A job never changes what it says; changed facts make a new one. `live` (salon/client/kind) is unique, so that one of
a kind lives for a client. The client's id stands sealed in the row until nothing is left to do or look at.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from connector import evidence, jobs_content, jobs_moves
from connector.jobs_content import Content, Standing
from connector.jobs_listing import Listed, destructive_since, destructive_standing, listed
from connector.jobs_moves import (
    REJECTED_FOR,
    Changes,
    client_of,
    live_key,
    move,
    place,
    row_of,
    rows_of,
    tell,
)
from connector.jobs_theirs import Theirs, of_clients
from connector.salons import Account
from connector.states import MOVES, State
from connector.tables import Job
from policies.decisions import Decision, JobKind, Proposal
from policies.policy import Policy

__all__ = [
    "Changes",
    "Listed",
    "Theirs",
    "approve_by_policy",
    "client_of",
    "destructive_since",
    "destructive_standing",
    "expire_due",
    "expiry",
    "listed",
    "move",
    "of_clients",
    "propose",
    "row_of",
    "rows_of",
    "withdraw_stale",
]

#: what waits for a word or a hand
_WAITS = frozenset({State.PROPOSED, State.HELD, State.STUCK, State.BY_HAND})


def propose(
    db: Session,
    account: Account,
    client: str,
    proposal: Proposal,
    policy: Policy,
    *,
    now: datetime,
    over_limit: bool = False,
    theirs: Theirs | None = None,
) -> UUID | None:
    """Make a job of a proposal; None where one that says the same stands already, or was rejected lately.

    Whoever proposes for many reads their jobs (`theirs`) once for all.

    1. One that was held and says the same is proposed again (its hold ended).
    2. One that says something else gives way, unless its call may be on the way.
    3. What follows from a recorded no, or from a kind that the policy file calls automatic, is approved at
       once by the policy; the latter not where it is part of too large a night, or follows one that was and
       that nobody confirmed: changed facts do not make a mass smaller.
    """
    with evidence.together(db, account):
        theirs = theirs or of_clients(db, account, [client])
        content = jobs_content.of(account.keys.client_key(client), proposal, policy.digest)
        before = theirs.of(content.client_key)
        key = live_key(account, content.client_key, content.kind, by_no=content.by_no)
        standing = next((one for one in before if one.live == key), None)
        if standing is not None:
            same = jobs_content.read(standing.content).gist == content.gist
            if same and standing.state is State.HELD:
                move(db, account, standing.id, State.HELD, State.PROPOSED, at=now, reason="hold_ended")
                approve_by_policy(db, account, standing.id, policy, at=now)
                return standing.id
            if same or not _give_way(db, account, standing, "facts_changed", at=now):
                return None
        if _was_rejected(before, content, now):
            return None
        is_over = over_limit or (content.kind.is_destructive and _awaited_second_word(before))
        row = _insert(db, account, client, content, policy, now=now, over_limit=is_over)
        theirs.add(row)
        if content.by_no or policy.approval.is_automatic(content.kind):
            approve_by_policy(db, account, row.id, policy, at=now)
        return row.id


def approve_by_policy(
    db: Session,
    account: Account,
    job_id: UUID,
    policy: Policy,
    *,
    at: datetime,
    due_at: datetime | None = None,
) -> None:
    """Give the policy file's own word, where it gives one: on what is automatic, and within the night's limit."""
    row = row_of(db, account, job_id)
    if not row.automatic or row.over_limit:
        return
    move(
        db,
        account,
        job_id,
        State.PROPOSED,
        State.APPROVED,
        at=at,
        told={"word": "recorded_no" if row.by_no else "policy"},
        due_at=due_at or at,
        approved_at=at,
        expires_at=None if row.by_no else expiry(policy, at),
    )


def withdraw_stale(
    db: Session,
    account: Account,
    client: str,
    decision: Decision,
    *,
    now: datetime,
    theirs: Theirs | None = None,
) -> int:
    """Take back what waits for a word or a hand but no longer follows from the decision; give how many."""
    theirs = theirs or of_clients(db, account, [client])
    count = 0
    for row in theirs.of(account.keys.client_key(client)):
        if row.state not in _WAITS:
            continue
        standing, word = jobs_content.compare(
            jobs_content.read(row.content),
            decision,
            calls_done=row.calls_done,
            is_rest=jobs_moves.is_rest(row),
        )
        if standing is Standing.FOLLOWS or (standing is Standing.HELD and row.state is State.HELD):
            continue
        count += _give_way(db, account, row, word, at=now)
    return count


def expire_due(db: Session, account: Account, *, now: datetime) -> int:
    """Let words that are older than the policy allows expire; give how many."""
    ids = db.exec(
        select(Job.id).where(
            Job.salon == account.slug, Job.state == State.APPROVED, col(Job.expires_at) <= now
        )
    ).all()
    return sum(
        move(db, account, job_id, State.APPROVED, State.EXPIRED, at=now, reason="expired") for job_id in ids
    )


def expiry(policy: Policy, now: datetime) -> datetime:
    """Until when a word given now is good: by the salon's calendar, at the same time of day."""
    local = now.astimezone(policy.time_zone)
    last = policy.approval.expires.after(local.date())
    return datetime.combine(last, local.timetz()).astimezone(UTC)


def _give_way(db: Session, account: Account, job: Job, reason: str, *, at: datetime) -> bool:
    """End a job that is overtaken by the facts; False where its call may be on the way or done in part."""
    if job.calls_done:
        return False
    state = job.state
    if state is State.HELD:
        move(db, account, job.id, State.HELD, State.PROPOSED, at=at, reason="hold_ended")
        state = State.PROPOSED
    end = State.EXPIRED if state is State.BY_HAND else State.WITHDRAWN
    return end in MOVES[state] and move(db, account, job.id, state, end, at=at, reason=reason)


def _was_rejected(theirs: Iterable[Job], content: Content, now: datetime) -> bool:
    """Whether the same was rejected lately; of an export that is no reason, since a person asked for it anew."""
    return content.kind is not JobKind.EXPORT and any(
        one.state is State.REJECTED
        and one.kind is content.kind
        and one.moved_at > now - REJECTED_FOR
        and jobs_content.read(one.content).gist == content.gist
        for one in theirs
    )


def _awaited_second_word(theirs: Iterable[Job]) -> bool:
    """Whether the last destructive job of a client was part of too large a night, and was never approved."""
    destructive = [one for one in theirs if one.kind.is_destructive]
    return bool(destructive) and destructive[-1].over_limit and destructive[-1].approved_at is None


def _insert(
    db: Session,
    account: Account,
    client: str,
    content: Content,
    policy: Policy,
    *,
    now: datetime,
    over_limit: bool,
) -> Job:
    job_id = uuid4()
    row = Job(
        id=job_id,
        salon=account.slug,
        kind=content.kind,
        state=State.PROPOSED,
        client_key=content.client_key,
        client=account.keys.seal(client.encode(), place(job_id)),
        content=content.text,
        digest=content.digest,
        because=json.dumps(sorted(content.because)),
        policy_digest=content.policy_digest,
        live=live_key(account, content.client_key, content.kind, by_no=content.by_no),
        by_no=content.by_no,
        automatic=content.by_no or policy.approval.is_automatic(content.kind),
        over_limit=over_limit and not content.by_no,
        proposed_at=now,
        moved_at=now,
    )
    db.add(row)  # goes to the database with the others that were made, before anything moves
    tell(db, account, row, None, {"because": sorted(content.because)}, at=now)
    return row
