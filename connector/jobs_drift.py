"""Does a job still follow from the facts? Asked when the word is given, and right before the call."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from connector import facts, jobs_content, jobs_moves, salons_policies
from connector.jobs_content import Standing
from connector.salons import Account
from connector.tables import Client, Job, Tombstone
from policies.decide import decide


def of(
    db: Session, account: Account, job: Job, client: str, *, now: datetime, whole: bool = False
) -> tuple[Standing, str]:
    """How the job stands today, by the whole of `decide`; and the reason word where it no longer follows.

    A client that is buried already has no facts left: an erasure that was reopened because the record came
    back stands by itself, any other job has nothing more to do.
    """
    today = today_of(db, account, now)
    policy = None if today is None else salons_policies.in_force(db, account.slug, today)
    if policy is None and job.by_no:
        policy = salons_policies.newest(db, account.slug)
    if today is None or policy is None:
        return Standing.CHANGED, "no_policy"
    if db.get(Client, (account.slug, client)) is None:
        is_again = job.round > 1 and is_buried(db, account, job)
        return (Standing.FOLLOWS, "") if is_again else (Standing.CHANGED, "client_gone")
    if facts.root_of(db, account.slug, client) != client:
        return Standing.CHANGED, "client_merged"
    decision = decide(facts.facts_of(db, account, client, policy, today), policy, today)
    calls_done = 0 if whole else job.calls_done
    content, is_rest = jobs_content.read(job.content), jobs_moves.is_rest(job)
    return jobs_content.compare(content, decision, calls_done=calls_done, is_rest=is_rest)


def today_of(db: Session, account: Account, now: datetime) -> date | None:
    """The salon's own day; None where it has no policy, and so no time zone."""
    policy = salons_policies.newest(db, account.slug)
    return None if policy is None else now.astimezone(policy.time_zone).date()


def is_told_of_again(db: Session, account: Account, job: Job) -> bool:
    """Whether the booking system has told of a client after it was gone: in its list, or by an event."""
    told = select(Tombstone.client_key).where(
        Tombstone.salon == account.slug,
        Tombstone.client_key == job.client_key,
        col(Tombstone.told_after).is_not(None),
    )
    return db.exec(told).first() is not None


def is_buried(db: Session, account: Account, job: Job) -> bool:
    """Whether the client is known to be gone from the booking system."""
    stone = select(Tombstone.client_key).where(
        Tombstone.salon == account.slug, Tombstone.client_key == job.client_key
    )
    return db.exec(stone).first() is not None
