"""The one place that asks what time it is; everything else is handed `now`."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def told(text: str) -> datetime | None:
    """The moment that a header tells, in UTC where it names no zone; None where it tells none at all."""
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, ArithmeticError):  # numbers that no clock has
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
