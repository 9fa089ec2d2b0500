"""Schemes of systems that sign nothing: a secret that is sent along, or an address that nobody can guess.

Neither says that the body is theirs, nor when it was sent. What comes to an address alone is only ever a hint to fetch
(`Arrivals.is_signed`): an address lies in the logs of every proxy on its way.
"""

import hmac
from collections.abc import Sequence

from webhooks.delivery import Delivery
from webhooks.delivery_ids import Named, by_arrival, by_content
from webhooks.signatures_bodies import Check, code_of, fitting


def token_in(header: str, *, named: Named = by_content) -> Check:
    """The scheme of systems that send a secret along in a header: a check for this header.

    Which delivery it is, nothing says: its id is made of its bytes, and the same bytes once more are a repeat.
    """
    name = header.lower()

    def check(delivery: Delivery, secrets: Sequence[str]) -> str:
        given = delivery.headers.get(name, "").encode("utf-8", "surrogateescape")
        fits = [hmac.compare_digest(given, secret.encode()) for secret in secrets]
        return named(delivery, fitting(secrets, [bool(given) and fit for fit in fits]))

    return check


def address_key(secret: str) -> str:
    """What stands behind the salon's name in an address that nobody can guess: made from the secret, not the secret."""
    return code_of(secret, b"ovikello: the key in an address").hex()


def in_address(*, named: Named = by_arrival) -> Check:
    """The scheme of systems that send no secret: a check for the key in the address that they were given."""

    def check(delivery: Delivery, secrets: Sequence[str]) -> str:
        given = delivery.key.encode("utf-8", "surrogateescape")
        fits = [hmac.compare_digest(given, address_key(secret).encode()) for secret in secrets]
        return named(delivery, fitting(secrets, fits))

    return check
