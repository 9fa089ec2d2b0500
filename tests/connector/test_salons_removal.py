"""A salon that leaves: everything of it goes, and nothing of any other."""

import sqlalchemy as sa
from sqlmodel import SQLModel

from connector import database, salons_removal
from connector.tables import Installation
from tests.connector.every_table import fill
from tests.connector.test_commands import dump


def test_no_row_of_a_salon_that_was_destroyed_is_left_in_any_table_and_no_row_of_another_is_gone(
    engine: sa.Engine,
) -> None:
    rows = fill(engine)
    before = dump(engine)
    with database.write(engine) as db:
        salons_removal.destroy(db, rows["salon"][0]["slug"])
    after = dump(engine)
    for table in SQLModel.metadata.sorted_tables:
        if table.name == Installation.__tablename__:
            assert after[table.name] == before[table.name]
            continue
        left = [row for row in after[table.name] if row in before[table.name]]
        assert (table.name, len(before[table.name]) - len(left)) == (table.name, 1)
        assert left == after[table.name]
        key = next(iter(table.primary_key)).name
        assert not any(repr(rows[table.name][0][key]) in row for row in after[table.name]), table.name
