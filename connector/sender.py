"""The only door to the network."""

from typing import Protocol

from connector.salons import Account
from webhooks.calls import Call, Reply


class CallFailed(Exception):
    """No usable answer; `is_unknown`: it may have been done all the same."""

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        is_unknown: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.is_unknown = is_unknown


class Sender(Protocol):
    """Sends one call to a salon's booking system and gives the reply, whatever its status; raises CallFailed."""

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Send it once."""


class HttpSender:
    """Over the network."""

    def __init__(self, allow_hosts: frozenset[str]) -> None:
        self._allow_hosts = allow_hosts

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Send it once."""
        raise CallFailed("no_network", permanent=True)
