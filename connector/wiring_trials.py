"""Trials of the wiring, begun from a page: one at a time for a salon, and what was found is kept for that page."""

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import capabilities, database, wiring
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.tables import WiringTrial
from connector.wiring import Step

#: seconds that a page waits for the test event: whoever pressed the button looks at it
WAIT = 6.0
#: after so long whoever began has died: two calls, each with its whole time, and the wait
TAKES_AT_MOST = timedelta(minutes=1)
_MAKE = sa.text("INSERT INTO wiring_trial (salon) VALUES (:salon) ON CONFLICT (salon) DO NOTHING")


@dataclass(frozen=True)
class Trial:
    """The last trial: when, and step by step what held."""

    tried_at: datetime
    steps: tuple[Step, ...]

    @property
    def whole(self) -> bool:
        """Whether both halves hold."""
        return all(step.held for step in self.steps)


def last(db: Session, salon: str) -> Trial | None:
    """What was found last; None before the first trial."""
    row = db.get(WiringTrial, salon)
    if row is None or row.tried_at is None or row.steps is None:
        return None
    return Trial(row.tried_at, tuple(Step(**one) for one in json.loads(row.steps)))


def run(
    program: Program, account: Account, *, pause: Callable[[float], None] = time.sleep, wait: float = WAIT
) -> bool:
    """Try the wiring and keep what was found; False where a trial of this salon is under way already."""
    with database.write(program.engine) as db:
        if not _begin(db, account.slug, now=program.now()):
            return False
    steps = wiring.prove(program, account, public_url=program.settings.public_url, pause=pause, wait=wait)
    if steps[0].held:
        with contextlib.suppress(CallFailed):  # what it can do is asked on this occasion
            capabilities.of(program, account)
    kept = json.dumps([{name: getattr(step, name) for name in _KEPT} for step in steps])
    with database.write(program.engine) as db:
        row = db.get(WiringTrial, account.slug)
        if row is not None:
            row.begun_at, row.tried_at, row.steps = None, program.now(), kept
            db.add(row)
            db.flush()
    return True


_KEPT = ("step", "held", "word", "number", "where")


def _begin(db: Session, salon: str, *, now: datetime) -> bool:
    db.connection().execute(_MAKE, {"salon": salon})
    free = col(WiringTrial.begun_at).is_(None) | (col(WiringTrial.begun_at) <= now - TAKES_AT_MOST)
    begun = sa.update(WiringTrial).where(col(WiringTrial.salon) == salon, free).values(begun_at=now)
    return bool(db.connection().execute(begun).rowcount)
