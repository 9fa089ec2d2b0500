"""Webhook secrets that a booking system hands out itself: what one has to look like before it is kept.

Most systems write a secret as some text and sign with its bytes (facts: platforms, cross-cutting findings 2 and 3). How
long theirs are is not found, so that the limits are ours: what is shorter than SHORTEST could be guessed by trying.
"""

import re

SHORTEST, LONGEST = 16, 256
_TEXT = re.compile(r"[!-~]*")


class WrongSecret(Exception):
    """A secret that cannot be kept; the text says what would be right, and never what was given.

    `form` is how the scheme's secrets begin, where they have a form of their own; None where any text will do.
    """

    def __init__(self, right: str, form: str | None = None) -> None:
        super().__init__(f"A webhook secret of this booking system is {right}. Copy it anew, whole.")
        self.form = form


def as_text(secret: str) -> None:
    """A secret whose text is the key as it is. Raises WrongSecret."""
    if not SHORTEST <= len(secret) <= LONGEST or not _TEXT.fullmatch(secret):
        raise WrongSecret(f"{SHORTEST} to {LONGEST} letters, digits and signs, without spaces")
