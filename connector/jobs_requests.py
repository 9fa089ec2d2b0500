"""Requests that clients made, and that nobody can be seen to have answered yet (GDPR article 12(3))."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import facts_group, jobs_content
from connector.jobs_content import Content
from connector.mirror_registers import at_of, load
from connector.salons import Account
from connector.states import LIVE, State
from connector.tables import Entry, Job, Package
from policies.deadlines import answer_by
from policies.decisions import JobKind
from policies.policy import Policy
from webhooks.events import Right

_ERASING = frozenset(kind for kind in JobKind if kind.is_destructive)
#: what was done about a client answers such a request; the others are answered in words, which nobody can see here
ANSWERED_BY: Mapping[Right, frozenset[JobKind]] = {
    Right.ACCESS: frozenset({JobKind.EXPORT}),
    Right.PORTABILITY: frozenset({JobKind.EXPORT}),
    Right.ERASURE: _ERASING,
}
#: the owner carried it out, or said no to it: then the client has been told, or is told by whoever said it
ENDED = (State.VERIFIED, State.REJECTED)
#: what a client did that asks for an erasure as well as words do → such a job's verdicts say it (policies: urgent)
BY_DEED = frozenset({"account_closed", "consent_withdrawn", "service_refused"})
#: an owner is told of a request when so much of its month is left
AHEAD = timedelta(days=7)
_AT_ONCE = 500  # databases bound the number of parameters


@dataclass(frozen=True)
class Request:
    """One request; `request` names it, and tells nothing of who made it."""

    request: str
    client: str
    right: Right
    received_at: datetime


@dataclass(frozen=True)
class Pressing:
    """Requests whose last day is within a week, and those whose last day has passed."""

    ending: tuple[Request, ...]
    over: tuple[Request, ...]


def unanswered(
    db: Session, account: Account, *, now: datetime, clients: Collection[str] | None = None
) -> list[Request]:
    """Every request that wants an answer and to which none can be seen, the longest waiting first.

    With `clients` only theirs. A request of somebody who has been erased since went with them.
    """
    rows = select(Entry).where(Entry.salon == account.slug, Entry.kind == "request")
    if clients is not None:
        rows = rows.where(col(Entry.client).in_(clients))
    read = (_request(row) for row in db.exec(rows))
    made = sorted(
        (one for one in read if wants_answer(one.right, one.received_at.date(), now.date())),
        key=lambda one: (one.received_at, one.request),
    )
    ended: dict[str, list[tuple[JobKind, datetime]]] = {}
    for start in range(0, len(made), _AT_ONCE):
        ended |= _ended(db, account, made[start : start + _AT_ONCE])
    return [one for one in made if not any(_answers(kind, at, one) for kind, at in ended.get(one.client, ()))]


def asked_by_deed(db: Session, account: Account) -> list[Request]:
    """Erasures that a client asked for by what they did, such as closing the account, and that are not done yet.

    Each is named by its job. Who asked in words as well is among `unanswered` already.
    """
    says = sa.or_(*(col(Job.content).contains(word) for word in sorted(BY_DEED)))
    rows = select(Job.id, Job.content).where(
        Job.salon == account.slug, col(Job.state).in_(LIVE), col(Job.kind).in_(_ERASING), says
    )
    asked = ((job, _deed_on(jobs_content.read(content))) for job, content in db.exec(rows))
    return [
        Request(str(job), "", Right.ERASURE, datetime.combine(day, time(12), UTC))
        for job, day in sorted(asked, key=lambda one: (one[1] or date.max, one[0]))
        if day is not None
    ]


def _deed_on(content: Content) -> date | None:
    if any(one.because == "erasure_requested" for one in content.verdicts):
        return None
    days = [one.anchor for one in content.going if one.because in BY_DEED and one.anchor is not None]
    return min(days, default=None)


def waiting(db: Session, account: Account, *, now: datetime) -> list[Request]:
    """Whatever a client asked for, in words or by deed, and got no answer to yet."""
    return [*unanswered(db, account, now=now), *asked_by_deed(db, account)]


def pressing(db: Session, account: Account, policy: Policy, *, now: datetime) -> Pressing:
    """What must be answered within a week, and what should have been by now."""
    today = now.astimezone(policy.time_zone).date()
    until = [(one, last_day(one, policy)) for one in waiting(db, account, now=now)]
    return Pressing(
        ending=tuple(one for one, day in until if today <= day <= today + AHEAD),
        over=tuple(one for one, day in until if day < today),
    )


def received_on(request: Request, policy: Policy) -> date:
    """The salon's day on which a request came in."""
    return request.received_at.astimezone(policy.time_zone).date()


def last_day(request: Request, policy: Policy) -> date:
    """The last day for an answer."""
    return answer_by(received_on(request, policy))


def wants_answer(right: Right, received_on: date, today: date) -> bool:
    """Whether an answer is looked for. A no to marketing wants none: it takes effect at once.

    Some are answered in words, which nobody can see here: these are told of for a month after their last day.
    """
    if right is Right.OBJECTION:
        return False
    return right in ANSWERED_BY or today <= answer_by(answer_by(received_on))


def _request(row: Entry) -> Request:
    fields = {name: register[0] for name, register in load(row.facts).items()}
    return Request(row.entry, row.client, Right(fields["right"]), at_of(fields["received_at"]))


def _ended(
    db: Session, account: Account, requests: Iterable[Request]
) -> dict[str, list[tuple[JobKind, datetime]]]:
    """The jobs that came to an end, by the client who asked; those of merged clients stand under their root."""
    names: dict[str, set[str]] = {}
    for client, group in facts_group.read_all(db, account.slug, {one.client for one in requests}).items():
        names.setdefault(account.keys.client_key(group.root), set()).add(client)
    given = select(Package.job).where(Package.salon == account.slug, col(Package.shown_at).is_not(None))
    jobs = select(Job.client_key, Job.kind, Job.moved_at).where(
        Job.salon == account.slug,
        col(Job.client_key).in_(names),
        col(Job.state).in_(ENDED),
        # a copy that nobody was given answers nothing
        (col(Job.kind) != JobKind.EXPORT) | (col(Job.state) == State.REJECTED) | col(Job.id).in_(given),
    )
    found: dict[str, list[tuple[JobKind, datetime]]] = {}
    for name, kind, moved_at in db.exec(jobs) if names else ():
        for client in names[name]:
            found.setdefault(client, []).append((JobKind(kind), moved_at))
    return found


def _answers(kind: JobKind, at: datetime, request: Request) -> bool:
    return kind in ANSWERED_BY.get(request.right, ()) and at >= request.received_at
