"""The pages of the pretend booking system's list of clients."""

import base64
from datetime import datetime
from typing import Any

from connector.pretend.misbehaviour import Misbehaviour
from connector.pretend.records import as_json
from connector.pretend.register import Register
from connector.pretend.salon import Salon
from connector.pretend.writes import Answer, Refused

LIMIT, MOST = 100, 500


class Reads:
    """Cursors name the last client of a page, so that deletions shift nothing; unless told to misbehave."""

    def __init__(self, register: Register, salon: Salon, misbehaviour: Misbehaviour) -> None:
        self._register = register
        self._salon = salon
        self._misbehaviour = misbehaviour

    def page(self, query: dict[str, str], now: datetime) -> Answer:
        """One page: `updated_since`, `cursor`, `limit`."""
        listed = self._register.listed(updated_since=_moment(query.get("updated_since")))
        limit = _limit(query.get("limit"))
        start = self._start(query.get("cursor"), [record.id for record in listed])
        records = listed[start : start + limit]
        clients: list[dict[str, Any]] = [as_json(record, now) for record in records]
        is_last = start + limit >= len(listed)
        place = (
            f"#{start + limit}" if self._misbehaviour.shift_pages else f">{records[-1].id if records else ''}"
        )
        for record in records[: self._misbehaviour.shift_pages]:
            self._salon.leaves(record.id, at=now, by="staff")
        return 200, {"clients": clients, "next_cursor": None if is_last else _encoded(place)}

    def _start(self, cursor: str | None, ids: list[str]) -> int:
        place = _decoded(cursor) if cursor else ">"
        if place.startswith("#") and place[1:].isdecimal():
            return int(place[1:])
        if place.startswith(">"):
            return sum(client <= place[1:] for client in ids) if place[1:] else 0
        raise Refused(400, "This is no cursor of this list")


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Refused(400, "'updated_since' is a moment with its offset")
    return at


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise Refused(400, f"'limit' is a number from 1 to {MOST}")
    return int(text)


def _encoded(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


def _decoded(cursor: str) -> str:
    try:
        return base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError:
        return ""
