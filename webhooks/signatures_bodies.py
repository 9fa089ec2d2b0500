"""Signature schemes that cover the body, or address and body, and no moment: HMAC-SHA256, written in one header.

The key is the secret's text as it is. When something was sent is not signed, so that a delivery that was caught holds
for as long as its secret: against that there is the id by which it was seen before (`delivery_ids`), and the mirror,
in which something older never replaces something newer. Facts: platforms, cross-cutting findings 2 and 3.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence

from webhooks.delivery import Delivery
from webhooks.delivery_ids import Named, by_content
from webhooks.errors import BadSignature

#: a scheme: gives the delivery's id, or raises BadSignature
Check = Callable[[Delivery, Sequence[str]], str]


def in_base64(code: bytes) -> str:
    """As most write it."""
    return base64.b64encode(code).decode()


def in_hex(code: bytes) -> str:
    """In lower-case hexadecimal."""
    return code.hex()


def body_signed(
    header: str, *, written: Callable[[bytes], str] = in_base64, prefix: str = "", named: Named = by_content
) -> Check:
    """The body alone is signed: a check for this header. `prefix` stands before the code (`sha256=`)."""
    return _signed(header, lambda delivery: delivery.body, written, prefix, named)


def address_and_body_signed(
    header: str, *, written: Callable[[bytes], str] = in_base64, named: Named = by_content
) -> Check:
    """The address, as the system was given it, and right after it the body are signed: a check for this header.

    The address is the one that the world outside sees: behind a proxy, OVIKELLO_PUBLIC_URL has to say it.
    """
    return _signed(header, _address_and_body, written, "", named)


def _signed(
    header: str,
    covers: Callable[[Delivery], bytes],
    written: Callable[[bytes], str],
    prefix: str,
    named: Named,
) -> Check:
    name = header.lower()

    def check(delivery: Delivery, secrets: Sequence[str]) -> str:
        given, message = delivery.headers.get(name, "").encode("utf-8", "surrogateescape"), covers(delivery)
        right = [prefix + written(code_of(secret, message)) for secret in secrets]
        fits = [hmac.compare_digest(given, one.encode()) for one in right]
        return named(delivery, fitting(secrets, fits))

    return check


def _address_and_body(delivery: Delivery) -> bytes:
    return delivery.address.encode("utf-8", "surrogateescape") + delivery.body


def code_of(secret: str, message: bytes) -> bytes:
    """The code of a message under a secret. Raises ValueError for an empty one: anybody could sign with that."""
    if not secret:
        raise ValueError("a webhook secret has at least one letter")
    return hmac.digest(secret.encode(), message, hashlib.sha256)


def fitting(secrets: Sequence[str], fits: Sequence[bool]) -> str:
    """The secret that fitted; raises BadSignature. All were tried before this: the time taken tells nothing."""
    found = [secret for secret, does_fit in zip(secrets, fits, strict=True) if does_fit]
    if not found:
        raise BadSignature("signature")
    return found[0]
