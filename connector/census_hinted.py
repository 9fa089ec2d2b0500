"""What a delivery hinted at is fetched: one client at a time, as a census does it for all of them.

Takes: hints. Gives: events in the mirror. A client that is gone is believed to be so with reason, as by a census, and
comes back if it is told of later; who was erased by us is not asked for any more.
"""

from collections import Counter
from datetime import datetime

from sqlmodel import Session

from connector import database, jobs_noes, lookup, mirror, mirror_graves, mirror_hints, mirror_marks, salons
from connector.program import Program
from connector.salons import Account
from connector.salons_system import Moved
from connector.sender import CallFailed
from webhooks.dialect import Looked


def fetch_due(program: Program, *, limit: int) -> Counter[str]:
    """Fetch up to so many records that were hinted at; count how each came out."""
    with database.read(program.engine) as db:
        found = mirror_hints.due(db, program.now(), limit)
    return Counter(fetch(program, salon, client) for salon, client in found)


def fetch(program: Program, salon: str, client: str) -> str:
    """Fetch one record, and let it in; give a word for how it came out."""
    try:
        return _fetch(program, salon, client)
    except Moved:  # to another booking system, meanwhile: the hint has gone with the old one
        return "moved"


def _fetch(program: Program, salon: str, client: str) -> str:
    asked_at = program.now()
    with database.read(program.engine) as db:
        account = salons.account(db, program.vault, salon)
        is_erased = account is not None and _is_erased(db, account, client)
    looked, word = None, "erased_before"
    if account is not None and not is_erased:
        try:
            looked = lookup.look(program, account, client)
        except CallFailed:
            with database.write(program.engine) as db:
                mirror_hints.put_off(db, salon, client, now=asked_at)
            return "no_answer"
        word = "gone" if looked.is_gone else "told"
    with database.write(program.engine) as db:
        if account is not None and looked is not None:
            _take_in(db, account, client, looked, now=program.now())
        mirror_hints.done(db, salon, client, asked_at=asked_at)
    return word


def _is_erased(db: Session, account: Account, client: str) -> bool:
    grave = mirror_marks.find(db, account, [client]).graves.get(client)
    return grave is not None and grave.by != mirror_graves.MISSING


def _take_in(db: Session, account: Account, client: str, looked: Looked, *, now: datetime) -> None:
    if looked.is_gone:
        mirror.miss(db, account, client, at=now)
    elif looked.told is not None:
        noes = mirror.apply(db, account, looked.told, today=mirror.look_again(now)).noes
        jobs_noes.propose(db, account, noes, now=now)
