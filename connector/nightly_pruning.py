"""A night's pruning of evidence: what the policy's period no longer covers goes, in batches that nobody waits for."""

from connector import database, evidence, evidence_pruning
from connector.program import Program
from connector.reports import Finding
from connector.salons import Account
from policies.policy import Policy

BATCH = 500  # lines looked at in one transaction


def prune(program: Program, account: Account, policy: Policy | None, *, batch: int = BATCH) -> list[Finding]:
    """Prune one salon's chain; a finding where it does not hold. Safe to repeat, and to cut short."""
    if policy is None:
        return []
    with database.read(program.engine) as db:
        head, now = evidence.head(db, account), program.now()
        if head is None or not evidence_pruning.is_anything_old(db, account, policy, now=now, stop=head.seq):
            return []
    after = 0
    while True:
        with database.write(program.engine) as db:
            done = evidence_pruning.prune(
                db, account, policy, now=now, after=after, stop=head.seq, limit=batch
            )
        if done.broken_at is not None:
            return [Finding("evidence_broken", {"line": done.broken_at})]
        if done.is_done:
            break
        after = done.reached
    return []
