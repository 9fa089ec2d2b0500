"""A salon that leaves: everything of it goes, and nothing of any other."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from sqlmodel import SQLModel

from connector import database, evidence_verifier, holds, owners, owners_people, salons_removal
from connector.commands.door import Door
from connector.config import Settings
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.tables import Installation
from policies.holds import HandKind
from tests.builders import Clock
from tests.connector.command_line import ovikello
from tests.connector.console.visitor import person
from tests.connector.every_table import fill
from tests.connector.night_world import gone_quiet, tell
from tests.connector.test_commands import dump
from tests.connector.test_metrics_standing import add_job


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


def remove(world: Settings, clock: Clock, file: Path, *more: str) -> Result:
    words = ["salon", "remove", "aava", "--evidence", str(file), "--confirm", "aava", "--json", *more]
    return ovikello(Door(settings=world, now=clock), *words)


def test_a_salon_that_leaves_takes_its_evidence_along_and_another_keeps_everything(
    world: Settings, clock: Clock, program: Program, salon: Account, stranger: Account, tmp_path: Path
) -> None:
    tell(program, salon, gone_quiet("c-1"))
    tell(program, stranger, gone_quiet("c-2"))
    theirs = [row for rows in dump(program.engine).values() for row in rows if "toinen" in row]
    result = remove(world, clock, tmp_path / "evidence.jsonl")
    assert result.exit_code == 0, result.stderr
    verifier = subprocess.run(
        [sys.executable, evidence_verifier.__file__, str(tmp_path / "evidence.jsonl")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verifier.returncode == 0, verifier.stdout + verifier.stderr
    assert "salon_removed" in (tmp_path / "evidence.jsonl").read_text()
    after = [row for rows in dump(program.engine).values() for row in rows]
    assert not [row for row in after if "aava" in row]
    assert [row for row in after if "toinen" in row] == theirs


def test_who_did_something_for_another_salon_before_stays_there_and_who_was_only_invited_goes(
    program: Program, clock: Clock, salon: Account, stranger: Account
) -> None:
    was_here = person(program, clock, "ennen@toinen.example", stranger.slug, salon.slug)
    other = person(program, clock, "omistaja@toinen.example", stranger.slug)
    tell(program, stranger, gone_quiet("c-2"))
    with database.write(program.engine) as db:
        owners.add(db, program.vault, "lisatty@aava.example", salon.slug, now=clock.at)
        today = clock.at.date()
        holds.open_by_hand(
            db, stranger, "c-2", why=HandKind.OTHER, reason="syy", categories=(), owner=was_here.id, now=clock.at,
            review_on=today + timedelta(days=9), today=today,
        )  # fmt: skip
        assert owners_people.end(db, stranger, was_here.id, by=other.id, now=clock.at) is None
        for account, by in ((salon, was_here), (stranger, other)):
            for name in ("molempiin", account.slug):
                email = f"{name}@kutsuttu.example"
                assert owners_people.invite(db, program.vault, account, email, by=by.id, now=clock.at)
    with database.write(program.engine) as db:
        salons_removal.destroy(db, salon.slug)
    with database.read(program.engine) as db:
        left = {owners.email_of(db, program.vault, one) for one in owners.everybody(db)}
    assert left == {
        was_here.email,
        other.email,
        "molempiin@kutsuttu.example",
        f"{stranger.slug}@kutsuttu.example",
    }


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN, State.PENDING])
def test_a_salon_with_a_call_out_does_not_leave_before_its_outcome_is_known_or_given_up(
    world: Settings, clock: Clock, program: Program, salon: Account, tmp_path: Path, state: State
) -> None:
    add_job(program, salon, state)
    before = dump(program.engine)
    refused = remove(world, clock, tmp_path / "e")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "1 jobs of aava have a call out" in refused.stderr
    assert dump(program.engine) == before
    assert not (tmp_path / "e").exists()
    assert remove(world, clock, tmp_path / "e", "--unfinished").exit_code == 0


def test_evidence_that_cannot_be_written_destroys_nothing(
    world: Settings, clock: Clock, program: Program, salon: Account, tmp_path: Path
) -> None:
    (tmp_path / "e").write_text("precious")
    before = dump(program.engine)
    assert remove(world, clock, tmp_path / "e").exit_code == 2
    assert dump(program.engine) == before
    assert (tmp_path / "e").read_text() == "precious"
