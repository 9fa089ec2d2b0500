"""Where an answer of the contract could not be read: the row and the field, and never what stood there."""

import re

_PATH = re.compile(r" - at (?:`key` in )?`\$\.?([^`]*)`\Z")
_MISSING = re.compile(r"\AObject missing required field `([a-z_]+)`")


def where(error: ValueError) -> str:
    """As in `clients[3].id`, rows counted from 0; nothing where it does not tell.

    Of what the parser says only this is taken: the rest may quote a value. The path is of our own shapes' fields.
    """
    text = str(error)
    path, missing = _PATH.search(text), _MISSING.search(text)
    parts = [found.group(1) for found in (path, missing) if found and found.group(1)]
    return ".".join(parts)
