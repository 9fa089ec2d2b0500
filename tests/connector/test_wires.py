"""Statements that go to the driver past SQLAlchemy: what may wait waits, nothing is lost, errors stay known."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from connector import database
from connector.database_many import Among
from connector.database_statement import Question, Statement, ask
from connector.program import Program
from connector.tables import Installation

ADD = Statement("INSERT INTO thing (name, at, day, data) VALUES (:name, :at, :day, :data)")
FIND = Statement(
    "SELECT name, at, day, data FROM thing WHERE name = :name", name=str, at=datetime, day=date, data=bytes
)
SOME = Among("SELECT name FROM thing WHERE '' = :salon OR name {among}", name=str)
COUNT = sa.text("SELECT count(*) FROM thing")
#: a text with everything that a list of texts is written with
ODD = 'a "b", {c} \\ d'


def thing(name: str = "one") -> dict[str, object]:
    """Values of a row."""
    at = datetime(2026, 11, 24, 14, 0, 0, 7, tzinfo=timezone(timedelta(hours=2)))
    return {"name": name, "at": at, "day": date(2026, 11, 24), "data": b"\0\xff"}


@pytest.fixture
def engine(engine: sa.Engine) -> sa.Engine:
    """A database with one more table."""
    at, data = ("DATETIME", "BLOB") if engine.dialect.name == "sqlite" else ("TIMESTAMPTZ", "BYTEA")
    with database.write(engine) as db:
        db.connection().exec_driver_sql(
            f"CREATE TABLE thing (name TEXT PRIMARY KEY, at {at}, day DATE, data {data})"
        )
    return engine


def add(engine: sa.Engine, *names: str, then: Callable[[Session], object] = lambda _: None) -> None:
    """Have rows wait to be added, and do something more in the same transaction."""
    with database.write(engine) as db:
        for name in names:
            ADD.later(db, thing(name))
        then(db)


def names(engine: sa.Engine) -> list[str]:
    """What is there for everybody."""
    with database.read(engine) as db:
        return sorted(db.connection().execute(sa.text("SELECT name FROM thing")).scalars())


def test_values_come_back_as_they_were_told(engine: sa.Engine) -> None:
    with database.write(engine) as db:
        ADD.later(db, [thing(), {**thing("two"), "at": None, "day": None, "data": None}])
        found = FIND.row(db, {"name": "one"})
        assert found == (
            "one",
            datetime(2026, 11, 24, 12, 0, 0, 7, tzinfo=UTC),
            date(2026, 11, 24),
            b"\0\xff",
        )
        assert FIND.row(db, {"name": "two"}) == ("two", None, None, None)
        assert FIND.row(db, {"name": "three"}) is None


def test_what_waits_is_done_before_whatever_is_said_next_by_whichever_way(engine: sa.Engine) -> None:
    with database.write(engine) as db:
        ADD.later(db, thing("one"))
        assert db.connection().execute(COUNT).scalar_one() == 1
        ADD.later(db, thing("two"))
        first, second = ask(db, Question(FIND, {"name": "two"}), Question(FIND, {"name": "three"}))
        assert (first.row.name, second.row) == ("two", None)
        ADD.later(db, thing("three"))
        assert db.get(Installation, 7) is None
        with db.begin_nested() as part:
            ADD.later(db, thing("four"))
            part.rollback()
        ADD.later(db, thing("five"))
    assert names(engine) == ["five", "one", "three", "two"]


def test_what_waited_is_left_undone_with_all_the_rest(engine: sa.Engine) -> None:
    with pytest.raises(ZeroDivisionError):
        add(engine, "one", then=lambda _: 1 / 0)
    add(engine, "two")
    assert names(engine) == ["two"]


def test_an_error_of_what_waited_is_told_and_then_nothing_is_kept(engine: sa.Engine) -> None:
    add(engine, "one")
    with pytest.raises(sa.exc.IntegrityError):
        add(engine, "two", "one", "three")
    assert names(engine) == ["one"]


def test_a_text_that_a_database_cannot_hold_is_refused_and_a_missing_table_is_a_store_that_is_away(
    engine: sa.Engine,
) -> None:
    if engine.dialect.name == "postgresql":
        with pytest.raises(sa.exc.DataError), database.read(engine) as db:
            FIND.row(db, {"name": "a\0b"})
    with pytest.raises(sa.exc.OperationalError), database.read(engine) as db:
        Statement("SELECT 1 FROM nothing", one=int).rows(db, {})
    assert names(engine) == []


def test_keys_are_found_whatever_they_are_written_with(engine: sa.Engine) -> None:
    with database.write(engine) as db:
        ADD.later(db, [thing(name) for name in (ODD, "NULL", "", "other")])
        found = SOME.rows(db, "aava", [ODD, "NULL", ""])
    assert {row.name for row in found} == {ODD, "NULL", ""}


def test_a_connection_of_which_somebody_ended_what_was_prepared_goes_on(engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite":
        return  # nothing is prepared there
    for number in range(2):
        add(engine, f"before-{number}", then=lambda db: FIND.row(db, {"name": "one"}))
    raw = engine.raw_connection()  # past every event
    assert raw.driver_connection is not None
    raw.driver_connection.execute("DEALLOCATE ALL")
    raw.driver_connection.rollback()
    raw.close()
    with database.write(engine) as db:
        ADD.later(db, thing("after"))
        assert FIND.row(db, {"name": "after"}) is not None
        db.connection().exec_driver_sql("DROP TABLE IF EXISTS other")
        assert FIND.row(db, {"name": "after"}) is not None
    assert names(engine) == ["after", "before-0", "before-1"]


def test_a_server_that_goes_away_within_an_exchange_leaves_nothing_and_is_told(
    program: Program, engine: sa.Engine
) -> None:
    if program.settings.is_sqlite:
        return  # it is no server

    def end_its_server(db: Session) -> None:
        process = db.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with database.write(engine) as other:
            other.connection().exec_driver_sql(f"SELECT pg_terminate_backend({process}, 5000)")
        ADD.later(db, thing("two"))

    with pytest.raises(sa.exc.OperationalError):
        add(engine, "one", then=end_its_server)
    assert names(engine) == []
    add(engine, "three")
    assert names(engine) == ["three"]
