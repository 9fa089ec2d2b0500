"""Lists of clients for a page, by what the last judgement left standing, or because they are judged next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

_HELD = sa.text(
    "SELECT client, because, MIN(since_on) AS since_on FROM standing WHERE salon = :salon AND outcome = 'hold'"
    " GROUP BY client, because ORDER BY 3, client, because"
).columns(since_on=sa.Date())
_HOW_MANY_HELD = sa.text(
    "SELECT COUNT(DISTINCT client) FROM standing WHERE salon = :salon AND outcome = 'hold'"
)
_ASKED = sa.text(
    "SELECT because, COUNT(DISTINCT client) AS clients FROM standing WHERE salon = :salon AND outcome = 'ask'"
    " GROUP BY because ORDER BY 2 DESC, because"
)
#: by the index on (salon, look_again_on, client); an id that goes on as another is judged with that one
_NEXT = (
    sa.text(
        "SELECT client FROM client WHERE salon = :salon AND look_again_on <= :on"
        ' AND NOT EXISTS (SELECT 1 FROM merge m JOIN client c ON c.salon = m.salon AND c.client = m."into"'
        " WHERE m.salon = client.salon AND m.client = client.client)"
        " ORDER BY look_again_on, client LIMIT :limit"
    )
    .bindparams(sa.bindparam("on", type_=sa.Date))
    .columns(client=sa.String())
)


@dataclass(frozen=True)
class Held:
    """A client of whom something stays for now, why (reason words), and since when the first of it does."""

    client: str
    because: tuple[str, ...]
    since_on: date


def held(db: Session, slug: str) -> list[Held]:
    """Everybody of whom something is due and held, the longest first."""
    found: dict[str, tuple[list[str], date]] = {}
    for row in db.connection().execute(_HELD, {"salon": slug}):
        because, _ = found.setdefault(row.client, ([], row.since_on))
        because.append(row.because)
    return [Held(client, tuple(because), since_on) for client, (because, since_on) in found.items()]


def held_count(db: Session, slug: str) -> int:
    """Of how many something is due and held."""
    return int(db.connection().execute(_HOW_MANY_HELD, {"salon": slug}).scalar_one())


def asked(db: Session, slug: str) -> dict[str, int]:
    """What is asked, by reason word: of how many clients."""
    return {row.because: row.clients for row in db.connection().execute(_ASKED, {"salon": slug})}


def next_judged(db: Session, slug: str, on: date, *, most: int) -> Sequence[str]:
    """Who is judged in the next night: something about them has changed since the last, or a day has come."""
    return db.connection().execute(_NEXT, {"salon": slug, "on": on, "limit": most}).scalars().all()
