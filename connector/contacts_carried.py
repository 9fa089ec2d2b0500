"""The noes that contact points carry from somebody erased to whoever has them now, and what is asked about that.

Read for many clients at once, and then told for each: a night asks it of everybody who is due.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from connector import contacts, mirror_consents
from connector.tables import UtcDateTime

_OWN = (
    sa.text(
        'SELECT contact.client, contact."index", contact.kind, contact.at, salon.moved_at, salon.connected_at'
        " FROM contact JOIN salon ON salon.slug = contact.salon"
        " WHERE contact.salon = :salon AND contact.client IN :clients"
    )
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(
        sa.column("client", sa.String),
        sa.column("index", sa.String),
        sa.column("kind", sa.String),
        sa.column("at", UtcDateTime()),
        sa.column("moved_at", UtcDateTime()),
        sa.column("connected_at", UtcDateTime()),
    )
)
_NOES = (
    sa.text('SELECT "index", purpose, channel, at FROM refusal WHERE salon = :salon AND "index" IN :indexes')
    .bindparams(sa.bindparam("indexes", expanding=True))
    .columns(at=UtcDateTime())
)
_UNDER = sa.text(
    'SELECT "index", client FROM contact WHERE salon = :salon AND "index" IN :indexes'
).bindparams(sa.bindparam("indexes", expanding=True))
_LIVING = sa.text("SELECT client FROM client WHERE salon = :salon AND client IN :clients").bindparams(
    sa.bindparam("clients", expanding=True)
)
_ANSWERED = (
    sa.text(
        "SELECT client, question, answer FROM owner_answer WHERE salon = :salon AND client IN :clients"
        " AND question LIKE 'contact:%'"
    )
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(client=sa.String, question=sa.String, answer=sa.String)
)


@dataclass(frozen=True)
class Hit:
    """A no of somebody erased that is known under a contact point of a client's.

    `was_there`: the client had it already when the no was said, so that the two were there side by side.
    """

    index: str
    kind: str
    purpose: str
    channel: str
    at: datetime
    was_there: bool

    @property
    def about(self) -> tuple[str, str, str]:
        """What it is a no to, and under which contact point."""
        return self.index, self.purpose, self.channel


@dataclass(frozen=True)
class _Own:
    """A contact point of a client's, since when, and when the salon came to its booking system."""

    client: str
    index: str
    kind: str
    since: datetime
    moved_at: datetime | None
    connected_at: datetime

    def against(self, no_at: datetime) -> tuple[datetime, bool]:
        """From when a no counts here that was said then, and whether the client was there beside whoever said it.

        What a new booking system says of its clients until its first whole list was taken in was not said by them: a
        no from before the move counts from then on.
        """
        if self.moved_at is None or no_at > self.moved_at or self.since < self.moved_at:
            return no_at, self.since <= no_at
        is_awaited = self.connected_at <= self.moved_at
        if is_awaited or self.since <= self.connected_at:
            return max(self.since, self.connected_at), False
        return no_at, False


@dataclass(frozen=True)
class Carried:
    """What the contact points of some clients carry, and what the owner answered, by client id."""

    hits: dict[str, list[Hit]] = field(default_factory=dict)
    said: dict[str, dict[str, str]] = field(default_factory=dict)

    def refused(self, clients: Iterable[str]) -> list[tuple[str, str, datetime]]:
        """The noes (purpose, channel, when) that hold for one client, known by all of these ids.

        They hold for who came later, unless the owner says that it is somebody else; for who was there beside the
        erased one (mother and son) they do not, unless the owner says that the two are the same.
        """
        some = list(clients)
        said, hits = self._said_of(some), self._hits_of(some)
        # whoever was there under one of the ids was there
        there = {hit.about for hit in hits if hit.was_there}
        return [
            (hit.purpose, hit.channel, hit.at)
            for hit in hits
            if said.get(hit.kind, contacts.SOMEBODY_ELSE if hit.about in there else contacts.SAME)
            == contacts.SAME
        ]

    def asked(self, clients: Iterable[str]) -> frozenset[str]:
        """The kinds of contact point by which it is to be asked whether a client is somebody who was erased."""
        some = list(clients)
        return frozenset({hit.kind for hit in self._hits_of(some)} - self._said_of(some).keys())

    def _hits_of(self, clients: list[str]) -> list[Hit]:
        return [hit for client in clients for hit in self.hits.get(client, ())]

    def _said_of(self, clients: list[str]) -> dict[str, str]:
        return {kind: word for client in clients for kind, word in self.said.get(client, {}).items()}


def read(db: Session, salon: str, clients: Iterable[str]) -> Carried:
    """What the contact points of these clients carry.

    Asked table by table: in one join SQLite walks through all contact points of the salon for each client.
    """
    asked = {"salon": salon, "clients": list(clients)}
    own = [_Own(*row) for row in db.connection().execute(_OWN, asked)]
    if not own:
        return Carried()
    noes = _noes(db, salon, {mine.index for mine in own})
    hits: dict[str, list[Hit]] = {}
    for mine in own:
        hits.setdefault(mine.client, []).extend(
            Hit(mine.index, mine.kind, purpose, channel, *mine.against(at))
            for whose, purpose, channel, at in noes.get(mine.index, ())
            if whose != mine.client and channel in contacts.CHANNELS[mine.kind]
        )
    return Carried(hits, _said(db, asked)) if any(hits.values()) else Carried()


def _noes(db: Session, salon: str, indexes: set[str]) -> dict[str, list[tuple[str, str, str, datetime]]]:
    """The noes under each index (of whom, purpose, channel, when): those that outlived their client, who has no name
    left; and those of clients under it of whom nothing else is left, since they were erased within thirty days.
    """
    found: dict[str, list[tuple[str, str, str, datetime]]] = {}
    asked = {"salon": salon, "indexes": sorted(indexes)}
    for index, purpose, channel, at in db.connection().execute(_NOES, asked):
        found.setdefault(index, []).append(("", purpose, channel, at))
    under = db.connection().execute(_UNDER, asked).all()
    everybody = sorted({client for _, client in under})
    living = set(db.connection().execute(_LIVING, {"salon": salon, "clients": everybody}).scalars())
    for index, client in under:
        if client not in living:
            said = mirror_consents.standing_noes(db, salon, client)
            found.setdefault(index, []).extend((client, *no) for no in said)
    return found


def _said(db: Session, parameters: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """What the owner answered, by client and kind of contact point."""
    said: dict[str, dict[str, str]] = {}
    for row in db.connection().execute(_ANSWERED, parameters):
        said.setdefault(row.client, {})[row.question.removeprefix(contacts.QUESTION)] = row.answer
    return said
