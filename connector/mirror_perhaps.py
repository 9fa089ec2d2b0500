"""Days on which clients may have been there by a list that does not say it clearly: nobody is due by what is unclear.

A day stands with the kind of list that it came by. It is no sign of life, and moves no period: what would go is asked
about (policies/perhaps.py) for as long as such a day would keep it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import mirror_registers
from connector.mirror_registers import Registers, moment
from connector.salons import Account
from connector.tables import Client

#: before the names of the registers
PERHAPS = "perhaps."
#: days, by client
Days = Mapping[str, frozenset[date]]


def of(db: Session, account: Account, kind: str) -> dict[str, frozenset[date]]:
    """The days that a kind of list left open, by client."""
    name = f"{PERHAPS}{kind}"
    rows = sa.select(col(Client.client), col(Client.registers)).where(
        col(Client.salon) == account.slug, col(Client.registers).contains(f'"{name}"', autoescape=True)
    )
    return {
        row.client: _days(mirror_registers.load(row.registers), name) for row in db.connection().execute(rows)
    }


def say(
    db: Session, account: Account, kind: str, days: Days, clients: Iterable[str], *, at: datetime, today: date
) -> None:
    """Have these days stand for these clients, and no others of that kind; who has none is judged by the rest again."""
    name = f"{PERHAPS}{kind}"
    for client in sorted(set(clients)):
        mine = (col(Client.salon) == account.slug) & (col(Client.client) == client)
        row = db.connection().execute(sa.select(col(Client.registers), col(Client.look_again_on)).where(mine))
        for registers, look_again_on in row.all():
            fields, said = mirror_registers.load(registers), sorted(days.get(client, ()))
            if said == sorted(_days(fields, name)):
                continue
            fields.pop(name, None)
            if said:
                fields[name] = [[day.isoformat() for day in said], 0, moment(at), ""]
            values = {
                "registers": mirror_registers.dump(fields),
                "look_again_on": min(look_again_on, today),
            }
            db.connection().execute(sa.update(Client).where(mine).values(values))


def latest(fields: Registers) -> date | None:
    """The last day of all that a client's registers leave open."""
    found = (_days(fields, name) for name in fields if name.startswith(PERHAPS))
    return max((day for days in found for day in days), default=None)


def _days(fields: Registers, name: str) -> frozenset[date]:
    said = fields.get(name)
    return frozenset() if said is None else frozenset(date.fromisoformat(day) for day in said[0])
