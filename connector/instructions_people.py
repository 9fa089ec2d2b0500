"""Who the customers of an instruction are, for the list that its maker gets: from sealed cards, or asked for now.

A booking system that can be asked knows its customers by its own ids: the list has those, and a name where it came in
time. Nothing of it is kept here.
"""

import time
from collections.abc import Iterable

from connector import database, sealed_cards
from connector.program import Program
from connector.salons import Account
from connector.sealed_cards import Seen
from connector.sender import CallFailed
from connector.texts_shown import shown

#: so long a page may wait for names
SECONDS = 15.0


def of(
    program: Program, account: Account, clients: Iterable[str], *, seconds: float = SECONDS
) -> dict[str, Seen]:
    """Names, and where they are kept here phones and e-mail addresses, by client; those that could be told."""
    wanted = list(dict.fromkeys(clients))
    if not account.dialect.has_interface:
        with database.read(program.engine) as db:
            return sealed_cards.of(db, account, wanted)
    return _asked(program, account, wanted, until=time.monotonic() + seconds)


def _asked(program: Program, account: Account, wanted: list[str], *, until: float) -> dict[str, Seen]:
    """One after the other, at the system's own pace; no more once it does not answer, or time is up."""
    found: dict[str, Seen] = {}
    if account.base_url is None:
        return found
    for client in filter(account.dialect.can_name, wanted):
        if time.monotonic() >= until:
            break
        try:
            reply = program.send(account, account.dialect.look_up(client))
        except CallFailed:
            break
        name = shown(account.dialect.looked(reply, program.now()).name)
        if name is not None:
            found[client] = Seen(name=name)
    return found
