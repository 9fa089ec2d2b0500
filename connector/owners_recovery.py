"""Recovery codes: ten of them, each good once in place of a code, for whoever has lost the phone.

One opens the log-in and leads straight to another code app, nothing else: no erasure is ever approved with one. They
belong to an app, so that another one has ten others.

A code has 50 random bits. That is plenty against guessing at the door, where wrong ones are counted with wrong codes,
and too little for a bare hash: whoever stole the database could try them all. So what is kept is a hash keyed by a
random key of the owner's, sealed under the installation's secret key as the code secret is. Who can open that key can
read the code secret beside it, so that a slow hash would keep nobody out, and would cost ten times its work here.
"""

import hmac
import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from connector import owners_codes
from connector.owners_codes import CodeResult
from connector.tables import Owner, RecoveryCode
from connector.vault import Vault

HOW_MANY = 10
#: Crockford's: no letter that looks like a digit
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 10
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def make(db: Session, vault: Vault, owner: UUID) -> tuple[str, ...]:
    """Ten fresh codes in place of all before them; they are given once, and only their hashes stay."""
    key = secrets.token_bytes(32)
    codes = {_fresh() for _ in range(HOW_MANY)}
    while len(codes) < HOW_MANY:
        codes.add(_fresh())
    _replace(db, owner, vault.seal(key, _place(owner)))
    hashes = [{"owner": owner, "code_hash": _hash(key, code)} for code in codes]
    db.connection().execute(sa.insert(RecoveryCode), hashes)
    return tuple(f"{code[:5]}-{code[5:]}" for code in sorted(codes))


def left(db: Session, owner: UUID) -> int:
    """How many codes of an owner's are still good."""
    return db.exec(select(func.count()).where(RecoveryCode.owner == owner)).one()


def use(db: Session, vault: Vault, owner: UUID, code: str, now: datetime) -> CodeResult:
    """Check a recovery code and use it up. A wrong one is counted with wrong codes; so commit in either case."""
    row = owners_codes.locked_row(db, owner)
    if row is None or row.recovery_key is None:
        return CodeResult(False, "not_set_up")
    if (locked := owners_codes.lock_of(row, now)) is not None:
        return locked
    typed = _typed(code)
    if typed is None:
        return CodeResult(False, "not_ten_letters")
    hashed = _hash(vault.unseal(row.recovery_key, _place(owner)), typed)
    one = (col(RecoveryCode.owner) == owner) & (col(RecoveryCode.code_hash) == hashed)
    if not db.connection().execute(sa.delete(RecoveryCode).where(one)).rowcount:
        return owners_codes.count_wrong(db, row, now)
    forgiven = {"code_failures": 0, "code_locked_until": None}
    db.connection().execute(sa.update(Owner).where(col(Owner.id) == owner).values(forgiven))
    return CodeResult(True)


def forget(db: Session, owner: UUID) -> None:
    """None of an owner's codes is good any more."""
    _replace(db, owner, None)


def sealed_anew(old: Vault, new: Vault, owner: UUID, sealed: bytes | None) -> bytes | None:
    """The codes' key under another secret key; None where there is none. Raises CannotOpen."""
    return None if sealed is None else new.seal(old.unseal(sealed, _place(owner)), _place(owner))


def _replace(db: Session, owner: UUID, key: bytes | None) -> None:
    db.connection().execute(sa.update(Owner).where(col(Owner.id) == owner).values(recovery_key=key))
    db.connection().execute(sa.delete(RecoveryCode).where(col(RecoveryCode.owner) == owner))


def _fresh() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def _typed(code: str) -> str | None:
    """A code as somebody copied it: small letters, spaces and hyphens do no harm. None where it can be none."""
    plain = "".join(letter for letter in code if not letter.isspace() and letter != "-")
    if len(plain) != _LENGTH or not plain.isascii():
        return None
    read = plain.upper().translate(_READ_AS)
    return read if set(read) <= set(_LETTERS) else None


def _hash(key: bytes, code: str) -> str:
    return hmac.digest(key, code.encode(), "sha256").hex()


def _place(owner: UUID) -> str:
    return f"recovery:{owner}"
