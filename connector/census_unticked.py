"""What a list says of marketing that the list before it did not: a yes that is none any more is the client's own no.

No list says what clients answered. But where marketing was on and is off, somebody said no, unless it was switched off
for Ovikello's sake (by a task that is still open, or was ticked), or the owner says that she did it herself. A yes is
never taken from a list: an older one may have been brought in, and no old yes undoes a no.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import mirror_registers
from connector.census_people import Found
from connector.mirror_told import SWITCHED_OFF
from connector.salons import Account
from connector.states import LIVE
from connector.tables import Client, Job
from policies.decisions import JobKind
from webhooks.events import Answer, ClientTold, Consent
from webhooks.vocabulary import Channel, Purpose

_SWITCH = "marketing."
#: channels, by client
Noes = Mapping[str, frozenset[Channel]]


def on_before(db: Session, account: Account) -> dict[str, frozenset[Channel]]:
    """Over which channels marketing was on, by client, where it is nobody's task to switch it off."""
    rows = sa.select(col(Client.client), col(Client.registers)).where(col(Client.salon) == account.slug)
    found = {row.client: _on(mirror_registers.load(row.registers)) for row in db.connection().execute(rows)}
    tasks = select(Job.client_key).where(
        Job.salon == account.slug, Job.kind == JobKind.MARKETING_OFF, col(Job.state).in_(LIVE)
    )
    asked = set(db.exec(tasks))
    return {
        client: channels
        for client, channels in found.items()
        if channels and not (asked and account.keys.client_key(client) in asked)
    }


def noes(found: Iterable[Found]) -> Noes:
    """Over which channels a list says no to marketing, by client; of rows that do not agree, the no."""
    said: dict[str, frozenset[Channel]] = {}
    for one in found:
        off = frozenset(channel for channel, is_on in one.person.marketing.items() if not is_on)
        said[one.client] = said.get(one.client, frozenset()) | off
    return said


def turned(said: Noes, before: Noes, listed: Iterable[str]) -> list[tuple[int, int]]:
    """Of each channel: how many of those on the list were on and are not, and how many were on."""
    was = Counter(channel for client in listed for channel in before.get(client, ()))
    off = Counter(channel for client, channels in said.items() for channel in channels & _of(before, client))
    return [(off[channel], count) for channel, count in was.items()]


def with_noes(told: ClientTold, said: Noes, before: Noes) -> ClientTold:
    """What a row tells, with the noes to marketing that the list has for its client."""
    noes = _of(said, told.client)
    if not noes:
        return told
    told = replace(told, marketing={**(told.marketing or {}), **dict.fromkeys(sorted(noes), False)})
    off = tuple(sorted(noes & _of(before, told.client)))
    if not off:
        return told
    no = Consent(Purpose.DIRECT_MARKETING, off, Answer.WITHDRAWN, told.at)
    return replace(told, consents=(*told.consents, no))


def only_turned(unread: Iterable[Found], before: Noes, listed: Container[str]) -> list[Found]:
    """Of rows that were refused, those with a no of clients who were on for marketing, or have a row that is taken."""
    said = [(one, _of(noes([one]), one.client)) for one in unread]
    return [one for one, off in said if off & _of(before, one.client) or (off and one.client in listed)]


def _of(channels: Noes, client: str) -> frozenset[Channel]:
    return channels.get(client, frozenset())


def _on(fields: mirror_registers.Registers) -> frozenset[Channel]:
    off = fields.get(SWITCHED_OFF)
    return frozenset(
        Channel(name.removeprefix(_SWITCH))
        for name, (said, _, at, _) in fields.items()
        if name.startswith(_SWITCH) and said is True and (off is None or at > off[0])
    )
