"""Judging a salon's night in batches: for good, or as a rehearsal that leaves nothing written."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from connector import database, facts, jobs, nightly_forecast, plan, plan_standing
from connector.jobs import Listed
from connector.plan import Place
from connector.program import Program
from connector.reports import Stands
from connector.salons import Account
from connector.states import State
from policies.policy import Policy

#: one write takes 50 ms at most, so that nobody waits long for a turn
BATCH = 20


@dataclass(frozen=True)
class Night:
    """What one salon's judging is handed."""

    program: Program
    account: Account
    policy: Policy
    on: date
    progress: Callable[[str], None]


@dataclass(frozen=True)
class Outlook:
    """How things stand after a night; in a rehearsal, how they would. `tried`: jobs that were made and undone."""

    proposed: tuple[Listed, ...] = ()
    held: tuple[Stands, ...] = ()
    asked: tuple[Stands, ...] = ()
    tried: frozenset[UUID] = frozenset()
    looked: int = 0


def judge(night: Night) -> int:
    """Judge everybody who is due, and give how many they were; on most nights of most salons that is nobody."""
    with database.read(night.program.engine) as db:
        due = plan.count_due(db, night.account.slug, night.on)
    if not due:
        return 0
    over_limit, looked = is_over_limit(night), 0
    while True:
        with database.write(night.program.engine) as db:
            judged = _judge(db, night, over_limit, None)
        looked += judged.looked
        night.progress(f"{night.account.slug}: {looked} clients looked at")
        if judged.ended_at is None:
            return looked


def rehearse(night: Night) -> Outlook:
    """What judging would come to: the same work, undone batch by batch."""
    over_limit, after, looked = is_over_limit(night), None, 0
    with database.read(night.program.engine) as db:
        before = outlook(db, night.account, jobs.listed(db, night.account, [State.PROPOSED]))
    proposed = {job.job: job for job in before.proposed}
    stands = {"hold": set(before.held), "ask": set(before.asked)}
    tried: set[UUID] = set()
    while True:
        with _undone(night.program.engine) as db:
            judged = _judge(db, night, over_limit, after)
            there = [job.job for job in proposed.values() if job.client in judged.clients]
            now_there = jobs.listed(db, night.account, [State.PROPOSED], job_ids=[*there, *judged.jobs])
            now_stands = _stands(db, night.account)
        looked, after = looked + judged.looked, judged.ended_at
        tried |= set(judged.jobs) - set(proposed)
        proposed = {k: job for k, job in proposed.items() if k not in there} | {j.job: j for j in now_there}
        for word, kept in stands.items():
            others = {one for one in kept if one.client not in judged.clients}
            stands[word] = others | {one for one in now_stands[word] if one.client in judged.clients}
        if after is None:
            break
    held, asked = (tuple(sorted(stands[word], key=_order)) for word in ("hold", "ask"))
    return Outlook(_in_order(proposed.values()), held, asked, frozenset(tried), looked)


def outlook(db: Session, account: Account, proposed: Iterable[Listed]) -> Outlook:
    """Everything that stands held or asked now, beside what stands proposed."""
    stands = _stands(db, account)
    return Outlook(_in_order(proposed), stands["hold"], stands["ask"])


def is_over_limit(night: Night) -> bool:
    """Whether more of the register than the policy's mass limit would go, and than was forecast, with those proposed
    earlier today.

    What stands proposed since an earlier day, or was rejected, is not counted again.
    """
    account, after, share = night.account, None, night.policy.approval.mass_limit
    with database.read(night.program.engine) as db:
        hit = jobs.destructive_since(db, account, plan.start_of(night.on, night.policy))
        at_most = len(hit) + plan.count_due(db, account.slug, night.on)
        if share and plan.has_at_least(db, account.slug, ceil(at_most / share)):
            return False  # known without counting the register
        forecast = nightly_forecast.told(db, account.slug, night.policy.digest, night.on)
        most = max(
            int(share * facts.register_size(db, account.slug)), forecast
        )  # more than a part is one more
        standing = jobs.destructive_standing(db, account, night.policy.digest, now=night.program.now())
    while len(hit) <= most:
        with database.read(night.program.engine) as db:
            counted = plan.count_destructive(db, account, night.policy, night.on, after=after, known=standing)
        hit |= {account.keys.client_key(client) for client in counted.clients}
        after = counted.ended_at
        if after is None:
            break
    return len(hit) > most


def _judge(db: Session, night: Night, over_limit: bool, after: Place | None) -> plan.Judged:
    return plan.judge_due(
        db,
        night.account,
        night.policy,
        night.on,
        now=night.program.now(),
        limit=BATCH,
        after=after,
        over_limit=over_limit,
    )


def _stands(db: Session, account: Account) -> dict[str, tuple[Stands, ...]]:
    """What stands held (`hold`) and asked (`ask`)."""
    found = plan_standing.listed(db, account.slug)
    return {word: tuple(Stands(*row) for row in found.get(word, ())) for word in ("hold", "ask")}


def _in_order(found: Iterable[Listed]) -> tuple[Listed, ...]:
    return tuple(sorted(found, key=lambda job: (job.proposed_at, str(job.client), job.kind)))


def _order(one: Stands) -> tuple[str, str]:
    return one.client, one.category


class _Undone(Exception):
    """Takes a rehearsal back."""


@contextlib.contextmanager
def _undone(engine: sa.Engine) -> Iterator[Session]:
    """A transaction of which nothing stays."""
    with contextlib.suppress(_Undone), database.write(engine) as db:
        yield db
        raise _Undone
