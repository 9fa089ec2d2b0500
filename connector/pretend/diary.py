"""The pretend salon's diary: what is to happen, by its moment, and then happens in order."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from connector.pretend.lives import Life, local
from connector.pretend.salon import Salon

SWITCHED_ON = frozenset({"yes", "unrecorded", "no_but_on"})
MINUTE = timedelta(minutes=1)
#: what is written down now and then after a visit: category, how often, the words
NOTES = (
    ("notes", 0.05, "Kahvi ilman maitoa."),
    ("treatments", 0.05, "7.1 + 6 %, 35 min"),
    ("wishes", 0.02, "Toivoo aamuaikoja."),
)


class Diary:
    """Happenings in any order; `live` runs them in theirs."""

    def __init__(self, salon: Salon, chance: random.Random) -> None:
        self.salon = salon
        self.chance = chance
        self._lines: list[tuple[datetime, int, Callable[[], None]]] = []

    def put(self, at: datetime, happening: Callable[..., None], *words: object, **more: object) -> None:
        """Write one happening down; it is called with its moment as `at`."""
        self._lines.append((at, len(self._lines), partial(happening, *words, at=at, **more)))

    def live(self) -> None:
        """Let everything happen."""
        for _, _, happening in sorted(self._lines, key=lambda line: line[:2]):
            happening()

    def write(self, life: Life) -> None:
        """A whole life, from the first call to the day when the salon removes it."""
        self._joins(life)
        for number, visit in enumerate(life.visits):
            self._visits(life, f"b-{life.client}-{number}", visit, is_first=number == 0)
            self._aside(life, number, visit)
        if life.removed_on is not None:
            self.put(local(life.removed_on, 18), self.salon.leaves, life.client, by="staff")

    def _joins(self, life: Life) -> None:
        salon, client, joined = self.salon, life.client, life.joined
        account = life.via == "self_service"
        self.put(joined, salon.arrives, client, via=life.via, fields=life.fields, account=account)
        if life.asked_about_record:
            method = "self_registration" if account else "answer"
            self.put(joined + MINUTE, salon.answers, client, "service", "given", method=method)
        if life.newsletter in {"yes", "no", "no_but_on"}:
            answer = "given" if life.newsletter == "yes" else "refused"
            said = {"channels": ("email", "sms"), "method": "checkbox"}
            self.put(joined + 2 * MINUTE, salon.answers, client, "newsletter", answer, **said)
        if life.has_health_notes:
            self.put(joined + 3 * MINUTE, salon.answers, client, "health_data", "given", method="signature")
        is_on = life.newsletter in SWITCHED_ON
        self.put(joined + 4 * MINUTE, salon.switches, client, email=is_on, sms=is_on)

    def _visits(self, life: Life, booking: str, visit: datetime, *, is_first: bool) -> None:
        salon, client = self.salon, life.client
        via = {"self_service": "online", "in_person": "in_person"}.get(life.via, "phone")
        booked = life.joined + 5 * MINUTE if is_first else visit - timedelta(days=3, hours=1)
        if life.via == "self_service" and self.chance.random() < 0.3:
            self.put(booked - MINUTE / 2, salon.logs_in, client)
        is_moved = self.chance.random() < 0.05
        starts_at = visit - timedelta(days=1) if is_moved else visit
        self.put(booked, salon.books, client, booking, starts_at=starts_at, via=via)
        if is_moved:
            self.put(visit - timedelta(days=2), salon.moves, booking, starts_at=visit)
        self.put(visit + 45 * MINUTE, salon.comes, booking)

    def _aside(self, life: Life, number: int, visit: datetime) -> None:
        """What happens now and then around a visit."""
        salon, client, after = self.salon, life.client, visit + 50 * MINUTE
        luck = self.chance.random
        if life.has_health_notes and number % 4 == 0:
            self._note(client, "health", "Herkkä päänahka, testaa väri ensin.", after)
        for category, how_often, text in NOTES:
            if luck() < how_often:
                self._note(client, category, text, after)
        if luck() < 0.15:
            self.put(after + MINUTE, salon.till.buys, client, f"s-{client}-{number}")
        if luck() < 0.03:
            self.put(after + 2 * MINUTE, salon.looks, client, staff="staff-1")
        if luck() < 0.02:
            self.put(after + 3 * MINUTE, salon.feedback, client, f"f-{client}-{number}")
        if luck() < 0.04 and number:
            self._misses(client, f"x-{client}-{number}", visit)

    def _note(self, client: str, category: str, text: str, at: datetime) -> None:
        self.put(at, self.salon.writes, client, category, text, staff="staff-2")

    def _misses(self, client: str, booking: str, visit: datetime) -> None:
        """One more booking, some days before, that came to nothing."""
        starts_at = visit - timedelta(days=2, hours=12)
        self.put(
            starts_at - timedelta(days=1), self.salon.books, client, booking, starts_at=starts_at, via="phone"
        )
        if self.chance.random() < 0.7:
            self.put(starts_at - timedelta(hours=2), self.salon.cancels, booking)
        else:
            self.put(starts_at + timedelta(hours=1), self.salon.stays_away, booking)
