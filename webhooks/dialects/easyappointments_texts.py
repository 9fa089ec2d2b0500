"""What was written on a client's appointments: found by the client's number, and cleared one by one.

The system mails client, provider and admin about each appointment that is changed. So all of this is used only where
the salon's setting allows it.
"""

from datetime import datetime
from typing import Any

from webhooks.calls import Call, Reply
from webhooks.dialects.easyappointments_calls import APPOINTMENTS, can_name
from webhooks.dialects.easyappointments_reading import state_of
from webhooks.dialects.easyappointments_records import id_of
from webhooks.dialects.easyappointments_settings import Settings
from webhooks.entry_texts import EntryPage
from webhooks.errors import NotUnderstood
from webhooks.events import BookingState

_LENGTH = 1000
_LARGEST = 32 * 1024 * 1024


def listed(client: str, cursor: str | None) -> Call:
    """A page of one client's appointments. Raises ValueError where it is no client's number: everybody's would come."""
    if not can_name(client):
        raise ValueError("a list of a client's appointments needs the client's id")
    query = {"customerId": client, "page": cursor or "1", "length": str(_LENGTH), "sort": "id"}
    return Call("GET", APPOINTMENTS, query, largest=_LARGEST)


def read(client: str, asked: Call, reply: Reply, at: datetime, settings: Settings) -> EntryPage:
    """Those that are over by `at`, or called off, and have a text on them. Raises NotUnderstood.

    One that is ahead keeps its text: whoever does the work needs it, and a mail would say that something changed.
    """
    if reply.status != 200 or not isinstance(reply.json, list):
        raise NotUnderstood("list", is_known_type=True)
    rows = [(_id(client, row), row) for row in reply.json]
    texts = tuple(appointment for appointment, row in rows if _goes(row, at, settings))
    number = int(asked.query["page"])
    return EntryPage(texts, str(number + 1) if len(rows) >= _LENGTH else None)


def clear(appointment: str) -> Call:
    """Empty the notes, and send nothing else along. Raises ValueError where it is no appointment's number."""
    if id_of(appointment) != appointment:
        raise ValueError("a call about an appointment needs its id")
    return Call("PUT", f"{APPOINTMENTS}/{appointment}", json={"notes": ""})


def _id(client: str, row: object) -> str:
    """Raises NotUnderstood where the row is not this client's: a filter that was passed over gives everybody's."""
    appointment = id_of(row.get("id")) if isinstance(row, dict) else None
    if appointment is None or not isinstance(row, dict) or id_of(row.get("customerId")) != client:
        raise NotUnderstood("appointment", is_known_type=True)
    return appointment


def _goes(row: dict[str, Any], at: datetime, settings: Settings) -> bool:
    """Whether its text is to be cleared. Raises NotUnderstood for one that cannot be dated."""
    if not row.get("notes"):
        return False
    end = settings.moment(row.get("end")) or settings.moment(row.get("start"))
    if end is None:
        raise NotUnderstood("end", is_known_type=True)
    return end <= at or state_of(row.get("status"), settings) is BookingState.CANCELLED
