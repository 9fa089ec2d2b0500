"""The signature scheme of the booking contract: gives a delivery's id, or raises BadSignature and nothing else.

Standard Webhooks 1.0 (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, its secret written as
`whsec_` and base64. Several signatures in one header, and several secrets here, so that a secret can be
changed without a gap.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime

from webhooks.delivery import Delivery
from webhooks.delivery_ids import ID
from webhooks.errors import BadSignature
from webhooks.given_secrets import WrongSecret

TOLERANCE = 300  # seconds, either way; the specification's own libraries have five minutes
PREFIX = "whsec_"
#: random bytes of a secret, as the specification asks
SHORTEST, LONGEST = 24, 64
#: a list longer than this is no rotation but an attempt to make us compute
_SIGNATURES = 20
_SECONDS = re.compile(r"[0-9]{1,12}")


def standard_webhooks(delivery: Delivery, secrets: Sequence[str]) -> str:
    """Give the delivery's id if one of the secrets signed these bytes now; raise BadSignature if not.

    Every secret is tried against every signature, so that the time taken does not tell which one fitted.
    """
    told = delivery.headers.get("webhook-id", "")
    seconds = delivery.headers.get("webhook-timestamp", "")
    if not ID.fullmatch(told) or not _SECONDS.fullmatch(seconds):
        raise BadSignature("headers")
    if abs(delivery.received_at.timestamp() - int(seconds)) > TOLERANCE:
        raise BadSignature("out_of_time")
    given = _signatures(delivery.headers.get("webhook-signature", ""))
    right = [_hmac(secret, told, seconds, delivery.body) for secret in secrets]
    fits = [hmac.compare_digest(one, other) for one in given for other in right]
    if not any(fits):
        raise BadSignature("signature")
    return told


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
    if not SHORTEST <= len(random) <= LONGEST:
        raise ValueError("a webhook secret has 24 to 64 random bytes")
    return PREFIX + base64.b64encode(random).decode()


def check_given(secret: str) -> None:
    """See that a secret which a booking system handed out is one of this scheme. Raises WrongSecret."""
    try:
        size = len(_key(secret))
    except ValueError:
        size = 0
    if not SHORTEST <= size <= LONGEST:
        raise WrongSecret(f"{PREFIX} and {SHORTEST} to {LONGEST} bytes in base64", form=f"{PREFIX}…")


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
