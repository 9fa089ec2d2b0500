"""What a list of clients leaves open: who is missing and who is there under the same name, and who was there when.

Who may be on it as somebody else is not gone, and who may have been there is not due: it is asked.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlmodel import Session

from connector import census_perhaps, mirror_clients, sealed_cards
from connector.census_file_taken import Incoming
from connector.census_people import Found
from connector.sealed_cards import Kept
from webhooks.imports.fields import Field


class Undated(NamedTuple):
    """Of how many clients on a list the last visit was known, and who of them has none in its column for that."""

    known: int
    without: frozenset[str]


def undated(db: Session, one: Incoming, found: Iterable[Found]) -> Undated:
    """Who had a last visit, and has none any more on a list that tells of others'."""
    if not one.has_visits:
        return Undated(0, frozenset())
    people = list(found)
    known = mirror_clients.with_last_visit(db, one.account) & {who.client for who in people}
    dated = {who.client for who in people if who.person.at is not None}
    return Undated(len(known), frozenset(known - dated))


def may_be_others(known: Mapping[str, Kept], missing: Iterable[str], listed: Collection[Found]) -> set[str]:
    """Who of the missing may be on the list as somebody else of the same name: without numbers, nobody can tell."""
    names = {who.marks.name for who in listed}
    bare = {who.marks.name for who in listed if who.person.number is None}
    found = set()
    for client in missing:
        card = known.get(client)
        among = names if sealed_cards.is_own(client) else bare
        if card is not None and card.by_name is not None and card.by_name in among:
            found.add(client)
    return found


def leave_open(
    one: Incoming, unread: Iterable[Found], doubtful: Iterable[str], undated: Iterable[str]
) -> None:
    """Who may have been there by this list is asked about, since it is not clear; by the list before no more.

    Who may be on it as somebody else may have been there today: whoever that is may have come at any time.
    """
    days = dict.fromkeys((*doubtful, *undated), frozenset({one.today}))
    if one.has_column(Field.LAST_VISIT):
        for who in unread:
            day = census_perhaps.day_of(who.person, one.today)
            days[who.client] = days.get(who.client, frozenset()) | {day}
    census_perhaps.say(one.program, one.account, one.kind, days)
