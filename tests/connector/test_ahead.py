"""What lies ahead is kept with each judgement, and its count is the number of clients whose day lies there."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from hypothesis import given, settings
from hypothesis import strategies as st

from connector import database, facts, nightly, plan_ahead, salons_policies
from connector import program as programs
from connector.config import Settings
from connector.plan_ahead import Counted
from connector.program import Program
from connector.salons import Account
from policies.ahead import Kind, ahead
from policies.decide import decide
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY, connect
from tests.connector.night_world import (
    compare,
    gone_quiet,
    logged_in,
    look_again_days,
    policy_of,
    record,
    tell,
)
from tests.connector.test_candidates import SALONS, records
from tests.connector.test_costs import planning
from webhooks.events import ClientDeleted, ClientMerged, DeletedBy

ON = NOON.date()
FAR = date.max
PURGE = date(2027, 1, 15)
FILE = (LIBRARY / "yearly_purge.toml").read_bytes()


def seen(client: str, day: date, **more: Any) -> Any:
    """A client who was last seen on a day."""
    return record(client, datetime(day.year, day.month, day.day, 9, tzinfo=UTC), **more)


def night(program: Program, account: Account) -> None:
    compare(program, account)
    nightly.run(program, salon=account.slug)


def counted(program: Program, account: Account, on: date = ON, until: date = FAR) -> Counted:
    with database.read(program.engine) as db:
        return plan_ahead.count(db, account.slug, on=on, until=until)


def goes(program: Program, account: Account) -> dict[date, int]:
    return counted(program, account).days[Kind.GOES]


def activate(program: Program, account: Account, runs: bytes) -> None:
    """Another purge day from now on."""
    file = FILE.replace(b'"yearly 01-15"', b'"%b"' % runs)
    with database.write(program.engine) as db:
        salons_policies.activate(db, account.slug, file, now=program.now())


def test_a_night_puts_down_on_which_day_each_client_would_go(
    program: Program, salon: Account, stranger: Account
) -> None:
    tell(program, salon, seen("c-1", date(2025, 12, 1)), seen("c-2", date(2026, 2, 1)), gone_quiet("c-3"))
    tell(program, stranger, seen("c-1", date(2025, 12, 1)))
    assert (goes(program, salon), counted(program, salon).due[Kind.GOES]) == ({}, 0)  # nobody was judged yet
    night(program, salon)
    assert goes(program, salon) == {PURGE: 1, PURGE.replace(year=2028): 1}
    assert counted(program, salon).due == {Kind.GOES: 1, Kind.SOME: 0, Kind.ASKED: 0, Kind.RECEIPTS: 0}
    assert goes(program, stranger) == {}


@pytest.mark.parametrize(
    ("on", "until", "found"),
    [
        (PURGE - timedelta(days=1), PURGE + timedelta(days=1), ({PURGE: 1}, 0)),
        (PURGE - timedelta(days=1), PURGE, ({}, 0)),
        (PURGE, FAR, ({}, 1)),
    ],
)
def test_a_day_is_counted_after_the_last_night_and_before_the_end(
    program: Program, salon: Account, on: date, until: date, found: tuple[dict[date, int], int]
) -> None:
    tell(program, salon, seen("c-1", date(2025, 12, 1)))
    night(program, salon)
    counts = counted(program, salon, on, until)
    assert (counts.days[Kind.GOES], counts.due[Kind.GOES]) == found


def test_the_next_day_of_each_kind_is_found_by_itself(
    program: Program, salon: Account, stranger: Account
) -> None:
    tell(
        program, salon, *[seen(f"c-{n}", date(2025, 12, 1)) for n in range(2)], seen("c-9", date(2026, 2, 1))
    )
    tell(program, salon, gone_quiet("due"))
    tell(program, stranger, seen("c-1", date(2025, 12, 1)))
    night(program, salon)
    night(program, stranger)
    with database.read(program.engine) as db:
        assert plan_ahead.coming(db, salon.slug, on=ON) == [plan_ahead.Next(Kind.GOES, PURGE, 2)]
        later = [plan_ahead.Next(Kind.GOES, PURGE.replace(year=2028), 1)]
        assert plan_ahead.coming(db, salon.slug, on=PURGE) == later
        assert plan_ahead.coming(db, salon.slug, on=later[0].day) == []


def test_another_purge_day_moves_everybody(program: Program, salon: Account) -> None:
    tell(program, salon, seen("c-1", date(2025, 12, 1)), seen("c-2", date(2026, 2, 1)))
    night(program, salon)
    activate(program, salon, b"monthly 20")
    night(program, salon)
    assert goes(program, salon) == {date(2026, 12, 20): 1, date(2027, 2, 20): 1}
    activate(program, salon, b"nightly")
    night(program, salon)
    assert goes(program, salon) == {date(2026, 12, 1): 1, date(2027, 2, 1): 1}


@pytest.mark.parametrize(
    ("at", "is_moved"),
    [(datetime(2026, 11, 26, 9, tzinfo=UTC), False), (datetime(2026, 12, 1, 9, tzinfo=UTC), True)],
)
def test_the_first_sign_of_life_of_a_month_moves_the_day_in_the_night_after_it(
    program: Program, salon: Account, clock: Clock, at: datetime, is_moved: bool
) -> None:
    activate(program, salon, b"nightly")
    tell(
        program,
        salon,
        logged_in("c-1", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        seen("c-1", date(2026, 11, 20)),
    )
    night(program, salon)
    assert goes(program, salon) == {date(2027, 11, 20): 1}
    clock.at = at + timedelta(hours=3)
    tell(program, salon, logged_in("c-1", at))
    night(program, salon)
    assert goes(program, salon) == {at.date().replace(year=2027) if is_moved else date(2027, 11, 20): 1}


def test_who_is_gone_or_merged_is_not_counted_by_itself(program: Program, salon: Account) -> None:
    tell(program, salon, *[seen(f"c-{n}", date(2025, 12, n)) for n in (1, 2, 3, 4)])
    night(program, salon)
    assert goes(program, salon) == {PURGE: 4}
    at = NOON + timedelta(minutes=1)
    tell(
        program,
        salon,
        ClientDeleted(client="c-1", at=at, digest="d", by=DeletedBy.STAFF),
        ClientMerged(client="c-2", into="c-3", at=at, digest="m"),
    )
    night(program, salon)
    assert goes(program, salon) == {PURGE: 2}


@st.composite
def registers(draw: st.DrawFn) -> list[Any]:
    """Clients of whom all sorts of things are told, and some of whom are known to stay away."""
    wild = [draw(records(f"w-{n}", ON)) for n in range(draw(st.integers(1, 4)))]
    days = draw(st.lists(st.dates(date(2024, 1, 1), ON), max_size=4))
    return [*wild, *(seen(f"c-{n}", day) for n, day in enumerate(days))]


@settings(max_examples=12)
@given(
    registers(),
    st.sampled_from([b"nightly", b"monthly 31", b"yearly 01-15"]),
    st.sampled_from([40, 400, 4000]),
)
def test_the_sum_is_the_number_of_clients_whose_day_lies_in_the_period(
    program: Program, told: list[Any], runs: bytes, period: int
) -> None:
    account = connect(program, f"ahead-{next(SALONS)}")
    activate(program, account, runs)
    tell(program, account, *told)
    night(program, account)
    policy, until = policy_of(program, account, ON), ON + timedelta(days=period)
    with database.read(program.engine) as db:
        known = [facts.facts_of(db, account, event.client, policy, ON) for event in told]
    days = [ahead(one, policy, decide(one, policy, ON)) for one in known]
    counts = counted(program, account, until=until)
    for kind in Kind:
        of_kind = [one[kind] for one in days if kind in one]
        assert sum(counts.days[kind].values()) == sum(ON < day < until for day in of_kind)
        assert counts.days[kind] == {day: of_kind.count(day) for day in of_kind if ON < day < until}
        assert counts.due[kind] == of_kind.count(ON)


def test_each_kind_is_counted_by_an_index_that_holds_nothing_else(program: Program, salon: Account) -> None:
    with planning(program.engine) as plans:
        counted(program, salon, until=FAR)
    (plan,) = plans.values()
    if program.settings.is_sqlite:  # PostgreSQL reads an empty table whole, and rightly
        assert len(plan) == 2 * len(Kind)
        for line in plan:
            assert "COVERING INDEX ix_client_" in line.text, line.text


def test_whoever_was_judged_before_there_was_a_picture_is_judged_once_more(
    world: Settings, program: Program, engine: sa.Engine, salon: Account
) -> None:
    tell(program, salon, seen("c-1", date(2025, 12, 1)), seen("c-2", date(2025, 12, 1)))
    config = programs.alembic_config(world.database_url)
    command.downgrade(config, "0013")
    for client, day in (("c-1", "2099-01-01"), ("c-2", "2020-01-01")):
        put = "UPDATE client SET look_again_on = :day WHERE client = :client"
        with engine.begin() as connection:
            connection.execute(sa.text(put), {"day": date.fromisoformat(day), "client": client})
    command.upgrade(config, "head")
    days = look_again_days(program, salon)
    assert days["c-1"] < date(2099, 1, 1)
    assert days["c-2"] == date(2020, 1, 1)
