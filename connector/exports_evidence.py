"""The line of evidence of a package: that it was made, its link shown, opened, destroyed; nothing of what is in it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session

from connector import evidence
from connector.salons import Account
from connector.tables import Job, Package


class Befell(StrEnum):
    """What befell a package. The words stand in signed lines: they may grow, never change."""

    MADE = "made"
    LINK_SHOWN = "link_shown"
    OPENED = "opened"
    DESTROYED = "destroyed"


def tell(
    db: Session, account: Account, row: Package, befell: Befell, told: Mapping[str, Any], *, now: datetime
) -> None:
    """Write down what befell a package, and what more is told of it."""
    line = {
        "what": "package",
        "package": str(row.id),
        "job": str(row.job),
        "client": _client_key(db, row.job),
        "to": befell.value,
    }
    evidence.append(db, account, {**line, **told}, now=now)


def _client_key(db: Session, job_id: UUID) -> str:
    job = db.get(Job, job_id)
    assert job is not None  # noqa: S101 - a foreign key
    return job.client_key
