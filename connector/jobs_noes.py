"""A no takes effect at once: what follows from it is proposed in the transaction that recorded it, whoever told of it.

It needs no rule, so that a policy whose first day is still ahead serves as well as one that is in force.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from connector import facts, jobs, salons_policies
from connector.salons import Account
from policies.decide import decide


def propose(db: Session, account: Account, clients: Iterable[str], *, now: datetime) -> list[UUID]:
    """Propose what follows from these clients' recorded noes; give the jobs that were made."""
    newest = salons_policies.newest(db, account.slug)
    if newest is None:
        return []
    today = now.astimezone(newest.time_zone).date()
    policy = salons_policies.in_force(db, account.slug, today) or newest
    made = []
    for root in sorted({facts.root_of(db, account.slug, client) for client in clients}):
        decision = decide(facts.facts_of(db, account, root, policy, today), policy, today)
        made += [
            jobs.propose(db, account, root, proposal, policy, now=now)
            for proposal in decision.proposals
            if proposal.by_no
        ]
    return [job for job in made if job is not None]
