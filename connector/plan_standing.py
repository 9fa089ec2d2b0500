"""What stands held or asked about a client: rows that each judgement writes anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from connector import contacts
from policies.decisions import Decision, MarketingOutcome, Outcome

#: a reason: a contact point is that of somebody erased who had said no
SHARED = "shared_contact"
_STOOD = (
    sa.text(
        "SELECT client, category, outcome, because, since_on FROM standing"
        " WHERE salon = :salon AND client IN :clients"
    )
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(since_on=sa.Date)
)
_LISTED = sa.text(
    "SELECT outcome, client, category, because FROM standing WHERE salon = :salon ORDER BY client, category"
)
_FORGET = sa.text("DELETE FROM standing WHERE salon = :salon AND client IN :clients").bindparams(
    sa.bindparam("clients", expanding=True)
)
_PUT = sa.text(
    "INSERT INTO standing (salon, client, category, outcome, because, since_on)"
    " VALUES (:salon, :client, :category, :outcome, :because, :since_on)"
).bindparams(sa.bindparam("since_on", type_=sa.Date))
_STANDS = {Outcome.HOLD: "hold", Outcome.ASK: "ask"}


class _Stood(NamedTuple):
    client: str
    category: str
    outcome: str
    because: str
    since_on: date


@dataclass(frozen=True)
class Judged:
    """What is to stand about a client, by category (or marketing:<channel>): hold or ask, and why.

    `ids` are all ids of the client, the one that it goes on as first.
    """

    ids: tuple[str, ...]
    on: date
    wanted: Mapping[str, tuple[str, str]]


def judged(ids: tuple[str, ...], decision: Decision, shared: Iterable[str] = ()) -> Judged:
    """What is to stand after a decision.

    `shared` are kinds of contact point that somebody erased had as well: it is asked who the client is.
    """
    asked = {f"{contacts.QUESTION}{kind}": ("ask", SHARED) for kind in shared}
    return Judged(ids, decision.on, _wanted(decision) | asked)


def put(db: Session, slug: str, some: Iterable[Judged]) -> None:
    """Replace what stood about these clients; what stood before keeps the day since when it does."""
    several = list(some)
    if not several:
        return
    stood: dict[str, list[_Stood]] = {}
    ids = [one for judged in several for one in judged.ids]
    for row in db.connection().execute(_STOOD, {"salon": slug, "clients": ids}):
        stood.setdefault(row.client, []).append(_Stood(*row))
    gone, new = list[str](), list[dict[str, Any]]()
    for one in several:
        before = [row for client in one.ids for row in stood.get(client, ())]
        rows = _rows(one, before)
        if set(rows) != set(before):
            gone += [client for client in one.ids if client in stood]
            new += [{"salon": slug, **row._asdict()} for row in rows]
    if gone:
        db.connection().execute(_FORGET, {"salon": slug, "clients": gone})
    if new:
        db.connection().execute(_PUT, new)


def _rows(one: Judged, before: Iterable[_Stood]) -> list[_Stood]:
    since = {row[1:4]: row.since_on for row in before}
    return [
        _Stood(one.ids[0], category, outcome, because, since.get((category, outcome, because), one.on))
        for category, (outcome, because) in one.wanted.items()
    ]


def listed(db: Session, slug: str) -> dict[str, list[tuple[str, str, str]]]:
    """Everything that stands held (`hold`) or asked (`ask`): client, category, why."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in db.connection().execute(_LISTED, {"salon": slug}):
        found.setdefault(row.outcome, []).append((row.client, row.category, row.because))
    return found


def _wanted(decision: Decision) -> dict[str, tuple[str, str]]:
    """By category, or marketing:<channel>: hold or ask, and why."""
    wanted = {
        verdict.category.value: (_STANDS[verdict.outcome], verdict.because)
        for verdict in decision.verdicts
        if verdict.outcome in _STANDS
    }
    asked = (one for one in decision.marketing if one.outcome is MarketingOutcome.ASK)
    return wanted | {f"marketing:{one.channel.value}": ("ask", one.because) for one in asked}
