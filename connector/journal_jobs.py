"""A job that a restored database knows nothing of, or less than it did: caught up with the call that had gone out.

It is taken as sent, so that the looks find out what came of it: done, or to be asked about anew. Nothing is destroyed
without a word that this database knows, so that none of its calls is sent again by itself. It is no move of a
job's life, and the evidence says so: from where it stood, to `sent`, because of `restored`. Of what can be looked at no
more it is put down as well that it was done, or the next start would take this database for a restored one again.
"""

import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import facts, jobs_content, jobs_looks, jobs_moves, salons_policies
from connector.jobs_content import Content
from connector.journal import Destroyed
from connector.salons import Account
from connector.states import CALLED_OFF, State
from connector.tables import Client, Intent, Job, Look
from policies.decide import decide
from policies.decisions import JobKind

RESTORED = "restored"
#: nobody can say any more what it was about
LOST = "lost_by_restore"
#: looked at already, or over: there is nothing to catch up with
_LOOKED_AT = frozenset({State.SENT, State.PENDING, State.BY_HAND, State.VERIFIED})


def catch_up(
    db: Session, account: Account, calls: Sequence[Destroyed], client: str | None, *, now: datetime
) -> None:
    """Have one job looked at of which these calls went out. Before the client is buried.

    A job that is not here is made anew, as far as its client is known and it can be said what it was about; where
    it cannot, it is over. Of an erased client whom nobody knows the tombstone is enough.
    """
    last = max(calls, key=lambda call: (call.round, call.call, call.attempt))
    row = db.exec(select(Job).where(Job.id == last.job, Job.salon == account.slug)).one_or_none()
    if row is not None:
        if _is_behind(row, last):
            _send_on(db, account, row, last, client, now)
    elif client is not None and (content := _content(db, account, last, client, now)) is not None:
        _make_anew(db, account, last, client, content, now)
    elif last.kind is JobKind.ERASE:
        return
    else:
        _make_anew(db, account, last, None, _bare(last, ""), now)
    for call in calls:
        _intend(db, call)


def _is_behind(row: Job, last: Destroyed) -> bool:
    if row.state in CALLED_OFF:
        return False
    return row.round < last.round or row.state not in _LOOKED_AT


def _send_on(
    db: Session, account: Account, row: Job, last: Destroyed, client: str | None, now: datetime
) -> None:
    old, values = row.state, _sent(last, now)
    values["attempt"] = max(row.attempt, last.attempt)
    if client is not None:
        values["client"] = account.keys.seal(client.encode(), jobs_moves.place(row.id))
    db.connection().execute(sa.update(Job).where(col(Job.id) == row.id).values(values))
    jobs_moves.tell(db, account, jobs_moves.row_of(db, account, row.id), old, {}, at=now)
    _plan_looks(db, account, last)


def _make_anew(
    db: Session, account: Account, last: Destroyed, client: str | None, content: Content, now: datetime
) -> None:
    """With its client to be looked at; without, it is over."""
    row = Job(
        id=last.job,
        salon=account.slug,
        kind=last.kind,
        client_key=last.client_key,
        client=None if client is None else account.keys.seal(client.encode(), jobs_moves.place(last.job)),
        content=content.text,
        digest=content.digest,
        because=json.dumps(sorted(content.because)),
        policy_digest=content.policy_digest,
        proposed_at=last.at,
        moved_at=now,
        attempt=last.attempt,
        state=State.SENT,
    )
    values = _sent(last, now) if client is not None else _lost(last, now)
    for name, value in values.items():
        setattr(row, name, value)
    db.add(row)
    db.flush()
    jobs_moves.tell(db, account, row, None, {}, at=now)
    if client is not None:
        _plan_looks(db, account, last)


def _sent(last: Destroyed, now: datetime) -> dict[str, object]:
    return {
        "state": State.SENT,
        "reason": RESTORED,
        "round": last.round,
        "calls_done": last.call + 1,
        "moved_at": now,
        "due_at": None,
        "lease_until": None,
    }


def _lost(last: Destroyed, now: datetime) -> dict[str, object]:
    return _sent(last, now) | {"state": State.WITHDRAWN, "reason": LOST}


def _plan_looks(db: Session, account: Account, last: Destroyed) -> None:
    there = select(Look.nth).where(Look.job == last.job, Look.round == last.round)
    if db.exec(there).first() is None:
        jobs_looks.plan(db, account, last.job, last.round, sent_at=last.at)


def _intend(db: Session, call: Destroyed) -> None:
    """From now on the call is known here as well."""
    key = (call.job, call.round, call.call)
    intent = db.get(Intent, key, populate_existing=True) or Intent(
        job=call.job, round=call.round, call=call.call, attempt=call.attempt, at=call.at
    )
    intent.attempt, intent.at, intent.outcome = call.attempt, call.at, "unknown"
    db.add(intent)
    db.flush()


def _content(db: Session, account: Account, last: Destroyed, client: str, now: datetime) -> Content | None:
    """What the lost job said: what the law says of the client now where that is of its kind, or its bare kind."""
    today = salons_policies.today(db, account.slug, now)
    policy = None if today is None else salons_policies.in_force(db, account.slug, today)
    if today is not None and policy is not None and db.get(Client, (account.slug, client)) is not None:
        decision = decide(facts.facts_of(db, account, client, policy, today), policy, today)
        for proposal in decision.proposals:
            if proposal.kind is last.kind:
                return jobs_content.of(last.client_key, proposal, policy.digest)
    if last.kind is JobKind.ERASE_CATEGORIES:
        return None  # which ones is not known any more, and a look could not tell
    return _bare(last, "" if policy is None else policy.digest)


def _bare(last: Destroyed, policy_digest: str) -> Content:
    """That it was done, and no more."""
    return Content(
        kind=last.kind,
        client_key=last.client_key,
        policy_digest=policy_digest,
        because=(RESTORED,),
        verdicts=(),
        keep=frozenset(),
        off=frozenset(),
        by_no=False,
    )
