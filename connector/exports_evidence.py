"""The line of evidence of a package: that it was made, its link shown, opened, destroyed; nothing of what is in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from connector import evidence
from connector.salons import Account
from connector.tables import Job, Package


def tell(
    db: Session, account: Account, row: Package, word: str, told: Mapping[str, Any], *, now: datetime
) -> None:
    """Say of a package what was done with it: made, link_shown, opened or destroyed."""
    line = {
        "what": "package",
        "package": str(row.id),
        "job": str(row.job),
        "client": _client_key(db, row.job),
        "to": word,
    }
    evidence.append(db, account, {**line, **told}, now=now)


def _client_key(db: Session, job_id: UUID) -> str:
    job = db.get(Job, job_id)
    assert job is not None  # noqa: S101 - a foreign key
    return job.client_key
