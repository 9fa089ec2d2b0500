"""Tokens for programs: `/metrics` needs one. Only their hash is kept."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.tables import ApiToken
from connector.vault import token_hash


def add(db: Session, name: str, *, now: datetime, salon: str | None = None) -> str:
    """Make a token; it is shown once."""
    token = f"ovi_{secrets.token_urlsafe(32)}"
    db.add(ApiToken(token_hash=token_hash(token), name=name, salon=salon, made_at=now))
    return token


def is_named(db: Session, name: str) -> bool:
    """Whether there is a token of this name."""
    return db.exec(select(ApiToken.name).where(ApiToken.name == name)).first() is not None


def names(db: Session) -> list[str]:
    """What the tokens are called."""
    return list(db.exec(select(ApiToken.name).order_by(ApiToken.name)))


def remove(db: Session, name: str) -> bool:
    """End the token of this name; False where there is none."""
    return bool(db.connection().execute(sa.delete(ApiToken).where(col(ApiToken.name) == name)).rowcount)


def is_known(db: Session, authorization: str | None) -> bool:
    """Whether an `Authorization` header carries a token of this installation.

    The look-up is by the hash of 256 random bits, so its timing tells nothing of use.
    """
    scheme, _, token = (authorization or "").partition(" ")
    return scheme.lower() == "bearer" and db.get(ApiToken, token_hash(token.strip())) is not None
