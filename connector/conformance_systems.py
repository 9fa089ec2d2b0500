"""The pretend booking systems as the conformance kit handles them: the same few things happen at each of them.

What they cannot be made to do they say so (`CannotPretend`), and the kit does not count it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import requests

from connector import pretend
from connector.pretend.easyappointments import EasyAppointments, Hook
from connector.pretend.easyappointments_api import serve as serve_easyappointments
from webhooks.signatures import sign

Now = Callable[[], datetime]
_LONG_AGO = timedelta(days=1300)


class CannotPretend(Exception):
    """The pretend system of this dialect has no such misbehaviour."""


@dataclass(frozen=True)
class Parcel:
    """One webhook, as it goes over the wire: its headers are made when it is sent."""

    id: str
    body: bytes


class System(Protocol):
    """A pretend system, its clients known by their ids; webhooks wait until they are taken."""

    base_url: str
    token: str

    def old(self, name: str) -> str:
        """A client who was last there years ago."""

    def regular(self, name: str) -> str:
        """A client who has a booking ahead."""

    def crowd(self, count: int) -> list[str]:
        """So many clients more, of whom nothing is told."""

    def change(self, client: str) -> None:
        """The staff changes the client's details."""

    def waiting(self) -> list[Parcel]:
        """Take out what waits to be told."""

    def headers(self, secret: str, parcel: Parcel) -> dict[str, str]:
        """By what a receiver knows that a parcel is this system's."""

    def holds(self, client: str) -> bool:
        """Whether it still has the client."""

    def vanish(self, *clients: str) -> None:
        """Clients go without a word."""

    def come_back(self, *clients: str) -> None:
        """And are there again."""

    def misbehave(self, how: str, count: int = 1) -> None:
        """lie, slow, throttle, fail or shift. Raises CannotPretend."""

    def settle(self) -> None:
        """What was promised is done now."""

    def stop(self) -> None:
        """Answer no more."""


class Standard:
    """The pretend system of the booking contract, with a register of its own making."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._system = pretend.Pretend(today=date(2026, 11, 24), now=now, size=160)
        self._system.register.records.clear()
        self._system.outbox.waiting.clear()
        self._running = pretend.serve(self._system)
        self.base_url, self.token = self._running.base_url, self._system.token

    def old(self, name: str) -> str:
        """A client who was last there years ago."""
        at = self._now() - _LONG_AGO
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

    def stop(self) -> None:
        """Answer no more."""
        self._running.stop()

    def _arrives(self, name: str, at: datetime) -> None:
        fields = {"name": f"{name} Mallikas", "email": f"{name}@posti.example.fi"}
        self._system.salon.arrives(name, at=at, via="phone", fields=fields)


class EasyAppointmentsSystem:
    """The pretend Easy!Appointments."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._system = EasyAppointments(now=now, limit=1_000_000)
        self._system.hooks.append(Hook("", ""))
        self._system.habits.hold_hooks = True
        self._gone: dict[str, dict[str, Any]] = {}
        self._bookings: dict[int, dict[str, Any]] = {}
        self._running = serve_easyappointments(self._system)
        self.base_url, self.token = f"{self._running.base_url}/api/v1", self._system.token

    def old(self, name: str) -> str:
        """A client who was last there years ago."""
        client = self._client(name)
        row = self._system.customers[client]
        row |= dict.fromkeys(("create_datetime", "update_datetime"), "2023-04-03 10:00:00")
        appointment = self._system.appointments[self._system.book(self._now() - _LONG_AGO, client=client)]
        appointment |= dict.fromkeys(
            ("book_datetime", "create_datetime", "update_datetime"), "2023-04-03 10:00:00"
        )
        self._system.outbox.clear()
        return str(client)

    def regular(self, name: str) -> str:
        """A client who has a booking ahead."""
        client = self._client(name)
        self._system.book(self._now() + timedelta(days=5), client=client)
        return str(client)

    def crowd(self, count: int) -> list[str]:
        """So many clients more, of whom nothing is told."""
        made = [str(self._client(f"muu{number:04}")) for number in range(count)]
        self._system.outbox.clear()
        return made

    def change(self, client: str) -> None:
        """The staff changes the client's details."""
        self._system.change_customer(int(client), {"phone_number": "+358 40 555 0002"})

    def waiting(self) -> list[Parcel]:
        """Take out what waits to be told."""
        taken, self._system.outbox = self._system.outbox, []
        return [Parcel(action, body) for action, body in taken]

    def headers(self, secret: str, parcel: Parcel) -> dict[str, str]:
        """By what a receiver knows that a parcel is this system's: of its bytes that says nothing."""
        return {"X-Ea-Token": secret}

    def holds(self, client: str) -> bool:
        """Whether it still has the client."""
        return int(client) in self._system.customers

    def vanish(self, *clients: str) -> None:
        """Clients go without a word."""
        for client in clients:
            self._gone[client] = dict(self._system.customers[int(client)])
            self._bookings |= {
                number: row
                for number, row in self._system.appointments.items()
                if row["id_users_customer"] == int(client)
            }
            self._system.erase_themselves(int(client))

    def come_back(self, *clients: str) -> None:
        """And are there again."""
        for client in clients:
            self._system.customers[int(client)] = self._gone[client]
        self._system.appointments |= self._bookings

    def misbehave(self, how: str, count: int = 1) -> None:
        """lie, slow, throttle, fail or shift."""
        habits = self._system.habits
        if how == "slow":
            habits.slow_writes = True
        else:
            words = {"lie": "lie_calls", "throttle": "throttle_calls", "fail": "fail_calls"}
            setattr(habits, "shift_pages" if how == "shift" else words[how], count)

    def settle(self) -> None:
        """What was promised is done now."""
        self._system.habits.slow_writes = False
        self._system.settle()

    def stop(self) -> None:
        """Answer no more."""
        self._running.stop()

    def _client(self, name: str) -> int:
        return self._system.save_customer(
            first_name=name,
            last_name="Mallikas",
            email=f"{name}@posti.example.fi",
            phone_number="+358 40 555 0001",
        )


SYSTEMS: dict[str, Callable[[Now], System]] = {
    "standard": Standard,
    "easyappointments": EasyAppointmentsSystem,
}


def post(url: str, system: System, secret: str, parcel: Parcel) -> int:
    """Send one webhook; give the status."""
    headers = {"Content-Type": "application/json", **system.headers(secret, parcel)}
    return requests.post(url, data=parcel.body, headers=headers, timeout=10).status_code


def another(parcel: Parcel) -> Parcel:
    """The same with other bytes that mean the same."""
    return Parcel(parcel.id, json.dumps(json.loads(parcel.body), indent=1).encode())
