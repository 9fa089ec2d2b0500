"""The people of a salon: who may give the word for it, how another is named, and how somebody's right ends.

A person is named by e-mail address and gets an invitation link. A link that one salon's owner made never sets up the
log-in of somebody who speaks for another salon: whoever holds it would speak for that one too.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, func, select

from connector import evidence, owners, owners_recovery, owners_told, sessions
from connector.owners_told import Told
from connector.salons import Account
from connector.tables import Invitation, LoginSession, Owner, Ownership, RecoveryCode
from connector.vault import Vault

LONGEST_ADDRESS = 254


@dataclass(frozen=True)
class Person:
    """Somebody who may give the word; `invited_until` is for whoever has not set up a log-in yet."""

    id: UUID
    email: str = field(repr=False)
    is_set_up: bool
    invited_until: datetime | None


@dataclass(frozen=True)
class Named:
    """Somebody who may give the word from now on; `invitation` is None where they have a log-in or a link already."""

    person: UUID
    is_set_up: bool
    was_there: bool
    invitation: str | None = field(repr=False)


def is_address(email: str) -> bool:
    """Whether this can be an e-mail address."""
    plain = email.strip()
    name, _, host = plain.rpartition("@")
    is_clean = plain.isprintable() and not any(letter.isspace() for letter in plain)
    return bool(name and host) and is_clean and len(plain) <= LONGEST_ADDRESS


def listed(db: Session, vault: Vault, slug: str, *, now: datetime) -> list[Person]:
    """Everybody who may give the word for a salon, in the order of their addresses."""
    latest = (
        select(func.max(Invitation.ends_at))
        .where(
            Invitation.owner == Owner.id,
            col(Invitation.used_at).is_(None),
            Invitation.ends_at > now,
        )
        .correlate(Owner)
        .scalar_subquery()
    )
    rows = db.exec(
        select(Owner.id, Owner.is_totp_active, latest)
        .join(Ownership, col(Ownership.owner) == col(Owner.id))
        .where(Ownership.salon == slug)
    ).all()
    found = [
        Person(owner, owners.email_of(db, vault, owner), is_set_up, None if is_set_up else until)
        for owner, is_set_up, until in rows
    ]
    return sorted(found, key=lambda one: one.email)


def of(db: Session, vault: Vault, slug: str, person: UUID, *, now: datetime) -> Person | None:
    """One of a salon's people; None where there is nobody of that id here."""
    return next((one for one in listed(db, vault, slug, now=now) if one.id == person), None)


def name(
    db: Session, vault: Vault, account: Account, email: str, *, now: datetime, by: UUID | None = None
) -> Named:
    """Let somebody speak for a salon; `by` is the owner who names them, None whoever runs Ovikello."""
    evidence.take_turn(db, account)
    was_set_up = owners.is_set_up(db, vault, email)
    before = owners.speaks_for(db, vault, email, account.slug)
    person = owners.let_speak(db, vault, email, account.slug, now=now)
    if before is None:
        owners_told.at(db, account, person, Told.ADDED, by=by, now=now)
    is_elsewhere = owners.salons_of(db, person) != [account.slug]
    if was_set_up or (by is not None and is_elsewhere):
        return Named(person, was_set_up, before is not None, None)
    if by is not None:
        _close_invitations(db, person, account.slug, now=now)
    token = owners.invite(db, person, now=now, salon=None if by is None else account.slug)
    return Named(person, False, before is not None, token)


def end(db: Session, account: Account, person: UUID, *, now: datetime, by: UUID | None = None) -> str | None:
    """End somebody's right at a salon: at once, with their sessions there. None, or why not: `not_here`, `last`.

    Somebody who can log in has to stay, or nobody could give the word any more.
    """
    evidence.take_turn(db, account)
    right = db.get(Ownership, (person, account.slug), populate_existing=True)
    if right is None:
        return "not_here"
    set_up = _set_up(db, account.slug)
    if set_up == [person]:
        return "last"
    db.delete(right)
    db.flush()
    _close_invitations(db, person, account.slug, now=now)
    sessions.end_all(db, person, salon=account.slug)
    if not owners.salons_of(db, person):
        sessions.end_all(db, person)
    owners_told.at(db, account, person, Told.ENDED, by=by, now=now)
    _forget_who_never_came(db, person)
    return None


def _set_up(db: Session, slug: str) -> list[UUID]:
    """Who can log in for a salon."""
    return list(
        db.exec(
            select(Owner.id)
            .join(Ownership, col(Ownership.owner) == col(Owner.id))
            .where(Ownership.salon == slug, col(Owner.is_totp_active))
        )
    )


def _close_invitations(db: Session, person: UUID, slug: str, *, now: datetime) -> None:
    """The links that this salon's owners made for somebody open nothing any more."""
    theirs = (col(Invitation.owner) == person) & (col(Invitation.salon) == slug)
    still_open = sa.update(Invitation).where(theirs, col(Invitation.used_at).is_(None)).values(used_at=now)
    db.connection().execute(still_open)


def _forget_who_never_came(db: Session, person: UUID) -> None:
    """Keep no address of somebody who speaks for no salon and never did anything here."""
    owner = db.get(Owner, person, populate_existing=True)
    if owner is None or owner.password_hash is not None or _did_anything(db, person):
        return
    owners_recovery.forget(db, person)
    for kept in (Invitation, LoginSession):
        db.connection().execute(sa.delete(kept).where(col(kept.owner) == person))
    db.delete(owner)
    db.flush()


def _did_anything(db: Session, person: UUID) -> bool:
    """Whether a row of any table names this person, apart from those of a way in."""
    way_in = {table.__tablename__ for table in (Invitation, LoginSession, RecoveryCode)}
    names = [
        key.parent
        for table in SQLModel.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == Owner.__tablename__ and table.name not in way_in
    ]
    there = sa.select(sa.or_(*(sa.exists().where(name == person) for name in names)))
    return bool(db.connection().execute(there).scalar_one())
