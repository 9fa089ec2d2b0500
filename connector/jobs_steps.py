"""A salon's own steps for a task by hand: what to press in its booking system, one line for each; sealed."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from connector.salons import Account
from connector.tables import OwnSteps

MOST, LONGEST = 12, 200
_PLACE = "own-steps"


@dataclass(frozen=True)
class Steps:
    """What the owner wrote, and when."""

    lines: tuple[str, ...]
    written_at: datetime


def of(db: Session, account: Account) -> Steps | None:
    """The salon's own steps; None where it has written none."""
    row = db.get(OwnSteps, account.slug)
    if row is None:
        return None
    return Steps(tuple(json.loads(account.keys.unseal(row.body, _PLACE))), row.written_at)


def write(db: Session, account: Account, text: str, *, now: datetime) -> None:
    """Keep these lines instead of those before; without any, the usual steps are shown again."""
    lines = [line for said in text.splitlines() if (line := " ".join(said.split())[:LONGEST])][:MOST]
    row = db.get(OwnSteps, account.slug)
    if lines:
        db.merge(
            OwnSteps(
                salon=account.slug, body=account.keys.seal(json.dumps(lines).encode(), _PLACE), written_at=now
            )
        )
    elif row is not None:
        db.delete(row)
