"""Owners: who may give the word, for which salons, and how they get their secrets.

An owner is invited by a link that works until the secrets are set up by it, so that nobody else ever sees them.
Passwords and their lock are in `owners_passwords.py`, codes in `owners_codes.py`, recovery codes in
`owners_recovery.py`, and the people of one salon in `owners_people.py`.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import (
    evidence,
    owners_codes,
    owners_invitations,
    owners_passwords,
    owners_recovery,
    owners_told,
    salons,
    sessions,
)
from connector.owners_codes import CodeResult, confirm_code
from connector.owners_invitations import INVITED_FOR, invited
from connector.owners_passwords import hash_of
from connector.owners_told import Told
from connector.tables import Owner, Ownership
from connector.vault import Vault

__all__ = [
    "INVITED_FOR",
    "CodeResult",
    "Secrets",
    "accept",
    "add",
    "confirm_code",
    "email_of",
    "everybody",
    "finish",
    "give_right",
    "give_secrets",
    "hold_link",
    "invited",
    "is_set_up",
    "known",
    "language_of",
    "reset",
    "salons_of",
    "set_language",
    "speaks_for",
]

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
    owner = known(db, vault, email, now=now)
    _let_speak(db, owner, salon)
    return owners_invitations.invite(db, owner, now=now)


def known(db: Session, vault: Vault, email: str, *, now: datetime) -> UUID:
    """The owner with this e-mail address, made where there is none; that alone gives no right to anything."""
    owner = _find(db, vault, email)
    if owner is None:
        owner = uuid4()
        sealed = vault.seal(email.strip().encode(), _place(owner))
        db.add(Owner(id=owner, email_key=vault.owner_index(email), email=sealed, made_at=now))
        db.flush()
    return owner


def give_right(
    db: Session, vault: Vault, owner: UUID, salon: str, *, now: datetime, by: UUID | None = None
) -> bool:
    """Let an owner speak for a salon, with a line of evidence there; False where they do already."""
    account = salons.account(db, vault, salon)
    if account is None or salon in salons_of(db, owner):
        return False
    evidence.take_turn(db, account)
    _let_speak(db, owner, salon)
    owners_told.at(db, account, owner, Told.ADDED, by=by, now=now)
    return True


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
    return owners_invitations.invite(db, owner, now=now)


def accept(db: Session, vault: Vault, owner: UUID, password_hash: str) -> None:
    """Keep the password that an invited owner chose, and give a code secret that waits for its first code."""
    owners_passwords.change(db, owner, password_hash)
    owners_codes.new_secret(db, vault, owner)


def finish(db: Session, vault: Vault, token: str, owner: UUID, code: str, *, now: datetime) -> CodeResult:
    """Switch the code on by its first use; the invitation is used up with it, and opens nothing any more."""
    hold_link(db, vault, token)
    if invited(db, token, now=now) != owner:
        return CodeResult(False, "not_set_up")
    result = owners_codes.activate(db, vault, owner, code, now)
    if result.ok:
        salon = owners_invitations.salon_of(db, token)
        _end_everything(db, owner, now=now)
        if salon is not None:
            give_right(db, vault, owner, salon, by=owner, now=now)
    return result


def hold_link(db: Session, vault: Vault, token: str) -> None:
    """Hold a link until the transaction ends, its salon's turn first: so does whoever takes the link back."""
    salon = owners_invitations.salon_of(db, token)
    account = None if salon is None else salons.account(db, vault, salon)
    if account is not None:
        evidence.take_turn(db, account)
    owners_invitations.hold(db, token)


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
    return list(db.exec(select(Owner.id)))


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
    """Seal all that is sealed of each owner under another secret key; give how many owners. Raises CannotOpen."""
    rows = db.exec(select(Owner).order_by(col(Owner.id)).with_for_update()).all()
    for row in rows:
        plain = old.unseal(row.email, _place(row.id))
        values = {
            "email": new.seal(plain, _place(row.id)),
            "email_key": new.owner_index(plain.decode()),
            "totp_secret": owners_codes.sealed_anew(old, new, row.id, row.totp_secret),
            "next_totp_secret": owners_codes.sealed_anew(old, new, row.id, row.next_totp_secret),
            "recovery_key": owners_recovery.sealed_anew(old, new, row.id, row.recovery_key),
        }
        db.connection().execute(sa.update(Owner).where(col(Owner.id) == row.id).values(values))
    return len(rows)


def _let_speak(db: Session, owner: UUID, salon: str) -> None:
    if db.get(Ownership, (owner, salon)) is None:
        db.add(Ownership(owner=owner, salon=salon))
        db.flush()


def _find(db: Session, vault: Vault, email: str) -> UUID | None:
    return db.exec(select(Owner.id).where(Owner.email_key == vault.owner_index(email))).one_or_none()


def _end_everything(db: Session, owner: UUID, *, now: datetime) -> None:
    """End an owner's sessions and open invitations."""
    sessions.end_all(db, owner)
    owners_invitations.close(db, owner, now=now)


def _place(owner: UUID) -> str:
    return f"owner:{owner}"
