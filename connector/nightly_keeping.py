"""Housekeeping of a night: what Ovikello itself holds no longer than it said."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import (
    database,
    evidence,
    exports_endings,
    jobs,
    journal,
    journal_file,
    letters_due,
    mirror,
    quarantine,
    sessions,
)
from connector.evidence import Head
from connector.journal_file import JournalAway
from connector.program import Program
from connector.reports import Finding
from connector.salons import Account
from connector.tables import Seen
from policies.policy import Policy

SEEN_FOR = timedelta(days=30)


def end_words(program: Program, account: Account) -> None:
    """Let words that were not acted on in time expire, so that what they were about is judged anew tonight."""
    with database.write(program.engine) as db:
        jobs.expire_due(db, account, now=program.now())


def tidy(program: Program, account: Account, policy: Policy | None) -> list[Finding]:
    """Forget what is over; anchor the chain's head outside the database."""
    now = program.now()
    with database.write(program.engine) as db:
        mirror.settle_tombstones(db, account, now)
        _forget_deliveries(db.connection(), account, now)
        exports_endings.forget_clients(db, account, now=now)
        sessions.sweep(db, now=now)
        letters_due.tidy(db, account.slug, now=now)
        expired = 0 if policy is None else _expire_quarantine(db, account, policy, now)
        head = evidence.head(db, account)
    found = [Finding("quarantine_expired", {"count": expired})] if expired else []
    return found + _anchor(program, account, head, now)


def _anchor(program: Program, account: Account, head: Head | None, now: datetime) -> list[Finding]:
    """Keep the chain's head outside the database, and no journal lines that are older than any backup."""
    folder = program.settings.journal_dir
    try:
        journal.keep_head(folder, account, head, at=now)
        journal_file.forget_old(folder, now=now)
    except JournalAway:
        return [Finding("no_journal")]
    return []


def _forget_deliveries(connection: sa.Connection, account: Account, now: datetime) -> None:
    over = sa.delete(Seen).where(col(Seen.salon) == account.slug, col(Seen.received_at) <= now - SEEN_FOR)
    connection.execute(over)


def _expire_quarantine(db: Session, account: Account, policy: Policy, now: datetime) -> int:
    today = now.astimezone(policy.time_zone).date()
    return quarantine.expire(db, account, policy.own_records.quarantine, today=today, now=now)
