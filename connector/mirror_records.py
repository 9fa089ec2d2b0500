"""The records of a list, let into the mirror many at once: they leave the very rows that they leave one by one.

What follows from a record alone (its stamp, its indexes, its answers) is worked out before a transaction begins, since
others wait for the writers' turn meanwhile.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from connector import contacts, mirror_clients, mirror_consents
from connector.contacts import Point
from connector.mirror_changes import Applied
from connector.mirror_clients import Kept, Telling
from connector.mirror_consents import Given
from connector.mirror_registers import Stamp, stamp
from connector.mirror_told import Told, answers_in, told_of
from connector.salons import Account
from webhooks.events import ClientTold


class Prepared(NamedTuple):
    """A record with all that follows from it alone; `key` is the client's keyed name."""

    record: ClientTold
    key: str
    told: Told
    stamp: Stamp
    points: list[Point]
    answers: list[Given]


def prepare(account: Account, records: Iterable[ClientTold]) -> list[Prepared]:
    """What follows from each record alone."""
    return [_prepared(account, record) for record in records]


def let_in(
    db: Session, account: Account, records: Sequence[Prepared], *, today: date, listed_in: UUID
) -> Applied:
    """Let in records of living clients, one of each. Who is new is not counted as changed."""
    if not records:
        return Applied()
    some = sorted(records, key=lambda one: one.record.client)  # in the order of the tables' keys
    noes = mirror_consents.record_all(db, account, [answer for one in some for answer in one.answers])
    contacts.keep_all(db, account, [point for one in some for point in one.points])
    tellings = [Telling(one.told, one.stamp, one.record.at, one.record.client in noes) for one in some]
    kept = mirror_clients.tell_all(db, account, tellings, today=today, listed_in=listed_in)
    new = sum(one.is_new for one in kept)
    noes |= mirror_consents.record_all(db, account, _stated(account, some, kept))
    known = [one for one in kept if not one.is_new]
    changed, later = sum(one.is_changed for one in known), sum(one.is_later for one in known)
    return Applied(noes, new, changed, later=later)


def _stated(account: Account, records: Sequence[Prepared], kept: Sequence[Kept]) -> list[Given]:
    """The answers that a salon's own fields give, where they say another thing than before."""
    return [
        given
        for one, each in zip(records, kept, strict=True)
        if one.record.answers and each.became
        for given in mirror_consents.given(
            account,
            one.record.client,
            answers_in(one.told, each.became, each.unticked, one.record.at),
            latest=one.record.at,
        )
    ]


def _prepared(account: Account, record: ClientTold) -> Prepared:
    client, at, keys = record.client, record.at, account.keys
    (told,) = told_of(record)
    return Prepared(
        record,
        keys.client_key(client),
        told,
        stamp(keys, record),
        contacts.points(account, client, email=told.email, phone=told.phone, at=at),
        mirror_consents.given(account, client, told.consents, latest=at),
    )
