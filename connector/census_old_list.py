"""Whether a list that is brought in after a move is one of a booking system that the salon has left.

An older export lies in the same folder as the new one. Its numbers mean other people in the present system, and whoever
came since is missing from it. It is told by its people: a number that was theirs in the earlier system, with the
telephone number or address that they had there. A list without numbers, or of visits, is told by its columns alone.
It may be right all the same (the new system took the numbers over, or the salon has gone back), so the owner is asked.
"""

from collections.abc import Iterator

from sqlmodel import Session

from connector import census_doubts, census_olds, contacts, imports_remembered, vault_ids
from connector.census_doubts import Doubt
from connector.census_file_taken import Incoming
from connector.census_olds import Points
from connector.salons import Account
from webhooks.imports.fields import Kind
from webhooks.imports.row_reader import Person

#: beside the other doubts about a list
OLD_LIST = "old_list"


def doubts(db: Session, one: Incoming) -> tuple[Doubt, ...]:
    """The doubt about a list, by its people and its columns; nothing where the salon never moved."""
    account, some = one.account, one.read.people
    if account.moved_at is None:
        return ()
    points = census_olds.contact_points(db, account)
    told = [list(_systems(account, points, person)) for person in some if _is_told(person)]
    count = sum(bool(theirs) and account.keys.generation not in theirs for theirs in told)
    if found := census_doubts.far(Doubt(OLD_LIST, count, len(told))):
        return found
    if one.kind is Kind.CLIENTS and told:
        return ()
    return (Doubt(OLD_LIST, len(some), len(some)),) if _has_old_columns(db, one) else ()


def _is_told(person: Person) -> bool:
    return person.number is not None and bool(person.phone or person.email)


def _systems(account: Account, points: Points, person: Person) -> Iterator[int]:
    """The generations of ids in which somebody had this number, with one of these contact points."""
    keys, number = account.keys, person.number or ""
    indexes = contacts.indexes(account, email=person.email, phone=person.phone)
    for generation in range(1, keys.generation + 1):
        is_left = generation < keys.generation
        known = points.get(vault_ids.left_behind(number, generation) if is_left else number, ())
        if indexes & {index for _, index in known}:
            yield generation


def _has_old_columns(db: Session, one: Incoming) -> bool:
    """Whether the earlier system's list of this kind had just these columns, and this one's has not."""
    header = {column.header for column in one.columns if column.header}
    if header == set(imports_remembered.columns(db, one.account, one.kind)):
        return False
    return header in imports_remembered.left_headers(db, one.account, one.kind)
