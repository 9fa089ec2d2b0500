"""A no takes effect at once: what follows from it is proposed in the transaction that recorded it, whoever told of it.

It needs no rule, so that a policy whose first day is still ahead serves as well as one that is in force.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from connector import evidence, facts, jobs, salons_policies
from connector.salons import Account
from policies.decide import after_noes


def propose(db: Session, account: Account, clients: Iterable[str], *, now: datetime) -> list[UUID]:
    """Propose what follows from these clients' recorded noes; give the jobs that were made.

    However many they are, each table is read once, and the lines of evidence are signed once.
    """
    newest = salons_policies.newest(db, account.slug)
    if newest is None:
        return []
    today = now.astimezone(newest.time_zone).date()
    policy = salons_policies.in_force(db, account.slug, today) or newest
    known = facts.known_of(db, account, clients, policy, today, switched_on=True)
    wanted = [
        (one.facts.client, proposal)
        for one in sorted(known, key=lambda one: one.facts.client)
        for proposal in after_noes(one.facts, policy, today)
    ]
    if not wanted:
        return []
    with evidence.together(db, account):
        theirs = jobs.of_clients(db, account, [root for root, _ in wanted])
        made = [
            jobs.propose(db, account, root, proposal, policy, now=now, theirs=theirs)
            for root, proposal in wanted
        ]
    return [job for job in made if job is not None]
