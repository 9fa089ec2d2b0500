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

#: noes under an index, and clients under it of whom nothing else is left: they were erased within thirty days
_HITS = (
    sa.text(
        "SELECT c.client AS client, c.kind AS kind, c.at AS since, r.purpose AS purpose, r.channel AS channel,"
        " r.at AS at, NULL AS gone"
        ' FROM contact c JOIN refusal r ON r.salon = c.salon AND r."index" = c."index"'
        " WHERE c.salon = :salon AND c.client IN :clients"
        " UNION ALL SELECT c.client, c.kind, c.at, NULL, NULL, NULL, d.client FROM contact c"
        ' JOIN contact d ON d.salon = c.salon AND d."index" = c."index" AND d.client <> c.client'
        " LEFT JOIN client k ON k.salon = d.salon AND k.client = d.client"
        " WHERE c.salon = :salon AND c.client IN :clients AND k.client IS NULL"
    )
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(
        client=sa.String,
        kind=sa.String,
        since=UtcDateTime(),
        purpose=sa.String,
        channel=sa.String,
        at=UtcDateTime(),
        gone=sa.String,
    )
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

    kind: str
    purpose: str
    channel: str
    at: datetime
    was_there: bool


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
        said = self._said_of(some)
        return [
            (hit.purpose, hit.channel, hit.at)
            for hit in self._hits_of(some)
            if said.get(hit.kind, contacts.SOMEBODY_ELSE if hit.was_there else contacts.SAME) == contacts.SAME
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
    """What the contact points of these clients carry."""
    hits: dict[str, list[Hit]] = {}
    parameters = {"salon": salon, "clients": list(clients)}
    for row in db.connection().execute(_HITS, parameters).all():
        if row.gone is None:
            noes = [(row.purpose, row.channel, row.at)]
        else:
            noes = mirror_consents.standing_noes(db, salon, row.gone)
        hits.setdefault(row.client, []).extend(
            Hit(row.kind, purpose, channel, at, row.since <= at)
            for purpose, channel, at in noes
            if channel in contacts.CHANNELS[row.kind]
        )
    return Carried(hits, _said(db, parameters)) if any(hits.values()) else Carried()


def _said(db: Session, parameters: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """What the owner answered, by client and kind of contact point."""
    said: dict[str, dict[str, str]] = {}
    for row in db.connection().execute(_ANSWERED, parameters):
        said.setdefault(row.client, {})[row.question.removeprefix(contacts.QUESTION)] = row.answer
    return said
