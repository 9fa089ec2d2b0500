"""Sessions of browsers: both sides of every limit, and what ends them."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from connector import database, owners, sessions
from connector.program import Program
from connector.salons import Account
from connector.sessions import HALF_FOR, IDLE, WHOLE_FOR
from tests.builders import NOON

SECOND = timedelta(seconds=1)


@pytest.fixture
def owner(program: Program, salon: Account) -> UUID:
    """An owner of one salon."""
    with database.write(program.engine) as db:
        owners.add(db, program.vault, "omistaja@aava.example", salon.slug, now=NOON)
        found = owners.speaks_for(db, program.vault, "omistaja@aava.example", salon.slug)
    assert found is not None
    return found


def whole(db: Session, owner: UUID) -> str:
    """A whole session since noon."""
    half = sessions.find(db, sessions.start(db, owner, now=NOON), now=NOON)
    assert half is not None
    return sessions.make_whole(db, half, now=NOON)


def test_a_password_makes_a_half_session_for_ten_minutes(program: Program, owner: UUID) -> None:
    with database.write(program.engine) as db:
        token = sessions.start(db, owner, now=NOON, agent="Firefox")
        half = sessions.find(db, token, now=NOON + HALF_FOR - SECOND)
        assert half is not None
        assert (half.is_whole, half.salon, half.owner) == (False, "aava", owner)
        assert sessions.find(db, token, now=NOON + HALF_FOR) is None


def test_the_code_makes_it_whole_under_another_token(program: Program, owner: UUID) -> None:
    with database.write(program.engine) as db:
        token = sessions.start(db, owner, now=NOON)
        half = sessions.find(db, token, now=NOON)
        assert half is not None
        new = sessions.make_whole(db, half, now=NOON)
        assert new != token
        assert sessions.find(db, token, now=NOON) is None
        found = sessions.find(db, new, now=NOON)
        assert found is not None
        assert found.is_whole


def test_half_an_hour_unused_ends_it(program: Program, owner: UUID) -> None:
    with database.write(program.engine) as db:
        token = whole(db, owner)
        assert sessions.find(db, token, now=NOON + IDLE - SECOND) is not None
        assert sessions.find(db, token, now=NOON + IDLE) is None


def test_twelve_hours_end_it_however_it_is_used(program: Program, owner: UUID) -> None:
    with database.write(program.engine) as db:
        token, at = whole(db, owner), NOON
        while at < NOON + WHOLE_FOR - IDLE:
            at += IDLE - SECOND
            session = sessions.find(db, token, now=at)
            assert session is not None
            sessions.touch(db, session, now=at)
        assert sessions.find(db, token, now=NOON + WHOLE_FOR - SECOND) is not None
        assert sessions.find(db, token, now=NOON + WHOLE_FOR) is None


def test_use_is_written_down_once_a_minute_and_never_moved_back(program: Program, owner: UUID) -> None:
    with database.write(program.engine) as db:
        token = whole(db, owner)
        session = sessions.find(db, token, now=NOON)
        assert session is not None
        assert not sessions.is_to_touch(session, now=NOON + timedelta(seconds=59))
        assert sessions.is_to_touch(session, now=NOON + timedelta(seconds=60))
        sessions.touch(db, session, now=NOON + timedelta(minutes=5))
        sessions.touch(db, session, now=NOON + timedelta(minutes=2))
        again = sessions.find(db, token, now=NOON + timedelta(minutes=5))
        assert again is not None
        assert again.seen_at == NOON + timedelta(minutes=5)


def test_logging_out_ends_it_for_a_copied_cookie_too(program: Program, owner: UUID) -> None:
    with database.write(program.engine) as db:
        token, other = whole(db, owner), whole(db, owner)
        session = sessions.find(db, token, now=NOON)
        assert session is not None
        sessions.end(db, session.token_hash)
        assert sessions.find(db, token, now=NOON) is None
        assert sessions.find(db, other, now=NOON) is not None


def test_no_token_stands_in_the_database(program: Program, owner: UUID) -> None:
    with database.write(program.engine) as db:
        token = whole(db, owner)
        rows = db.connection().execute(sa.text("SELECT * FROM login_session")).all()
    assert token not in repr(rows)


def test_an_owner_looks_at_their_own_salons_only(program: Program, owner: UUID, stranger: Account) -> None:
    with database.write(program.engine) as db:
        token = whole(db, owner)
        session = sessions.find(db, token, now=NOON)
        assert session is not None
        assert not sessions.look_at(db, session, stranger.slug)
        owners.add(db, program.vault, "omistaja@aava.example", stranger.slug, now=NOON)
        assert sessions.look_at(db, session, stranger.slug)
        found = sessions.find(db, token, now=NOON)
        assert found is not None
        assert found.salon == stranger.slug


def test_a_salon_that_is_taken_away_is_no_longer_looked_at(program: Program, owner: UUID) -> None:
    with database.write(program.engine) as db:
        token = whole(db, owner)
        db.connection().execute(sa.text("DELETE FROM ownership"))
        session = sessions.find(db, token, now=NOON)
        assert session is not None
        assert session.salon is None


def test_sessions_that_are_over_are_swept(program: Program, owner: UUID) -> None:
    with database.write(program.engine) as db:
        whole(db, owner)
        assert sessions.sweep(db, now=NOON + IDLE - SECOND) == 0
        assert sessions.sweep(db, now=NOON + IDLE) == 1
