"""How the pretend booking system misbehaves: set by a test, or by `POST /pretend/misbehave`."""

from dataclasses import dataclass, fields


@dataclass
class Misbehaviour:
    """Each is off at first. Those named `*_calls` are for the next so many calls (of the kind `only`, if said)."""

    # webhooks
    repeat_webhooks: int = 0  # each is sent so many times more
    reorder_webhooks: bool = False  # those that wait go out shuffled
    delay_webhooks: float = 0.0  # seconds before each goes out
    thin_webhooks: bool = False  # client.created and client.updated with the id alone
    # calls
    fail_calls: int = 0  # 500
    unavailable_calls: int = 0  # 503
    throttle_calls: int = 0  # 429
    retry_after: int = 0  # seconds in Retry-After of 429 and 503; 0: the header is left out
    hang_calls: int = 0  # no answer for `hang_for` seconds, and then nothing was done
    lie_calls: int = 0  # a write is answered 200, and nothing is done
    late_calls: int = 0  # it is done at once, and answered after `hang_for` seconds
    slow_calls: int = 0  # an erasure is answered 202, and done after `slow_for` seconds
    hang_for: float = 30.0
    slow_for: float = 86_400.0
    only: str = ""
    forget_keys: bool = False  # a repeated Idempotency-Key is done again
    leave_fields: str = ""  # fields that an anonymisation forgets, with spaces between
    shift_pages: int = 0  # cursors count places, and so many clients of a page are deleted once it is read

    def set(self, words: dict[str, object]) -> None:
        """Set by name; raises ValueError on a word or a kind of value that it does not know, and sets nothing."""
        kinds = {field.name: type(field.default) for field in fields(self)}
        for word, value in words.items():
            if word not in kinds:
                raise ValueError(f"no such misbehaviour; there are: {', '.join(kinds)}")
            if not _is(value, kinds[word]):
                raise ValueError(f"'{word}' takes {kinds[word].__name__}")
        for word, value in words.items():
            setattr(self, word, value)

    def takes(self, word: str, call: str) -> bool:
        """Whether this call is one of those that go wrong in this way; it is counted off."""
        left: int = getattr(self, word)
        if left <= 0 or self.only not in {"", call}:
            return False
        setattr(self, word, left - 1)
        return True


def _is(value: object, kind: type) -> bool:
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    if kind is float:
        return isinstance(value, int | float) and value >= 0
    if kind is int:
        return isinstance(value, int) and value >= 0
    return isinstance(value, kind)
