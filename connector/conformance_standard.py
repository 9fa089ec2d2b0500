"""The pretend system of the booking contract, as the conformance kit handles it."""

from datetime import date, datetime, timedelta

from connector import pretend
from connector.conformance_system import LONG_AGO, Now, Parcel, Pretending
from webhooks.signatures import sign


class Standard(Pretending):
    """The pretend system of the booking contract, with a register of its own making."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._system = pretend.Pretend(today=date(2026, 11, 24), now=now, size=160)
        self._system.register.records.clear()
        self._system.outbox.waiting.clear()
        running = pretend.serve(self._system)
        super().__init__(running)
        self.base_url, self.token = running.base_url, self._system.token
        self.settings: dict[str, str] = {}

    def old(self, name: str) -> str:
        """A client who was last there years ago."""
        at = self._now() - LONG_AGO
        self._arrives(name, at)
        self._system.salon.books(name, f"b-{name}", at=at, starts_at=at + timedelta(days=3), via="phone")
        self._system.salon.comes(f"b-{name}", at=at + timedelta(days=3))
        self._system.outbox.waiting.clear()  # nobody was told of anything in those days
        return name

    def regular(self, name: str) -> str:
        """A client who has a booking ahead."""
        now = self._now()
        self._arrives(name, now)
        self._system.salon.books(name, f"b-{name}", at=now, starts_at=now + timedelta(days=5), via="phone")
        return name

    def crowd(self, count: int) -> list[str]:
        """So many clients more, of whom nothing is told."""
        made = [f"muu{number:04}" for number in range(count)]
        for name in made:
            self._arrives(name, self._now())
        self._system.outbox.waiting.clear()
        return made

    def change(self, client: str) -> None:
        """The staff changes the client's details."""
        self._system.salon.changes(client, at=self._now(), phone="+358 40 555 0002")

    def waiting(self) -> list[Parcel]:
        """Take out what waits to be told."""
        taken, self._system.outbox.waiting = self._system.outbox.waiting, []
        return [Parcel(message.id, message.body) for message in taken]

    def headers(self, secret: str, parcel: Parcel) -> dict[str, str]:
        """By what a receiver knows that a parcel is this system's."""
        return sign(secret, parcel.id, self._now(), parcel.body)

    def holds(self, client: str) -> bool:
        """Whether it still has the client."""
        return client in self._system.register.records

    def vanish(self, *clients: str) -> None:
        """Clients go without a word."""
        for client in clients:
            self._system.register.remove(client, at=self._now(), by="staff")

    def come_back(self, *clients: str) -> None:
        """And are there again."""
        for client in clients:
            self._system.bring_back(client)

    def misbehave(self, how: str, count: int = 1) -> None:
        """lie, slow, throttle, fail or shift."""
        words = {"lie": "lie_calls", "slow": "slow_calls", "throttle": "throttle_calls", "fail": "fail_calls"}
        wrong = self._system.misbehaviour
        wrong.only, wrong.slow_for = ("erase" if how in {"lie", "slow"} else ""), 3600.0
        setattr(wrong, "shift_pages" if how == "shift" else words[how], count)

    def settle(self) -> None:
        """What was promised is done when it is next asked after its hour."""

    def _arrives(self, name: str, at: datetime) -> None:
        fields = {"name": f"{name} Mallikas", "email": f"{name}@posti.example.fi"}
        self._system.salon.arrives(name, at=at, via="phone", fields=fields)
