"""What becomes of a job after a look."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from connector import (
    evidence,
    jobs,
    jobs_drift,
    jobs_looks,
    jobs_moves,
    jobs_rounds,
    jobs_seen,
    jobs_work,
    mirror,
    salons_policies,
)
from connector.jobs_content import Standing
from connector.jobs_seen import Found
from connector.salons import Account
from connector.states import State
from connector.tables import Job
from policies.decisions import JobKind

#: how often somebody's promise to do it by hand is looked after
BY_HAND_AGAIN = timedelta(hours=6)
#: rounds in which a job that needs no word is sent again by itself; after that the owner is asked
OWN_ROUNDS = 5
#: a reason: free text still speaks of a client whose name is gone
NAMED = "named_in_text"


@dataclass(frozen=True)
class Seen:
    """One look: at which job, what was found, how good a proof it is (read_back, absent_from_list, …)."""

    account: Account
    job: Job
    client: str
    found: Found
    grade: str
    nth: int
    at: datetime
    give_up_after: timedelta = jobs_work.GIVE_UP_AFTER
    left_in: frozenset[str] = frozenset()  # the fields in which something of the client is left
    is_named: bool = False  # in free text: no call of ours takes it out


def first(db: Session, seen: Seen) -> str:
    """The look that says whether it was done.

    Sent and not there any more: verified. Sent, accepted and still there: pending, until it has been a week. Sent,
    said to be done and still there: reopened, for the word and the call of a new round. By hand: until it is done.
    """
    job, state = seen.job, seen.job.state
    if state not in {State.SENT, State.PENDING, State.BY_HAND}:
        return "nothing_to_do"
    waited = seen.at - jobs_looks.sent_at(db, job.id, job.round)
    if state is State.BY_HAND and not seen.found.is_done:
        _look_again(db, seen, BY_HAND_AGAIN)
        return "by_hand"
    if not seen.found.is_left:
        return _verified(db, seen)
    if seen.is_named:
        return _named(db, seen)
    if state is State.SENT and job.reason == "accepted":
        _look_again(db, seen, jobs_seen.patience(waited))
        _move(db, seen, State.PENDING, reason="accepted")
        return "pending"
    if state is State.SENT:
        return _reopened(db, seen, f"still_{seen.found.value}")
    if waited < seen.give_up_after:
        _look_again(db, seen, jobs_seen.patience(waited))
        return "pending"
    _record(db, seen)
    _move(db, seen, State.STUCK, reason="still_there")
    return "stuck"


def _named(db: Session, seen: Seen) -> str:
    """What identifies is gone, but the client is still spoken of: the owner is asked to take that out by hand."""
    if seen.job.state is State.SENT:
        return _reopened(db, seen, NAMED)
    _record(db, seen)
    _move(db, seen, State.STUCK, reason=NAMED)
    return "stuck"


def later(db: Session, seen: Seen) -> str:
    """The looks after a day and after thirty: is it still so? After the last one the client's id is destroyed.

    An erased or anonymised client whose record is back has reappeared. A switch or a category that is there again
    may well be the client's own new wish or visit: that reopens the job only where the law says the same again.
    """
    if seen.job.state is not State.VERIFIED:
        return "nothing_to_do"
    if seen.found.is_left and _is_owed_again(db, seen) and not _another_lives(db, seen):
        return _reopened(db, seen, "reappeared")
    _record(db, seen)
    line = {"what": "look", "job": str(seen.job.id), "client": seen.job.client_key, "nth": seen.nth}
    evidence.append(db, seen.account, {**line, "found": seen.found.value, "grade": seen.grade}, now=seen.at)
    if seen.nth >= jobs_looks.LAST and not jobs_looks.has_open(db, seen.job.id, seen.job.round):
        jobs_moves.forget_client(db, seen.job.id)
    return seen.found.value


def _verified(db: Session, seen: Seen) -> str:
    job = seen.job
    if job.state is State.BY_HAND:
        jobs_looks.count_from(db, job.id, job.round, seen.at)
    _record(db, seen)
    _move(db, seen, State.VERIFIED, reason=None)
    if job.kind is JobKind.ERASE or seen.found is Found.GONE:
        mirror.bury(db, seen.account, seen.client, at=seen.at, by="ovikello")
    elif job.kind in {JobKind.ANONYMISE, JobKind.DETACH}:
        mirror.remove_identifiers(db, seen.account, seen.client, at=seen.at)
    return "verified"


def _reopened(db: Session, seen: Seen, reason: str) -> str:
    """A new round: the same content, a new word, new idempotency keys. What needs no word goes again, ever later."""
    account, job = seen.account, seen.job
    _record(db, seen)
    key = jobs_moves.live_key(account, job.client_key, job.kind, by_no=job.by_no)
    _move(db, seen, State.REOPENED, reason=reason, live=key)
    if seen.left_in:
        jobs_moves.keep_left_in(db, job.id, seen.left_in)
    jobs_rounds.begin(db, account, job, reason=reason, at=seen.at)
    today = salons_policies.today(db, account.slug, seen.at)
    policy = None if today is None else salons_policies.in_force(db, account.slug, today)
    if policy is None and job.by_no:
        policy = salons_policies.newest(db, account.slug)
    if policy is not None and job.round < OWN_ROUNDS and reason != NAMED:
        again = seen.at + timedelta(hours=2 ** (job.round - 1))
        jobs.approve_by_policy(db, account, job.id, policy, at=seen.at, due_at=again)
    return "reopened"


def _is_owed_again(db: Session, seen: Seen) -> bool:
    if seen.job.kind in {JobKind.ERASE, JobKind.ANONYMISE, JobKind.DETACH}:
        return True
    standing, _ = jobs_drift.of(db, seen.account, seen.job, seen.client, now=seen.at, whole=True)
    return standing is Standing.FOLLOWS


def _another_lives(db: Session, seen: Seen) -> bool:
    job = seen.job
    key = jobs_moves.live_key(seen.account, job.client_key, job.kind, by_no=job.by_no)
    return db.exec(select(Job.id).where(col(Job.live) == key)).first() is not None


def _record(db: Session, seen: Seen) -> None:
    job = seen.job
    jobs_looks.record(db, job.id, job.round, seen.nth, found=seen.found.value, at=seen.at, grade=seen.grade)


def _look_again(db: Session, seen: Seen, after: timedelta) -> None:
    jobs_looks.put_off(db, seen.job.id, seen.job.round, seen.nth, until=seen.at + after)


def _move(db: Session, seen: Seen, new: State, *, reason: str | None, live: str | None = None) -> None:
    told: dict[str, object] = {"found": seen.found.value, "grade": seen.grade, "nth": seen.nth}
    if seen.left_in:
        told["left_in"] = sorted(seen.left_in)
    changes: jobs.Changes = {"reason": reason}
    if live is not None:
        changes["live"] = live
    jobs.move(db, seen.account, seen.job.id, seen.job.state, new, at=seen.at, told=told, **changes)
