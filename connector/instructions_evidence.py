"""The line of evidence of an instruction: made, its list opened or destroyed, sent, answered; no name is in it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from connector import evidence
from connector.salons import Account
from connector.tables import Instruction


class Befell(StrEnum):
    """What befell an instruction. The words stand in signed lines: they may grow, never change."""

    MADE = "made"
    OPENED = "opened"
    ATTACHED = "attached"
    DESTROYED = "destroyed"
    SENT = "sent"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def tell(
    db: Session,
    account: Account,
    row: Instruction,
    befell: Befell,
    told: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Write down what befell an instruction, and what more is told of it."""
    line = {"what": "instruction", "instruction": str(row.id), "to": befell.value, "digest": row.digest}
    evidence.append(db, account, {**line, **told}, now=now)
