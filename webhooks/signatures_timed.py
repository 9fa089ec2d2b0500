"""The signature scheme with its moment in the same header: `t=1492774577,v1=…`, hexadecimal HMAC-SHA256 over `t.body`.

Calendly writes so, and takes three minutes for its tolerance; Stripe, from whom it is, takes five. The key is the
secret's text as it is. While a sender changes its secret it may write several `v1`. Facts: platforms, section 9b.
"""

import hmac
import re
from collections.abc import Sequence

from webhooks.delivery import Delivery
from webhooks.delivery_ids import Named, by_content
from webhooks.errors import BadSignature
from webhooks.signatures_bodies import Check, code_of, fitting

TOLERANCE = 180  # seconds, either way
#: a header with more parts than this is no rotation but an attempt to make us compute
_PARTS = 20
_NAME = re.compile(r"[a-z][a-z0-9]*")
_SECONDS = re.compile(r"[0-9]{1,12}")


def time_and_body_signed(header: str, *, tolerance: int = TOLERANCE, named: Named = by_content) -> Check:
    """Moment and body are signed: a check for this header, that lets a moment be `tolerance` seconds off."""
    name = header.lower()

    def check(delivery: Delivery, secrets: Sequence[str]) -> str:
        seconds, given = _parts(delivery.headers.get(name, ""))
        if abs(delivery.received_at.timestamp() - int(seconds)) > tolerance:
            raise BadSignature("out_of_time")
        message = seconds.encode() + b"." + delivery.body
        right = [code_of(secret, message).hex().encode() for secret in secrets]
        # each against each, whichever fits: the time taken must not tell
        fits = [[hmac.compare_digest(one, other) for one in given] for other in right]
        return named(delivery, fitting(secrets, [any(row) for row in fits]))

    return check


def _parts(header: str) -> tuple[str, list[bytes]]:
    """The moment, which stands there once, and the v1 signatures. Raises BadSignature."""
    parts = [part.partition("=") for part in header.split(",", _PARTS)[:_PARTS]]
    seconds = [value for name, _, value in parts if name == "t"]
    # a name with a space before it: two headers that were joined on their way
    if not all(_NAME.fullmatch(name) for name, _, _ in parts):
        raise BadSignature("headers")
    if len(seconds) != 1 or not _SECONDS.fullmatch(seconds[0]):
        raise BadSignature("headers")
    return seconds[0], [value.encode("utf-8", "surrogateescape") for name, _, value in parts if name == "v1"]
