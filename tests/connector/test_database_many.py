"""Many rows at once are the rows that SQLAlchemy's own types read, and touch nobody else's."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from connector import database
from connector.database_many import Among, Rows
from connector.program import Program
from connector.salons import Account
from connector.tables import Client
from tests.conftest import connect
from tests.connector.intake import rows

KINDS = {"salon": str, "client": str, "first_at": datetime, "latest_at": datetime, "look_again_on": date}
CLIENTS = Rows("client", keys=2, **KINDS, registers=str, maxima=str)
LISTED = Rows("client", keys=2, salon=str, client=str, listed_in=type(uuid4()), look_again_on=date)
NAMED = Among(
    "SELECT client, first_at, look_again_on FROM client WHERE salon = :salon AND client {among}",
    **{"client": str, "first_at": datetime, "look_again_on": date},
)
#: in Helsinki's summer: each database has to know which moment is meant
AT = datetime(2026, 7, 1, 12, 30, 5, 120, tzinfo=timezone(timedelta(hours=3)))
DAY = date(2026, 7, 1)
WALK = uuid4()
#: what COPY's own text and JSON have other meanings for
ODD = ("tab\there", "back\\slash", "\\N", 'quo"te', "line\nbreak", "Ä€𝄞", "{a,b}", "'; --")


def test_rows_added_at_once_are_read_as_they_were_written(program: Program, salon: Account) -> None:
    with database.write(program.engine) as db:
        _add(db, salon, *ODD)
    found = rows(program, salon, Client)
    assert sorted(row.client for row in found) == sorted(ODD)
    assert {(row.first_at, row.look_again_on, row.listed_in) for row in found} == {(AT, DAY, None)}


def test_rows_are_found_among_keys_and_of_their_own_salon_only(program: Program, salon: Account) -> None:
    other = connect(program, "other")
    with database.write(program.engine) as db:
        _add(db, salon, *ODD, "c-1")
        _add(db, other, "c-1", "c-2")
        many = [*ODD, "c-2", *(f"nobody-{number}" for number in range(70_000))]
        found = NAMED.rows(db, salon.slug, many)
        nobody = NAMED.rows(db, salon.slug, [])
    assert sorted(row.client for row in found) == sorted(ODD)
    assert {(row.first_at.astimezone(UTC), row.look_again_on) for row in found} == {(AT, DAY)}
    assert nobody == []


def test_rows_are_changed_at_once_and_nobody_else_s(program: Program, salon: Account) -> None:
    other = connect(program, "other")
    with database.write(program.engine) as db:
        _add(db, salon, *ODD, "c-1")
        _add(db, other, *ODD)
        LISTED.change(db, [(salon.slug, client, WALK, DAY + timedelta(days=1)) for client in ODD])
        LISTED.change(db, [(salon.slug, "nobody", WALK, DAY)])
        LISTED.change(db, [])
    changed = {row.client for row in rows(program, salon, Client) if row.listed_in == WALK}
    assert changed == set(ODD)
    assert {row.look_again_on - DAY for row in rows(program, salon, Client)} == {timedelta(1), timedelta(0)}
    assert {row.listed_in for row in rows(program, other, Client)} == {None}


def test_a_row_that_is_there_already_is_an_error_like_any_other_statement_s(
    program: Program, salon: Account
) -> None:
    with database.write(program.engine) as db:
        _add(db, salon, "c-1")
    with pytest.raises(sa.exc.IntegrityError) as raised, database.write(program.engine) as db:
        _add(db, salon, "c-2", "c-1")
    assert "c-1" not in str(raised.value.statement)
    assert [row.client for row in rows(program, salon, Client)] == ["c-1"]


def test_a_moment_without_a_time_zone_is_refused(program: Program, salon: Account) -> None:
    naive = AT.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"), database.write(program.engine) as db:
        CLIENTS.add(db, [(salon.slug, "c-1", naive, naive, DAY, "{}", "{}")])


def _add(db: Session, account: Account, *clients: str) -> None:
    CLIENTS.add(db, [(account.slug, client, AT, AT, DAY, "{}", "{}") for client in clients])
