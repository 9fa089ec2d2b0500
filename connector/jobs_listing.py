"""Jobs as values, for a page, a command or a program."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import jobs_content, jobs_moves
from connector.jobs_content import Content
from connector.salons import Account
from connector.states import LIVE, State
from connector.tables import Job
from policies.decisions import JobKind


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A job for a page, a command or a program; `client` is the booking system's id while that is still needed."""

    job: UUID
    salon: str
    client: str | None
    kind: JobKind
    state: State
    because: tuple[str, ...]
    digest: str
    content: Content
    proposed_at: datetime
    moved_at: datetime
    expires_at: datetime | None
    due_at: datetime | None
    over_limit: bool
    automatic: bool
    round: int
    failures: int
    reason: str | None
    left_in: tuple[str, ...] = ()

    @property
    def by_hand(self) -> bool:
        """Whether somebody has to do it in the booking system."""
        return self.state is State.BY_HAND


def listed(
    db: Session,
    account: Account,
    states: Iterable[State] | None = None,
    *,
    job_ids: Iterable[UUID] | None = None,
) -> list[Listed]:
    """This salon's jobs in these states (or of these ids), the oldest proposal first."""
    statement = select(Job).where(Job.salon == account.slug).order_by(col(Job.proposed_at), col(Job.id))
    if states is not None:
        statement = statement.where(col(Job.state).in_(tuple(states)))
    if job_ids is not None:
        statement = statement.where(col(Job.id).in_(tuple(job_ids)))
    return [_listed(account, row) for row in db.exec(statement)]


def destructive_since(db: Session, account: Account, since: datetime) -> set[str]:
    """The keyed names of clients for whom something destructive was proposed since then, and stands or was done."""
    ended = (State.REJECTED, State.WITHDRAWN, State.EXPIRED)
    # named one by one, for the index: what a salon did in all its years is not read each night
    stands = col(Job.state).in_([state for state in State if state not in ended])
    return _clients(db, account, (col(Job.proposed_at) >= since) & stands)


def destructive_standing(db: Session, account: Account, policy_digest: str, *, now: datetime) -> set[str]:
    """The keyed names of clients for whom something destructive stands under this policy, or was rejected lately."""
    lately = (col(Job.state) != State.REJECTED) | (col(Job.moved_at) > now - jobs_moves.REJECTED_FOR)
    stands = col(Job.state).in_((*LIVE, State.REJECTED)) & lately
    return _clients(db, account, (col(Job.policy_digest) == policy_digest) & stands)


def _clients(db: Session, account: Account, which: sa.ColumnElement[bool]) -> set[str]:
    destructive = [kind for kind in JobKind if kind.is_destructive]
    keys = select(Job.client_key).where(Job.salon == account.slug, col(Job.kind).in_(destructive), which)
    return set(db.exec(keys))


def counts(db: Session, account: Account) -> Counter[State]:
    """How many of this salon's jobs stand where."""
    statement = select(Job.state, sa.func.count()).where(Job.salon == account.slug).group_by(col(Job.state))
    return Counter({State(state): count for state, count in db.connection().execute(statement)})


def recent(db: Session, account: Account, limit: int) -> list[Listed]:
    """The jobs that moved last, the newest move first; what was only proposed has not moved."""
    newest = (
        select(Job)
        .where(Job.salon == account.slug, col(Job.state) != State.PROPOSED)
        .order_by(col(Job.moved_at).desc(), col(Job.id))
        .limit(limit)
    )
    return [_listed(account, row) for row in db.exec(newest)]


def _listed(account: Account, row: Job) -> Listed:
    return Listed(
        job=row.id,
        salon=row.salon,
        client=jobs_moves.client_of(account, row),
        kind=row.kind,
        state=row.state,
        because=tuple(json.loads(row.because)),
        digest=row.digest,
        content=jobs_content.read(row.content),
        proposed_at=row.proposed_at,
        moved_at=row.moved_at,
        expires_at=row.expires_at,
        due_at=row.due_at,
        over_limit=row.over_limit,
        automatic=row.automatic,
        round=row.round,
        failures=row.failures,
        reason=row.reason,
        left_in=tuple(json.loads(row.left_in or "[]")),
    )
