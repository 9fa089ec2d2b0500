"""What a delivery is called where its scheme gives it no name: by which a repeat is known as one.

Only what is signed may name it alone. A header that is not could be changed by whoever caught a delivery: to be taken
once more, which does no harm, or to take another one's name before that comes, so that it would be passed over.
"""

import hashlib
import hmac
import re
from collections.abc import Callable

from webhooks import strict_json
from webhooks.delivery import Delivery
from webhooks.errors import NotAnEvent

#: gives a checked delivery's id, handed the secret that fitted
Named = Callable[[Delivery, str], str]
ID = re.compile(r"[!-~]{1,200}")


def by_content(delivery: Delivery, secret: str) -> str:
    """By what it says, under the secret: a bare hash of a client's data could be tried out. The same again is a repeat.

    For systems whose every event differs from the one before, by a moment or a number in it.
    """
    return hmac.digest(secret.encode(), delivery.content, hashlib.sha256).hex()


def by_arrival(delivery: Delivery, secret: str) -> str:
    """By what it says and when it came: nothing is ever a repeat.

    For systems that say the same of each change ("booking 5 changed"): a second change would else be passed over for a
    month. Only for what gives hints, which are harmless to take twice.
    """
    came = delivery.received_at.isoformat().encode()
    return hmac.digest(secret.encode(), came + b" " + delivery.content, hashlib.sha256).hex()


def by_header(header: str) -> Named:
    """By a header that is not signed, and by what it says: whoever changes one of them makes another delivery of it."""
    name = header.lower()

    def named(delivery: Delivery, secret: str) -> str:
        told = delivery.headers.get(name, "").encode("utf-8", "surrogateescape")
        content = hashlib.sha256(delivery.content).digest()
        return hmac.digest(secret.encode(), told + b"\0" + content, hashlib.sha256).hex()

    return named


def by_field(*path: str) -> Named:
    """By a field of the JSON body, which the signature covers; by the content where there is none that can be an id."""

    def named(delivery: Delivery, secret: str) -> str:
        try:
            value = strict_json.parse(delivery.body)
        except NotAnEvent:  # what it is instead is found out when it is read
            value = None
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        told = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        return told if ID.fullmatch(told) else by_content(delivery, secret)

    return named
