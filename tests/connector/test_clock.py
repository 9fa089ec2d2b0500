"""Moments as headers tell them: whatever a booking system writes there, nothing breaks."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from connector import clock


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Tue, 24 Nov 2026 12:01:00 GMT", datetime(2026, 11, 24, 12, 1, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 12:01:00 -0000", datetime(2026, 11, 24, 12, 1, tzinfo=UTC)),
        (
            "Tue, 24 Nov 2026 12:01:00 +0200",
            datetime(2026, 11, 24, 12, 1, tzinfo=timezone(timedelta(hours=2))),
        ),
        ("", None),
        ("soon", None),
        ("Tue, 24 Nov 99999999999999999999 12:01:00 GMT", None),
        ("Tue, 24 Nov 2026 99999999999999999999:00:00 GMT", None),
        ("Tue, 24 Nov 2026 12:01:00 +99999999999999999999", None),
        (f"Tue, {'9' * 5000} Nov 2026 12:01:00 GMT", None),
    ],
)
def test_a_header_tells_a_moment_or_none_and_breaks_nothing(text: str, at: datetime | None) -> None:
    assert clock.told(text) == at
