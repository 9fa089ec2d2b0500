"""Whoever is due is among those that a night looks at, and nobody else is looked at before their day."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from connector import database, facts, facts_group, mirror, nightly, nightly_judging, plan
from connector.plan import judge_due
from connector.program import Program
from connector.salons import Account
from connector.tables import Client
from policies.decide import decide
from policies.decisions import Decision, Outcome
from policies.policy import Policy
from tests.builders import NOON
from tests.conftest import LIBRARY, connect
from tests.connector.night_world import compare, gone_quiet, look_again_days, policy_of, record, tell
from webhooks.events import (
    AccountChanged,
    Answer,
    BookingChanged,
    BookingState,
    CampaignSent,
    ClientDeleted,
    ClientMerged,
    ClientTold,
    Consent,
    ConsentAnswered,
    CreatedVia,
    DeletedBy,
    Event,
    InvoiceChanged,
    InvoiceState,
    LoggedIn,
    PrepaidChanged,
    RaffleEntered,
    RequestReceived,
    Right,
    SaleCompleted,
)
from webhooks.vocabulary import Category, Channel, Purpose

FIRST = NOON.date()
CLIENTS = ("c-1", "c-2", "c-3", "c-4")
SALONS = itertools.count()

clients = st.sampled_from(CLIENTS)
#: how long before the day of the event
ages = st.sampled_from([0, 1, 6, 7, 8, 30, 364, 365, 366, 700, 730, 731, 1500, 2600])
ahead = st.sampled_from([1, 2, 14, 60, 400])
nights = st.lists(st.sampled_from([1, 2, 7, 8, 30, 52, 180, 365, 366, 500]), min_size=1, max_size=4)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def before(day: date, age: int) -> datetime:
    return at(day - timedelta(days=age))


@st.composite
def records(draw: st.DrawFn, client: str, day: date) -> ClientTold:
    held = st.none() | st.frozensets(st.sampled_from(sorted(Category)), max_size=6)
    oldest = st.none() | st.dictionaries(
        st.sampled_from([Category.HEALTH, Category.NOTES, Category.VISITS]),
        ages.map(lambda age: before(day, age).date()),
        max_size=2,
    )
    return ClientTold(
        client=client,
        at=at(day),
        digest=uuid4().hex,
        created_at=before(day, draw(ages)) if draw(st.booleans()) else None,
        created_via=draw(st.none() | st.sampled_from(sorted(CreatedVia))),
        has_account=draw(st.none() | st.booleans()),
        categories=draw(held),
        marketing=draw(
            st.none() | st.dictionaries(st.sampled_from(sorted(Channel)), st.booleans(), max_size=2)
        ),
        last_activity_at=before(day, draw(ages)) if draw(st.booleans()) else None,
        last_visit_at=before(day, draw(ages)) if draw(st.booleans()) else None,
        next_booking_at=before(day, -draw(ahead)) if draw(st.integers(0, 4)) == 0 else None,
        tells_next_booking=True,
        open_invoices=draw(st.none() | st.integers(0, 1)),
        oldest_entry=draw(oldest),
    )


def happenings(client: str, day: date) -> st.SearchStrategy[Event]:
    """Whatever else may happen to a client on a day."""
    said: dict[str, Any] = {"client": client, "at": at(day, 10)}
    entry = st.sampled_from(["1", "2"])
    past, to_come = ages.map(lambda age: before(day, age)), ahead.map(lambda age: before(day, -age))
    purposes, channels = st.sampled_from(sorted(Purpose)), st.sampled_from(sorted(Channel))
    answers = st.sampled_from(sorted(Answer))
    consent = st.builds(Consent, purposes, st.tuples() | st.tuples(channels), answers, st.just(at(day, 10)))
    maker = partial(
        st.builds, digest=st.uuids().map(str), **{name: st.just(value) for name, value in said.items()}
    )
    ended = st.sampled_from([BookingState.CANCELLED, BookingState.COMPLETED, BookingState.NO_SHOW])
    booking = partial(maker, BookingChanged, booking=entry, is_activity=st.booleans())
    no_client = {"digest": st.uuids().map(str), "at": st.just(at(day, 10))}
    return st.one_of(
        maker(LoggedIn),
        maker(SaleCompleted, sale=entry, sold_at=past),
        booking(state=st.just(BookingState.AHEAD), starts_at=to_come),
        booking(state=ended, starts_at=past),
        maker(ConsentAnswered, consent=consent),
        maker(
            InvoiceChanged,
            invoice=entry,
            state=st.sampled_from(sorted(InvoiceState)),
            issued_on=past.map(datetime.date),
        ),
        maker(PrepaidChanged, prepaid=entry, is_open=st.booleans(), expires_on=to_come.map(datetime.date)),
        maker(AccountChanged, is_open=st.booleans()),
        maker(RaffleEntered, raffle=entry, may_publish_name=st.none()),
        maker(RequestReceived, right=st.sampled_from(sorted(Right)), received_at=st.just(at(day, 10))),
        st.builds(
            CampaignSent,
            campaign=entry,
            part=st.just(1),
            purpose=st.just(Purpose.NEWSLETTER),
            channel=st.just(Channel.EMAIL),
            clients=st.just((client,)),
            **no_client,
        ),
        maker(ClientMerged, into=st.just(CLIENTS[0])),
        maker(ClientDeleted, by=st.sampled_from([DeletedBy.MERGE, DeletedBy.STAFF])),
    )


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[date, list[Event]]]:
    """Days, each with what happened on it, and a night after it."""
    story: list[tuple[date, list[Event]]] = []
    day = FIRST
    for gap in draw(nights):
        happened: list[Event] = []
        for client in CLIENTS:
            if draw(st.integers(0, 2)) == 0 or not story:
                happened.append(draw(records(client, day)))
        for client in draw(st.lists(clients, max_size=4)):
            happened.append(draw(happenings(client, day)))
        story.append((day, happened))
        day += timedelta(days=gap)
    return story


class Register:
    """One salon's clients, as the tables and `decide` see them."""

    def __init__(self, program: Program, account: Account) -> None:
        self.program, self.account = program, account

    def policy(self, on: date) -> Policy:
        return policy_of(self.program, self.account, on)

    def days(self) -> dict[str, date]:
        """By root: the first day on which any id of it is looked at."""
        with database.read(self.program.engine) as db:
            rows = db.exec(select(Client).where(Client.salon == self.account.slug)).all()
            days: dict[str, date] = {}
            for row in rows:
                root = facts_group.read(db, self.account.slug, row.client).root
                days[root] = min(days.get(root, row.look_again_on), row.look_again_on)
        return days

    def decided(self, root: str, on: date) -> Decision:
        policy = self.policy(on)
        with database.read(self.program.engine) as db:
            return decide(facts.facts_of(db, self.account, root, policy, on), policy, on)

    def judge(self, on: date) -> set[str]:
        policy, looked = self.policy(on), set[str]()
        while True:
            with database.write(self.program.engine) as db:
                judged = judge_due(db, self.account, policy, on, now=at(on, 1), limit=3)
            looked |= judged.clients
            if judged.ended_at is None:
                return looked


def outcome(decision: Decision) -> Any:
    """What a decision comes to, without what only counts the days.

    Why something is kept may change by itself (from "its period runs" to "it waits for the purge day"): nothing
    is done about it, and whoever opens the client's page reads it as of that day.
    """
    return (
        sorted(
            (v.category, v.outcome, "" if v.outcome is Outcome.KEEP else v.because, v.holds)
            for v in decision.verdicts
        ),
        sorted((m.channel, m.outcome, m.because) for m in decision.marketing),
        sorted((p.kind, p.because, sorted(p.keep), sorted(p.off)) for p in decision.proposals),
    )


@pytest.mark.parametrize("library", sorted(file.stem for file in LIBRARY.glob("*.toml")))
@settings(max_examples=8)
@given(data=st.data())
@pytest.mark.story
def test_the_candidates_contain_everyone_who_is_due_and_nobody_is_looked_at_before_their_day(
    program: Program, library: str, data: st.DataObject
) -> None:
    register = Register(program, connect(program, f"salon-{next(SALONS)}", policy=library))
    known: dict[str, Any] = {}
    for day, happened in data.draw(stories()):
        with database.write(program.engine) as db:
            for event in happened:
                mirror.apply(db, register.account, event, today=day)
        days = register.days()
        now = {root: register.decided(root, day) for root in days}
        for root, decision in now.items():
            if decision.proposals or outcome(decision) != known.get(root):
                assert days[root] <= day, f"{root} is missed on {day}"
        looked = register.judge(day)
        assert looked >= {root for root, again in days.items() if again <= day}
        known = {root: outcome(decision) for root, decision in now.items()}
        for root, again in register.days().items():
            assert again > day
            if root in looked:
                assert again == max(now[root].look_again_on, day + timedelta(days=1))
            _stays_as_it_is(register, root, day, again, known[root])


def test_who_goes_on_under_another_id_is_judged_anew_when_one_of_their_ids_is_erased(
    program: Program, salon: Account, stranger: Account
) -> None:
    away = ClientMerged(client="c-3", into="c-1", at=at(FIRST, 10), digest=uuid4().hex)
    for account in (salon, stranger):
        tell(program, account, record("c-1"), record("c-3"), away, record("c-2"))
        with database.write(program.engine) as db:
            judge_due(db, account, policy_of(program, account, FIRST), FIRST, now=at(FIRST, 12), limit=10)
    later = FIRST + timedelta(days=7)
    gone = ClientDeleted(client="c-3", by=DeletedBy.STAFF, at=at(later), digest=uuid4().hex)
    tell(program, salon, gone, today=later)
    ours, theirs = look_again_days(program, salon), look_again_days(program, stranger)
    assert ours["c-1"] <= later < ours["c-2"]
    assert theirs["c-1"] > later


def test_who_was_said_to_be_merged_away_and_is_told_of_again_is_judged_anew(
    program: Program, salon: Account
) -> None:
    tell(program, salon, record("c-4", at=at(FIRST - timedelta(days=2))))
    tell(program, salon, ClientDeleted(client="c-4", by=DeletedBy.MERGE, at=at(FIRST, 9), digest=uuid4().hex))
    with database.write(program.engine) as db:
        judge_due(db, salon, policy_of(program, salon, FIRST), FIRST, now=at(FIRST, 12), limit=10)
    later = FIRST + timedelta(days=1)
    tell(program, salon, record("c-4", at=at(later)), today=later)
    assert look_again_days(program, salon)["c-4"] <= later


def _stays_as_it_is(register: Register, root: str, day: date, again: date, stands: Any) -> None:
    """Nothing changes by itself before the day on which the client is looked at again."""
    last = min(again - timedelta(days=1), date(2045, 1, 1))
    for share in range(1, 5):
        between = day + (last - day) * share // 4
        if between > day:
            assert outcome(register.decided(root, between)) == stands, (
                f"{root} changes before {again}, by {between}"
            )


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """Every statement that the database was sent."""
    statements: list[str] = []

    def note(*args: Any) -> None:
        statements.append(args[2])

    sa.event.listen(engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(engine, "before_cursor_execute", note)


def test_a_nights_statements_grow_with_batches_of_what_is_due_and_not_with_the_register(
    program: Program,
) -> None:
    counts, more = dict[tuple[int, int], int](), nightly_judging.BATCH + 6
    for size, due in ((200, 6), (2000, 6), (2000, 12), (2000, more)):
        account = connect(program, f"size-{size}-{due}")
        tell(program, account, *[gone_quiet(f"q-{n}") for n in range(due)], record("sleeps"))
        compare(program, account)
        _fill(program, account, size)
        with counted(program.engine) as statements:
            nightly.run(program, salon=account.slug)
        counts[size, due] = len(statements)
    assert counts[200, 6] == counts[2000, 6] == counts[2000, 12] < counts[2000, more]


def _fill(program: Program, account: Account, size: int) -> None:
    """Clients whose day lies ahead."""
    with database.write(program.engine) as db:
        one = db.get(Client, (account.slug, "sleeps"))
        assert one is not None
        values = one.model_dump() | {"look_again_on": date(2028, 1, 15)}
        rows = [values | {"client": f"s-{n}"} for n in range(size)]
        db.connection().execute(sa.insert(Client), rows)


def test_the_index_finds_who_is_due(sqlite_template: Path) -> None:
    connection = sqlite3.connect(sqlite_template)
    place = {"salon": "aava", "on": "2026-11-24", "day": "0001-01-01", "client": "", "limit": 25}
    (row,) = connection.execute(f"EXPLAIN QUERY PLAN {plan.DUE}", place).fetchall()
    connection.close()
    assert "USING COVERING INDEX ix_client_look" in row[3]
