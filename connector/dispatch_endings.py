"""What an answer (or none) to a writing call means for its job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from connector import clock
from connector.sender import CallFailed
from webhooks.calls import Reply

_LONGEST_WAIT = timedelta(days=1)
_SHORTEST_WAIT = timedelta(seconds=2)


class End(StrEnum):
    """How a step ended; MORE: as far as it went it is done, and it goes on after another look."""

    DONE = "done"
    MORE = "more"
    UNKNOWN = "unknown"
    LATER = "later"
    STUCK = "stuck"


@dataclass(frozen=True)
class Ending:
    """How a call ended, why, and how long the booking system asks to wait (None: it does not say).

    `surely_undone`: it was refused, or never arrived. "Not now" (429, 503) proves nothing: it may come after the deed.
    """

    end: End
    reason: str | None = None
    wait: timedelta | None = None
    surely_undone: bool = False


def of_reply(reply: Reply, now: datetime, shortest: timedelta = _SHORTEST_WAIT) -> Ending:
    """By the booking contract, section 2.

    A client that is not there (404, 410) has nothing left: whether that is so, the look will tell. Of a 5xx other
    than 503 it is not known whether it was done, so that it is looked up before it is sent again. A token
    that is refused (401, 403) passes, since a new one can be set. Who leads elsewhere (3xx) may have done it before.
    """
    status = reply.status
    if 200 <= status < 300:
        return Ending(End.DONE, "accepted" if status == 202 else None)
    if status in {404, 410}:
        return Ending(End.DONE, "was_gone")
    if status in {429, 503}:
        wait = _wait(reply.headers, now, shortest) or (shortest if status == 429 else None)
        return Ending(End.LATER, f"answered_{status}", wait)
    if status in {401, 403, 408, 425}:
        return Ending(End.LATER, f"answered_{status}", surely_undone=status in {401, 403})
    if status >= 500:
        return Ending(End.UNKNOWN, f"answered_{status}")
    reason = "refused_by_system" if status == 409 else f"answered_{status}"
    return Ending(End.STUCK, reason, surely_undone=status >= 400)


def of_failure(failure: CallFailed) -> Ending:
    """By whether the call may have been done."""
    if failure.is_unknown:
        return Ending(End.UNKNOWN, failure.reason)
    if failure.permanent:
        return Ending(End.STUCK, failure.reason, surely_undone=True)
    wait = None if failure.retry_after is None else timedelta(seconds=failure.retry_after)
    return Ending(End.LATER, failure.reason, wait, surely_undone=True)


def _wait(headers: Mapping[str, str], now: datetime, shortest: timedelta) -> timedelta | None:
    """`Retry-After`, in seconds or as a date; None where it is missing or nonsense. From `shortest` to a day."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), 10**6))
    else:
        until = clock.told(text)
        if until is None:
            return None
        wait = until - now
    return min(max(wait, shortest), _LONGEST_WAIT)
