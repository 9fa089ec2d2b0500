"""What is to be erased by hand and no longer follows from what a list told ends with the list, and not in the night.

The owner brings a list in and goes on with the tasks at once: whoever was there lately by it must not be among them.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, select

from connector import database, evidence, jobs, jobs_content, jobs_drift
from connector.census_let_in import FEW_TOGETHER
from connector.jobs_content import GOES, Content
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.tables import Job
from policies.decide import decide
from policies.decisions import Decision


def end(program: Program, account: Account) -> None:
    """End them. Of whoever is not there any more the look tells (verify.py).

    What would still go for another reason, since somebody asked for it, say, is left to the night: it proposes that.
    """
    with database.read(program.engine) as db:
        waits = select(Job).where(Job.salon == account.slug, Job.state == State.BY_HAND)
        by_hand = [(job, jobs.client_of(account, job)) for job in db.exec(waits) if job.kind.is_destructive]
    tasks = {client: jobs_content.read(job.content) for job, client in by_hand if client is not None}
    clients = sorted(tasks)
    for start in range(0, len(clients), FEW_TOGETHER):
        some = {client: tasks[client] for client in clients[start : start + FEW_TOGETHER]}
        with database.write(program.engine) as db:
            _end(db, account, some, now=program.now())


def _end(db: Session, account: Account, tasks: Mapping[str, Content], *, now: datetime) -> None:
    evidence.take_turn(db, account)
    ground = jobs_drift.ground(db, account, tasks.keys(), now=now)
    if ground is None or ground.in_force is None:
        return
    for client, content in tasks.items():
        known = ground.known.get(client)
        if known is not None and known.facts.client == client:
            decision = decide(known.facts, ground.in_force, ground.today)
            if not _still_goes(content, decision):
                jobs.withdraw_stale(db, account, client, decision, now=now)


def _still_goes(content: Content, decision: Decision) -> bool:
    going = {verdict.category for verdict in decision.verdicts if verdict.outcome in GOES}
    is_same = any(one.kind is content.kind for one in decision.proposals)
    return is_same and all(verdict.category in going for verdict in content.going)
