"""A salon's policy files: each is kept as it was activated, and the latest whose day has come is in force."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlmodel import Session, col, func, select, update

from connector.tables import Client, PolicyVersion
from policies.findings import findings
from policies.policy import Policy
from policies.reading import read


class UnlawfulPolicy(Exception):
    """A policy that breaks the law is not activated; the text says what it breaks."""


def in_force(db: Session, slug: str, on: date) -> Policy | None:
    """The policy whose day has come last, or None where none has."""
    body = db.exec(
        select(PolicyVersion.body)
        .where(PolicyVersion.salon == slug, PolicyVersion.effective_from <= on)
        .order_by(col(PolicyVersion.effective_from).desc(), col(PolicyVersion.activated_at).desc())
        .limit(1)
    ).first()
    return None if body is None else _read(body)


def newest(db: Session, slug: str) -> Policy | None:
    """The policy that was activated last, whether its day has come or not: for time zone and wording."""
    body = db.exec(
        select(PolicyVersion.body)
        .where(PolicyVersion.salon == slug)
        .order_by(col(PolicyVersion.activated_at).desc())
        .limit(1)
    ).first()
    return None if body is None else _read(body)


def today(db: Session, slug: str, now: datetime) -> date | None:
    """The salon's own day; None where it has no policy, and so no time zone."""
    policy = newest(db, slug)
    return None if policy is None else now.astimezone(policy.time_zone).date()


@dataclass(frozen=True)
class Version:
    """One policy file as it was activated; it begins on `effective_from`."""

    digest: str
    effective_from: date
    activated_at: datetime


def versions(db: Session, slug: str) -> list[Version]:
    """Every file that was ever activated, the one that counts last first."""
    kept = db.exec(
        select(col(PolicyVersion.digest), col(PolicyVersion.effective_from), col(PolicyVersion.activated_at))
        .where(PolicyVersion.salon == slug)
        .order_by(col(PolicyVersion.effective_from).desc(), col(PolicyVersion.activated_at).desc())
    )
    return [Version(*one) for one in kept]


def version(db: Session, slug: str, digest: str) -> Policy | None:
    """One of them; None where there is none. Raises PolicyErrors where this release cannot read it."""
    kept = db.get(PolicyVersion, (slug, digest))
    return None if kept is None else _read(kept.body)


def activate(db: Session, slug: str, body: bytes, *, now: datetime) -> Policy:
    """Keep a new version; every client is looked at again on its first day. Raises UnlawfulPolicy, PolicyErrors."""
    policy = lawful(body)
    keep(db, slug, policy, body, now=now)
    today = now.astimezone(policy.time_zone).date()
    first = max(policy.effective_from, today)
    db.connection().execute(
        update(Client)
        .where(col(Client.salon) == slug, col(Client.look_again_on) > first)
        .values(look_again_on=first)
    )
    return policy


@lru_cache(
    maxsize=1024
)  # of 20 KiB each; a night asks salon after salon, so that too small a store holds nothing
def _read(body: str) -> Policy:
    """A kept policy, read once: reading costs as much as judging two clients, and a value cannot change."""
    return read(body.encode())


def lawful(body: bytes) -> Policy:
    """A policy that may be activated: no door lets in one that breaks the law. Raises UnlawfulPolicy, PolicyErrors."""
    policy = read(body)
    if blocking := [found for found in findings(policy) if found.blocks]:
        raise UnlawfulPolicy(f"The policy cannot be activated: {blocking[0].message} ({blocking[0].source})")
    return policy


def keep(db: Session, slug: str, policy: Policy, body: bytes, *, now: datetime) -> None:
    """Keep a file as it was activated; one that was there before is the newest again."""
    kept = db.get(PolicyVersion, (slug, policy.digest))
    # The order of activations must never depend on how fine the clock is, or whether it was set back.
    last = db.exec(select(func.max(PolicyVersion.activated_at)).where(PolicyVersion.salon == slug)).one()
    if last is not None:
        now = max(now, last + timedelta(microseconds=1))
    if kept is not None:
        kept.activated_at = now
        db.add(kept)
        return
    db.add(
        PolicyVersion(
            salon=slug,
            digest=policy.digest,
            body=body.decode(),
            effective_from=policy.effective_from,
            activated_at=now,
        )
    )
    db.flush()
