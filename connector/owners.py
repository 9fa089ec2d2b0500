"""Owners: who may give the word, for which salons, and how they get their secrets.

An owner is invited by a link that works until the secrets are set up by it, so that nobody else ever sees them.
Passwords and their lock are in `owners_passwords.py`, codes in `owners_codes.py`, recovery codes in
`owners_recovery.py`, and the people of one salon in `owners_people.py`.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import owners_codes, owners_passwords, owners_recovery, owners_told, sessions
from connector.owners_codes import CodeResult, confirm_code
from connector.owners_passwords import hash_of
from connector.owners_told import Told
from connector.tables import Invitation, Owner, Ownership
from connector.vault import Vault, token_hash

__all__ = [
    "CodeResult",
    "Link",
    "Secrets",
    "accept",
    "add",
    "confirm_code",
    "email_of",
    "everybody",
    "finish",
    "give_secrets",
    "invite",
    "invited",
    "is_set_up",
    "language_of",
    "let_speak",
    "link",
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


class Link(StrEnum):
    """How an invitation link stands."""

    OPEN = "open"
    USED = "used"  # or taken back, or a newer one stands in its place
    OVER = "over"
    UNKNOWN = "unknown"


def add(db: Session, vault: Vault, email: str, salon: str, *, now: datetime) -> str:
    """Let somebody speak for a salon; give an invitation's token.

    Who has set up their secrets already keeps them, and the new invitation opens nothing.
    """
    return invite(db, let_speak(db, vault, email, salon, now=now), now=now)


def let_speak(db: Session, vault: Vault, email: str, salon: str, *, now: datetime) -> UUID:
    """Let somebody of this address speak for a salon, be they known already or not."""
    owner = _find(db, vault, email)
    if owner is None:
        owner = uuid4()
        sealed = vault.seal(email.strip().encode(), _place(owner))
        db.add(Owner(id=owner, email_key=vault.owner_index(email), email=sealed, made_at=now))
        db.flush()
    if db.get(Ownership, (owner, salon)) is None:
        db.add(Ownership(owner=owner, salon=salon))
        db.flush()
    return owner


def invite(db: Session, owner: UUID, *, now: datetime, salon: str | None = None) -> str:
    """Make a one-time link; with `salon` one that is good only while the owner speaks for no other."""
    token = secrets.token_urlsafe(32)
    db.add(Invitation(token_hash=token_hash(token), owner=owner, salon=salon, ends_at=now + INVITED_FOR))
    db.flush()
    return token


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
    owners_passwords.change(db, owner, hash_of(password))
    owners_recovery.forget(db, owner)
    _end_everything(db, owner, now=now)
    secret = owners_codes.new_secret(db, vault, owner, is_active=True)
    return Secrets(password, owners_codes.uri(secret, email.strip()))


def reset(db: Session, vault: Vault, email: str, *, now: datetime) -> str | None:
    """A lost phone or password: the old secrets, recovery codes and every session end; give a new invitation's token.

    A line of evidence says so in each salon that the owner speaks for.
    """
    owner = _find(db, vault, email)
    if owner is None:
        return None
    owners_passwords.change(db, owner, None)
    owners_codes.new_secret(db, vault, owner)
    owners_recovery.forget(db, owner)
    _end_everything(db, owner, now=now)
    owners_told.everywhere(db, vault, owner, Told.RESET, now=now)
    return invite(db, owner, now=now)


def invited(db: Session, token: str, *, now: datetime) -> UUID | None:
    """Whose invitation this is; None where it is unknown, over or used, or its owner is set up already.

    One that a salon's owner made is worth nothing to somebody who speaks for another salon as well by now.
    """
    elsewhere = select(Ownership.owner).where(
        Ownership.owner == Invitation.owner, Ownership.salon != Invitation.salon
    )
    return db.exec(
        select(Owner.id)
        .join(Invitation, col(Invitation.owner) == col(Owner.id))
        .where(
            Invitation.token_hash == token_hash(token),
            col(Invitation.used_at).is_(None),
            Invitation.ends_at > now,
            col(Owner.is_totp_active).is_(False),
            ~elsewhere.exists(),
        )
    ).one_or_none()


def link(db: Session, token: str, *, now: datetime) -> Link:
    """How an invitation stands, for whoever holds its link."""
    if invited(db, token, now=now) is not None:
        return Link.OPEN
    row = db.get(Invitation, token_hash(token))
    if row is None:
        return Link.UNKNOWN
    return Link.OVER if row.used_at is None and row.ends_at <= now else Link.USED


def accept(db: Session, vault: Vault, owner: UUID, password_hash: str) -> None:
    """Keep the password that an invited owner chose, and give a code secret that waits for its first code."""
    owners_passwords.change(db, owner, password_hash)
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


def everybody(db: Session) -> list[UUID]:
    """Every owner of this installation."""
    return list(db.exec(select(Owner.id).order_by(col(Owner.made_at), col(Owner.id))))


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
    rows = db.exec(
        select(Owner.id, Owner.email, Owner.totp_secret, Owner.next_totp_secret, Owner.recovery_key)
        .order_by(col(Owner.id))
        .with_for_update()
    ).all()
    for owner, email, secret, following, recovery in rows:
        plain = old.unseal(email, _place(owner))
        values = {
            "email": new.seal(plain, _place(owner)),
            "email_key": new.owner_index(plain.decode()),
            "totp_secret": owners_codes.sealed_anew(old, new, owner, secret),
            "next_totp_secret": owners_codes.sealed_anew(old, new, owner, following),
            "recovery_key": owners_recovery.sealed_anew(old, new, owner, recovery),
        }
        db.connection().execute(sa.update(Owner).where(col(Owner.id) == owner).values(values))
    return len(rows)


def _find(db: Session, vault: Vault, email: str) -> UUID | None:
    return db.exec(select(Owner.id).where(Owner.email_key == vault.owner_index(email))).one_or_none()


def _end_everything(db: Session, owner: UUID, *, now: datetime) -> None:
    """End an owner's sessions and open invitations."""
    sessions.end_all(db, owner)
    db.connection().execute(
        sa.update(Invitation)
        .where(col(Invitation.owner) == owner, col(Invitation.used_at).is_(None))
        .values(used_at=now)
    )


def _place(owner: UUID) -> str:
    return f"owner:{owner}"
