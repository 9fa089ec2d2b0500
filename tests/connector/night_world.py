"""Clients of a made-up salon, told by events as a booking system would, for tests of the night."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import database, freshness, mirror, salons_policies
from connector.program import Program
from connector.salons import Account
from connector.tables import Census, Client, Quarantined
from policies.policy import Policy
from tests.builders import NOON
from webhooks.events import Answer, ClientTold, Consent, ConsentAnswered, CreatedVia, Event, LoggedIn
from webhooks.vocabulary import Category, Channel, Purpose

HELD = frozenset({Category.IDENTITY, Category.CONTACT, Category.VISITS})
#: more than a year before the salon's last purge day (15 January)
LONG_AGO = datetime(2024, 11, 2, 9, 0, tzinfo=UTC)
LATELY = datetime(2026, 10, 30, 9, 0, tzinfo=UTC)


def record(client: str, seen_at: datetime | None = LATELY, **more: Any) -> ClientTold:
    """A client as the booking system has it: with an account of its own, seen lately."""
    values: dict[str, Any] = {
        "client": client,
        "at": NOON - timedelta(hours=1),
        "digest": uuid4().hex,
        "created_at": datetime(2021, 5, 3, 9, 0, tzinfo=UTC),
        "created_via": CreatedVia.SELF_SERVICE,
        "has_account": True,
        "categories": HELD,
        "last_activity_at": seen_at,
    }
    return ClientTold(**(values | more))


def gone_quiet(client: str, **more: Any) -> ClientTold:
    """A client that should have been erased on the last purge day."""
    return record(client, LONG_AGO, **more)


def logged_in(client: str, at: datetime) -> LoggedIn:
    """Activity."""
    return LoggedIn(client=client, at=at, digest=uuid4().hex)


def says_no(client: str, channel: Channel = Channel.EMAIL, at: datetime = NOON) -> ConsentAnswered:
    """A withdrawal."""
    consent = Consent(Purpose.NEWSLETTER, (channel,), Answer.WITHDRAWN, at)
    return ConsentAnswered(client=client, consent=consent, at=at, digest=uuid4().hex)


def tell(program: Program, account: Account, *events: Event, today: date | None = None) -> None:
    """Let events into the mirror."""
    day = today or mirror.look_again(program.now())
    with database.write(program.engine) as db:
        for event in events:
            mirror.apply(db, account, event, today=day)


def compare(program: Program, *accounts: Account, at: datetime | None = None) -> None:
    """Say that the booking system's whole list was compared with the mirror."""
    moment = at or program.now()
    with database.write(program.engine) as db:
        for account in accounts:
            db.add(Census(salon=account.slug, started_at=moment, finished_at=moment))


def quarantine(program: Program, account: Account, *, is_known_type: bool) -> None:
    """Leave a delivery in quarantine."""
    with database.write(program.engine) as db:
        db.add(
            Quarantined(
                salon=account.slug,
                delivery=uuid4().hex,
                digest="d" * 64,
                received_at=program.now(),
                reason="unknown_word",
                is_known_type=is_known_type,
                key=b"k",
                body=b"b",
            )
        )


def policy_of(program: Program, account: Account, on: date) -> Policy:
    """The policy in force."""
    with database.read(program.engine) as db:
        policy = salons_policies.in_force(db, account.slug, on)
    assert policy is not None
    return policy


def look_again_days(program: Program, account: Account) -> dict[str, date]:
    """When each client is looked at again."""
    with database.read(program.engine) as db:
        rows = db.exec(select(Client).where(Client.salon == account.slug)).all()
    return {row.client: row.look_again_on for row in rows}


def whole_world(program: Program, *, without: Iterable[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with database.read(program.engine) as db:
        return {
            name: _rows(db, name)
            for name in sa.inspect(db.connection()).get_table_names()
            if name not in without
        }


def _rows(db: Session, name: str) -> list[tuple[Any, ...]]:
    table = sa.table(name, sa.literal_column("*"))
    return sorted(
        (tuple(row) for row in db.connection().execute(sa.select(sa.text("*")).select_from(table))), key=repr
    )


def wake_everybody(program: Program, account: Account, on: date) -> None:
    """Have every client of a salon looked at on a day."""
    with database.write(program.engine) as db:
        db.connection().execute(
            sa.update(Client).where(col(Client.salon) == account.slug).values(look_again_on=on)
        )


def fresh(program: Program, account: Account) -> object:
    """Since when the mirror is known to be whole."""
    with database.read(program.engine) as db:
        return freshness.fresh_at(db, account.slug)
