"""Whatever stands in a column of the evidence: what is wrong is said with its line, and nothing ends in a traceback.

SQLite keeps anything in any column; what PostgreSQL keeps is a moment that no calendar has.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connector import (
    database,
    evidence,
    evidence_export,
    evidence_reading,
    evidence_rows,
    evidence_verifier,
)
from connector.commands.door import Door
from connector.config import Settings
from connector.evidence_export import Asked
from connector.evidence_verifier import Unreadable
from connector.program import Program
from connector.salons import Account
from tests.builders import NOON, Clock
from tests.connector.chains import check, prune, write
from tests.connector.command_line import ovikello

LATER = datetime(2036, 11, 24, 12, 0, tzinfo=UTC)
#: as SQL: text, text that is no UTF-8, bytes, numbers of every kind, and moments that no calendar has, or not in UTC
GARBAGE = [
    "'x'",
    "''",
    "CAST(X'ff00fe' AS TEXT)",
    "X'ff00fe'",
    "X''",
    "zeroblob(600000)",
    "9223372036854775807",
    "-9223372036854775808",
    "0.5",
    "1e300",
    "'0001-01-01 00:00:00.000000'",
    "'99999-12-31 00:00:00'",
    "'2026-02-30 12:00:00.000000'",
    "'0001-01-01 00:00:00+05:00'",
]
COLUMNS = [
    *(("evidence", name) for name in ("seq", "body", "digest")),
    *(("evidence_head", name) for name in ("seq", "digest", "signature", "at", "generation")),
    *(
        ("evidence_checkpoint", name)
        for name in ("seq", "first", "previous", "digest", "from_at", "until_at", "told", "signature")
    ),
]
#: a moment within the calendar is not garbage, and the head's is not signed
BELIEVED = {
    ("evidence_head", "at", "'0001-01-01 00:00:00.000000'"),
    ("evidence_head", "generation", "9223372036854775807"),
}
#: what the commands are tried with: a column of each kind
SPOKEN = [
    ("evidence", "body"),
    ("evidence_head", "seq"),
    ("evidence_head", "at"),
    ("evidence_checkpoint", "from_at"),
]
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def chain(program: Program, clock: Clock, salon: Account, stranger: Account) -> None:
    """Lines 1 and 2 were pruned, line 5 tells of it; another salon has a chain too."""
    write(program, salon, NOON, NOON, NOON + timedelta(days=1), NOON + timedelta(days=1))
    write(program, stranger, NOON)
    clock.at = LATER
    prune(program, salon)


@contextmanager
def put(program: Program, table: str, column: str, value: str) -> Iterator[None]:
    """Have this value stand in a row of the salon's, and what was there before stand there again."""
    row = {"evidence": "salon = 'aava' AND seq = 4"}.get(table, "salon = 'aava'")
    with program.engine.execution_options(write=True).begin() as db:
        number, before = db.execute(
            sa.text(f"SELECT rowid, {column} FROM {table} WHERE {row}")  # noqa: S608 -- names of ours
        ).one()
        db.execute(sa.text(f"UPDATE {table} SET {column} = {value} WHERE rowid = {number}"))  # noqa: S608
    try:
        yield
    finally:
        with program.engine.execution_options(write=True).begin() as db:
            db.execute(
                sa.text(f"UPDATE {table} SET {column} = :before WHERE rowid = {number}"),  # noqa: S608
                {"before": before},
            )


def exported(program: Program, account: Account, file: Path, asked: Asked | None = None) -> bool:
    """Write the file for the auditor; whether the chain held meanwhile."""
    with database.snapshot(program.engine) as db:
        done = evidence_export.to_file(db, account, file, asked=asked, now=LATER, force=True)
    return done.checked.whole


def is_held(file: Path) -> bool:
    """Whether the auditor's program says that the file holds; one that it cannot read names its row."""
    try:
        holds, text = evidence_verifier.verify(str(file))
    except Unreadable as why:
        return not str(why).startswith("Row ")
    assert holds or "BROKEN    at line " in text
    return holds


@on_sqlite
@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_garbage_in_a_column_is_found_with_its_line_by_the_check_and_by_the_auditor(
    program: Program,
    chain: None,
    salon: Account,
    stranger: Account,
    tmp_path: Path,
    table: str,
    column: str,
) -> None:
    file = tmp_path / "e.jsonl"
    assert check(program, salon).whole
    for value in GARBAGE:
        believed = (table, column, value) in BELIEVED
        with put(program, table, column, value):
            found = check(program, salon)
            assert found.whole is believed, value
            assert believed or (found.broken_at or 0) >= 1
            assert believed or found.why in evidence_verifier.WORDS
            assert exported(program, salon, file) is believed
            # the head's generation is no part of the file
            assert is_held(file) is (believed or column == "generation"), value
            exported(program, salon, file, Asked(frozenset({"c"}), NOON.date(), LATER.date(), UTC))
            assert check(program, stranger).whole
            with database.read(program.engine) as db:  # what the console's page of the evidence reads
                assert evidence_reading.reach(db, salon).lines >= 0
                assert evidence_reading.latest(db, salon, limit=9)
    assert check(program, salon).whole


@on_sqlite
@pytest.mark.parametrize("breaks_off", [False, True])
def test_once_the_rows_were_read_as_they_stand_text_that_is_none_is_refused_again(
    program: Program, breaks_off: bool
) -> None:
    no_text = sa.text("SELECT CAST(X'ff00fe' AS TEXT)")
    with database.read(program.engine) as db:
        with suppress(LookupError), evidence_rows.as_they_stand(db):
            assert evidence_rows.raw(db.connection().execute(no_text).scalar_one()) == b"\xff\x00\xfe"
            if breaks_off:
                raise LookupError
        with pytest.raises(sa.exc.OperationalError):
            db.connection().execute(no_text).scalar_one()


@on_sqlite
@pytest.mark.parametrize(("table", "column"), SPOKEN)
def test_a_command_says_what_is_broken_and_ends_with_1(
    program: Program,
    chain: None,
    world: Settings,
    clock: Clock,
    tmp_path: Path,
    table: str,
    column: str,
) -> None:
    file = str(tmp_path / "e.jsonl")
    with put(program, table, column, "CAST(X'ff00fe' AS TEXT)"):
        checked = ovikello(Door(settings=world, now=clock), "evidence", "check")
        written = ovikello(Door(settings=world, now=clock), "evidence", "export", "aava", "-o", file)
        head = ovikello(Door(settings=world, now=clock), "evidence", "head", "aava")
    assert (checked.exit_code, written.exit_code) == (1, 1)
    assert "aava: BROKEN at line " in checked.stdout
    assert "toinen: whole, 1 lines" in checked.stdout
    assert "aava: BROKEN at line " in written.stdout
    if table == "evidence_head":
        assert head.exit_code == 1
        assert "'ovikello evidence check aava'" in head.stderr


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("moment", ["infinity", "-infinity", "4714-11-24 00:00:00+00 BC", "294276-12-31"])
def test_a_moment_that_no_calendar_has_is_found_on_postgresql(
    program: Program, chain: None, salon: Account, tmp_path: Path, moment: str
) -> None:
    for table, column, word in (
        ("evidence_head", "at", "unreadable"),
        ("evidence_checkpoint", "from_at", "forged"),
        ("evidence_checkpoint", "until_at", "forged"),
    ):
        with program.engine.begin() as db:
            where: dict[str, Any] = {"moment": moment}
            before = db.execute(
                sa.text(f"SELECT CAST({column} AS TEXT) FROM {table} WHERE salon = 'aava'")  # noqa: S608
            ).scalar_one()
            change = sa.text(
                f"UPDATE {table} SET {column} = CAST(:moment AS timestamptz) WHERE salon = 'aava'"  # noqa: S608
            )
            db.execute(change, where)
        assert check(program, salon).why == word
        assert not exported(program, salon, tmp_path / "e.jsonl")
        assert not is_held(tmp_path / "e.jsonl")
        with program.engine.begin() as db:
            db.execute(change, {"moment": before})
    assert check(program, salon).whole


@on_sqlite
def test_a_line_that_is_written_afterwards_mends_the_moment_of_the_head(
    program: Program, chain: None, salon: Account
) -> None:
    """It is no part of the proof: that is number and digest, under a signature."""
    with database.write(program.engine) as db:
        db.connection().execute(sa.text("UPDATE evidence_head SET at = 'x' WHERE salon = 'aava'"))
    assert check(program, salon).why == "unreadable"
    write(program, salon, LATER)
    assert check(program, salon).whole
    with database.read(program.engine) as db:
        signed = evidence.signed_head(db, salon)
    assert signed is not None
    assert signed.at == LATER
