"""The pretend Easy!Appointments, as the conformance kit handles it."""

from datetime import timedelta
from typing import Any

from connector.conformance_habits import ByHabits
from connector.conformance_system import LONG_AGO, Now, Parcel, Pretending
from connector.pretend.easyappointments import EasyAppointments
from connector.pretend.easyappointments_api import serve
from connector.pretend.easyappointments_outbox import Hook

#: when the rows of an old client were written, as the system's database has it
_WRITTEN = "2023-04-03 10:00:00"


class EasyAppointmentsSystem(ByHabits, Pretending):
    """The pretend Easy!Appointments."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._system = EasyAppointments(now=now, limit=1_000_000)
        self._system.outbox.hooks.append(Hook("", ""))
        self._system.outbox.is_held = True
        self._gone: dict[str, dict[str, Any]] = {}
        self._bookings: dict[int, dict[str, Any]] = {}
        running = serve(self._system)
        ByHabits.__init__(self, self._system.habits)
        Pretending.__init__(self, running)
        self.base_url, self.token = f"{running.base_url}/api/v1", self._system.token
        self.settings: dict[str, str] = {}

    def old(self, name: str) -> str:
        """A client who was last there years ago."""
        client = self._client(name)
        row = self._system.customers[client]
        row |= dict.fromkeys(("create_datetime", "update_datetime"), _WRITTEN)
        appointment = self._system.appointments[self._system.book(self._now() - LONG_AGO, client=client)]
        appointment |= dict.fromkeys(("book_datetime", "create_datetime", "update_datetime"), _WRITTEN)
        self._system.outbox.waiting.clear()
        return str(client)

    def regular(self, name: str) -> str:
        """A client who has a booking ahead."""
        client = self._client(name)
        self._system.book(self._now() + timedelta(days=5), client=client)
        return str(client)

    def crowd(self, count: int) -> list[str]:
        """So many clients more, of whom nothing is told."""
        made = [str(self._client(f"muu{number:04}")) for number in range(count)]
        self._system.outbox.waiting.clear()
        return made

    def change(self, client: str) -> None:
        """The staff changes the client's details."""
        self._system.change_customer(int(client), {"phone_number": "+358 40 555 0002"})

    def waiting(self) -> list[Parcel]:
        """Take out what waits to be told."""
        taken, self._system.outbox.waiting = self._system.outbox.waiting, []
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

    def _client(self, name: str) -> int:
        return self._system.save_customer(
            first_name=name,
            last_name="Mallikas",
            email=f"{name}@posti.example.fi",
            phone_number="+358 40 555 0001",
        )
