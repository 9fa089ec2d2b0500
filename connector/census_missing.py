"""Clients whom the mirror has and the booking system's list has not: each is looked up, and believed with reason."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from connector import census_rows, database, jobs_noes, jobs_seen, lookup, mirror
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from webhooks.calls import Call, Reply
from webhooks.dialect import Looked

#: how often a question is asked of a system with a pace of its own, and the seconds between two times at most
_TURNS, _LONGEST_PAUSE = 5, 150.0
#: lookups between two proofs
BATCH = 25


class Stopped(Exception):
    """The walk cannot go on now; `finding` is the word for it."""

    def __init__(self, finding: str) -> None:
        super().__init__(finding)
        self.finding = finding


def ask(program: Program, account: Account, call: Call) -> Reply:
    """The reply to a question; the walk stops where there is none.

    A walk has no lease that runs out: where a system has a pace of its own, its "not now" is waited out for a while.
    """
    turns = 1 if account.dialect.pacing is None else _TURNS
    for turn in range(turns):
        try:
            reply = program.send(account, call)
            wait = _seconds(reply) if reply.status == 429 else None
        except CallFailed as failure:
            if failure.retry_after is None or turn + 1 == turns:
                raise Stopped("no_answer") from None
            wait = failure.retry_after
        else:
            if wait is None or turn + 1 == turns:
                return reply
        program.pause(min(wait, _LONGEST_PAUSE))
    raise Stopped("no_answer")


def _seconds(reply: Reply) -> float | None:
    told = reply.headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdecimal() else None


def look_for(
    program: Program, account: Account, walk: UUID, clients: list[str], on_progress: Callable[[str], None]
) -> bool:
    """Look some missing clients up, and take in what is found; False where an answer does not tell."""
    found: dict[str, Looked] = {}
    for client in clients:
        if not jobs_seen.can_be_named(account, client):
            continue  # it cannot be asked about, and stays
        on_progress("looking for a client that the list does not have")
        reply = ask(program, account, account.dialect.look_up(client))
        found[client] = account.dialect.looked(reply, program.now())
    told = {client: looked for client, looked in found.items() if looked.is_gone is not None}
    doubtful = {client for client, looked in told.items() if looked.is_gone and not looked.is_certain}
    if doubtful and not _is_believed(program, account, walk):
        told = {client: looked for client, looked in told.items() if client not in doubtful}
    for client, looked in told.items():
        with database.write(program.engine) as db:
            _take_in(db, account, walk, client, looked, program.now())
    return len(told) == len(found)


def _is_believed(program: Program, account: Account, walk: UUID) -> bool:
    """Whether a 404 says that somebody is gone: somebody who was listed can be read, now; or nobody was listed."""
    with database.read(program.engine) as db:
        listed = census_rows.some_listed(db, account, walk)
    try:
        return not listed or lookup.can_read_one_of(program, account, listed)
    except CallFailed:
        return False


def _take_in(db: Session, account: Account, walk: UUID, client: str, looked: Looked, now: datetime) -> None:
    if looked.is_gone:
        census_rows.count(db, walk, vanished=int(mirror.miss(db, account, client, at=now)))
    else:
        _found(db, account, walk, client, looked, now)


def _found(db: Session, account: Account, walk: UUID, client: str, looked: Looked, now: datetime) -> None:
    if looked.told is not None:
        noes = mirror.apply(db, account, looked.told, today=mirror.look_again(now)).noes
        jobs_noes.propose(db, account, noes, now=now)
    mirror.list_in(db, account, [client], walk)
