"""How a salon's connection to its booking system stands, and its changes: each leaves a line of evidence, no secret.

The line says what was changed and who did it. Neither address nor token nor secret is in it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from connector import evidence, freshness, quarantine, salons
from connector.salons import Account
from connector.tables import Salon, Seen, WebhookSecret


@dataclass(frozen=True)
class Connection:
    """What is known of a connection without calling anybody."""

    last_delivery_at: datetime | None
    refused_at: datetime | None
    compared_at: datetime | None
    unread: int
    can: frozenset[str] | None  # None: it was never asked
    secret_made_at: datetime | None
    old_ends_at: datetime | None  # until when an older secret is good as well


def standing(db: Session, account: Account, *, now: datetime) -> Connection:
    """How it stands now."""
    salon = db.exec(select(Salon.refused_at, Salon.told_can).where(Salon.slug == account.slug)).one()
    secrets = db.exec(
        select(WebhookSecret.made_at, WebhookSecret.ends_at)
        .where(WebhookSecret.salon == account.slug)
        .order_by(col(WebhookSecret.made_at).desc())
    ).all()
    told = None if salon[1] is None else frozenset[str](json.loads(salon[1]))
    return Connection(
        last_delivery_at=_last_delivery(db, account.slug),
        refused_at=salon[0],
        compared_at=freshness.fresh_at(db, account.slug),
        unread=len(quarantine.waiting(db, account)),
        can=told if account.can is None else account.can,
        secret_made_at=next((made for made, ends in secrets if ends is None), None),
        old_ends_at=max((ends for _, ends in secrets if ends is not None and ends > now), default=None),
    )


def rotate_secret(
    db: Session,
    account: Account,
    *,
    now: datetime,
    overlap: timedelta,
    owner: UUID | None = None,
    given: str | None = None,
) -> str:
    """Give a new secret, or take one that the booking system gave; the old ones are good for so long more.

    Raises SalonError, KnownSecret.
    """
    secret = salons.rotate_secret(db, account, now=now, overlap=overlap, given=given)
    _tell(db, account, "secret", owner, now=now)
    return secret


def set_token(db: Session, account: Account, token: str, *, now: datetime, owner: UUID | None = None) -> None:
    """Replace the token with which callbacks are made. Raises SalonError."""
    salons.set_token(db, account, token)
    _tell(db, account, "token", owner, now=now)


def set_address(
    db: Session, account: Account, base_url: str, *, now: datetime, owner: UUID | None = None
) -> None:
    """Replace where callbacks go. Raises AddressError."""
    salons.set_address(db, account, base_url)
    _tell(db, account, "address", owner, now=now)


def set_settings(
    db: Session, account: Account, settings: Mapping[str, str], *, now: datetime, owner: UUID | None = None
) -> None:
    """Replace what the dialect has to be told of this salon's system. Raises SalonError."""
    salons.set_settings(db, account, settings)
    _tell(db, account, "settings", owner, now=now)


def _tell(db: Session, account: Account, changed: str, owner: UUID | None, *, now: datetime) -> None:
    """Who changed what; a change from a terminal has no owner."""
    line = {"what": "connection", "changed": changed, "owner": owner and str(owner)}
    evidence.append(db, account, line, now=now)


def _last_delivery(db: Session, salon: str) -> datetime | None:
    newest = select(Seen.received_at).where(Seen.salon == salon).order_by(col(Seen.received_at).desc())
    return db.exec(newest.limit(1)).first()
