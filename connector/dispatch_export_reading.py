"""The booking system's part of an export: read under each of the client's ids, and nothing of it kept.

Each reading has a lease of its own. What is not told in full is not handed over: the job goes on from there later, or
waits for its owner.
"""

from dataclasses import replace

from connector import database, dispatch_endings, facts_group, jobs_seen, jobs_work, lookup
from connector.dispatch_endings import End, Ending
from connector.dispatch_work import Work
from connector.sender import CallFailed
from webhooks.calls import Reply
from webhooks.errors import NotUnderstood

#: reasons: nothing is there to be handed over; an answer that says nothing; no whole answer
GONE, NOT_UNDERSTOOD, NO_ANSWER = "gone_before_export", "export_not_understood", "export_failed"
_BROKE_OFF = frozenset({"no_answer_in_time", "connection_lost", "stood_still"})


class CannotGoOn(Exception):
    """The export cannot go on now: where the job goes from here, and why."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.reason)
        self.ending = ending


class Lost(Exception):
    """Somebody else has the job now."""


def read(work: Work) -> dict[str, dict[str, object]]:
    """What the booking system holds, under each of the client's ids. Raises CannotGoOn where that cannot be told.

    An id that was merged into another is there no more; the client is gone only where all of them are. Raises Lost
    where somebody else took the job over meanwhile.
    """
    with database.read(work.program.engine) as db:
        group = facts_group.read(db, work.account.slug, work.client)
    told: dict[str, dict[str, object]] = {}
    not_found = []
    for client in (group.root, *(one for one in group.ids if one != group.root)):
        if not jobs_seen.can_be_named(work.account, client):
            continue
        _hold_on(work)
        reply = _ask(work, client)
        if reply.status in {404, 410}:
            not_found += [client] * (reply.status == 404)
            continue
        told[client] = _understood(work, reply)
    if not told:
        _believe(work, not_found)
        raise CannotGoOn(Ending(End.DONE, GONE))
    return told


def _hold_on(work: Work) -> None:
    """A lease for each reading: of a client with many ids they may take longer together than one lease lasts."""
    program, job = work.program, work.job
    lease = program.settings.numbers.lease
    with database.write(program.engine) as db:
        if not jobs_work.renew(db, job.id, job.attempt, now=program.now(), lease=lease):
            raise Lost


def _ask(work: Work, client: str) -> Reply:
    export = work.account.dialect.export
    assert export is not None  # noqa: S101 - looked at before
    try:
        reply = work.program.send(work.account, export(client))
    except CallFailed as failure:
        raise _failed(failure) from None
    numbers = work.program.settings.numbers
    ending = dispatch_endings.of_reply(reply, work.program.now(), numbers.first_retry)
    if ending.end is not End.DONE:
        raise CannotGoOn(_read_again(ending))
    return reply


def _understood(work: Work, reply: Reply) -> dict[str, object]:
    read_export = work.account.dialect.read_export
    assert read_export is not None  # noqa: S101 - looked at before
    try:
        return dict(read_export(reply))
    except NotUnderstood:
        raise CannotGoOn(Ending(End.STUCK, NOT_UNDERSTOOD)) from None


def _believe(work: Work, not_found: list[str]) -> None:
    """A broken address says 404 of everybody: it is believed only where somebody else can be read."""
    if not not_found:
        return
    try:
        lookup.prove(work.program, work.account, frozenset(not_found))
    except CallFailed as failure:
        raise _failed(failure) from None


def _failed(failure: CallFailed) -> CannotGoOn:
    ending = _read_again(dispatch_endings.of_failure(failure))
    return CannotGoOn(replace(ending, reason=NO_ANSWER) if ending.reason in _BROKE_OFF else ending)


def _read_again(ending: Ending) -> Ending:
    """A reading that broke changed nothing: where a writing call would be looked up, this is made again."""
    return Ending(End.LATER, NO_ANSWER) if ending.end is End.UNKNOWN else ending
