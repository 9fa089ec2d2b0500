"""What a census was told goes into the mirror: each batch whole or not at all, and a no in it takes effect at once."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from connector import database, jobs_noes, jobs_returned, mirror, mirror_records
from connector.mirror_changes import Applied
from connector.program import Program
from connector.salons import Account
from webhooks.events import ClientTold

#: clients in one transaction: each costs a commit, and others wait for the writers' turn meanwhile, some 40 ms
TOGETHER = 1000
#: where each one takes several statements
FEW_TOGETHER = 25
#: of whom all is read together, judged, and what follows is written for each
_NOES_TOGETHER = 100


def let_in(
    program: Program,
    account: Account,
    batch: list[ClientTold] | tuple[ClientTold, ...],
    walk: UUID,
    *,
    now: datetime,
    beside: Callable[[Session, Applied], None] = lambda db, applied: None,
) -> Applied:
    """Apply a batch of records as listed in this walk; `beside` is written in the same transaction.

    The noes come after it, a few at a time: whoever is passed over by a crash is awake, and judged in the night.
    """
    records = mirror_records.prepare(account, batch)
    with database.write(program.engine) as db:
        applied = mirror.apply_records(db, account, records, today=mirror.look_again(now), listed_in=walk)
        jobs_returned.look_again(db, account, applied.returned, now=now)
        beside(db, applied)
    noes = sorted(applied.noes)
    for start in range(0, len(noes), _NOES_TOGETHER):
        with database.write(program.engine) as db:
            jobs_noes.propose(db, account, noes[start : start + _NOES_TOGETHER], now=now)
    return applied
