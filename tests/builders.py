"""Ready-made values with sensible defaults: a test names only what it is about."""

from datetime import UTC, datetime

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that tests set."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """What it shows."""
        return self.at
