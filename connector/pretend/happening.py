"""What can be made to happen at the pretend salon while one looks: `POST /pretend/happen`."""

from collections.abc import Callable
from datetime import datetime, timedelta

from connector.pretend.salon import Salon
from connector.pretend.writes import Refused

BOTH = ("email", "sms")


def _books(salon: Salon, client: str, at: datetime) -> None:
    booking = f"l-{client}-{at:%Y%m%d%H%M%S%f}"
    salon.books(client, booking, at=at, starts_at=at + timedelta(days=7), via="phone")


#: word → what happens
HAPPENINGS: dict[str, Callable[[Salon, str, datetime], None]] = {
    "books": _books,
    "logs_in": lambda salon, client, at: salon.logs_in(client, at=at),
    "says_no": lambda salon, client, at: salon.answers(
        client, "newsletter", "withdrawn", at=at, channels=BOTH
    ),
    "says_yes": lambda salon, client, at: salon.answers(client, "newsletter", "given", at=at, channels=BOTH),
    "asks_erasure": lambda salon, client, at: salon.asks(client, "erasure", at=at),
    "closes_account": lambda salon, client, at: salon.closes_account(client, at=at),
    "is_deleted": lambda salon, client, at: salon.leaves(client, at=at, by="staff"),
}


def happen(salon: Salon, what: str, client: str, *, at: datetime) -> None:
    """Let it happen; refuses words that it does not know."""
    if what not in HAPPENINGS:
        raise Refused(400, f"'what' is one of: {', '.join(HAPPENINGS)}")
    HAPPENINGS[what](salon, client, at)
