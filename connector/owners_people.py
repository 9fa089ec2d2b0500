"""The people of a salon: who may give the word for it, how another is invited, and how somebody's right ends.

A right that an owner offers begins when the invited person takes it up: a mistyped address gives nobody anything, and
neither does a log-in that somebody else had set up under that address before.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from connector import evidence, owners, owners_invitations, owners_told, sessions
from connector.owners_invitations import Link
from connector.owners_told import Told
from connector.salons import Account
from connector.tables import Invitation, LoginSession, Owner, Ownership, RecoveryCode
from connector.vault import Vault

LONGEST_ADDRESS = 254
#: parts between dots, without the signs that would make more than one address of it in a letter's head
_PARTS = r"""[^\s.@"(),:;<>\[\]\\]+(\.[^\s.@"(),:;<>\[\]\\]+)*"""
_ADDRESS = re.compile(f"{_PARTS}@{_PARTS}")


@dataclass(frozen=True)
class Person:
    """Somebody who may give the word, or is invited to; `invited_until` is None where no link is open."""

    id: UUID
    email: str = field(repr=False)
    may_speak: bool
    is_set_up: bool
    invited_until: datetime | None


def is_address(email: str) -> bool:
    """Whether this can be an e-mail address: one, as people have them, which a letter can be sent to."""
    plain = email.strip()
    is_short = len(plain) <= LONGEST_ADDRESS
    return is_short and plain.isprintable() and _ADDRESS.fullmatch(plain) is not None and "=?" not in plain


def listed(db: Session, vault: Vault, slug: str, *, now: datetime) -> list[Person]:
    """Everybody who may give the word for a salon, then who is invited, each in the order of their addresses."""
    rights = db.exec(
        select(Owner.id, Owner.is_totp_active)
        .join(Ownership, col(Ownership.owner) == col(Owner.id))
        .where(Ownership.salon == slug)
    ).all()
    found = [
        Person(
            owner,
            owners.email_of(db, vault, owner),
            True,
            is_set_up,
            None if is_set_up else owners_invitations.until(db, owner, now=now),
        )
        for owner, is_set_up in rights
    ]
    there = {one.id for one in found}
    found += [
        Person(owner, owners.email_of(db, vault, owner), False, False, until)
        for owner, until in owners_invitations.of_salon(db, slug, now=now).items()
        if owner not in there
    ]
    return sorted(found, key=lambda one: (not one.may_speak, one.email))


def invite(db: Session, vault: Vault, account: Account, email: str, *, by: UUID, now: datetime) -> str | None:
    """Offer somebody a right at a salon; give the link to hand over, or None where they have the right already.

    A newer link takes the place of one that is still open.
    """
    evidence.take_turn(db, account)
    person = owners.known(db, vault, email, now=now)
    if account.slug in owners.salons_of(db, person):
        return None
    owners_invitations.close(db, person, now=now, salon=account.slug)
    token = owners_invitations.invite(db, person, now=now, salon=account.slug)
    owners_told.at(db, account, person, Told.INVITED, by=by, now=now)
    return token


def take_up(db: Session, vault: Vault, token: str, owner: UUID, *, now: datetime) -> str | None:
    """Somebody who has a log-in takes a right up; give the salon, or None where the link is not for that."""
    owners.hold_link(db, vault, token)
    if owners_invitations.link(db, token, now=now) is not Link.TAKE_UP:
        return None
    salon = owners_invitations.salon_of(db, token)
    if salon is None or owners_invitations.whose(db, token) != owner:
        return None
    owners_invitations.close(db, owner, now=now, salon=salon)
    owners.give_right(db, vault, owner, salon, by=owner, now=now)
    return salon


def end(db: Session, account: Account, person: UUID, *, now: datetime, by: UUID | None = None) -> str | None:
    """End somebody's right, or the offer of one: at once, with their sessions there.

    Offers that are still open go with a right: one of them may be a door that was left open by whoever has to go.
    None, or why not: `not_here`; `last`, since somebody who can log in has to stay.
    """
    evidence.take_turn(db, account)
    right = db.get(Ownership, (person, account.slug), populate_existing=True)
    if right is not None and _set_up(db, account.slug) == [person]:
        return "last"
    links = owners_invitations.close(db, person, now=now, salon=account.slug)
    if right is None and not links:
        return "not_here"
    if right is not None:
        db.delete(right)
        db.flush()
        sessions.end_all(db, person, salon=account.slug if owners.salons_of(db, person) else None)
    gone = [person, *(() if right is None else owners_invitations.of_salon(db, account.slug, now=now))]
    for one in gone:
        owners_invitations.close(db, one, now=now, salon=account.slug)
        owners_told.at(db, account, one, Told.ENDED, by=by, now=now)
        _forget_who_never_came(db, one)
    return None


def forget(db: Session, person: UUID) -> bool:
    """Keep no address of somebody who speaks for no salon and has done nothing here; False where they stay."""
    if _did_anything(db, person):
        return False
    for kept in (Invitation, LoginSession, RecoveryCode):
        db.connection().execute(sa.delete(kept).where(col(kept.owner) == person))
    return bool(db.connection().execute(sa.delete(Owner).where(col(Owner.id) == person)).rowcount)


def _set_up(db: Session, slug: str) -> list[UUID]:
    """Who can log in for a salon."""
    return list(
        db.exec(
            select(Owner.id)
            .join(Ownership, col(Ownership.owner) == col(Owner.id))
            .where(Ownership.salon == slug, col(Owner.is_totp_active))
        )
    )


def _forget_who_never_came(db: Session, person: UUID) -> None:
    owner = db.get(Owner, person, populate_existing=True)
    if owner is not None and owner.password_hash is None:
        forget(db, person)


def _did_anything(db: Session, person: UUID) -> bool:
    """Whether a row of any table names this person, apart from those of a way in; an offer elsewhere counts."""
    way_in = {table.__tablename__ for table in (Invitation, LoginSession, RecoveryCode)}
    names = [
        key.parent == person
        for table in SQLModel.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == Owner.__tablename__ and table.name not in way_in
    ]
    offers = (col(Invitation.owner) == person) & col(Invitation.salon).is_not(None)
    still_open = offers & col(Invitation.used_at).is_(None)
    there = sa.select(sa.or_(*(sa.exists().where(name) for name in (*names, still_open))))
    return bool(db.connection().execute(there).scalar_one())
