"""The salons of this installation: booking system, keys, secrets."""

import json
import os
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlmodel import Session, col, select, update

from connector import salons_policies
from connector.database_statement import Asked, Statement
from connector.salons_system import SalonError, System
from connector.tables import Salon, WebhookSecret
from connector.vault import Keys, Vault
from webhooks.dialect import Dialect, fit
from webhooks.registry import DIALECTS
from webhooks.signatures import new_secret

#: first path segments that the console and the program's own routes use
RESERVED = frozenset(
    {
        "admin",
        "api",
        "approve",
        "evidence",
        "health",
        "import",
        "invitation",
        "jobs",
        "language",
        "login",
        "logout",
    }
    | {"customers", "metrics", "night", "ready", "requests", "settings", "static", "tasks"}
    | {"test", "webhooks"}
)
_COLUMNS: dict[str, type] = {
    "slug": str,
    "dialect": str,
    "base_url": str,
    "token": bytes,
    "keys": bytes,
    "can": str,
}
_COLUMNS |= {"dialect_settings": str, "walk_in": str, "connected_at": datetime, "first_night_on": date}
_COLUMNS |= {"generation": int, "moved_at": datetime}
_ACCOUNT = Statement(f"SELECT {', '.join(_COLUMNS)} FROM salon WHERE slug = :slug", **_COLUMNS)  # noqa: S608 -- ours
#: what each delivery needs first, in one question (facts: performance, section 3)
_DOOR = Statement(
    f"SELECT {', '.join(_COLUMNS)}, w.secret"  # noqa: S608 -- names of our own
    " FROM salon s LEFT JOIN webhook_secret w ON w.salon = s.slug AND (w.ends_at IS NULL OR w.ends_at > :now)"
    " WHERE s.slug = :slug ORDER BY w.made_at DESC",
    **_COLUMNS,
    secret=bytes,
)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class Account:
    """One salon's account in its booking system, opened."""

    slug: str
    dialect: Dialect
    base_url: str | None
    token: str | None = field(repr=False)
    keys: Keys
    can: frozenset[str] | None
    walk_in: str | None
    connected_at: datetime
    first_night_on: date
    moved_at: datetime | None = None
    """When the salon came to this booking system from another one."""

    @property
    def awaits_list(self) -> bool:
        """Whether the salon has moved here, and no whole list of this booking system was taken in yet."""
        return self.moved_at is not None and self.connected_at <= self.moved_at


def add(
    db: Session,
    vault: Vault,
    slug: str,
    *,
    dialect: str,
    policy: bytes,
    now: datetime,
    base_url: str | None = None,
    token: str | None = None,
    can: frozenset[str] | None = None,
    walk_in: str | None = None,
) -> str:
    """Connect a salon; give the secret that its booking system signs with.

    Raises SalonError, AddressError, UnlawfulPolicy, PolicyErrors.
    """
    _check(slug)
    system = System(dialect, base_url, token, can, walk_in)
    system.check()
    if db.get(Salon, slug) is not None:
        raise SalonError(f"There is a salon '{slug}' already. Choose another name, or remove that one first.")
    in_force = salons_policies.lawful(policy)
    keys = Keys.new()
    db.add(
        Salon(
            slug=slug,
            **system.columns(keys),
            keys=vault.wrap(keys, slug),
            connected_at=now,
            first_night_on=now.astimezone(in_force.time_zone).date() + timedelta(days=1),
        )
    )
    db.flush()
    salons_policies.keep(db, slug, in_force, policy, now=now)
    return add_secret(db, slug, keys, now=now)


def account(db: Session, vault: Vault, slug: str) -> Account | None:
    """The salon's account, or None where there is none of that name."""
    row = _ACCOUNT.row(db, {"slug": slug})
    return None if row is None else _opened(vault, row)


def account_with_secrets(
    db: Asked, vault: Vault, slug: str, now: datetime
) -> tuple[Account | None, tuple[str, ...]]:
    """The salon's account and every secret that is valid now, the newest first; None and no secret where there is none.

    Read anew for each delivery, so that a secret that was taken back opens nothing from that moment on.
    """
    rows = _DOOR.rows(db, {"slug": slug, "now": now})
    if not rows:
        return None, ()
    account = _opened(vault, rows[0])
    sealed = [row.secret for row in rows if row.secret is not None]
    return account, tuple(account.keys.unseal(secret, "webhook-secret").decode() for secret in sealed)


def _opened(vault: Vault, row: Any) -> Account:
    keys = vault.unwrap(row.keys, row.slug, row.generation)
    return Account(
        slug=row.slug,
        dialect=_fitted(row.dialect, row.dialect_settings or "{}"),
        base_url=row.base_url,
        token=keys.unseal(row.token, "token").decode() if row.token else None,
        keys=keys,
        can=None if row.can is None else frozenset(json.loads(row.can)),
        walk_in=row.walk_in,
        connected_at=row.connected_at,
        first_night_on=row.first_night_on,
        moved_at=row.moved_at,
    )


@lru_cache(256)
def _fitted(name: str, settings: str) -> Dialect:
    return fit(DIALECTS[name], json.loads(settings))


def slugs(db: Session) -> list[str]:
    """All salons, by name."""
    return list(db.exec(select(Salon.slug).order_by(Salon.slug)))


def wrap_anew(db: Session, old: Vault, new: Vault) -> int:
    """Wrap every salon's keys under another secret key; give how many salons. Raises CannotOpen."""
    rows = db.exec(select(Salon.slug, Salon.keys).with_for_update()).all()
    for slug, keys in rows:
        wrapped = new.wrap(old.unwrap(keys, slug), slug)
        db.connection().execute(update(Salon).where(col(Salon.slug) == slug).values(keys=wrapped))
    return len(rows)


def _check(slug: str) -> None:
    if not _SLUG.fullmatch(slug):
        raise SalonError(
            "A salon's name has lower-case letters, digits and hyphens only, such as 'salon-aava'."
        )
    if slug in RESERVED:
        raise SalonError(f"'{slug}' is a page of Ovikello's own. Choose another name for the salon.")


def add_secret(db: Session, slug: str, keys: Keys, *, now: datetime, given: str | None = None) -> str:
    """Give a new webhook secret, beside those that there are: ours, or the one that the booking system handed out."""
    secret = given or new_secret(os.urandom(32))
    db.add(WebhookSecret(salon=slug, secret=keys.seal(secret.encode(), "webhook-secret"), made_at=now))
    db.flush()
    return secret
