"""Signature schemes: each gives a delivery's id, or raises BadSignature and nothing else.

Standard Webhooks 1.0 (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, its secret written as
`whsec_` and base64. Several signatures in one header, and several secrets here, so that a secret can be
changed without a gap.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from webhooks.delivery import Delivery
from webhooks.errors import BadSignature

TOLERANCE = 300  # seconds, either way; the specification's own libraries have five minutes
PREFIX = "whsec_"
#: a list longer than this is no rotation but an attempt to make us compute
_SIGNATURES = 20
_ID = re.compile(r"[!-~]{1,200}")
_SECONDS = re.compile(r"[0-9]{1,12}")


def standard_webhooks(delivery: Delivery, secrets: Sequence[str]) -> str:
    """Give the delivery's id if one of the secrets signed these bytes now; raise BadSignature if not.

    Every secret is tried against every signature, so that the time taken does not tell which one fitted.
    """
    told = delivery.headers.get("webhook-id", "")
    seconds = delivery.headers.get("webhook-timestamp", "")
    if not _ID.fullmatch(told) or not _SECONDS.fullmatch(seconds):
        raise BadSignature("headers")
    if abs(delivery.received_at.timestamp() - int(seconds)) > TOLERANCE:
        raise BadSignature("out_of_time")
    given = _signatures(delivery.headers.get("webhook-signature", ""))
    right = [_hmac(secret, told, seconds, delivery.body) for secret in secrets]
    fits = [hmac.compare_digest(one, other) for one in given for other in right]
    if not any(fits):
        raise BadSignature("signature")
    return told


def token_in(header: str) -> Callable[[Delivery, Sequence[str]], str]:
    """The scheme of systems that send a secret along and sign nothing: a check for this header.

    Nothing says that the body is theirs, when it was sent, or which delivery it is. Its id is made of its bytes, under
    the secret (a bare hash of a client's data could be tried out); the same bytes once more are a repeat.
    """
    name = header.lower()

    def check(delivery: Delivery, secrets: Sequence[str]) -> str:
        given = delivery.headers.get(name, "").encode("utf-8", "surrogateescape")
        fits = [hmac.compare_digest(given, secret.encode()) for secret in secrets]
        if not given or not any(fits):
            raise BadSignature("token")
        return hmac.digest(given, delivery.body, hashlib.sha256).hex()

    return check


def sign(secret: str, delivery_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Give the three headers by which `body`, sent at `at`, is known as this secret holder's."""
    seconds = str(int(at.timestamp()))
    signature = base64.b64encode(_hmac(secret, delivery_id, seconds, body)).decode()
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }


def new_secret(random: bytes) -> str:
    """Write random bytes (24 to 64 of them, as the specification asks) as a secret."""
    if not 24 <= len(random) <= 64:
        raise ValueError("a webhook secret has 24 to 64 random bytes")
    return PREFIX + base64.b64encode(random).decode()


def _signatures(header: str) -> list[bytes]:
    """The v1 signatures of a header; other versions and what is no base64 are passed over."""
    found: list[bytes] = []
    for part in header.split(" ", _SIGNATURES)[:_SIGNATURES]:
        version, _, text = part.partition(",")
        if version != "v1":
            continue
        try:
            found.append(base64.b64decode(text, validate=True))
        except ValueError:  # binascii's is one; so is a text that is not ASCII
            continue
    return found


def _hmac(secret: str, delivery_id: str, seconds: str, body: bytes) -> bytes:
    signed = b".".join((delivery_id.encode(), seconds.encode(), body))
    return hmac.digest(_key(secret), signed, hashlib.sha256)


def _key(secret: str) -> bytes:
    """A secret's bytes; an empty or broken one must never come to be a key that anybody can guess."""
    text = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError("a webhook secret is 'whsec_' and base64")
    return key
