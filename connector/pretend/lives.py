"""The lives of the pretend salon's clients: when each came, how often, and when each stopped coming."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from connector.pretend.people import people
from connector.pretend.records import HELSINKI

YEARS = 6
#: when the salon goes through its register, and how many it forgot the last time
PURGE_DAY = (1, 15)
FORGOTTEN = 32
VIA = ("self_service",) * 11 + ("phone",) * 5 + ("in_person",) * 3 + ("email",)
NEWSLETTER = ("yes",) * 9 + ("no",) * 7 + ("not_asked",) * 4


@dataclass
class Life:
    """One client's years. `newsletter` is yes, no, not_asked, unrecorded (on, nobody knows why) or no_but_on."""

    client: str
    fields: dict[str, str]
    visits: list[datetime]
    via: str
    newsletter: str
    is_active: bool
    asked_about_record: bool = True
    has_health_notes: bool = False
    removed_on: date | None = None

    @property
    def joined(self) -> datetime:
        """When the first booking was made."""
        return self.visits[0] - timedelta(days=4)

    @property
    def last(self) -> datetime:
        """The last visit."""
        return self.visits[-1]


def lived(seed: int, *, today: date, size: int) -> list[Life]:
    """Everybody who ever was a client, so that `size` are still on the register today."""
    chance = random.Random(seed)  # noqa: S311 - a story, no secret
    lives: list[Life] = []
    living = forgotten = 0
    for number, fields in enumerate(people(seed), start=1):
        life = _one(chance, f"A{1000 + number}", fields, today)
        purged_on = _purged_on(life.last.date(), today)
        if purged_on == _purges(today)[-1] and forgotten < FORGOTTEN:
            forgotten += 1
        elif purged_on is not None:
            life.removed_on = min(
                purged_on, today - timedelta(days=1)
            )  # today's purge was done the evening before
        living += life.removed_on is None
        lives.append(life)
        if living == size:
            break
    return lives


def is_forgotten(life: Life, today: date) -> bool:
    """Whether the salon should have removed this client at its last purge, and did not."""
    return life.removed_on is None and _purged_on(life.last.date(), today) == _purges(today)[-1]


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """A local time of day, in UTC."""
    return datetime.combine(day, time(hour, minute), HELSINKI).astimezone(UTC)


def _one(chance: random.Random, client: str, fields: dict[str, str], today: date) -> Life:
    day = today - timedelta(days=chance.randrange(10, YEARS * 365))
    end, every, leaving = today - timedelta(days=1), chance.randrange(28, 120), chance.uniform(0.02, 0.2)
    visits = []
    is_active = True
    while day < end and is_active:
        visits.append(local(day, chance.randrange(9, 17), chance.choice((0, 15, 30, 45))))
        day += timedelta(days=int(every * chance.uniform(0.7, 1.4)))
        is_active = chance.random() > leaving
    return Life(
        client,
        fields,
        visits,
        via=chance.choice(VIA),
        newsletter=chance.choice(NEWSLETTER),
        is_active=is_active,
        has_health_notes=chance.random() < 0.04,
    )


def _purges(today: date) -> list[date]:
    """The purge days until today."""
    years = range(today.year - YEARS, today.year + 1)
    return [day for day in (date(year, *PURGE_DAY) for year in years) if day <= today]


def _purged_on(last: date, today: date) -> date | None:
    return next((day for day in _purges(today) if _year_after(last) <= day), None)


def _year_after(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 2, 28) if is_leap_day else day.replace(year=day.year + 1)


def months(today: date) -> Iterator[date]:
    """The tenth of every month of the story."""
    for month in range(today.year * 12 + today.month - 1 - YEARS * 12, today.year * 12 + today.month):
        day = date(month // 12, month % 12 + 1, 10)
        if day < today:
            yield day
