"""A whole list of clients is a census: who is on it is there, and who is not is gone.

Of rows that cannot be read it is known whom they are about, where they say so: those are on the list, too, and a no to
marketing in such a row holds. Where there is a doubt about a list (census_doubts.py) it is not taken, until somebody
says that it is right. The first one after a move to this booking system is compared with how many were in the one
before: whoever is on neither is forgotten.
"""

from collections.abc import Set
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from connector import (
    census_despite,
    census_doubts,
    census_file_cards,
    census_ids,
    census_joined,
    census_old_list,
    census_proved,
    census_rows,
    census_short,
    census_told,
    census_unclear,
    census_unticked,
    contacts,
    database,
    imports_remembered,
    jobs_looks,
    mirror,
    mirror_told_again,
    mirror_unproved,
)
from connector.census_doubts import FEW_DAYS, Doubt
from connector.census_file_taken import NO_VISITS, Incoming, Taken, judged, let_all_in, remember
from connector.census_let_in import FEW_TOGETHER
from connector.census_people import Found
from connector.census_short import SHORT
from webhooks.imports.fields import Kind

#: a list of visits counts for the clients' list that comes so long after it
_VISITS_GOOD_FOR = timedelta(days=1)


def take(one: Incoming) -> Taken:
    """Take it in, if there is no doubt left; whoever is missing goes, and what was done by hand is looked at now."""
    with database.read(one.program.engine) as db:
        unproved = mirror_unproved.of(db, one.account)
    rows, unread = census_file_cards.found(one, unproved)
    found = census_told.as_one(rows, one.zone)
    listed = {who.client for who in (*found, *unread)}
    taken = Taken(one.kind, len(found) + len(one.read.refused), refused=one.read.refused)
    with database.read(one.program.engine) as db:
        lack = _lack(db, one, listed)
        undated = census_unclear.undated(db, one, found)
        before = census_unticked.on_before(db, one.account)
        old = census_old_list.doubts(db, one)
    taken_rows = {who.client for who in found}
    turned = census_unticked.only_turned(unread, before, taken_rows)
    noes = census_unticked.noes([*found, *turned])
    of_noes = census_doubts.of_noes(census_unticked.turned(noes, before, listed))
    of_days = Doubt(FEW_DAYS, len(undated.without), undated.known)
    is_owners = census_despite.are_owners_noes(of_noes, one.despite)
    taken = replace(taken, register=lack.of, missing=lack.count, are_owners_noes=is_owners)
    taken = judged(one, taken, (*old, *census_doubts.far(lack, of_noes, of_days)))
    if taken.doubts:
        return taken
    walk = _begin(one)
    told = [census_told.told(who, one.kind, one.zone, one.now) for who in found]
    told += [census_told.refused(who, one.kind, one.now) for who in turned if who.client not in taken_rows]
    was_on = {} if is_owners else before
    taken = let_all_in(one, [census_unticked.with_noes(row, noes, was_on) for row in told], taken, walk)
    census_file_cards.keep(one, found)
    is_dated = census_despite.is_said(of_days, one.despite)
    return _end(one, walk, found, unread, taken, frozenset() if is_dated else undated.without)


def _lack(db: Session, one: Incoming, listed: set[str]) -> Doubt:
    """What the list lacks, of the mirror or of the system before: it is asked about in the same words."""
    account = one.account
    missing = sum(client not in listed for client in census_rows.expected(db, account))
    reached = _reached(one) if account.awaits_list else frozenset()
    lack = census_short.lack(db, account, missing=missing, listed=len(listed), reached=reached)
    return replace(lack, finding=SHORT)


def _reached(one: Incoming) -> Set[str]:
    """The indexes of every contact point on the list."""
    found = (contacts.indexes(one.account, email=who.email, phone=who.phone) for who in one.everybody)
    return frozenset().union(*found)


def _begin(one: Incoming) -> UUID:
    with database.write(one.program.engine) as db:
        return census_rows.begin(db, one.account, now=one.now)


def _end(
    one: Incoming, walk: UUID, found: list[Found], unread: list[Found], taken: Taken, undated: frozenset[str]
) -> Taken:
    """Who is missing goes; then the walk is over, and what was done by hand is looked at."""
    listed = {who.client for who in (*found, *unread)}
    with database.write(one.program.engine) as db:
        mirror.list_in(db, one.account, [who.client for who in unread], walk)
    with database.read(one.program.engine) as db:
        missing = census_rows.unlisted(db, one.account, walk)
    doubtful = census_unclear.may_be_others(one.known, missing, [*found, *unread])
    gone = [client for client in missing if client not in doubtful]
    taken = replace(taken, vanished=_miss(one, gone), doubtful=len(doubtful))
    census_unclear.leave_open(one, unread, doubtful, undated)
    joined = census_joined.join(one.program, one.account, one.on_progress)
    with database.write(one.program.engine) as db:
        census_joined.finish(db, one.account, joined, now=one.now)
        mirror_told_again.keep_only(db, one.account, listed)
        _prove_gone(db, one, [*found, *unread])
        census_file_cards.drop(db, one.account)
        taken = replace(taken, finding=_finding(db, one))
        _finish(db, one, walk, taken)
        proved = census_proved.count(db, one.account, listed=listed, gone=gone)
        taken = replace(taken, proved=proved)
        jobs_looks.look_by_hand_now(db, one.account, now=one.now)
        remember(db, one, taken)
    return taken


def _prove_gone(db: Session, one: Incoming, listed: list[Found]) -> None:
    """Who was said to be erased is proved gone, or is there; but who may be there under the same name is neither."""
    unproved = mirror_unproved.of(db, one.account)
    missing = unproved.keys() - {who.client for who in listed}
    doubtful = census_unclear.may_be_others(unproved, missing, listed)
    mirror_unproved.prove(db, one.account, unproved.keys() - doubtful)


def _miss(one: Incoming, gone: list[str]) -> int:
    """Take them out of the mirror; how many were in it."""
    vanished = 0
    for start in range(0, len(gone), FEW_TOGETHER):
        with database.write(one.program.engine) as db:
            for client in gone[start : start + FEW_TOGETHER]:
                vanished += int(mirror.miss(db, one.account, client, at=one.now))
    return vanished


def _finding(db: Session, one: Incoming) -> str | None:
    """Why the list proves nothing yet: nobody knows when its clients were last there."""
    if one.has_visits:
        return None
    visits = imports_remembered.taken_at(db, one.account, Kind.VISITS)
    return None if visits is not None and visits > one.now - _VISITS_GOOD_FOR else NO_VISITS


def _finish(db: Session, one: Incoming, walk: UUID, taken: Taken) -> None:
    numbers = (person.number for person in one.read.people if person.number is not None)
    census_rows.count(
        db,
        walk,
        seen=taken.seen,
        new=taken.new,
        changed=taken.changed,
        vanished=taken.vanished,
        telling_ids=census_ids.count(numbers),
    )
    census_rows.end(db, walk, taken.finding, now=one.now)
