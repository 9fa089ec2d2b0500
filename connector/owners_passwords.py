"""Passwords: argon2 at its default strength, and a lock that grows with wrong ones and survives a restart.

An attempt is counted before the password is looked at, so that many at once do not get more tries than one
after the other. Checking costs the same for an e-mail address that nobody has. No database is held while hashing.
"""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import Session, col, select

from connector.tables import Installation, Owner
from connector.vault import Vault

SHORTEST = 12
LONGEST = 256
FREE_FAILURES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)
HASHER = PasswordHasher()
#: each hash takes 64 MiB
_TURNS = threading.BoundedSemaphore(2)
#: two are hashed and two wait: whoever floods the log-in takes no more of the threads that answer everybody else
_ROOM = threading.BoundedSemaphore(4)
#: of no password; as costly to check as a real one
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$LhGvOj2KENnojskKktcVkA$wXEpJ1TLwTIU7XIEndOx/DUMBij0kBvKuiuMeZemfnI"


class Crowded(Exception):
    """So many passwords are being checked that one more would keep others waiting; nothing was counted."""


@dataclass(frozen=True)
class Attempt:
    """One attempt to log in, counted already; `owner` is None where it cannot succeed whatever the password is."""

    owner: UUID | None
    password_hash: str


@contextlib.contextmanager
def room() -> Iterator[None]:
    """A place in which one password may be checked or made, whatever the web is asked beside it. Raises Crowded."""
    if not _ROOM.acquire(blocking=False):
        raise Crowded
    try:
        yield
    finally:
        _ROOM.release()


def take_attempt(db: Session, vault: Vault, email: str, *, now: datetime) -> Attempt:
    """Count an attempt for this e-mail address. Check it by `holds` after this transaction, then `attempt_held`."""
    return _take(db, col(Owner.email_key) == vault.owner_index(email), now)


def take_attempt_of(db: Session, owner: UUID, *, now: datetime) -> Attempt:
    """The same for somebody who is logged in, and is asked for the password once more."""
    return _take(db, col(Owner.id) == owner, now)


def holds(attempt: Attempt, password: str) -> bool:
    """Whether the password is right. Slow on purpose: never inside a transaction."""
    if len(password) > LONGEST:
        return False
    with _TURNS:
        try:
            HASHER.verify(attempt.password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
    return attempt.owner is not None


def attempt_held(db: Session, owner: UUID) -> None:
    """The password was right: forget the wrong ones."""
    _write(db, owner, 0, None)


def hash_of(password: str, hasher: PasswordHasher = HASHER) -> str:
    """What is kept of a password. Slow on purpose."""
    with _TURNS:
        return hasher.hash(password)


def change(db: Session, owner: UUID, password_hash: str | None) -> None:
    """Keep another password's hash, or none: then no log-in succeeds. Wrong ones are forgotten with the old one."""
    values = {"password_hash": password_hash, "failures": 0, "locked_until": None}
    db.connection().execute(sa.update(Owner).where(col(Owner.id) == owner).values(values))


def is_good(password: str, email: str) -> bool:
    """Whether a password may be chosen: long enough, and not the e-mail address."""
    return SHORTEST <= len(password) <= LONGEST and password.casefold() != email.casefold()


def lock_after(failures: int, now: datetime, *, longest: timedelta) -> datetime | None:
    """Until when nothing is tried after so many failures in a row: the first few are free, then it doubles."""
    if failures < FREE_FAILURES:
        return None
    doubled: timedelta = FIRST_LOCK * 2 ** min(failures - FREE_FAILURES, 20)
    return now + min(doubled, longest)


def is_locked(until: datetime | None, now: datetime) -> bool:
    """Whether a lock still holds."""
    return until is not None and now < until


def _take(db: Session, whose: sa.ColumnElement[bool], now: datetime) -> Attempt:
    row = db.exec(
        select(Owner).where(whose).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or row.password_hash is None or not row.is_totp_active or is_locked(row.locked_until, now):
        _write_for_nobody(db)
        return Attempt(None, _NOBODYS)
    failures = row.failures + 1
    _write(db, row.id, failures, lock_after(failures, now, longest=LONGEST_LOCK))
    return Attempt(row.id, row.password_hash)


def _write_for_nobody(db: Session) -> None:
    """Write a row as for an attempt that is counted: a commit with nothing to keep is quicker, and would tell."""
    db.connection().execute(sa.update(Installation).values(made_at=col(Installation.made_at)))


def _write(db: Session, owner: UUID, failures: int, until: datetime | None) -> None:
    db.connection().execute(
        sa.update(Owner).where(col(Owner.id) == owner).values(failures=failures, locked_until=until)
    )
