"""A list that was brought in as a file: into the mirror, and, where it is of clients, compared with it.

Takes: the rows of a file. Gives: events in the mirror, sealed cards, and the proof that the mirror is whole. Next: the
night's gate, and the looks at what was done by hand.

A whole list of clients is a census (census_file_clients.py). Visits and sales tell when somebody was last there
(census_file_visits.py); only with them, or with days of visits in the list of clients itself, anybody can fall due.
"""

from collections.abc import Callable, Collection, Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from connector import census_file_clients, census_file_visits, census_overtaken, database, sealed_cards
from connector.census_despite import Word
from connector.census_file_taken import Incoming, Taken
from connector.program import Program
from connector.salons import Account
from webhooks.imports.columns import Column
from webhooks.imports.fields import Kind
from webhooks.imports.people import Read


def take(
    program: Program,
    account: Account,
    kind: Kind,
    columns: Iterable[Column],
    read: Read,
    *,
    zone: ZoneInfo,
    despite: Collection[Word] = (),
    owner: UUID | None = None,
    on_progress: Callable[[str], None] = lambda text: None,
) -> Taken:
    """Take a list in. Safe to repeat: the same list changes nothing more.

    1. Each row's client is found; of rows that cannot be read, too, since they are on the list.
    2. A list of which there is a doubt (census_doubts.py, census_old_list.py) is not taken, but `despite` those that
       somebody gave a word on that holds (census_despite.py).
    3. The rows go in a thousand at a time, each batch whole.
    4. Whoever is missing is taken out of the mirror; what was done by hand is looked at now.
    5. What is still to be erased by hand and does not follow any more ends.
    """
    with database.read(program.engine) as db:
        known = sealed_cards.known(db, account)
    one = Incoming(
        program,
        account,
        kind,
        tuple(columns),
        read,
        zone,
        program.now(),
        on_progress,
        known,
        tuple(despite),
        owner,
    )
    take_in = census_file_clients.take if kind is Kind.CLIENTS else census_file_visits.take
    taken = take_in(one)
    census_overtaken.end(program, account)
    return taken
