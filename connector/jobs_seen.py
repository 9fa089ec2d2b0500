"""What a look at a client's record says about a job: done, or what is left."""

from datetime import timedelta
from enum import StrEnum

from connector import vault_ids
from connector.jobs_content import Content
from connector.salons import Account
from policies.decisions import JobKind, Verdict
from webhooks.dialect import Looked
from webhooks.events import ClientTold
from webhooks.vocabulary import Category, Channel


class Found(StrEnum):
    """What was found. `CANNOT_TELL`: the record is there, but says nothing of what was to go."""

    GONE = "gone"
    CLEAN = "clean"
    LEFTOVERS = "leftovers"
    THERE = "there"
    CANNOT_TELL = "cannot_tell"

    @property
    def is_done(self) -> bool:
        """Whether what the job was to do has been done."""
        return self in {Found.GONE, Found.CLEAN}

    @property
    def is_left(self) -> bool:
        """Whether it has not."""
        return self in {Found.LEFTOVERS, Found.THERE}


class Part(StrEnum):
    """What of a job is looked at: all of it, the client's record alone, or the texts on entries beside it alone."""

    ALL = "all"
    RECORD = "record"
    ENTRIES = "entries"


def can_be_named(account: Account, client: str) -> bool:
    """Whether the booking system can be called about a client of this id."""
    return not vault_ids.is_left_behind(client) and account.dialect.can_name(client)


def found(content: Content, looked: Looked, *, only: Verdict | None = None, part: Part = Part.ALL) -> Found:
    """Whether the job has been done; with `only`, whether that one category of it has; or whether that part has."""
    if looked.is_gone:
        return Found.GONE
    if part is Part.ENTRIES or (part is Part.ALL and looked.entries):
        return Found.LEFTOVERS if looked.entries else Found.CLEAN
    if only is not None:
        return _worst([_category(only, looked.told)])
    if content.kind is JobKind.ERASE:  # a thin record has no leftovers either: it has to say that it is empty
        is_empty = looked.told is not None and looked.told.categories == frozenset()
        return Found.CLEAN if is_empty and not looked.leftovers else Found.THERE
    if content.kind in {JobKind.ANONYMISE, JobKind.DETACH}:
        return Found.LEFTOVERS if looked.leftovers else Found.CLEAN
    if content.kind is JobKind.ERASE_CATEGORIES:
        return _worst([_category(verdict, looked.told) for verdict in content.going])
    return _worst([_switch(Channel(channel), looked.told) for channel in content.off])


def patience(waited: timedelta) -> timedelta:
    """How long to wait before the next look at what has been waited for so long: as long again, an hour at most."""
    return min(max(waited, timedelta(seconds=2)), timedelta(hours=1))


def _worst(found: list[Found]) -> Found:
    for word in (Found.LEFTOVERS, Found.CANNOT_TELL):
        if word in found:
            return word
    return Found.CLEAN


def _category(verdict: Verdict, told: ClientTold | None) -> Found:
    category = Category(verdict.category)
    if told is None or told.categories is None:
        return Found.CANNOT_TELL
    if category not in told.categories:
        return Found.CLEAN
    if verdict.before is None:
        return Found.LEFTOVERS
    oldest = (told.oldest_entry or {}).get(category)
    if oldest is None:
        return Found.CANNOT_TELL
    return Found.CLEAN if oldest >= verdict.before else Found.LEFTOVERS


def _switch(channel: Channel, told: ClientTold | None) -> Found:
    if told is None or told.marketing is None or channel not in told.marketing:
        return Found.CANNOT_TELL
    return Found.LEFTOVERS if told.marketing[channel] else Found.CLEAN
