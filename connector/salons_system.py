"""A booking system as it is named when a salon is connected to it, or moves to it: checked before anything is kept."""

import json
from dataclasses import dataclass, field
from typing import Any

from connector.salons_address import checked
from connector.vault import Keys
from webhooks.dialect import CALLS, Dialect, WrongToken
from webhooks.given_secrets import WrongSecret
from webhooks.registry import DIALECTS


class SalonError(Exception):
    """A salon cannot be added or changed like this; the text says what would be right."""


class KnownSecret(SalonError):
    """A secret that the booking system is said to have given was this salon's before; it may be the one that leaked."""


class Moved(Exception):
    """The salon has moved to another booking system since its account was read: nothing may be written for the old."""


@dataclass(frozen=True)
class System:
    """A booking system as it is named when a salon is connected to it."""

    dialect: str
    base_url: str | None = None
    token: str | None = field(default=None, repr=False)
    can: frozenset[str] | None = None
    walk_in: str | None = None

    @property
    def address(self) -> str | None:
        """Where it is called. Raises AddressError."""
        return checked(self.base_url) if self.base_url else None

    def columns(self, keys: Keys) -> dict[str, Any]:
        """What the salon's row holds of it, the token sealed. Raises AddressError."""
        return {
            "dialect": self.dialect,
            "base_url": self.address,
            "token": keys.seal(self.token.encode(), "token") if self.token else None,
            "can": None if self.can is None else json.dumps(sorted(self.can)),
            "walk_in": self.walk_in,
        }

    def check(self) -> None:
        """See that it can be spoken with like this. Raises SalonError, AddressError."""
        if self.dialect not in DIALECTS:
            known = ", ".join(sorted(DIALECTS))
            raise SalonError(f"There is no dialect '{self.dialect}'. Known are: {known}.")
        if unknown := (self.can or frozenset()) - CALLS:
            raise SalonError(
                f"No booking system can do '{min(unknown)}'. What one can do is of: {', '.join(sorted(CALLS))}."
            )
        if self.address and not DIALECTS[self.dialect].has_interface:
            raise SalonError(
                f"A booking system of the dialect '{self.dialect}' has no address. Leave --base-url out."
            )
        if self.token:
            check_token(DIALECTS[self.dialect], self.token)


def check_secret(dialect: Dialect, secret: str) -> None:
    """Try a webhook secret that the booking system handed out before it is kept. Raises SalonError."""
    if not dialect.arrivals.is_signed:
        raise SalonError(
            "This booking system signs nothing with a secret: the address that it sends to is made from one of ours. "
            "Leave its secret out."
        )
    try:
        dialect.takes_secret(secret)
    except WrongSecret as wrong:
        raise SalonError(str(wrong)) from None


def check_token(dialect: Dialect, token: str) -> None:
    """Try how a token would be sent before it is kept. Raises SalonError."""
    try:
        dialect.authorization(token)
    except WrongToken as wrong:
        raise SalonError(str(wrong)) from None
