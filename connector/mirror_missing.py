"""Clients who are missing from the booking system without its having told why: out of the mirror, and kept aside.

That somebody is gone is only concluded here: a list was short, a look found nothing. So whatever the booking system
tells of such a client with a later date withdraws the tombstone, and all is as if it had never been: for thirty days
what was known lies sealed in it. A deletion that was told, and an erasure of our own, are never withdrawn.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

from connector import mirror_clients, mirror_graves
from connector.mirror_graves import MISSING
from connector.mirror_marks import Grave
from connector.salons import Account
from connector.tables import CampaignRecipient, Client, Entry, Hold, OwnerAnswer, RecordTouch, Tombstone

#: what is known of a client, and goes when it does; what stands held or asked is found anew
Rows = dict[str, list[dict[str, Any]]]
TABLES: tuple[Any, ...] = (Client, Entry, RecordTouch, CampaignRecipient, Hold, OwnerAnswer)
KNOWN = tuple(table.__tablename__ for table in TABLES)


def lay(db: Session, account: Account, client: str, grave: Grave) -> bool:
    """Take a client out of the mirror; False where something dated later was told of it, or where it is not there."""
    latest_at = mirror_clients.latest_at(db, account, client)
    if latest_at is None or latest_at > grave.at:
        return False
    sealed = seal(account, client, _rows(db, account, client))
    mirror_graves.bury(db, account, client, None, at=grave.at, by=MISSING)
    db.connection().execute(sa.update(Tombstone).where(*_is_of(account, client)).values(kept=sealed))
    return True


def lift(
    db: Session, account: Account, graves: Mapping[str, Grave], *, at: datetime | None = None
) -> dict[str, Grave]:
    """Put everything back of those of these clients who are only missing; give their graves.

    What is told late (`at`) of one whose thirty days are over is as late as with any other tombstone.
    """
    lifted = {
        client: grave
        for client, grave in graves.items()
        if grave.by == MISSING and not (grave.is_settled and at is not None and at <= grave.at)
    }
    for client in lifted:
        mine = _is_of(account, client)
        kept = db.connection().execute(sa.select(col(Tombstone.kept)).where(*mine)).scalar_one()
        db.connection().execute(sa.delete(Tombstone).where(*mine))
        if kept is not None:
            _put_back(db, opened(account, client, kept))
    return lifted


def lay_again(
    db: Session, account: Account, lifted: Mapping[str, Grave], *, now_told: date
) -> frozenset[str]:
    """Take those out again of whom nothing later was told, and give them; the others are back, and judged anew."""
    still = frozenset(client for client, grave in lifted.items() if lay(db, account, client, grave))
    for client in lifted.keys() - still:
        found = (
            sa.update(Client)
            .where(col(Client.salon) == account.slug, col(Client.client) == client)
            .values(found_again_on=now_told, look_again_on=now_told)
        )
        db.connection().execute(found)
    return still


def seal(account: Account, client: str, rows: Rows) -> bytes:
    """What is known of a client, by table, for its tombstone."""
    return account.keys.seal(msgspec.json.encode(rows), _place(account, client))


def opened(account: Account, client: str, sealed: bytes) -> Rows:
    """What was known of a client, by table."""
    kept: Rows = msgspec.json.decode(account.keys.unseal(sealed, _place(account, client)))
    return kept


def _rows(db: Session, account: Account, client: str) -> Rows:
    found = {}
    for table in TABLES:
        of_it = sa.select(*sa.inspect(table).columns).where(
            table.salon == account.slug, table.client == client
        )
        found[table.__tablename__] = [dict(row._mapping) for row in db.connection().execute(of_it)]
    return found


def _put_back(db: Session, kept: Rows) -> None:
    for table in TABLES:
        columns = sa.inspect(table).columns
        rows = [
            {name: _value(columns[name], value) for name, value in row.items() if name in columns}
            for row in kept.get(table.__tablename__, [])
        ]
        if rows:
            db.connection().execute(sa.insert(table), rows)


def _value(column: Any, value: object) -> object:
    kind = getattr(column.type, "impl_instance", column.type).python_type
    return None if value is None else msgspec.convert(value, kind)


def _is_of(account: Account, client: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    key = account.keys.client_key(client)
    return col(Tombstone.salon) == account.slug, col(Tombstone.client_key) == key


def _place(account: Account, client: str) -> str:
    return f"missing:{account.keys.client_key(client)}"
