"""A pretend Easy!Appointments, with the habits of a running 1.6.0: what it tells, keeps to itself, and leaks.

Rows are as its database has them, in its own time zone. Source: facts observed on the wire; nothing here is real.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connector.pretend.easyappointments_outbox import Outbox
from connector.pretend.easyappointments_rows import CUSTOMER, Refused, Row, check
from connector.pretend.habits import Habits

#: who is mailed about each appointment beside the client, whoever does the work
STAFF = ("provider", "admin")


@dataclass
class EasyAppointmentsHabits(Habits):
    """How it misbehaves, beyond what it always does."""

    pass_over_filters: bool = False  # a list gives everybody's, whomever it was asked about
    hide: set[int] = field(default_factory=set)  # clients that lists leave out


class EasyAppointments:
    """One installation. `now` is its clock; `ticks` are the seconds by which its limit of calls counts."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        ticks: Callable[[], float] = lambda: 0.0,
        zone: str = "Europe/Helsinki",
        token: str = "pretend-token",  # noqa: S107 -- of a system that holds nobody
        limit: int = 100,
    ) -> None:
        self._now, self.ticks, self._zone = now, ticks, ZoneInfo(zone)
        self.token, self.limit = token, limit
        self.customers: dict[int, Row] = {}
        self.appointments: dict[int, Row] = {}
        self.consents: list[Row] = []
        self.habits = EasyAppointmentsHabits()
        self.outbox = Outbox()
        self.mails: list[str] = []
        self.calls: list[tuple[str, str, int]] = []
        self.lock = threading.RLock()
        self._next = 0

    # ---- what happens at a salon

    def save_customer(self, **values: Any) -> int:
        """The back office makes a client: `customer_save`."""
        row = self._customer(**values)
        self._tell("customer_save", row)
        return int(row["id"])

    def change_customer(self, client: int, values: Row) -> Row:
        """REST or the back office changes one: `customer_save`, also where nothing changed. Raises Refused."""
        with self.lock:
            # in a body an id wins over the address: all of one client is written over another
            target = int(values.get("id") or client)
            merged = self.customers[client] | {
                name: value for name, value in values.items() if name in CUSTOMER
            }
            self._check(merged, target)
            self.customers[target] = merged | {"id": target, "update_datetime": self._local()}
            row = self.customers[target]
        self._tell("customer_save", row)
        return row

    def delete_customer(self, client: int) -> None:
        """REST or the back office deletes one: `customer_delete` with all that was held; bookings go without a word."""
        row = self._remove(client)
        self._tell("customer_delete", row)

    def erase_themselves(self, client: int) -> None:
        """The client presses the privacy button, or the clean-up comes by: nobody is told."""
        self._remove(client)

    def book(
        self, start: datetime, *, client: int | None = None, status: str = "Booked", **values: Any
    ) -> int:
        """The public page: a client who is new, or known by the e-mail address, and only `appointment_save`."""
        with self.lock:
            known = client or self._by_email(values.get("email"))
            if known is None:
                known = int(self._customer(**values)["id"])
            elif values:
                self.customers[known] |= values | {"update_datetime": self._local()}
            person = self.customers[known]
            self.consents.append(
                {name: person[name] for name in ("first_name", "last_name", "email")} | {"ip": "192.0.2.7"}
            )
            row = self._row(
                {
                    "book_datetime": self._local(),
                    "start_datetime": self._local(start),
                    "end_datetime": self._local(start + timedelta(hours=1)),
                    "location": "",
                    "meeting_link": None,
                    "notes": "",
                    "hash": f"h{self._next}",
                    "color": "#7cbae8",
                    "status": status,
                    "is_unavailability": False,
                    "id_users_provider": 4,
                    "id_users_customer": known,
                    "id_services": 2,
                    "id_google_calendar": None,
                    "id_caldav_calendar": None,
                }
            )
            self.appointments[row["id"]] = row
        self._tell("appointment_save", row)
        return int(row["id"])

    def change_appointment(self, appointment: int, values: Row) -> Row:
        """REST changes one: `appointment_save`, and a mail each to client, provider and admin, whatever was changed."""
        with self.lock:
            target = int(values.get("id") or appointment)
            row = self.appointments[appointment] | values | {"id": target, "update_datetime": self._local()}
            self.appointments[target] = row
            client = self.customers[row["id_users_customer"]]
        self.mails.append(f"Appointment Changed: {client['email']}")
        self.mails += [f"Appointment Changed: {staff}, of {client['first_name']}" for staff in STAFF]
        self._tell("appointment_save", row)
        return row

    def cancel(self, appointment: int) -> None:
        """The client cancels by the link: `appointment_delete`."""
        with self.lock:
            row = self.appointments.pop(appointment)
        self.mails.append("Appointment Cancelled")
        self._tell("appointment_delete", row)

    def client_of(self, appointment: int) -> int:
        """Whose an appointment is."""
        return int(self.appointments[appointment]["id_users_customer"])

    # ---- rows

    def _tell(self, action: str, row: Row) -> None:
        self.outbox.tell(action, json.dumps({"action": action, "payload": row}).encode())

    def _customer(self, **values: Any) -> Row:
        with self.lock:
            row = self._row(
                dict.fromkeys(CUSTOMER)
                | {"timezone": "Europe/Helsinki", "language": "finnish", "is_private": "0", "id_roles": 3}
                | values
            )
            self._check(row, row["id"])
            self.customers[row["id"]] = row
        return row

    def _row(self, values: Row) -> Row:
        self._next += 1
        at = self._local()
        return {"id": self._next, "create_datetime": at, "update_datetime": at} | values

    def _remove(self, client: int) -> Row:
        with self.lock:
            row = self.customers.pop(client)
            for number in [
                one for one, row in self.appointments.items() if row["id_users_customer"] == client
            ]:
                del self.appointments[number]
            for consent in self.consents:
                if consent["email"] == row["email"]:  # whoever was anonymised is not found again
                    consent |= dict.fromkeys(("first_name", "last_name", "email"), "[DELETED]")
        return row

    def _check(self, row: Row, client: int) -> None:
        check(row)
        taken = self._by_email(row["email"])
        if taken is not None and taken != client:
            raise Refused(f"The provided email address is already in use: {row['email']}")

    def _by_email(self, email: object) -> int | None:
        wanted = str(email).casefold()
        return next(
            (one for one, row in self.customers.items() if str(row["email"]).casefold() == wanted), None
        )

    def _local(self, at: datetime | None = None) -> str:
        return (at or self._now()).astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")
