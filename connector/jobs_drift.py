"""Does a job still follow from the facts? Asked when the word is given, and right before the call."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import facts, facts_group, jobs_content, jobs_moves, salons_policies
from connector.facts import Known
from connector.jobs_content import Standing
from connector.salons import Account
from connector.tables import Census, Client, Job, Tombstone, UtcDateTime
from policies.decide import decide
from policies.decisions import JobKind
from policies.policy import Policy


@dataclass(frozen=True)
class Ground:
    """What jobs are judged on, read at once for all of them: the day, the policies, who is there, the facts.

    `newest` is for what a recorded no asks for, where no policy's day has come.
    """

    today: date
    in_force: Policy | None
    newest: Policy
    known: Mapping[str, Known]  # by the id that was asked for; who is not mirrored is missing


def ground(db: Session, account: Account, clients: Collection[str], *, now: datetime) -> Ground | None:
    """The ground for these clients, by a statement for each table and not for each client; None without any policy."""
    newest = salons_policies.newest(db, account.slug)
    if newest is None:
        return None
    today = now.astimezone(newest.time_zone).date()
    in_force = salons_policies.in_force(db, account.slug, today)
    mirrored = select(Client.client).where(
        Client.salon == account.slug, col(Client.client).in_(tuple(clients))
    )
    there = list(db.exec(mirrored))
    found = facts.known_of(db, account, there, in_force or newest, today)
    by_id = {one: known for known in found for one in known.ids}
    return Ground(today, in_force, newest, {client: by_id[client] for client in there})


def of(
    db: Session,
    account: Account,
    job: Job,
    client: str,
    *,
    now: datetime,
    whole: bool = False,
    on: Ground | None = None,
) -> tuple[Standing, str]:
    """How the job stands today, by the whole of `decide`; and the reason word where it no longer follows.

    A client that is buried already has no facts left: an erasure that was reopened because the record came
    back stands by itself, any other job has nothing more to do. Whoever asks of many hands in their ground.
    """
    on = on or ground(db, account, [client], now=now)
    policy = None if on is None else on.in_force or (on.newest if job.by_no else None)
    if on is None or policy is None:
        return Standing.CHANGED, "no_policy"
    if job.kind is JobKind.EXPORT:  # of all ids that the client is known by, whichever it goes on as now
        is_known = bool(facts_group.read(db, account.slug, client).members)
        return (Standing.FOLLOWS, "") if is_known else (Standing.CHANGED, "client_gone")
    known = on.known.get(client)
    if known is None:
        is_again = job.round > 1 and is_buried(db, account, job)
        return (Standing.FOLLOWS, "") if is_again else (Standing.CHANGED, "client_gone")
    if known.facts.client != client:
        return Standing.CHANGED, "client_merged"
    decision = decide(known.facts, policy, on.today)
    calls_done = 0 if whole else job.calls_done
    content, is_rest = jobs_content.read(job.content), jobs_moves.is_rest(job)
    return jobs_content.compare(content, decision, calls_done=calls_done, is_rest=is_rest)


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


def is_newer_than_lists(db: Session, account: Account, job: Job) -> bool:
    """Whether a client was buried by us after the newest whole list: none has shown yet that it is gone."""
    newest = sa.select(sa.func.max(Census.finished_at)).where(
        col(Census.salon) == account.slug, col(Census.finished_at).is_not(None)
    )
    said = select(Tombstone.client_key).where(
        Tombstone.salon == account.slug,
        Tombstone.client_key == job.client_key,
        Tombstone.by == "ovikello",
        col(Tombstone.at)
        > sa.func.coalesce(newest.scalar_subquery(), sa.literal(account.connected_at, UtcDateTime)),
    )
    return db.exec(said).first() is not None
