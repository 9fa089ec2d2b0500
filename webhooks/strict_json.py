"""JSON without its two meanings: what parsers may read differently is refused, never chosen from.

RFC 8259 leaves to each parser what a repeated name, a number of a thousand digits or a lone surrogate mean;
RFC 7493 (I-JSON) forbids them. A consent whose `purpose` stands there twice is no consent.
"""

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn

from webhooks.errors import NotAnEvent

#: deeper than any event of any system, and far from Python's own limit
DEPTH = 32


def parse(body: bytes) -> Any:
    """Give what the bytes say; raise NotAnEvent where they are not JSON, or JSON that can be read in two ways."""
    try:
        text = body.decode("utf-8")
        found = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_number,
            parse_int=_integer,
            parse_float=_fraction,
        )
    except RecursionError:
        raise NotAnEvent("too_deep") from None
    except ValueError:  # a JSONDecodeError quotes nothing, but carries the whole text with it
        raise NotAnEvent("not_json") from None
    # walked through only where it opens so many lists and objects that they might stand in each other
    if text.count("[") + text.count("{") > DEPTH and is_deeper(found, DEPTH):
        raise NotAnEvent("too_deep")
    return found


def is_deeper(value: object, limit: int) -> bool:
    """Whether lists and objects stand more than `limit` deep in each other."""
    level = _containers([value])
    for _ in range(limit):
        level = _containers(inner for outer in level for inner in outer)
    return bool(level)


def _containers(values: Iterable[object]) -> list[Iterable[object]]:
    return [
        value.values() if isinstance(value, dict) else value
        for value in values
        if isinstance(value, dict | list)
    ]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotAnEvent("repeated_name")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise NotAnEvent("number")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotAnEvent("number")
    return number


def _refuse_number(word: str) -> NoReturn:
    raise NotAnEvent("number")
