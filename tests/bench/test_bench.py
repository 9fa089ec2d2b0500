"""The bench is kept from rotting: its smallest run comes to its end, and its registers are those that events make."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from connector import database, nightly
from connector.program import Program
from connector.tables import Client, ConsentRecord, Contact, Entry
from tests.bench import registers
from tests.bench.__main__ import PARTS, main
from tests.bench.places import POLICY, Place
from tests.conftest import connect
from tests.connector.intake import browser, rows, secrets_of
from tests.connector.night_world import compare

TABLES: tuple[Any, ...] = (Client, Contact, ConsentRecord, Entry)
COUNT = 12
#: those with processes of their own on one database only
RUNS = [("intake", "sqlite"), ("erasures", "postgresql"), ("console", "sqlite")]
RUNS += [
    (part, name) for part in ("night", "backfill", "imports", "proof") for name in ("sqlite", "postgresql")
]


def test_a_register_made_in_bulk_is_the_one_that_deliveries_and_a_night_make(program: Program) -> None:
    """Those who are overdue get jobs in the night, and are looked at the day after."""
    salon = connect(program, "aava", policy=POLICY)
    today = program.now().date()
    door, secret, again = browser(program), secrets_of(program, salon)[0], registers.look_again(today)
    wanted: registers.Rows = {table: [] for table in registers.COLUMNS}
    for number in range(COUNT):
        is_overdue = number % 4 == 0
        visit = registers.visit_of(number, today, is_overdue=is_overdue)
        for headers, body in registers.deliveries(secret, program.now(), registers.bodies(number, visit)):
            answer = door.post("/webhooks/aava", data=body, headers=headers)
            assert answer.status_code == 204
        day = again(visit)
        assert (day == today + timedelta(days=1)) is is_overdue
        for table, found in registers.rows_of(salon, number, visit, day).items():
            wanted[table] += found
    compare(program, salon)
    report = nightly.run(program, salon=salon.slug)
    assert (report.salons[0].looked, len(report.salons[0].proposed)) == (COUNT, COUNT // 4)
    for table in TABLES:
        columns = registers.COLUMNS[table.__tablename__].split()
        made = [tuple(getattr(row, name) for name in columns) for row in rows(program, salon, table)]
        assert sorted(made) == sorted(wanted[table.__tablename__]), table.__tablename__


def test_rows_put_in_bulk_are_the_same_bytes(program: Program) -> None:
    salon = connect(program, "aava", policy=POLICY)
    place, today = Place("either", program), program.now().date()
    door, secret = browser(program), secrets_of(program, salon)[0]
    for headers, body in registers.deliveries(
        secret, program.now(), registers.bodies(1, registers.visit_of(1, today, is_overdue=False))
    ):
        door.post("/webhooks/aava", data=body, headers=headers)
    told = _bytes(program)
    with database.write(program.engine) as db:
        (day,) = db.connection().execute(sa.select(col(Client.look_again_on))).one()
        for table in TABLES:
            db.connection().execute(sa.delete(table))
    visit = registers.visit_of(1, today, is_overdue=False)
    registers.insert_all(place, registers.rows_of(salon, 1, visit, day))
    assert _bytes(program) == told


def test_no_part_of_the_bench_is_left_out() -> None:
    assert {part for part, _ in RUNS} == set(PARTS)


@pytest.mark.journey
@pytest.mark.parametrize(("part", "database"), RUNS)
def test_each_part_of_the_bench_comes_to_its_end(
    part: str, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--size", "small", "--only", part, "--database", database]) == 0
    assert {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[database] in capsys.readouterr().out


def _bytes(program: Program) -> list[tuple[Any, ...]]:
    """All rows as the driver reads them."""
    found: list[tuple[Any, ...]] = []
    with database.read(program.engine) as db:
        for table, columns in registers.COLUMNS.items():
            names = ", ".join(f'"{name}"' for name in columns.split())
            rows = db.connection().exec_driver_sql(f"SELECT {names} FROM {table}")  # noqa: S608
            found += [tuple(row) for row in rows]
    return found
