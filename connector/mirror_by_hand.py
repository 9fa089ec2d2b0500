"""A request that a client made at the till or by telephone, written down by the owner: as good as one that was sent.

It goes the way of the booking system's own events: a no takes effect at once, whatever else was asked is judged in
the next night, and the month for an answer runs from the day on which it was received.
"""

from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4

from sqlmodel import Session

from connector import evidence, jobs_noes, mirror
from connector.salons import Account
from policies.policy import Policy
from webhooks.events import RequestReceived, Right

#: what an owner can write down
RIGHTS = (Right.OBJECTION, Right.ERASURE, Right.ACCESS)


def receive(
    db: Session,
    account: Account,
    policy: Policy,
    client: str,
    right: Right,
    received_on: date,
    *,
    owner: UUID,
    now: datetime,
) -> list[UUID]:
    """Let a request in, with a line of evidence that says who wrote it down; give the jobs that follow at once."""
    at_noon = datetime.combine(received_on, time(12), policy.time_zone).astimezone(UTC)
    request = RequestReceived(
        at=now, digest=uuid4().hex, client=client, right=right, received_at=min(at_noon, now)
    )
    applied = mirror.apply(db, account, request, today=now.astimezone(policy.time_zone).date())
    line = {
        "what": "request",
        "client": account.keys.client_key(client),
        "right": right.value,
        "received_on": received_on.isoformat(),
        "owner": str(owner),
    }
    evidence.append(db, account, line, now=now)
    return jobs_noes.propose(db, account, applied.noes, now=now)
