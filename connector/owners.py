"""Owners: who may give the word, for which salons, and how they get their secrets.

An owner is invited by a link that works until the secrets are set up by it, so that nobody else ever sees them.
Passwords and their lock are in `owners_passwords.py`, codes in `owners_codes.py`.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import owners_codes
from connector.owners_codes import CodeResult, confirm_code
from connector.owners_passwords import hash_of
from connector.tables import Invitation, LoginSession, Owner, Ownership
from connector.vault import Vault, token_hash

__all__ = [
    "CodeResult",
    "Secrets",
    "accept",
    "add",
    "confirm_code",
    "email_of",
    "finish",
    "give_secrets",
    "invited",
    "is_set_up",
    "language_of",
    "reset",
    "salons_of",
    "set_language",
    "speaks_for",
]

INVITED_FOR = timedelta(days=3)
LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True)
class Secrets:
    """What an owner needs to log in, shown once."""

    password: str = field(repr=False)
    totp_uri: str = field(repr=False)


def add(db: Session, vault: Vault, email: str, salon: str, *, now: datetime) -> str:
    """Let somebody speak for a salon; give an invitation's token.

    Who has set up their secrets already keeps them, and the new invitation opens nothing.
    """
    owner = _find(db, vault, email)
    if owner is None:
        owner = uuid4()
        sealed = vault.seal(email.strip().encode(), _place(owner))
        db.add(Owner(id=owner, email_key=vault.owner_index(email), email=sealed, made_at=now))
        db.flush()
    if db.get(Ownership, (owner, salon)) is None:
        db.add(Ownership(owner=owner, salon=salon))
        db.flush()
    return _invite(db, owner, now=now)


def is_set_up(db: Session, vault: Vault, email: str) -> bool:
    """Whether somebody of this address has a password and a code already."""
    active = select(Owner.is_totp_active).where(Owner.email_key == vault.owner_index(email))
    return bool(db.exec(active).one_or_none())


def give_secrets(db: Session, vault: Vault, email: str, *, now: datetime) -> Secrets | None:
    """A fresh password and a code secret that work at once (for a terminal); None where there is no such owner."""
    owner = _find(db, vault, email)
    if owner is None:
        return None
    password = secrets.token_urlsafe(15)
    _set_password(db, owner, hash_of(password))
    _end_everything(db, owner, now=now)
    secret = owners_codes.new_secret(db, vault, owner, is_active=True)
    return Secrets(password, owners_codes.uri(secret, email.strip()))


def reset(db: Session, vault: Vault, email: str, *, now: datetime) -> str | None:
    """A lost phone or password: the old secrets and every session end; give a new invitation's token."""
    owner = _find(db, vault, email)
    if owner is None:
        return None
    _set_password(db, owner, None)
    owners_codes.new_secret(db, vault, owner)
    _end_everything(db, owner, now=now)
    return _invite(db, owner, now=now)


def invited(db: Session, token: str, *, now: datetime) -> UUID | None:
    """Whose invitation this is; None where it is unknown, over or used, or its owner is set up already."""
    return db.exec(
        select(Owner.id)
        .join(Invitation, col(Invitation.owner) == col(Owner.id))
        .where(
            Invitation.token_hash == token_hash(token),
            col(Invitation.used_at).is_(None),
            Invitation.ends_at > now,
            col(Owner.is_totp_active).is_(False),
        )
    ).one_or_none()


def accept(db: Session, vault: Vault, owner: UUID, password_hash: str) -> None:
    """Keep the password that an invited owner chose, and give a code secret that waits for its first code."""
    _set_password(db, owner, password_hash)
    owners_codes.new_secret(db, vault, owner)


def finish(db: Session, vault: Vault, token: str, owner: UUID, code: str, *, now: datetime) -> CodeResult:
    """Switch the code on by its first use; the invitation is used up with it, and opens nothing any more."""
    if invited(db, token, now=now) != owner:
        return CodeResult(False, "not_set_up")
    result = owners_codes.activate(db, vault, owner, code, now)
    if result.ok:
        _end_everything(db, owner, now=now)
    return result


def speaks_for(db: Session, vault: Vault, email: str, salon: str) -> UUID | None:
    """The owner with this e-mail address, if they speak for this salon."""
    owner = _find(db, vault, email)
    return owner if owner is not None and salon in salons_of(db, owner) else None


def salons_of(db: Session, owner: UUID) -> list[str]:
    """The salons that an owner speaks for, by name."""
    return list(
        db.exec(select(Ownership.salon).where(Ownership.owner == owner).order_by(col(Ownership.salon)))
    )


def email_of(db: Session, vault: Vault, owner: UUID) -> str:
    """An owner's e-mail address, opened."""
    return vault.unseal(db.exec(select(Owner.email).where(Owner.id == owner)).one(), _place(owner)).decode()


def language_of(db: Session, owner: UUID) -> str:
    """The language that an owner reads."""
    return db.exec(select(Owner.language).where(Owner.id == owner)).one()


def set_language(db: Session, owner: UUID, language: str) -> None:
    """Remember the language that an owner reads."""
    if language not in LANGUAGES:
        raise ValueError("no such language")
    db.connection().execute(sa.update(Owner).where(col(Owner.id) == owner).values(language=language))


def seal_anew(db: Session, old: Vault, new: Vault) -> int:
    """Seal every owner's address and code secret under another secret key; give how many owners. Raises CannotOpen."""
    rows = db.exec(select(Owner.id, Owner.email, Owner.totp_secret).with_for_update()).all()
    for owner, email, secret in rows:
        plain = old.unseal(email, _place(owner))
        values = {
            "email": new.seal(plain, _place(owner)),
            "email_key": new.owner_index(plain.decode()),
            "totp_secret": owners_codes.sealed_anew(old, new, owner, secret),
        }
        db.connection().execute(sa.update(Owner).where(col(Owner.id) == owner).values(values))
    return len(rows)


def _find(db: Session, vault: Vault, email: str) -> UUID | None:
    return db.exec(select(Owner.id).where(Owner.email_key == vault.owner_index(email))).one_or_none()


def _invite(db: Session, owner: UUID, *, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    db.add(Invitation(token_hash=token_hash(token), owner=owner, ends_at=now + INVITED_FOR))
    db.flush()
    return token


def _set_password(db: Session, owner: UUID, password_hash: str | None) -> None:
    values = {"password_hash": password_hash, "failures": 0, "locked_until": None}
    db.connection().execute(sa.update(Owner).where(col(Owner.id) == owner).values(values))


def _end_everything(db: Session, owner: UUID, *, now: datetime) -> None:
    """End an owner's sessions and open invitations."""
    connection = db.connection()
    connection.execute(sa.delete(LoginSession).where(col(LoginSession.owner) == owner))
    connection.execute(
        sa.update(Invitation)
        .where(col(Invitation.owner) == owner, col(Invitation.used_at).is_(None))
        .values(used_at=now)
    )


def _place(owner: UUID) -> str:
    return f"owner:{owner}"
