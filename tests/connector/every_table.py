"""Rows in every table that there is, for what must hold for all of them: moving, removing."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import AutoString, SQLModel

from connector import database
from connector.tables import Installation, UtcDateTime
from tests.builders import NOON

#: so many rows of each: one for each of so many salons, which nothing joins
SALONS = 3


def value(column: sa.Column[Any], number: int) -> Any:
    """A value of a column's type that is hard to carry over, another one for each number."""
    kind = column.type
    if isinstance(kind, sa.Enum):
        return list(kind.enum_class or ())[number]
    if isinstance(kind, AutoString):
        return f"{'aÄz'[number]}-Ääkköset-✂️-{number}"[: kind.length or 64]
    if isinstance(kind, UtcDateTime):
        return NOON + timedelta(days=number, microseconds=number * 7 + 1)
    if isinstance(kind, sa.Boolean):
        return bool(number % 2)
    makers: list[tuple[type[Any], Any]] = [
        (sa.Integer, 2**31 - 1 - number),
        (sa.LargeBinary, bytes([0, 255, number])),
        (sa.Date, date(2024, 2, 29) + timedelta(days=number)),
        (sa.Uuid, uuid4()),
    ]
    return next(made for wanted, made in makers if isinstance(kind, wanted))


def fill(engine: sa.Engine) -> dict[str, list[dict[str, Any]]]:
    """A row for each of three salons in every table that there is; the last has nothing in what may be empty."""
    rows: dict[str, list[dict[str, Any]]] = {}
    with database.write(engine) as db:
        for table in SQLModel.metadata.sorted_tables:
            if table.name == Installation.__tablename__:
                continue
            rows[table.name] = []
            for number in range(SALONS):
                row: dict[str, Any] = {}
                for column in table.columns:
                    parent = next(iter(column.foreign_keys), None)
                    is_empty = column.nullable and number == SALONS - 1
                    if is_empty:
                        row[column.name] = None
                    elif parent is not None:
                        row[column.name] = rows[parent.column.table.name][number][parent.column.name]
                    else:
                        row[column.name] = value(column, number)
                rows[table.name].append(row)
            db.connection().execute(sa.insert(table), rows[table.name])
    return rows
