"""What lies ahead of a salon's clients: a day of each kind beside the client, written with each judgement, and counted.

Nothing is judged for a picture of the coming years: each client's days stand in its row since it was last looked at,
and are counted by an index that holds nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from connector.facts import Known
from policies.ahead import Kind, ahead
from policies.decisions import Decision
from policies.policy import Policy

_COLUMNS = {kind: f"{kind.value}_on" for kind in Kind}
_PUT = sa.text(
    "UPDATE client SET look_again_on = :look_again_on, goes_on = :goes_on, some_on = :some_on, asked_on = :asked_on,"
    " receipts_on = :receipts_on WHERE salon = :salon AND client = :client"
).bindparams(*(sa.bindparam(name, type_=sa.Date) for name in ("look_again_on", *_COLUMNS.values())))
#: by the index of each kind, one line for each day; what was due by the last night is one line
_COUNT = (
    sa.text(
        " UNION ALL ".join(
            f"SELECT '{kind.value}' AS kind, {name} AS day, COUNT(*) AS clients FROM client"  # noqa: S608 -- of our own
            f" WHERE salon = :salon AND {name} > :on AND {name} < :until GROUP BY {name}"
            f" UNION ALL SELECT '{kind.value}', NULL, COUNT(*) FROM client WHERE salon = :salon AND {name} <= :on"
            for kind, name in _COLUMNS.items()
        )
    )
    .bindparams(sa.bindparam("on", type_=sa.Date), sa.bindparam("until", type_=sa.Date))
    .columns(day=sa.Date())
)

#: the same of the next day of each kind alone, found at once
_NEXT = (
    sa.text(
        " UNION ALL ".join(
            f"SELECT '{kind.value}' AS kind, {name} AS day, COUNT(*) AS clients FROM client"  # noqa: S608 -- of our own
            f" WHERE salon = :salon AND {name} = (SELECT MIN({name}) FROM client WHERE salon = :salon AND {name} > :on)"
            f" GROUP BY {name}"
            for kind, name in _COLUMNS.items()
        )
    )
    .bindparams(sa.bindparam("on", type_=sa.Date))
    .columns(day=sa.Date())
)


@dataclass(frozen=True)
class Next:
    """The next day on which anybody falls due in one way, and how many do."""

    kind: Kind
    day: date
    clients: int


@dataclass(frozen=True)
class Counted:
    """How many clients' time is over on each day to come, by kind; and of how many it is already."""

    days: dict[Kind, dict[date, int]] = field(default_factory=dict)
    due: dict[Kind, int] = field(default_factory=dict)


def put(db: Session, slug: str, judged: Sequence[tuple[Known, Decision]], policy: Policy) -> None:
    """Put down what follows from these decisions: when each is looked at again, and what lies ahead of it.

    A merged group counts once, under the id that it goes on as.
    """
    rows: list[dict[str, object]] = []
    for known, decision in judged:
        again = max(decision.look_again_on, decision.on + timedelta(days=1))
        days = ahead(known.facts, policy, decision)
        for nth, one in enumerate(known.ids):
            mine = {name: days.get(kind) if nth == 0 else None for kind, name in _COLUMNS.items()}
            rows.append({"salon": slug, "client": one, "look_again_on": again, **mine})
    if rows:
        db.connection().execute(_PUT, rows)


def count(db: Session, slug: str, *, on: date, until: date) -> Counted:
    """How many fall due on each day after `on` and before `until`; `on` is the day of the last night that judged."""
    found = Counted({kind: {} for kind in Kind}, {kind: 0 for kind in Kind})
    for kind, day, clients in db.connection().execute(_COUNT, {"salon": slug, "on": on, "until": until}):
        if day is None:
            found.due[Kind(kind)] = clients
        else:
            found.days[Kind(kind)][day] = clients
    return found


def coming(db: Session, slug: str, *, on: date) -> list[Next]:
    """Of each kind the next day after `on`, the earliest first; none of what comes for nobody."""
    rows = db.connection().execute(_NEXT, {"salon": slug, "on": on})
    return sorted((Next(Kind(row.kind), row.day, row.clients) for row in rows), key=lambda one: one.day)
