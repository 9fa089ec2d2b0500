"""Forms without their two meanings: `a=1&b=2`, in a body or in a query, as one value for each name.

What parsers read differently is refused, never chosen from: a name that stands there twice, bytes that are no UTF-8,
a broken percent sign. WHATWG URL, section 5 (application/x-www-form-urlencoded), is what senders write by.
"""

import re
from urllib.parse import unquote_to_bytes

from webhooks.errors import NotAnEvent

#: more than any event of any system has
MOST = 200
_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def parse(content: bytes) -> dict[str, str]:
    """Give the fields by name; none where there is no content. Raises NotAnEvent."""
    found: dict[str, str] = {}
    parts = content.split(b"&", MOST)
    if len(parts) > MOST:
        raise NotAnEvent("form")
    for part in filter(None, parts):
        name, _, value = part.partition(b"=")
        key = _text(name)
        if key in found:
            raise NotAnEvent("repeated_name")
        found[key] = _text(value)
    return found


def _text(written: bytes) -> str:
    if _BROKEN.search(written):
        raise NotAnEvent("form")
    try:
        return unquote_to_bytes(written.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise NotAnEvent("form") from None
