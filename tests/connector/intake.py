"""Values and looks for the tests of intake: events, signed deliveries, and the mirror as it stands."""

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector import database, hooks, mirror, mirror_consents, mirror_entries, mirror_missing, salons
from connector.hooks_rate import Rate
from connector.hooks_refusals import Refusals
from connector.mirror_changes import Applied
from connector.program import Program
from connector.salons import Account
from connector.tables import (
    CampaignRecipient,
    Client,
    ConsentRecord,
    Contact,
    Entry,
    Merge,
    RecordTouch,
    Refusal,
    Tombstone,
    Unnamed,
)
from tests.builders import NOON
from webhooks.events import (
    Answer,
    BookingChanged,
    BookingState,
    ClientDeleted,
    ClientMerged,
    ClientTold,
    Consent,
    ConsentAnswered,
    DeletedBy,
    Event,
)
from webhooks.signatures import sign
from webhooks.vocabulary import Channel, Purpose

TODAY = NOON.date()
MIRROR: tuple[Any, ...] = (
    Client,
    Entry,
    ConsentRecord,
    Contact,
    Refusal,
    Merge,
    Tombstone,
    Unnamed,
    RecordTouch,
    CampaignRecipient,
)
#: columns that say when or where we looked, not what was told
_OURS = {"look_again_on", "listed_in", "found_again_on"}


def days(count: float) -> timedelta:
    """So many days."""
    return timedelta(days=count)


def digest(text: str) -> str:
    """A body's digest, made up from any text."""
    return hashlib.sha256(text.encode()).hexdigest()


def at(day: float) -> datetime:
    """So many days before the tests' noon."""
    return NOON - days(day)


def told(client: str = "c-1", *, day: float = 10, **fields: Any) -> ClientTold:
    """The record as it was so many days ago."""
    return ClientTold(at=at(day), digest=digest(f"{client}{day}{fields}"), client=client, **fields)


def booked(
    client: str | None = "c-1",
    booking: str = "b-1",
    *,
    day: float = 10,
    state: BookingState = BookingState.AHEAD,
    starts_at: datetime | None = None,
    is_activity: bool = True,
) -> BookingChanged:
    """A booking as it was changed so many days ago."""
    return BookingChanged(
        at=at(day),
        digest=digest(f"{client}{booking}{day}{state}{starts_at}"),
        booking=booking,
        client=client,
        state=state,
        starts_at=starts_at,
        is_activity=is_activity,
    )


def answered(
    answer: Answer,
    client: str = "c-1",
    *,
    day: float = 10,
    purpose: Purpose = Purpose.NEWSLETTER,
    channels: tuple[Channel, ...] = (),
) -> ConsentAnswered:
    """An answer that was given so many days ago."""
    consent = Consent(purpose, channels, answer, at(day))
    return ConsentAnswered(at=at(day), digest=digest(f"{client}{consent}"), client=client, consent=consent)


def deleted(client: str = "c-1", *, day: float = 1, by: DeletedBy = DeletedBy.STAFF) -> ClientDeleted:
    """A deletion so many days ago."""
    return ClientDeleted(at=at(day), digest=digest(f"{client}{day}{by}"), client=client, by=by)


def merged(client: str, into: str, *, day: float = 5) -> ClientMerged:
    """A merge so many days ago."""
    return ClientMerged(at=at(day), digest=digest(f"{client}{into}{day}"), client=client, into=into)


def apply(program: Program, account: Account, *events: Event, today: date = TODAY) -> list[Applied]:
    """Let events into the mirror, one after the other."""
    with database.write(program.engine) as db:
        return [mirror.apply(db, account, event, today=today) for event in events]


def look(program: Program, account: Account) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the mirror holds of a salon, in an order of its own."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with database.read(program.engine) as db:
        for table in MIRROR:
            columns = [column for column in sa.inspect(table).columns if column.name not in _OURS]
            rows = db.connection().execute(sa.select(*columns).where(table.salon == account.slug))
            found[table.__tablename__] = sorted((_plain(account, table, row) for row in rows), key=repr)
    return found


def rows(program: Program, account: Account, table: type[Any]) -> list[Any]:
    """The rows of one table of a salon."""
    with database.read(program.engine) as db:
        return list(db.connection().execute(sa.select(table).where(table.salon == account.slug)))


def wipe(program: Program, account: Account) -> None:
    """Empty a salon's mirror, and forget its deliveries."""
    with database.write(program.engine) as db:
        for name in ("seen", *(table.__tablename__ for table in MIRROR)):
            db.connection().execute(
                sa.text(f"DELETE FROM {name} WHERE salon = :salon"),  # noqa: S608 -- names of our own
                {"salon": account.slug},
            )


def _plain(account: Account, table: type[Any], row: Any) -> tuple[Any, ...]:
    """A row with what is sealed in it opened: the seal is another one each time."""
    opened = dict(row._mapping)
    if table is Entry and row.sealed is not None:
        opened["sealed"] = account.keys.unseal(row.sealed, mirror_entries.place(row.kind, row.entry))
    if table is Tombstone and row.kept is not None:
        opened["kept"] = _plain_kept(mirror_missing.opened(account, row.client, row.kept))
    if table is ConsentRecord and row.notice_version is not None:
        opened["notice_version"] = mirror_consents.notice_version_of(account, row.notice_version)
    return tuple(opened.values())


def _plain_kept(kept: mirror_missing.Rows) -> dict[str, list[str]]:
    """What lies sealed of somebody who is missing, without what is another one each time."""
    mine = {*_OURS, "sealed"}
    return {
        table: sorted(repr({name: value for name, value in row.items() if name not in mine}) for row in rows)
        for table, rows in kept.items()
    }


# ---- over HTTP ----------------------------------------------------------------------------------------


def browser(program: Program, *, rate: Rate | None = None, refusals: Refusals | None = None) -> FlaskClient:
    """A client of an application that has the door for webhooks and nothing else."""
    app = Flask("intake")
    app.config.update(PROPAGATE_EXCEPTIONS=True)
    app.register_blueprint(hooks.make_hooks(program, rate=rate, refusals=refusals))
    return app.test_client()


def secrets_of(program: Program, account: Account) -> tuple[str, ...]:
    """The secrets that a salon's booking system may sign with."""
    with database.read(program.engine) as db:
        return salons.account_with_secrets(db, program.vault, account.slug, program.now())[1]


def body_of(kind: str, data: Any, *, when: datetime = NOON - timedelta(days=1)) -> bytes:
    """The body of one event of the contract."""
    return json.dumps({"type": kind, "timestamp": when.isoformat(), "data": data}).encode()


def send(
    browser: FlaskClient,
    program: Program,
    account: Account,
    body: bytes,
    *,
    delivery: str | None = None,
    secret: str | None = None,
    slug: str | None = None,
) -> TestResponse:
    """Deliver signed bytes; the answer is closed, as a server does after it has gone out."""
    headers = sign(secret or secrets_of(program, account)[0], delivery or uuid4().hex, program.now(), body)
    answer = browser.post(f"/webhooks/{slug or account.slug}", data=body, headers=headers)
    answer.close()
    return answer


def with_walk_in(account: Account, client: str) -> Account:
    """The same account, with a client id that stands for nobody."""
    return replace(account, walk_in=client)
