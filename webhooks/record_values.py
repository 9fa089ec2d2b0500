"""What stands in a record of any shape: the values at its leaves, and the texts that can be kept and shown."""

from collections.abc import Iterator


def leaves(value: object) -> Iterator[object]:
    """All that stands in a value, however deep, but the objects and lists themselves."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        else:
            yield one


def text_of(value: object) -> str | None:
    """The text, without spaces around it; None for what is no text, or none that can be kept."""
    return value.strip() if isinstance(value, str) and can_be_kept(value) else None


def can_be_kept(text: str) -> bool:
    """Whether a database takes it: without NUL, and without half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
