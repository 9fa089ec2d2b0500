"""Personal data breaches that the booking system reported: when they were discovered, and how many they concern."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from connector.mirror_entries import place
from connector.mirror_registers import at_of, load
from connector.salons import Account
from connector.tables import Entry

#: until then somebody may have to be told of it (GDPR 33(1), 34; the second notice as the policy has it)
OPEN_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Incident:
    """One breach; `clients` is None where it concerns all of them."""

    incident: str
    discovered_at: datetime
    told_at: datetime
    clients: int | None


def lately(db: Session, account: Account, *, now: datetime) -> list[Incident]:
    """The breaches that were reported in the last three months, the latest discovery first."""
    told = select(Entry).where(
        Entry.salon == account.slug, Entry.kind == "incident", col(Entry.first_at) > now - OPEN_FOR
    )
    found = [_incident(account, entry) for entry in db.exec(told)]
    return sorted(found, key=lambda one: (one.discovered_at, one.incident), reverse=True)


def _incident(account: Account, entry: Entry) -> Incident:
    fields = {name: register[0] for name, register in load(entry.facts).items()}
    clients = None if fields.get("all_clients") else _count(account, entry)
    return Incident(entry.entry, at_of(fields["discovered_at"]), entry.first_at, clients)


def _count(account: Account, entry: Entry) -> int:
    """How many it was told of; their ids are sealed."""
    if entry.sealed is None:
        return 0
    words = json.loads(account.keys.unseal(entry.sealed, place("incident", entry.entry)))
    return len(words["clients"])
