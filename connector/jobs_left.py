"""Jobs about clients of a booking system that the salon leaves: they end, and nothing is called or looked at for them.

What they were about is found anew in the next system, where it has the client; what was to be done in the old one goes
with its whole copy, which its maker has to erase.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence, jobs_moves
from connector.salons import Account
from connector.states import LIVE, State
from connector.tables import Job, Look

MOVED = "moved"
#: a call is out, or was, and nobody has seen yet what came of it
ON_THEIR_WAY = (State.SENDING, State.UNKNOWN, State.SENT, State.PENDING)
#: the way to its end, from wherever a job may stand
_NEXT = {
    State.PROPOSED: State.WITHDRAWN,
    State.APPROVED: State.WITHDRAWN,
    State.HELD: State.PROPOSED,
    State.SENDING: State.STUCK,
    State.UNKNOWN: State.STUCK,
    State.SENT: State.PENDING,
    State.PENDING: State.STUCK,
    State.BY_HAND: State.EXPIRED,
    State.REOPENED: State.PROPOSED,
    State.STUCK: State.WITHDRAWN,
}


def on_their_way(db: Session, account: Account) -> int:
    """How many jobs have had a call of which nobody has seen what came of it."""
    jobs = select(sa.func.count()).where(Job.salon == account.slug, col(Job.state).in_(ON_THEIR_WAY))
    return db.exec(jobs).one()


def end(db: Session, account: Account, *, now: datetime) -> int:
    """End every job of a salon that lives, each with its lines of evidence; give how many. Never commits.

    Looks that are still to be made never are, and the sealed ids go: under the next system they would mean others.
    """
    living = select(Job.id, Job.state).where(Job.salon == account.slug, col(Job.state).in_(LIVE))
    rows = db.exec(living.order_by(col(Job.proposed_at), col(Job.id))).all()
    with evidence.together(db, account):
        for job, standing in rows:
            state = State(standing)
            while state in _NEXT:
                jobs_moves.move(db, account, job, state, _NEXT[state], at=now, reason=MOVED)
                state = _NEXT[state]
    connection, mine = db.connection(), select(Job.id).where(Job.salon == account.slug)
    connection.execute(sa.delete(Look).where(col(Look.job).in_(mine), col(Look.looked_at).is_(None)))
    connection.execute(sa.update(Job).where(col(Job.salon) == account.slug).values(client=None))
    return len(rows)
