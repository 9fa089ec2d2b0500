"""3. Plan: judge those who are due to be looked at, and propose what follows.

Takes: clients whose look-again day has come. Gives: jobs, and what stands held or asked. Next: `approvals`.

No rule stands here: a client's facts go to `decide`, and its answer is carried out. A night costs what is due, not
what is registered, since everybody else's look-again day lies ahead (facts: performance, section 0).
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, func, select

from connector import evidence, facts, jobs, plan_ahead, plan_standing
from connector.facts import Known
from connector.salons import Account
from connector.tables import Client
from policies.decide import decide
from policies.decisions import Decision
from policies.policy import Policy

#: where a batch ended: look-again day and client
Place = tuple[date, str]

#: by the index on (salon, look_again_on, client)
DUE = (
    sa.text(
        "SELECT look_again_on, client FROM client WHERE salon = :salon AND look_again_on <= :on"
        " AND (look_again_on, client) > (:day, :client) ORDER BY look_again_on, client LIMIT :limit"
    )
    .bindparams(sa.bindparam("on", type_=sa.Date), sa.bindparam("day", type_=sa.Date))
    .columns(look_again_on=sa.Date(), client=sa.String())
)
_COUNT_DUE = sa.text("SELECT COUNT(*) FROM client WHERE salon = :salon AND look_again_on <= :on").bindparams(
    sa.bindparam("on", type_=sa.Date)
)


@dataclass(frozen=True)
class Judged:
    """What one batch came to: the ids that it looked at, the jobs that it made, where it ended (None: at the end)."""

    looked: int = 0
    clients: frozenset[str] = frozenset()
    jobs: tuple[UUID, ...] = ()
    ended_at: Place | None = None


@dataclass(frozen=True)
class Counted:
    """Those of one batch for whom something destructive would be proposed, and where it ended."""

    clients: frozenset[str] = frozenset()
    ended_at: Place | None = None


def judge_due(
    db: Session,
    account: Account,
    policy: Policy,
    on: date,
    *,
    now: datetime,
    limit: int = 25,
    after: Place | None = None,
    over_limit: bool = False,
) -> Judged:
    """Judge one batch of those who are due on that day. Safe to repeat, and side by side.

    1. Take the salon's turn: no event comes between a client's facts and the day that follows from them.
    2. Judge each merged group once, under the client that it goes on as; all tables are read for the whole batch.
    3. Take back jobs that follow no more, propose those that do, and put down what stands held or asked.
    4. Put down when each is to be looked at again, always after this day; and what falls due of it by itself.
    """
    with evidence.together(db, account):
        due = _due(db, account.slug, on, after, limit)
        known = facts.known_of(db, account, [client for _, client in due], policy, on)
        judged = [(one, decide(one.facts, policy, on)) for one in known]
        made = _carry_out(db, account, judged, policy, now=now, over_limit=over_limit)
        plan_ahead.put(db, account.slug, judged, policy)
    ids = frozenset(one for each in known for one in each.ids)
    return Judged(len(known), ids, tuple(made), due[-1] if len(due) == limit else None)


def count_due(db: Session, slug: str, on: date) -> int:
    """How many clients are to be looked at."""
    return int(db.connection().execute(_COUNT_DUE, {"salon": slug, "on": on}).scalar_one())


def has_at_least(db: Session, slug: str, count: int) -> bool:
    """Whether a register has that many clients, without counting more of it than that."""
    some = select(Client.client).where(Client.salon == slug).limit(count).subquery()
    return db.exec(select(func.count()).select_from(some)).one() >= count


def count_destructive(
    db: Session,
    account: Account,
    policy: Policy,
    on: date,
    *,
    limit: int = 500,
    after: Place | None = None,
    known: Set[str] = frozenset(),
) -> Counted:
    """Whom of one batch something destructive would be proposed for, apart from those that are `known` (by their
    keyed names); reads only.
    """
    due = _due(db, account.slug, on, after, limit)
    fresh = [client for _, client in due if account.keys.client_key(client) not in known]
    hit = [
        one.facts.client
        for one in facts.known_of(db, account, fresh, policy, on)
        if account.keys.client_key(one.facts.client) not in known
        and _is_destructive(decide(one.facts, policy, on))
    ]
    return Counted(frozenset(hit), due[-1] if len(due) == limit else None)


def start_of(day: date, policy: Policy) -> datetime:
    """The moment when a day begins at the salon."""
    return datetime.combine(day, time.min, policy.time_zone)


def _due(db: Session, slug: str, on: date, after: Place | None, limit: int) -> list[Place]:
    """Who is to be looked at, by the index on (salon, look_again_on, client)."""
    day, client = after or (date.min, "")
    place = {"salon": slug, "on": on, "day": day, "client": client, "limit": limit}
    return [(row.look_again_on, row.client) for row in db.connection().execute(DUE, place)]


def _nothing(client: str, policy: Policy, on: date) -> Decision:
    return Decision(client, on, policy.digest, ())


def _carry_out(
    db: Session,
    account: Account,
    judged: Sequence[tuple[Known, Decision]],
    policy: Policy,
    *,
    now: datetime,
    over_limit: bool,
) -> list[UUID]:
    """Jobs and standing rows of a batch; give the jobs."""
    theirs = jobs.of_clients(db, account, [one for known, _ in judged for one in known.ids])
    made = []
    for known, decision in judged:
        root, *gone = known.ids
        for one in gone:
            nothing = _nothing(one, policy, decision.on)
            jobs.withdraw_stale(db, account, one, nothing, now=now, theirs=theirs)
        jobs.withdraw_stale(db, account, root, decision, now=now, theirs=theirs)
        for proposal in decision.proposals:
            is_over = over_limit and proposal.kind.is_destructive
            made.append(
                jobs.propose(db, account, root, proposal, policy, now=now, over_limit=is_over, theirs=theirs)
            )
    plan_standing.put(
        db,
        account.slug,
        [plan_standing.judged(known.ids, decision, known.shared) for known, decision in judged],
    )
    return [job for job in made if job is not None]


def _is_destructive(decision: Decision) -> bool:
    return any(proposal.kind.is_destructive for proposal in decision.proposals)
