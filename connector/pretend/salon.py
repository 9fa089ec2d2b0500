"""What happens at a salon: each happening changes the register and is told as the contract's event."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from connector.pretend.records import Entry, Record, as_json, moment
from connector.pretend.register import Register, Tell
from connector.pretend.till import Till

#: every event type that this booking system sends
EVENT_TYPES = (
    *("client.created", "client.updated", "client.deleted", "client.merged", "client.login", "client.viewed"),
    *(
        "client.edited",
        "account.created",
        "account.closed",
        "sale.completed",
        "prepaid.sold",
        "prepaid.ended",
    ),
    *("consent.given", "consent.refused", "consent.withdrawn"),
    *("booking.created", "booking.rescheduled", "booking.cancelled", "booking.completed", "booking.no_show"),
    *("invoice.issued", "invoice.paid", "invoice.credited", "invoice.overdue", "invoice.in_collection"),
    *("feedback.received", "raffle.entered", "campaign.sent", "request.received", "incident.reported"),
)
#: bookings under this id are door customers': nobody's
WALK_IN = "walk-in"
NOBODY = (None, WALK_IN)


class Salon:
    """The happenings; every one takes the moment at which it happens."""

    def __init__(self, register: Register, tell: Tell) -> None:
        self._register = register
        self._tell = tell
        self._bookings: dict[str, tuple[str | None, Entry]] = {}
        self.till = Till(register, tell)

    # ---- clients -----------------------------------------------------------------------------------

    def arrives(
        self, client: str, *, at: datetime, via: str, fields: dict[str, str], account: bool = False
    ) -> None:
        """A new client is written down."""
        record = Record(client, at, via, at, has_account=account, fields=dict(fields))
        self._register.records[client] = record
        self._tell("client.created", at, {"client": as_json(record, at)})
        if account:
            self._tell("account.created", at, {"client_id": client, "by": "client"})

    def changes(self, client: str, *, at: datetime, **fields: str) -> None:
        """A client's details change."""
        self._register.records[client].fields |= fields
        self.tells(client, at=at)

    def switches(self, client: str, *, at: datetime, **channels: bool) -> None:
        """Marketing switches are turned at the booking system."""
        self._register.records[client].marketing |= channels
        self.tells(client, at=at)

    def tells(self, client: str, *, at: datetime) -> None:
        """The record as it is now, in full."""
        record = self._register.changed(client, at)
        self._tell("client.updated", at, {"client": as_json(record, at)})

    def leaves(self, client: str, *, at: datetime, by: str) -> None:
        """A client is deleted."""
        self._register.remove(client, at=at, by=by)
        self._tell("client.deleted", at, {"client_id": client, "by": by})

    def merges(self, client: str, into: str, *, at: datetime) -> None:
        """Two records turn out to be one person's."""
        gone, kept = self._register.records[client], self._register.records[into]
        for category, entries in gone.entries.items():
            kept.entries.setdefault(category, []).extend(entries)
        kept.consents += gone.consents
        kept.last_activity_at = max(
            filter(None, (kept.last_activity_at, gone.last_activity_at)), default=None
        )
        self._bookings |= {
            key: (into, entry) for key, (owner, entry) in self._bookings.items() if owner == client
        }
        self._register.remove(client, at=at, by="merge")
        self._tell("client.merged", at, {"from_id": client, "into_id": into})
        self._tell("client.deleted", at, {"client_id": client, "by": "merge"})
        self.tells(into, at=at)

    def logs_in(self, client: str, *, at: datetime) -> None:
        """A client uses the own account."""
        self._register.alive(client, at)
        self._tell("client.login", at, {"client_id": client})

    def closes_account(self, client: str, *, at: datetime) -> None:
        """A client ends the own account."""
        self._register.changed(client, at).has_account = False
        self._tell("account.closed", at, {"client_id": client, "by": "client"})

    def looks(self, client: str, *, at: datetime, staff: str, what: str = "record") -> None:
        """Staff open a record."""
        self._tell("client.viewed", at, {"client_id": client, "staff_id": staff, "what": what})

    def writes(self, client: str, category: str, text: str, *, at: datetime, staff: str) -> None:
        """Staff write an entry: a note, a wish, something about health."""
        record = self._register.records[client]
        entry = Entry(f"{category}-{client}-{len(record.entries.get(category, ()))}", at, {"text": text})
        record.add(category, entry)
        self._tell("client.edited", at, {"client_id": client, "staff_id": staff, "what": category})
        self.tells(client, at=at)

    def answers(
        self,
        client: str,
        purpose: str,
        answer: str,
        *,
        at: datetime,
        channels: Iterable[str] = (),
        method: str = "answer",
    ) -> None:
        """A client says yes or no, or takes a yes back."""
        consent = {
            "purpose": purpose,
            "channels": list(channels),
            "method": method,
            "notice_version": "3",
            "staff_id": None if method == "self_registration" else "staff-1",
        }
        self._register.changed(client, at).consents.append({**consent, "answer": answer, "at": moment(at)})
        self._tell(f"consent.{answer}", at, {"client_id": client, **consent})

    # ---- bookings --------------------------------------------------------------------

    def books(self, client: str | None, booking: str, *, at: datetime, starts_at: datetime, via: str) -> None:
        """A booking is made; without a client it is a door customer's."""
        entry = Entry(booking, starts_at, {"state": "ahead", "booked_via": via, "practitioner_id": "staff-2"})
        self._bookings[booking] = (client, entry)
        if client not in NOBODY:
            self._register.alive(client, at).add("bookings", entry)
        self._tell_booking("created", booking, at)

    def moves(self, booking: str, *, at: datetime, starts_at: datetime) -> None:
        """A booking gets another time."""
        client, entry = self._bookings[booking]
        entry.at = starts_at
        if client not in NOBODY:
            self._register.alive(client, at)
        self._tell_booking("rescheduled", booking, at)

    def cancels(self, booking: str, *, at: datetime) -> None:
        """A booking is called off."""
        self._bookings[booking][1].facts["state"] = "cancelled"
        self._tell_booking("cancelled", booking, at)

    def comes(self, booking: str, *, at: datetime) -> None:
        """The client comes."""
        client, entry = self._bookings[booking]
        entry.facts["state"] = "completed"
        if client not in NOBODY:
            record = self._register.alive(client, at)
            record.last_visit_at = max(filter(None, (record.last_visit_at, at)))
            record.add("visits", Entry(f"visit-{booking}", at))
        self._tell_booking("completed", booking, at)

    def stays_away(self, booking: str, *, at: datetime) -> None:
        """The client does not come."""
        self._bookings[booking][1].facts["state"] = "no_show"
        self._tell_booking("no_show", booking, at)

    # ---- the rest ----------------------------------------------------------------------------------

    def feedback(self, client: str, feedback: str, *, at: datetime) -> None:
        """A client writes what they thought."""
        self._register.changed(client, at).add(
            "feedback", Entry(feedback, at, {"text": "Kiitos, olin tyytyväinen."})
        )
        self._tell("feedback.received", at, {"feedback": {"id": feedback, "client_id": client}})

    def enters_raffle(self, client: str, raffle: str, *, at: datetime, may_publish: bool) -> None:
        """A client takes part in a raffle."""
        self._register.changed(client, at).add(
            "raffles", Entry(raffle, at, {"may_publish_name": may_publish})
        )
        data = {"id": raffle, "client_id": client, "may_publish_name": may_publish}
        self._tell("raffle.entered", at, {"raffle": data})

    def campaign(self, campaign: str, clients: list[str], *, at: datetime, channel: str = "email") -> None:
        """A newsletter goes out, in parts of at most 2,000."""
        for part, start in enumerate(range(0, len(clients), 2000), start=1):
            sent = {"id": campaign, "part": part, "purpose": "newsletter", "channel": channel}
            self._tell(
                "campaign.sent", at, {"campaign": {**sent, "client_ids": clients[start : start + 2000]}}
            )

    def asks(self, client: str, right: str, *, at: datetime) -> None:
        """A client uses a right."""
        data = {"client_id": client, "right": right, "received_at": moment(at), "details": "Kysyi tiskillä."}
        self._tell("request.received", at, data)

    def incident(self, incident: str, clients: list[str], *, at: datetime) -> None:
        """The booking system tells of a breach."""
        told = {"id": incident, "discovered_at": moment(at), "description": "Väärä liite yhdessä viestissä."}
        self._tell("incident.reported", at, {"incident": {**told, "client_ids": clients}})

    # ---- inside ------------------------------------------------------------------------------------

    def _tell_booking(self, what: str, booking: str, at: datetime) -> None:
        client, entry = self._bookings[booking]
        data: dict[str, Any] = {"id": booking, "client_id": client, "starts_at": moment(entry.at)}
        data |= {key: entry.facts[key] for key in ("booked_via", "practitioner_id")}
        self._tell(f"booking.{what}", at, {"booking": data})
