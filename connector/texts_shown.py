"""A name as a page can bear it, whatever the booking system calls a name. Pure."""

LONGEST = 120


def shown(name: str | None) -> str | None:
    """The name in one line of printable signs; None where nothing is left of it."""
    if name is None:
        return None
    told = name[: 2 * LONGEST].encode(errors="ignore").decode()  # half a surrogate cannot be written at all
    return "".join(sign if sign.isprintable() else " " for sign in told).strip()[:LONGEST] or None
