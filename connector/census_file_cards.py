"""Who each row of a list of clients is about, and the one card of each that is kept, by which the next list finds them.

A list may have several cards of one client, in any order: whoever is found by one of them is found by all.
"""

from collections.abc import Iterable, Mapping

from sqlmodel import Session, select

from connector import database, mirror_told_again, sealed_cards
from connector.census_file_taken import Incoming
from connector.census_let_in import TOGETHER
from connector.census_people import Finder, Found
from connector.salons import Account
from connector.sealed_cards import Kept, Seen
from connector.tables import Client

#: so often at most it is looked anew who the rows are about
_PASSES = 5


def found(one: Incoming, unproved: Mapping[str, Kept]) -> tuple[list[Found], list[Found]]:
    """Who each row is about, and each row that was refused: the first time as the second, in whatever order they stand.

    A row tells by what those above it are known, so where one client has several they are found anew by the cards that
    would be kept of them, until that changes nothing any more.
    """
    known, rows = one.known, list[Found]()
    for _ in range(_PASSES):
        finder = Finder(one.account, known, gone=unproved)
        before, (rows, _) = rows, finder.all(one.read.people, may_be_new=True)
        clients = [who.client for who in rows]
        if len(set(clients)) == len(clients) or clients == [who.client for who in before]:
            break
        kept = {who.client: Kept(who.client, "", *who.marks) for who in _fullest(rows)}
        known = {**one.known, **kept}
    unread, _ = finder.all(one.unread, may_be_new=True)
    return rows, unread


def keep(one: Incoming, found: Iterable[Found]) -> None:
    """Keep the fullest card of everybody, where it says another thing than the one that there is."""
    sealed = (_sealed(one, who) for who in _fullest(found))
    wanted = [row for row in sealed if row is not None]
    for start in range(0, len(wanted), TOGETHER):
        with database.write(one.program.engine) as db:
            sealed_cards.keep(db, wanted[start : start + TOGETHER], one.known)


def drop(db: Session, account: Account) -> None:
    """Destroy the cards of whoever is gone, but not of who was erased and is told of again: they are to be found."""
    there = set(db.exec(select(Client.client).where(Client.salon == account.slug)))
    orphans = set(sealed_cards.known(db, account)) - there
    sealed_cards.drop(db, account, orphans - mirror_told_again.among(db, account, orphans))


def _sealed(one: Incoming, who: Found) -> tuple[object, ...] | None:
    card = Seen(who.person.name, who.person.phone, who.person.email)
    return sealed_cards.sealed(one.account, who.client, card, who.marks, one.known, one.now)


def _fullest(found: Iterable[Found]) -> Iterable[Found]:
    """Of several cards of one client the fullest, and always the same one."""
    best: dict[str, Found] = {}
    for who in found:
        if who.client not in best or _full(who) > _full(best[who.client]):
            best[who.client] = who
    return best.values()


def _full(who: Found) -> int:
    return sum(mark is not None for mark in who.marks)
