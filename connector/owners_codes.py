"""Codes (TOTP, RFC 6238): six digits, one step of clock drift either way, each step good once.

The last step used stands in the owner's row and only ever grows, by one conditional UPDATE in the transaction of
what the code is for: neither two browsers nor two workers can use the same code. Another code app takes over by
its own first code, and until then the old one goes on.
"""

import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp
import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.owners_passwords import is_locked, lock_after
from connector.tables import Owner
from connector.vault import Vault

ISSUER = "Ovikello"
SECONDS = 30
DRIFT = 1
LONGEST_LOCK = timedelta(hours=1)
_SIX = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class CodeResult:
    """Whether a code holds; if not, why: `wrong`, `used`, `locked`, `not_six_digits`, `not_set_up`.

    `again_at` is when it can be tried again: a new code has come by then, or the lock (`is_lock`) has ended.
    """

    ok: bool
    reason: str | None = None
    again_at: datetime | None = field(default=None, compare=False)
    is_lock: bool = field(default=False, compare=False)


def confirm_code(db: Session, vault: Vault, owner: UUID, code: str, now: datetime) -> CodeResult:
    """Check an owner's code and use it up, in the transaction of what it is for.

    A wrong one is counted, and after five nothing is tried for a while; so commit also where it does not hold.
    """
    return _confirm(db, vault, owner, code, now, is_active=True)


def activate(db: Session, vault: Vault, owner: UUID, code: str, now: datetime) -> CodeResult:
    """Switch a new secret on, by a first code that proves that the owner's phone has it."""
    result = _confirm(db, vault, owner, code, now, is_active=False)
    if result.ok:
        db.connection().execute(sa.update(Owner).where(col(Owner.id) == owner).values(is_totp_active=True))
    return result


def new_secret(db: Session, vault: Vault, owner: UUID, *, is_active: bool = False) -> str:
    """Give an owner a fresh secret in place of any before it."""
    secret = pyotp.random_base32()
    sealed = vault.seal(secret.encode(), _place(owner))
    values = {
        "totp_secret": sealed,
        "is_totp_active": is_active,
        "next_totp_secret": None,
        "last_totp_step": 0,  # no code of this secret was used yet
        "code_failures": 0,
        "code_locked_until": None,
    }
    db.connection().execute(sa.update(Owner).where(col(Owner.id) == owner).values(values))
    return secret


def waiting_secret(db: Session, vault: Vault, owner: UUID) -> str | None:
    """A secret that was given and not yet switched on; one that is on is never shown again."""
    row = locked_row(db, owner)
    if row is None or row.totp_secret is None or row.is_totp_active:
        return None
    return vault.unseal(row.totp_secret, _place(owner)).decode()


def offer_next(db: Session, vault: Vault, owner: UUID) -> None:
    """Give an owner who is set up a secret for another code app; the one that is on stays on until its first code."""
    sealed = vault.seal(pyotp.random_base32().encode(), _place(owner))
    db.connection().execute(sa.update(Owner).where(col(Owner.id) == owner).values(next_totp_secret=sealed))


def next_secret(db: Session, vault: Vault, owner: UUID) -> str | None:
    """The secret that another code app is to have; None where none was asked for, or it is on by now."""
    sealed = db.exec(select(Owner.next_totp_secret).where(Owner.id == owner)).one_or_none()
    return None if sealed is None else vault.unseal(sealed, _place(owner)).decode()


def switch_to_next(db: Session, vault: Vault, owner: UUID, code: str, now: datetime) -> CodeResult:
    """Have another code app take over, by a first code that proves that it has the secret. The old one ends."""
    row = locked_row(db, owner)
    if row is None or row.next_totp_secret is None:
        return CodeResult(False, "not_set_up")
    step = _tried(db, vault, row, row.next_totp_secret, code, now)
    if isinstance(step, CodeResult):
        return step
    values = {
        "totp_secret": row.next_totp_secret,
        "next_totp_secret": None,
        "is_totp_active": True,
        "last_totp_step": step,
        "code_failures": 0,
        "code_locked_until": None,
    }
    db.connection().execute(sa.update(Owner).where(col(Owner.id) == owner).values(values))
    return CodeResult(True)


def free_at(db: Session, owner: UUID, now: datetime) -> datetime | None:
    """When the owner's app shows a code that was not used yet; None where the present one was not."""
    last = db.exec(select(Owner.last_totp_step).where(Owner.id == owner)).one_or_none() or 0
    return _begin_of(last + 1) if last >= _step_at(now) else None


def sealed_anew(old: Vault, new: Vault, owner: UUID, sealed: bytes | None) -> bytes | None:
    """A code secret under another secret key; None where there is none. Raises CannotOpen."""
    return None if sealed is None else new.seal(old.unseal(sealed, _place(owner)), _place(owner))


def uri(secret: str, email: str) -> str:
    """The address that a code app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def locked_row(db: Session, owner: UUID) -> Owner | None:
    """The owner's row, locked until the transaction ends: guesses come one after the other."""
    statement = select(Owner).where(Owner.id == owner).with_for_update()
    return db.exec(statement.execution_options(populate_existing=True)).one_or_none()


def lock_of(row: Owner, now: datetime) -> CodeResult | None:
    """What to say while nothing is tried, be it a code or a recovery code; None where it may be."""
    if not is_locked(row.code_locked_until, now):
        return None
    return CodeResult(False, "locked", row.code_locked_until, is_lock=True)


def count_wrong(db: Session, row: Owner, now: datetime) -> CodeResult:
    """Count a code or a recovery code that does not hold; after some in a row nothing is tried for a while."""
    failures = row.code_failures + 1
    until = lock_after(failures, now, longest=LONGEST_LOCK)
    db.connection().execute(
        sa.update(Owner)
        .where(col(Owner.id) == row.id)
        .values(code_failures=failures, code_locked_until=until)
    )
    if until is not None:
        return CodeResult(False, "wrong", until, is_lock=True)
    return CodeResult(False, "wrong", _next_after(row, now))


def _confirm(
    db: Session, vault: Vault, owner: UUID, code: str, now: datetime, *, is_active: bool
) -> CodeResult:
    row = locked_row(db, owner)
    if row is None or row.totp_secret is None or row.is_totp_active is not is_active:
        return CodeResult(False, "not_set_up")
    step = _tried(db, vault, row, row.totp_secret, code, now)
    if isinstance(step, CodeResult):
        return step
    if _use_up(db, owner, step):
        return CodeResult(True)
    return CodeResult(False, "used", _next_after(row, now))


def _tried(
    db: Session, vault: Vault, row: Owner, sealed: bytes, code: str, now: datetime
) -> int | CodeResult:
    """The step whose code this is, or why it does not hold; a wrong one is counted."""
    if (locked := lock_of(row, now)) is not None:
        return locked
    digits = "".join(code.split())
    if not _SIX.fullmatch(digits):
        return CodeResult(False, "not_six_digits")
    step = _step_of(vault.unseal(sealed, _place(row.id)).decode(), digits, now)
    return count_wrong(db, row, now) if step is None else step


def _step_of(secret: str, digits: str, now: datetime) -> int | None:
    """The newest step near now whose code this is."""
    totp = pyotp.TOTP(secret, interval=SECONDS)
    present = _step_at(now)
    near = range(present + DRIFT, present - DRIFT - 1, -1)
    found = [step for step in near if hmac.compare_digest(totp.generate_otp(step), digits)]
    return found[0] if found else None


def _step_at(now: datetime) -> int:
    return int(now.timestamp()) // SECONDS


def _next_after(row: Owner, now: datetime) -> datetime:
    """When a code comes that is neither this one nor used."""
    return _begin_of(max(_step_at(now), row.last_totp_step) + 1)


def _begin_of(step: int) -> datetime:
    return datetime.fromtimestamp(step * SECONDS, UTC)


def _use_up(db: Session, owner: UUID, step: int) -> bool:
    later = (
        sa.update(Owner)
        .where(col(Owner.id) == owner, col(Owner.last_totp_step) < step)
        .values(last_totp_step=step, code_failures=0, code_locked_until=None)
    )
    return bool(db.connection().execute(later).rowcount)


def _place(owner: UUID) -> str:
    return f"totp:{owner}"
