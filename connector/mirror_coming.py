"""An event in the mirror's own words: read before the transaction that lets it in, since others wait for that one."""

from dataclasses import dataclass

from connector.mirror_registers import Stamp, keyed, stamped
from connector.mirror_told import Told, told_of
from connector.mirror_told_entries import EntryTold, entry_of
from connector.salons import Account
from webhooks.events import Event


@dataclass(frozen=True)
class Coming:
    """An event, what it tells of clients and of an entry, and with what stamp."""

    event: Event
    told: tuple[Told, ...]
    entry: EntryTold | None
    mark: Stamp


def read(account: Account, event: Event) -> Coming:
    """Read it; the salon's walk-in is nobody."""
    told = tuple(one for one in told_of(event) if one.client != account.walk_in)
    digest = keyed(account.keys, event.digest)
    entry = entry_of(event, digest[:32])
    if entry is not None and entry.client == account.walk_in:
        entry = entry.of_nobody()
    return Coming(event, told, entry, stamped(event, digest))
