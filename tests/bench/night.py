"""S1 to S3: the night of many salons, whole: decide, propose, evidence, report; over registers that grow."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from time import process_time
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import select

from connector import clock, database, nightly, nightly_judging, plan
from connector.salons import Account
from connector.tables import Census, Client
from tests.bench import registers
from tests.bench.figures import Figure, middle, say, seconds, span
from tests.bench.places import Open, Place, connect

#: what a night writes, and is taken back before the next one
_WRITTEN = ("standing", "night", "evidence", "evidence_head", "job")
_FULL_SCAN = "SELECT COUNT(*), SUM(LENGTH(client)) FROM client"


@dataclass(frozen=True)
class Size:
    """Registers of so many clients, the smallest first; so many due in all, and so many per cent of the largest."""

    salons: int
    registers: tuple[int, ...]
    due: int
    repeats: int
    shares: tuple[float, ...] = (0.01, 0.03)

    def overdue(self, register: int) -> int:
        """As many as are ever due at once."""
        return max(self.due, int(max(self.shares) * register) + self.salons)


@dataclass(frozen=True)
class Night:
    """How long a night took, and how much of it the processor was at work."""

    took: float
    cpu: float


def run(open_place: Open, size: Size) -> Iterator[Figure]:
    """A register at a time: the same due clients in each, then a share of the register."""
    fixed: dict[int, Night] = {}
    name = ""
    for register in size.registers:
        with open_place() as place:
            name = place.name
            accounts = connect(place, size.salons)
            registers.fill(place, accounts, register, overdue=size.overdue(register))
            _be_fresh(place, accounts)
            nights = [_night(place, accounts, size.due) for _ in range(size.repeats)]
            empty = _night(place, accounts, 0)
            fixed[register] = Night(middle(one.took for one in nights), middle(one.cpu for one in nights))
            yield _whole(place, register, size.due, fixed[register], empty)
            if register == size.registers[-1]:
                for share in size.shares:
                    due = int(share * register)
                    one = _night(place, accounts, due)
                    yield _whole(place, register, due, one, empty, share)
            yield from _scans(place, accounts, register, size)
    for smaller, larger in zip(size.registers, size.registers[1:], strict=False):
        for word, of in (("a night", _took), ("processor time of a night", _cpu)):
            after, before = of(fixed[larger]), of(fixed[smaller])
            yield Figure(
                "S2",
                f"{word} over {larger:,} clients, {size.due:,} due",
                name,
                span(after),
                f"{span(before)} over {smaller:,}",
                after / before,
                at_most=1.6,
            )


def _took(night: Night) -> float:
    return night.took


def _cpu(night: Night) -> float:
    """What does not grow because somebody else has the processor."""
    return night.cpu


def _night(place: Place, accounts: list[Account], due: int) -> Night:
    """One night in which exactly these are due; what it wrote is taken back."""
    day = place.program.now().date()
    _wake(place, accounts, due, day)
    say(f"{place.name}: a night with {due:,} due")
    before, reports = process_time(), []
    took = seconds(lambda: reports.append(nightly.run(place.program)))
    cpu = process_time() - before
    looked = sum(one.looked for one in reports[0].salons)
    proposed = sum(len(one.proposed) for one in reports[0].salons)
    if (looked, proposed) != (due, due):
        raise RuntimeError(f"{due} were due; {looked} were looked at, and {proposed} jobs proposed")
    say(f"  {span(took)} ({span(cpu)} of processor time)")
    _take_back(place)
    return Night(took, cpu)


def _wake(place: Place, accounts: list[Account], due: int, day: date) -> None:
    """Have so many of those who are past their period looked at, the same number in each salon."""
    later = day + timedelta(days=365)
    with database.write(place.program.engine) as db:
        db.connection().execute(
            sa.text("UPDATE client SET look_again_on = :later WHERE look_again_on <= :soon"),
            {"later": later, "soon": day + timedelta(days=1)},
        )
        each, more = divmod(due, len(accounts))
        for number, account in enumerate(accounts):
            wanted = sa.text(
                "UPDATE client SET look_again_on = :day WHERE salon = :salon AND client IN"
                " (SELECT client FROM client WHERE salon = :salon AND look_again_on = :later LIMIT :count)"
            )
            values = {"salon": account.slug, "day": day, "later": later, "count": each + (number < more)}
            db.connection().execute(wanted, values)


def _take_back(place: Place) -> None:
    with database.write(place.program.engine) as db:
        for table in _WRITTEN:
            db.connection().execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 -- names of our own


def _be_fresh(place: Place, accounts: list[Account]) -> None:
    now = place.program.now()
    with database.write(place.program.engine) as db:
        for account in accounts:
            db.add(Census(salon=account.slug, started_at=now, finished_at=now))


def _whole(
    place: Place, register: int, due: int, night: Night, empty: Night, share: float | None = None
) -> Figure:
    """A night beside the bare writes of what it leaves: a job, a line of evidence and a day for each."""
    floor = _bare_writes(place, due)
    words = f"{due:,} due" if share is None else f"{due:,} due ({share:.0%})"
    return Figure(
        "",
        f"a night over {register:,} clients, {words}",
        place.name,
        f"{span(night.took)} ({span(night.cpu)} of processor time; {span(empty.cpu)} with none due)",
        f"{span(floor)} to write as much by the bare driver",
        floor / night.took,
    )


def _bare_writes(place: Place, due: int) -> float:
    """Jobs and evidence as long as a night's, twenty clients to a commit; taken back."""
    body = json.dumps({"what": "job", "salt": "0" * 32, "more": "x" * 420}).encode()
    job = (
        "INSERT INTO job (id, salon, kind, state, client_key, client, content, digest, because, policy_digest,"
        " live, by_no, automatic, over_limit, proposed_at, moved_at, attempt, failures, round, calls_done) VALUES"
        " (:id, 'salon-0000', 'erase', 'proposed', :key, :sealed, :content, :digest, '[]', :digest, :live, :no,"
        " :no, :no, :at, :at, 0, 0, 1, 0)"
    )
    line = "INSERT INTO evidence (salon, seq, body, digest) VALUES ('salon-0000', :seq, :body, :hash)"
    move = "UPDATE client SET look_again_on = look_again_on WHERE salon = :salon AND client = :client"
    at: Any = clock.now() if not place.is_sqlite else "2026-11-24 12:00:00.000000"
    with database.read(place.program.engine) as db:
        some = db.connection().execute(sa.text(f"SELECT salon, client FROM client LIMIT {due}")).all()  # noqa: S608
    rows = [
        {
            "id": uuid4().hex if place.is_sqlite else str(uuid4()),
            "key": uuid4().hex * 2,
            "sealed": body[:40],
            "content": "x" * 1200,
            "digest": "d" * 64,
            "live": uuid4().hex,
            "no": False,
            "at": at,
            "seq": number + 1,
            "body": body,
            "hash": body[:32],
            "salon": salon,
            "client": client,
        }
        for number, (salon, client) in enumerate(some)
    ]

    def write() -> None:
        for start in range(0, len(rows), nightly_judging.BATCH):
            batch = rows[start : start + nightly_judging.BATCH]
            with database.write(place.program.engine) as db:
                for statement in (job, line, move):
                    _many(db.connection(), statement, batch, is_sqlite=place.is_sqlite)

    took = seconds(write)
    _take_back(place)
    return took


def _many(connection: sa.Connection, statement: str, rows: list[dict[str, Any]], *, is_sqlite: bool) -> None:
    raw: Any = connection.connection.driver_connection
    if is_sqlite:
        raw.executemany(statement, rows)
        return
    names = {name: f"%({name})s" for name in rows[0]}
    for name in sorted(names, key=len, reverse=True):
        statement = statement.replace(f":{name}", names[name])
    raw.cursor().executemany(statement, rows)


def _scans(place: Place, accounts: list[Account], register: int, size: Size) -> Iterator[Figure]:
    """Finding who is due, of all salons, beside reading every client once; and beside objects, row by row."""
    day, due = place.program.now().date(), int(min(size.shares) * register)
    _wake(place, accounts, due, day)
    with database.read(place.program.engine) as db:
        connection = db.connection()

        def find() -> int:
            values = {"on": day, "day": date.min, "client": "", "limit": register}
            return sum(
                len(connection.execute(plan.DUE, values | {"salon": one.slug}).all()) for one in accounts
            )

        def scan() -> object:
            return connection.execute(sa.text(_FULL_SCAN)).all()

        assert find() == due
        pairs = [(seconds(find), seconds(scan)) for _ in range(5)]
        few = min(register, 50_000)
        rows = select(Client).limit(few).execution_options(yield_per=2000)
        objects = seconds(lambda: sum(row.look_again_on <= day for row in db.exec(rows))) * register / few
    found = middle(one for one, _ in pairs)
    yield Figure(
        "S1",
        f"finding the {due:,} due of {register:,} clients",
        place.name,
        span(found),
        f"{span(middle(one for _, one in pairs))} to read every client once",
        middle(one / other for one, other in pairs),
        at_most=0.5 if register >= 1_000_000 else None,
    )
    yield Figure(
        "S3",
        f"the same by objects, row by row ({few:,} of them measured)",
        place.name,
        span(found),
        f"{span(objects)} by SQLModel",
        objects / found,
        at_least=300 if register >= 1_000_000 else None,
    )
