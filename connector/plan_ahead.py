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


def _of_each_kind(question: str, *days: str) -> sa.TextualSelect:
    """One question, asked of each kind's column by its index: how many clients (`clients`) on which `day`."""
    asked = (question.format(kind=kind.value, column=name) for kind, name in _COLUMNS.items())
    told = sa.text(" UNION ALL ".join(asked)).bindparams(*(sa.bindparam(one, type_=sa.Date) for one in days))
    return told.columns(day=sa.Date())


#: one line for each day; what was due by the last night is one line without a day
_COUNT = _of_each_kind(
    "SELECT '{kind}' AS kind, {column} AS day, COUNT(*) AS clients FROM client"
    " WHERE salon = :salon AND {column} > :on AND {column} < :until GROUP BY {column}"
    " UNION ALL SELECT '{kind}', NULL, COUNT(*) FROM client WHERE salon = :salon AND {column} <= :on",
    "on",
    "until",
)
#: the next day of each kind alone, found at once
_NEXT = _of_each_kind(
    "SELECT '{kind}' AS kind, {column} AS day, COUNT(*) AS clients FROM client"
    " WHERE salon = :salon AND {column} = (SELECT MIN({column}) FROM client WHERE salon = :salon AND {column} > :on)"
    " GROUP BY {column}",
    "on",
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
