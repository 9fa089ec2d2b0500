"""Jobs as values, for a page, a command or a program."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import jobs_content, jobs_looked, jobs_moves, proofs
from connector.jobs_content import Content
from connector.jobs_looked import WAS_SEEN
from connector.proofs import Left, Proof
from connector.salons import Account
from connector.states import CALLED_OFF, LIVE, State
from connector.tables import Job
from policies.decisions import JobKind

#: statements are put together once: a night asks them of every salon
_LISTED = (
    select(Job).where(col(Job.salon) == sa.bindparam("salon")).order_by(col(Job.proposed_at), col(Job.id))
)
_IN_STATES = col(Job.state).in_(sa.bindparam("states", expanding=True))
_BY_ID = col(Job.id).in_(sa.bindparam("ids", expanding=True))
_ALIKE = sa.select(
    *(col(column) for column in (Job.kind, Job.state, Job.because, Job.content, Job.over_limit, Job.round)),
    *(col(column) for column in (Job.reason, Job.set_aside_at)),
).where(col(Job.salon) == sa.bindparam("salon"), _IN_STATES)
_DESTRUCTIVE = select(Job.client_key).where(
    col(Job.salon) == sa.bindparam("salon"),
    col(Job.kind).in_([kind for kind in JobKind if kind.is_destructive]),
    _IN_STATES,
)
#: what an owner gave a word on was looked at; what the policy approved by itself was not
_SINCE = _DESTRUCTIVE.where(col(Job.proposed_at) >= sa.bindparam("since"), col(Job.approval).is_(None))
_UNDER = _DESTRUCTIVE.where(
    col(Job.policy_digest) == sa.bindparam("policy"),
    (col(Job.state) != State.REJECTED) | (col(Job.moved_at) > sa.bindparam("since")),
)
#: named one by one, for the index: what a salon did in all its years is not read each night
_STANDS = [state for state in State if state not in CALLED_OFF]


@dataclass(frozen=True, kw_only=True)
class Alike:
    """What tells whether two jobs say and stand the same, for whoever only counts them."""

    kind: JobKind
    state: State
    because: tuple[str, ...]
    content: Content
    over_limit: bool
    round: int
    reason: str | None
    is_aside: bool = False


@dataclass(frozen=True, kw_only=True)
class Listed(Alike):
    """A job for a page, a command or a program; `client` is the booking system's id while that is still needed."""

    job: UUID
    salon: str
    client: str | None
    digest: str
    proposed_at: datetime
    moved_at: datetime
    expires_at: datetime | None
    due_at: datetime | None
    automatic: bool
    failures: int
    left_in: tuple[str, ...] = ()
    proof: Proof | None = None  # how it is known that it is done

    @property
    def stands(self) -> State | Proof | Left:
        """Where it stands, as it is to be said: done means looked at, so whoever says done says how that is known."""
        return self.proof or proofs.of_end(self.state, self.reason) or self.state

    @property
    def is_seen(self) -> bool:
        """Whether it is done, and the program looked."""
        return self.proof is not None and self.proof.is_seen

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
    limit: int | None = None,
) -> list[Listed]:
    """This salon's jobs in these states (or of these ids), the oldest proposal first; the first `limit` of them."""
    statement, asked = _LISTED, dict[str, object](salon=account.slug)
    if states is not None:
        statement, asked = statement.where(_IN_STATES), asked | {"states": list(states)}
    if job_ids is not None:
        statement, asked = statement.where(_BY_ID), asked | {"ids": list(job_ids)}
    if limit is not None:
        statement = statement.limit(limit)
    return _all_listed(db, account, db.exec(statement, params=asked).all())


def alike(db: Session, account: Account, states: Iterable[State]) -> list[Alike]:
    """This salon's jobs in these states, of whomever they are: a number costs no client's id, and no whole row."""
    return [
        Alike(
            kind=row.kind,
            state=row.state,
            because=tuple(json.loads(row.because)),
            content=jobs_content.read(row.content),
            over_limit=row.over_limit,
            round=row.round,
            reason=row.reason,
            is_aside=row.set_aside_at is not None,
        )
        for row in db.connection().execute(_ALIKE, {"salon": account.slug, "states": list(states)})
    ]


def destructive_since(db: Session, account: Account, since: datetime) -> set[str]:
    """The keyed names of clients for whom something destructive was proposed since then, and stands or was done.

    Not of those on whom an owner's word was given: a mass is what is still to be decided, or that nobody decides.
    """
    asked = {"salon": account.slug, "since": since, "states": _STANDS}
    return set(db.exec(_SINCE, params=asked))


def destructive_standing(db: Session, account: Account, policy_digest: str, *, now: datetime) -> set[str]:
    """The keyed names of clients for whom something destructive stands under this policy, or was rejected lately."""
    asked = {"salon": account.slug, "policy": policy_digest, "states": [*LIVE, State.REJECTED]}
    return set(db.exec(_UNDER, params=asked | {"since": now - jobs_moves.REJECTED_FOR}))


def counts(db: Session, account: Account) -> Counter[State]:
    """How many of this salon's jobs stand where."""
    statement = select(Job.state, sa.func.count()).where(Job.salon == account.slug).group_by(col(Job.state))
    return Counter({State(state): count for state, count in db.connection().execute(statement)})


def done_since(db: Session, account: Account, since: datetime, *, seen: bool) -> Counter[JobKind]:
    """How many jobs of each kind were seen done since then; or (not `seen`) are only said to be."""
    statement = (
        select(Job.kind, sa.func.count())
        .where(Job.salon == account.slug, Job.state == State.VERIFIED, col(Job.moved_at) > since)
        .where(WAS_SEEN if seen else ~WAS_SEEN)
        .group_by(col(Job.kind))
    )
    return Counter({JobKind(kind): count for kind, count in db.connection().execute(statement)})


def count_said(db: Session, account: Account) -> int:
    """How many jobs are only said to be done: nobody has looked, or nobody can."""
    done = select(sa.func.count()).where(Job.salon == account.slug, Job.state == State.VERIFIED, ~WAS_SEEN)
    return db.exec(done).one()


def recent(db: Session, account: Account, limit: int, *, but: Iterable[State]) -> list[Listed]:
    """The jobs that moved last, the newest move first, but for those in these states."""
    newest = (
        select(Job)
        .where(Job.salon == account.slug, col(Job.state).not_in(tuple(but)))
        .order_by(col(Job.moved_at).desc())
        .limit(limit)
    )
    return _all_listed(db, account, db.exec(newest).all())


def _all_listed(db: Session, account: Account, rows: Sequence[Job]) -> list[Listed]:
    done = [row.id for row in rows if row.state is State.VERIFIED]
    known = jobs_looked.proofs_of(db, account.slug, done) if done else {}
    return [_listed(account, row, known.get(row.id)) for row in rows]


def _listed(account: Account, row: Job, proof: Proof | None) -> Listed:
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
        proof=proof,
        is_aside=row.set_aside_at is not None,
    )
