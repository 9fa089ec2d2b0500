"""How a salon's connection to its booking system stands, and its changes: each leaves a line of evidence, no secret.

The line says what was changed and who did it. Neither address nor token nor secret is in it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select, update

from connector import evidence, freshness, quarantine, salons
from connector.salons import Account
from connector.salons_address import checked
from connector.salons_system import KnownSecret, SalonError, check_secret, check_token
from connector.tables import Salon, Seen, WebhookSecret
from webhooks.dialect import WrongSetting, fit
from webhooks.registry import DIALECTS

#: what the system can do is asked anew
_ASK_ANEW = {"told_can": None, "told_can_at": None}


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
    """Give a new secret; none of those before it is good for longer than `overlap`.

    `given`: one that the booking system handed out, in place of one of ours; one that was good here before, also if it
    ended since, would only be good for longer. Raises SalonError, KnownSecret.
    """
    if given is not None:
        check_secret(account.dialect, given)
        if given in _all_secrets(db, account):
            raise KnownSecret(
                "This secret is in use already, or was before. Have the booking system make a new one, and take that."
            )
    db.connection().execute(
        update(WebhookSecret)
        .where(
            col(WebhookSecret.salon) == account.slug,
            col(WebhookSecret.ends_at).is_(None) | (col(WebhookSecret.ends_at) > now + overlap),
        )
        .values(ends_at=now + overlap)
    )
    secret = salons.add_secret(db, account.slug, account.keys, now=now, given=given)
    _tell(db, account, "secret", owner, now=now)
    return secret


def set_token(db: Session, account: Account, token: str, *, now: datetime, owner: UUID | None = None) -> None:
    """Replace the token with which callbacks are made. Raises SalonError."""
    check_token(account.dialect, token)
    _set(db, account, token=account.keys.seal(token.encode(), "token"))
    _tell(db, account, "token", owner, now=now)


def set_address(
    db: Session, account: Account, base_url: str, *, now: datetime, owner: UUID | None = None
) -> None:
    """Replace where callbacks go, and forget what the system there could do. Raises AddressError."""
    _set(db, account, base_url=checked(base_url), **_ASK_ANEW)
    _tell(db, account, "address", owner, now=now)


def settings_of(db: Session, slug: str) -> dict[str, str]:
    """What of a salon's booking system its dialect has to be told."""
    kept = db.exec(select(Salon.dialect_settings).where(Salon.slug == slug)).one()
    settings: dict[str, str] = json.loads(kept or "{}")
    return settings


def set_settings(
    db: Session, account: Account, settings: Mapping[str, str], *, now: datetime, owner: UUID | None = None
) -> None:
    """Replace what the dialect has to be told of this salon's system, and forget what that could do: it may hang on it.

    Raises SalonError.
    """
    try:
        fit(DIALECTS[account.dialect.name], settings)
    except WrongSetting as wrong:
        raise SalonError(str(wrong)) from None
    kept = json.dumps(settings, sort_keys=True) if settings else None
    _set(db, account, dialect_settings=kept, **_ASK_ANEW)
    _tell(db, account, "settings", owner, now=now)


def _set(db: Session, account: Account, **values: object) -> None:
    db.connection().execute(update(Salon).where(col(Salon.slug) == account.slug).values(values))


def _all_secrets(db: Session, account: Account) -> set[str]:
    """Every one since the salon came to this booking system, also those that are good no more."""
    sealed = db.exec(select(WebhookSecret.secret).where(WebhookSecret.salon == account.slug))
    return {account.keys.unseal(one, "webhook-secret").decode() for one in sealed}


def _tell(db: Session, account: Account, changed: str, owner: UUID | None, *, now: datetime) -> None:
    """Who changed what; a change from a terminal has no owner."""
    line = {"what": "connection", "changed": changed, "owner": owner and str(owner)}
    evidence.append(db, account, line, now=now)


def _last_delivery(db: Session, salon: str) -> datetime | None:
    newest = select(Seen.received_at).where(Seen.salon == salon).order_by(col(Seen.received_at).desc())
    return db.exec(newest.limit(1)).first()
