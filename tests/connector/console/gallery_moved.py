"""Salons that have moved to another booking system: asked of a short list, waiting for some, and long over it."""

from dataclasses import replace
from datetime import timedelta

from tests.builders import Clock
from tests.connector.booking import Story
from tests.connector.console.place import Place
from tests.connector.intake import apply, told
from tests.connector.moves import Leaving
from tests.connector.night_world import compare

#: salon → what it calls itself
SALONS = {"muutti": "Parturi Muutti", "muuten": "Kampaamo Muuten", "kauan": "Hoitola Kauan Sitten"}
#: salon → how many are on the new list, and how many days ago it moved
_CAME = {"muutti": (5, 1), "muuten": (24, 1), "kauan": (24, 45)}


def moved(story: Story) -> None:
    """Thirty clients move, of whom some are on the new system's list."""
    came, days = _CAME[story.account.slug]
    clock = Clock(story.program.now() - timedelta(days=days))
    place = Leaving(replace(story.program, now=clock), story.account, story.booking, clock)
    clients = (told(f"{number}", day=100, **points(number)) for number in range(1, 31))
    apply(place.program, place.account, *clients)
    compare(place.program, place.account)
    place.move()
    for number in range(1, came + 1):
        place.has(f"n-{number}", **points(number))
    place.walk()


def points(number: int) -> dict[str, str]:
    """By what somebody is known in both systems."""
    return {"email": f"a{number}@posti.example", "phone": f"040 {number:07}"}


def moves() -> list[Place]:
    """Where to look."""
    page = "/settings/connection"
    return [
        Place("connection-moved-short", page, "muutti"),
        Place("connection-moved", page, "muuten"),
        Place("connection-moved-long-ago", page, "kauan"),
        *(
            Place(f"connection-moved-{language}", page, "muuten", language=language)
            for language in ("sv", "en")
        ),
    ]
