"""The rows of living clients: one read and one write for each event, as text (facts: performance, section 0)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import mirror_registers as registers
from connector.database_many import Among, Rows
from connector.database_statement import Statement
from connector.mirror_registers import Maxima, Registers, Stamp
from connector.mirror_told import SWITCHED_OFF, Told
from connector.salons import Account
from connector.tables import Client, UtcDateTime
from webhooks.events import Answer

#: of a moment as it is written, so much is its month: a second sign of life in it moves no day by more than that
_MONTH = len("2026-11")

_TYPES = {"first_at": UtcDateTime(), "latest_at": UtcDateTime()}
_COLUMNS = {
    "registers": str,
    "maxima": str,
    "first_at": datetime,
    "latest_at": datetime,
    "look_again_on": date,
}
_READ = Statement(
    "SELECT registers, maxima, first_at, latest_at, look_again_on FROM client"
    " WHERE salon = :salon AND client = :client",
    **_COLUMNS,
)
_READ_ALL = Among(
    "SELECT client, registers, maxima, first_at, latest_at, look_again_on FROM client"
    " WHERE salon = :salon AND client {among}",
    **{"client": str, **_COLUMNS},
)
_ROWS = Rows("client", keys=2, **{"salon": str, "client": str, **_COLUMNS, "listed_in": UUID})
_ADD = Statement(
    "INSERT INTO client (salon, client, registers, maxima, first_at, latest_at, look_again_on)"
    " VALUES (:salon, :client, :registers, :maxima, :first_at, :latest_at, :look_again_on)"
)
_CHANGE = Statement(
    "UPDATE client SET registers = :registers, maxima = :maxima, first_at = :first_at, latest_at = :latest_at,"
    " look_again_on = :look_again_on WHERE salon = :salon AND client = :client"
)
_WAKE = sa.text(
    "UPDATE client SET look_again_on = :today WHERE salon = :salon AND client = :client AND look_again_on > :today"
).bindparams(sa.bindparam("today", type_=sa.Date))
_BOUND: list[sa.BindParameter[Any]] = [
    *(sa.bindparam(name, type_=kind) for name, kind in _TYPES.items()),
    sa.bindparam("look_again_on", type_=sa.Date),
]
#: for many at once: a campaign tells of up to 2,000 clients that they are there, and no more
_REACH = sa.text(
    "INSERT INTO client (salon, client, registers, maxima, first_at, latest_at, look_again_on)"
    " VALUES (:salon, :client, '{}', '{}', :first_at, :latest_at, :look_again_on)"
    " ON CONFLICT (salon, client) DO UPDATE SET"
    " first_at = CASE WHEN excluded.first_at < client.first_at THEN excluded.first_at ELSE client.first_at END,"
    " latest_at = CASE WHEN excluded.latest_at > client.latest_at THEN excluded.latest_at ELSE client.latest_at END"
).bindparams(*_BOUND)


#: of a client's row, in the order of `_COLUMNS`
Values = tuple[str, str, datetime, datetime, date]


class Kept(NamedTuple):
    """What became of one telling: whether the client is new here, and what of it is another than before."""

    is_new: bool
    became: frozenset[str] = frozenset()
    """The fields that say another thing than before."""
    unticked: frozenset[str] = frozenset()
    """Of those the boxes that said yes, and were not unticked by Ovikello."""
    is_later: bool = False
    """Whether a day on which the client was there, or gave another sign of life, is later than before."""

    @property
    def is_changed(self) -> bool:
        """Whether anything is."""
        return bool(self.became) or self.is_later


class Telling(NamedTuple):
    """What one event told of one living client, and with what stamp."""

    told: Told
    stamp: Stamp
    at: datetime
    wakes: bool = False


def find(db: Session, account: Account, client: str) -> Any:
    """The row of a living client, or None."""
    return _READ.row(db, {"salon": account.slug, "client": client})


def tell(db: Session, account: Account, telling: Telling, row: Any, *, today: date) -> Kept:
    """Write what was told of a living client, of whom this row was found; it is made where there is none."""
    values, kept = _kept(row, telling, today)
    statement = _ADD if row is None else _CHANGE
    told = dict(zip(_COLUMNS, values, strict=True))
    statement.later(db, {"salon": account.slug, "client": telling.told.client, **told})
    return kept


def tell_all(
    db: Session, account: Account, tellings: Sequence[Telling], *, today: date, listed_in: UUID
) -> list[Kept]:
    """The same of many clients, each of whom is told of once, and who were listed in this walk."""
    found = _READ_ALL.rows(db, account.slug, [one.told.client for one in tellings])
    rows = {row.client: row for row in found}
    added: list[tuple[object, ...]] = []
    changed: list[tuple[object, ...]] = []
    all_kept = []
    for one in tellings:
        client = one.told.client
        row = rows.get(client)
        values, kept = _kept(row, one, today)
        (changed if row else added).append((account.slug, client, *values, listed_in))
        all_kept.append(kept)
    _ROWS.add(db, added)
    _ROWS.change(db, changed)
    return all_kept


def list_in(db: Session, account: Account, clients: list[str], walk: UUID) -> None:
    """Remember that these clients were listed in this walk."""
    if clients:
        db.connection().execute(
            sa.update(Client)
            .where(col(Client.salon) == account.slug, col(Client.client).in_(clients))
            .values(listed_in=walk)
        )


def reach(db: Session, account: Account, clients: list[str], *, at: datetime, today: date) -> None:
    """Make the rows of many clients, where there are none."""
    values = {"salon": account.slug, "first_at": at, "latest_at": at, "look_again_on": today}
    db.connection().execute(_REACH, [values | {"client": client} for client in clients])


def wake(db: Session, account: Account, client: str, *, today: date) -> None:
    """Have a client looked at in the next night."""
    db.connection().execute(_WAKE, {"salon": account.slug, "client": client, "today": today})


def switched_off(db: Session, account: Account, client: str, *, at: datetime, today: date) -> None:
    """Remember when Ovikello itself switched a living client's marketing off."""
    row = find(db, account, client)
    if row is not None:
        when = registers.moment(at)
        told = Told(client, fields={SWITCHED_OFF: when}, wakes=False)
        tell(db, account, Telling(told, Stamp(0, when, ""), at), row, today=today)


def with_last_visit(db: Session, account: Account) -> set[str]:
    """Everybody of whose last visit the booking system told."""
    told = sa.select(col(Client.client)).where(
        col(Client.salon) == account.slug, col(Client.maxima).contains('"told_visit"', autoescape=True)
    )
    return set(db.connection().execute(told).scalars())


def latest_at(db: Session, account: Account, client: str) -> datetime | None:
    """When anything was last told of a living client; None where there is none."""
    row = find(db, account, client)
    latest: datetime | None = row.latest_at if row else None
    return latest


def _kept(row: Any, one: Telling, today: date) -> tuple[Values, Kept]:
    """What a client's row holds after a telling, and what became of that."""
    told, at = one.told, one.at
    fields: Registers
    maxima: Maxima
    if row is None:  # nothing to compare with; a list that is walked for the first time has no others
        fields = {name: [value, *one.stamp] for name, value in told.fields.items()}
        maxima = {kind: registers.moment(when) for kind, when in told.maxima.items()}
        return (registers.dump(fields), registers.dump(maxima), at, at, today), Kept(True, frozenset(fields))
    fields, maxima = registers.load(row.registers), registers.load(row.maxima)
    ticked = _ticked(fields) if told.are_boxes else frozenset[str]()
    became = _put_all(fields, told, one.stamp)
    before = dict(maxima)
    wakes = _raise_all(maxima, told)
    # whoever was said to be merged away is waited for no longer when anything is told of them
    is_awake = one.wakes or told.wakes or bool(became) or wakes or "merged_away" in fields
    texts = registers.dump(fields), registers.dump(maxima)
    again = min(row.look_again_on, today) if is_awake else row.look_again_on
    return (*texts, min(row.first_at, at), max(row.latest_at, at), again), Kept(
        False, became, ticked & became, maxima != before
    )


def _ticked(fields: Registers) -> frozenset[str]:
    """The boxes that say yes. What Ovikello switched off after it was seen to say so is no box that says yes any more.

    So an echo of its own writing is nobody's answer, and one that was only said to be written changes nothing.
    """
    off = fields.get(SWITCHED_OFF)
    return frozenset(
        name
        for name, (said, _, at, _) in fields.items()
        if said == Answer.GIVEN.value and (off is None or at > off[0])
    )


def _put_all(fields: Registers, told: Told, stamp: Stamp) -> frozenset[str]:
    # a merge or an account has no revision of its own; neither has a record that comes without one
    return frozenset(name for name, value in told.fields.items() if registers.put(fields, name, value, stamp))


def _raise_all(maxima: Maxima, told: Told) -> bool:
    """Raise the maxima; True where a kind is told for the first time, or anything for the first time in a month."""
    before = max(maxima.values(), default="")
    first = any(kind not in maxima for kind in told.maxima)
    if not any([registers.raise_to(maxima, kind, at) for kind, at in told.maxima.items()]):
        return False
    return first or max(maxima.values())[:_MONTH] != before[:_MONTH]
