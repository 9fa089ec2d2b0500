"""Nothing gets from one test into the next: what a test finds is what the migrations leave."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from connector import database
from connector.tables import Installation, UtcDateTime
from tests.builders import NOON
from tests.databases import Kind

#: the same everywhere, so that each row's parents are there
VALUES: dict[type[Any], Any] = {
    str: "x",
    object: "x",
    int: 7,
    bool: True,
    bytes: b"x",
    date: NOON.date(),
    UUID: UUID(int=7),
    UtcDateTime: NOON,
}
CHANGES = (
    "ALTER TABLE client ADD COLUMN left_over TEXT",
    "CREATE TABLE left_over (id INTEGER)",
    "DROP INDEX ix_client_look",
    "DROP TABLE tombstone",
)


@pytest.fixture
def again(database_kind: Kind, tmp_path: Path) -> Callable[[], sa.Engine]:
    """Begin the next test: its engine."""
    folders = iter(range(9))

    def begin() -> sa.Engine:
        database_kind.fresh(tmp_path / str(next(folders)))
        return database_kind.engine()

    return begin


def everything(engine: sa.Engine) -> dict[str, list[Any]]:
    """Every row of every table, and what the tables are like."""
    found: dict[str, list[Any]] = {}
    with database.read(engine) as db:
        look = sa.inspect(db.connection())
        for name in sorted(look.get_table_names()):
            columns = [column["name"] for column in look.get_columns(name)]
            indexes = sorted(str(index["name"]) for index in look.get_indexes(name))
            rows = db.connection().execute(sa.select(sa.text("*")).select_from(sa.table(name)))
            found[name] = [columns, indexes, *sorted(map(repr, rows))]
    return found


def row_of(table: sa.Table) -> dict[str, Any]:
    """A row with something in every column."""
    return {column.name: _value(column.type) for column in table.columns}


def _value(kind: sa.types.TypeEngine[Any]) -> Any:
    if isinstance(kind, sa.Enum):
        return next(iter(kind.enum_class or ()))
    return VALUES[type(kind) if type(kind) in VALUES else kind.python_type]


def test_what_a_test_wrote_is_gone(again: Callable[[], sa.Engine]) -> None:
    engine = again()
    before = everything(engine)
    assert set(before) == {*SQLModel.metadata.tables, "alembic_version"}
    with database.write(engine) as db:
        for table in SQLModel.metadata.sorted_tables:
            db.connection().execute(sa.insert(table).values(row_of(table)))
    assert all(rows[2:] for rows in everything(engine).values())
    assert everything(again()) == before


def test_what_the_migrations_left_is_given_back(again: Callable[[], sa.Engine]) -> None:
    engine = again()
    before = everything(engine)
    with engine.begin() as connection:
        connection.execute(sa.delete(Installation))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert everything(again()) == before


@pytest.mark.parametrize("change", CHANGES)
def test_changed_tables_are_whole_again(again: Callable[[], sa.Engine], change: str) -> None:
    engine = again()
    before = everything(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(change)
    assert everything(engine) != before
    assert everything(again()) == before
    assert everything(again()) == before


def test_a_transaction_that_was_left_open_is_ended(
    again: Callable[[], sa.Engine], database_kind: Kind
) -> None:
    before = everything(again())
    held = database.make_engine(database_kind.engine().url.render_as_string(hide_password=False))
    connection = held.connect()
    connection.execute(sa.delete(Installation))
    assert everything(again()) == before
    connection.invalidate()
    held.dispose()
    assert everything(database_kind.engine()) == before
