"""Big registers: the very rows that the real code makes of two events for each client, inserted in bulk.

`test_bench.py` proves on a small register that they are the same, byte for byte.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from connector.mirror_registers import keyed, moment
from connector.salons import Account
from policies.decide import decide
from policies.facts import ClientFacts
from policies.policy import Policy
from policies.reading import read
from policies.vocabulary import Category
from tests.bench.figures import say, seconds
from tests.bench.places import LIBRARY, POLICY, Place, analyze, raw_postgres
from webhooks.signatures import sign

HELD = ("bookings", "contact", "identity", "marketing_preferences", "visits")
CREATED = datetime(2019, 3, 1, 9, 0, tzinfo=UTC)
ANSWERED = datetime(2019, 3, 1, 9, 1, tzinfo=UTC)
#: so long ago that the policy's two years are over
OVERDUE = 800
COLUMNS = {
    "client": "salon client registers maxima first_at latest_at look_again_on",
    "contact": "salon client index kind at",
    "consent_record": "salon client purpose channel at digest answer method notice_version staff",
    "entry": "salon kind entry client facts sealed first_at at",
}
Rows = dict[str, list[tuple[Any, ...]]]
ToPut = list[tuple[str, Sequence[str], list[tuple[Any, ...]]]]


def visit_of(number: int, today: date, *, is_overdue: bool) -> datetime:
    """When a client was last there: anybody who is not overdue, some day of the last 700."""
    ago = OVERDUE + number % 90 if is_overdue else 5 + number * 37 % 690
    return datetime.combine(today - timedelta(days=ago), time(10), UTC)


def bodies(number: int, visit: datetime) -> tuple[bytes, bytes]:
    """The two events of one client: the visit, and the record a while later."""
    client, told_at = f"c-{number:07d}", visit + timedelta(hours=5)
    visited = {
        "type": "booking.completed",
        "timestamp": visit.isoformat(),
        "data": {"booking": {"id": f"b-{number:07d}", "client_id": client, "starts_at": visit.isoformat()}},
    }
    record = {
        "id": client,
        "created_at": CREATED.isoformat(),
        "created_via": "self_service",
        "has_account": True,
        "name": f"Asiakas {number}",
        "email": f"asiakas.{number}@posti.fi",
        "categories": list(HELD),
        "marketing": {"email": True},
        "last_activity_at": visit.isoformat(),
        "last_visit_at": visit.isoformat(),
        "next_booking_at": None,
        "open_invoices": 0,
        "consents": [
            {
                "purpose": "newsletter",
                "channels": ["email"],
                "answer": "given",
                "at": ANSWERED.isoformat(),
                "method": "checkbox",
            }
        ],
    }
    told = {"type": "client.updated", "timestamp": told_at.isoformat(), "data": {"client": record}}
    return json.dumps(visited).encode(), json.dumps(told).encode()


def deliveries(secret: str, at: datetime, bodies: Iterable[bytes]) -> list[tuple[dict[str, str], bytes]]:
    """Bodies as they are sent."""
    return [(sign(secret, f"d-{hashlib.sha256(body).hexdigest()[:24]}", at, body), body) for body in bodies]


def rows_of(account: Account, number: int, visit: datetime, look_again_on: date) -> Rows:
    """What the mirror holds of a client after its two events and a night."""
    slug, keys, told_at = account.slug, account.keys, visit + timedelta(hours=5)
    client = f"c-{number:07d}"
    digests = [keyed(keys, hashlib.sha256(body).hexdigest())[:16] for body in bodies(number, visit)]
    visited, told = (
        f"0,{json.dumps(moment(at))},{json.dumps(digest)}]"
        for at, digest in zip((visit, told_at), digests, strict=True)
    )
    registers = (
        f'{{"categories":[{_HELD},{told},"created_at":[{_CREATED},{told},"created_via":["self_service",{told},'
        f'"has_account":[true,{told},"marketing.email":[true,{told},"next_booking_at":[null,{told},'
        f'"open_invoices":[0,{told}}}'
    )
    at = moment(visit)
    maxima = f'{{"told":"{at}","told_visit":"{at}","visit":"{at}"}}'
    facts = f'{{"starts_at":["{at}",{visited},"state":["completed",{visited}}}'
    said = json.dumps(["newsletter", "given", "checkbox", None, None, "email", moment(ANSWERED)])
    email = keys.email_index(f"asiakas.{number}@posti.fi")
    answer = ("newsletter", "email", ANSWERED, keyed(keys, said)[:32], "given", "checkbox", None, None)
    return {
        "client": [(slug, client, registers, maxima, visit, told_at, look_again_on)],
        "contact": [(slug, client, email, "email", told_at)],
        "consent_record": [(slug, client, *answer)],
        "entry": [(slug, "booking", f"b-{number:07d}", client, facts, None, visit, visit)],
    }


def look_again(today: date) -> Callable[[datetime], date]:
    """When a client is looked at again, by its last visit: what `decide` says, asked once for each day."""
    policy = read((LIBRARY / f"{POLICY}.toml").read_bytes())
    known: dict[date, date] = {}

    def of(visit: datetime) -> date:
        day = visit.astimezone(policy.time_zone).date()
        if day not in known:
            known[day] = _decided(policy, day, today)
        return known[day]

    return of


def fill(place: Place, accounts: list[Account], size: int, *, overdue: int) -> None:
    """A register of so many clients, shared out among salons, of whom so many are past their period."""
    today = place.program.now().date()
    again, per = look_again(today), -(-size // len(accounts))
    say(f"{place.name}: a register of {size:,} clients")
    for rows in _batches(accounts, size, per, overdue, today, again):
        insert_all(place, rows)
    analyze(place)


def insert_all(place: Place, rows: Rows) -> None:
    """Rows of several tables."""
    for table, columns in COLUMNS.items():
        insert(place, table, columns.split(), rows[table])


def _batches(
    accounts: list[Account],
    size: int,
    per: int,
    overdue: int,
    today: date,
    again: Callable[[datetime], date],
) -> Iterator[Rows]:
    batch: Rows = {table: [] for table in COLUMNS}
    each = -(-overdue // len(accounts))
    for number in range(size):
        account, place = accounts[number // per], number % per
        visit = visit_of(number, today, is_overdue=place < each)
        day = today + timedelta(days=365) if place < each else again(visit)
        for table, rows in rows_of(account, number, visit, day).items():
            batch[table] += rows
        if len(batch["client"]) >= 10_000:
            yield batch
            batch = {table: [] for table in COLUMNS}
            say(f"  {number + 1:,} clients")
    yield batch


def insert(place: Place, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows by the quickest way that the driver has, in one transaction: many at once, or COPY."""
    seconds_to_put(place, [(table, columns, rows)])


def seconds_to_put(
    place: Place, tables: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]
) -> float:
    """The same of several tables; how long that took, once the values were as the driver takes them."""
    to_put = [
        (table, columns, [tuple(_plain(value, is_sqlite=place.is_sqlite) for value in row) for row in rows])
        for table, columns, rows in tables
    ]
    return seconds(lambda: (_put_by_sqlite if place.is_sqlite else _put_by_postgresql)(place, to_put))


def _put_by_sqlite(place: Place, tables: ToPut) -> None:
    with place.program.engine.connect() as connection, connection.begin():
        raw: Any = connection.connection.driver_connection
        for table, columns, rows in tables:
            marks = ", ".join("?" * len(columns))
            raw.executemany(f"INSERT INTO {table} ({_names(columns)}) VALUES ({marks})", rows)  # noqa: S608 -- ours


def _put_by_postgresql(place: Place, tables: ToPut) -> None:
    with raw_postgres(place.program.settings) as postgres, postgres.transaction():
        for table, columns, rows in tables:
            with postgres.cursor().copy(f"COPY {table} ({_names(columns)}) FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _plain(value: Any, *, is_sqlite: bool) -> Any:
    """A value as the tables' types write it on SQLite, or as PostgreSQL reads it."""
    if isinstance(value, datetime):
        text = value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", timespec="microseconds")
        return text if is_sqlite else f"{text}+00"
    return value.hex if isinstance(value, UUID) else value.isoformat() if isinstance(value, date) else value


def _decided(policy: Policy, day: date, today: date) -> date:
    facts = ClientFacts(
        client="c",
        held=frozenset(Category(word) for word in HELD),
        created_on=CREATED.date(),
        created_via="self_service",
        has_account=True,
        known_before=True,
        told_activity_on=day,
        last_visit_on=day,
        open_invoices=0,
    )
    return max(decide(facts, policy, today).look_again_on, today + timedelta(days=1))


_HELD = json.dumps(HELD, separators=(",", ":"))
_CREATED = json.dumps(moment(CREATED))
