"""What a delivery and a night may cost the database: counted in statements, commits and rows, never in seconds."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
import sqlalchemy.event
from psycopg import pq
from sqlmodel import col

from connector import contacts, database, facts, jobs_looks, jobs_noes, jobs_work, nightly, nightly_judging
from connector.hooks_refusals import Refusals
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.tables import Client, Job, Look
from policies.decisions import JobKind
from tests.builders import NOON
from tests.conftest import connect
from tests.connector.intake import body_of, browser, secrets_of, send
from tests.connector.night_world import compare, gone_quiet, policy_of, record, tell
from webhooks.vocabulary import Channel

CONSENT = {"purpose": "newsletter", "channels": ["email"], "answer": "given", "at": "2021-04-12T08:16:00Z"}
RECORD = {"id": "c-1", "email": "aino@example.com", "phone": "040 123 4567", "consents": [CONSENT]}
#: by event: what its one transaction says to SQLite, from the second delivery on
COSTS = {
    "client.login": ({"client_id": "c-1"}, 3),  # seen, all that is there of the client, client written
    "booking.created": ({"booking": {"id": "b-1", "client_id": "c-1"}}, 4),  # and an entry written
    "client.updated": ({"client": RECORD}, 6),  # and the consents that are known, and either contact point
}
#: a night's statements in a salon in which nothing is due; what comes on top where anybody is; and for each batch more
NIGHT, JUDGED, BATCH = 40, 28, 17
#: what is read of a batch of clients: they and their merges, entries, answers and contact points, holds, cuts
TABLES = 12
#: the tables (or their names in a statement) of which a salon has more rows than clients
OF_CLIENTS = {"contact", "consent_record", "own", "e", "merge"}
SALONS, EACH = 12, 700
#: how PostgreSQL says that an index is asked for a salon and nothing else
_BY_SALON = '"Index Cond": "((salon)::text = \'aava\'::text)"'


@dataclass
class Heard:
    """What went to the database meanwhile."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    caches: Counter[str] = field(default_factory=Counter)
    commits: Counter[str] = field(default_factory=Counter)

    def of(self, door: str) -> int:
        """How many statements the reading or the writing transactions had."""
        return sum(one[1] == door for one in self.statements)


@contextmanager
def listening(engine: sa.Engine) -> Iterator[Heard]:
    """Hear every statement with its parameters and whether it was compiled anew, and every commit."""
    heard = Heard()

    def door(connection: sa.Connection) -> str:
        return "write" if connection.get_execution_options().get("write", True) else "read"

    def hear(
        connection: Any, _cursor: Any, statement: str, parameters: Any, context: Any, _many: bool
    ) -> None:
        if not statement.startswith(("BEGIN", "EXPLAIN")):
            heard.statements.append((statement, door(connection)))
            if context.compiled is not None:  # the others go to the driver as they are
                heard.caches[context.cache_hit.name] += 1

    def commit(connection: sa.Connection) -> None:
        heard.commits[door(connection)] += 1

    sqlalchemy.event.listen(engine, "before_cursor_execute", hear)
    sqlalchemy.event.listen(engine, "commit", commit)
    yield heard
    sqlalchemy.event.remove(engine, "before_cursor_execute", hear)
    sqlalchemy.event.remove(engine, "commit", commit)


@dataclass
class Talk:
    """What really went to the database, heard at its driver: statements, and how often was waited for an answer."""

    statements: int = 0
    commits: int = 0
    round_trips: int = 0


@contextmanager
def overhearing(engine: sa.Engine) -> Iterator[Talk]:
    """Hear what the driver is told meanwhile, past SQLAlchemy too."""
    lines: list[str] = []
    with tempfile.TemporaryFile("w+") as file:

        def begin(driver: Any, *_: Any) -> None:
            if engine.dialect.name == "sqlite":
                driver.set_trace_callback(lines.append)
            else:
                driver.pgconn.trace(file.fileno())
                driver.pgconn.set_trace_flags(pq.Trace.SUPPRESS_TIMESTAMPS)

        def end(driver: Any, *_: Any) -> None:
            driver.set_trace_callback(None) if engine.dialect.name == "sqlite" else driver.pgconn.untrace()

        sqlalchemy.event.listen(engine, "checkout", begin)
        sqlalchemy.event.listen(engine, "checkin", end)
        talk = Talk()
        yield talk
        sqlalchemy.event.remove(engine, "checkout", begin)
        sqlalchemy.event.remove(engine, "checkin", end)
        file.seek(0)
        _hear_sqlite(talk, lines) if engine.dialect.name == "sqlite" else _hear_postgres(
            talk, file.read().splitlines()
        )


def _hear_sqlite(talk: Talk, lines: list[str]) -> None:
    talk.statements = sum(line.split()[0] not in {"BEGIN", "COMMIT"} for line in lines)
    talk.commits = lines.count("COMMIT")


def _hear_postgres(talk: Talk, lines: list[str]) -> None:
    """By the messages of the protocol: F from us, B from the server."""
    words = [line.split("\t") for line in lines if line.count("\t") > 1]
    executed = sum(line[0] == "F" and line[2].startswith(("Execute", "Query")) for line in words)
    done = [line[3] for line in words if line[2].startswith("CommandComplete")]
    talk.commits = sum("COMMIT" in tag for tag in done)
    talk.statements = executed - talk.commits - sum("BEGIN" in tag for tag in done)
    talk.round_trips = sum(before[0] + after[0] == "FB" for before, after in pairwise(words))


@pytest.mark.parametrize("kind", COSTS)
def test_a_delivery_is_one_commit_and_few_statements_in_three_round_trips(
    program: Program, salon: Account, kind: str
) -> None:
    data, count = COSTS[kind]
    door, secret = browser(program), secrets_of(program, salon)[0]
    for number in range(3):  # the first ones make rows, and have statements prepared
        body = body_of(kind, data, when=NOON - timedelta(days=9 - number))
        assert send(door, program, salon, body, secret=secret).status_code == 204
    body = body_of(kind, data, when=NOON - timedelta(days=1))
    with listening(program.engine) as heard, overhearing(program.engine) as talk:
        assert send(door, program, salon, body, secret=secret).status_code == 204
    turn, trips = (0, 0) if program.settings.is_sqlite else (1, 3)  # a salon's writers take turns on a row
    assert talk == Talk(1 + count + turn, commits=1, round_trips=trips)  # the one is the door's
    assert heard.statements == []  # none of them through SQLAlchemy
    assert heard.commits == {"write": 1}


def test_a_repeat_costs_three_questions_and_writes_nothing(program: Program, salon: Account) -> None:
    door, body = browser(program), body_of("client.login", {"client_id": "c-1"})
    send(door, program, salon, body, delivery="d-1")
    secret = secrets_of(program, salon)[0]
    send(door, program, salon, body, delivery="d-1", secret=secret)
    with overhearing(program.engine) as talk:
        assert send(door, program, salon, body, delivery="d-1", secret=secret).status_code == 204
    turn, trips = (0, 0) if program.settings.is_sqlite else (1, 5)
    # the door's; the insert that does nothing, with what a first time would ask; the digest of before, and what waits
    # in quarantine
    assert talk == Talk(1 + 2 + turn + 2, commits=1, round_trips=trips)


def test_a_stranger_costs_no_write(program: Program, salon: Account) -> None:
    refusals = Refusals(program)
    door, body = browser(program, refusals=refusals), body_of("client.login", {"client_id": "c-1"})
    send(door, program, salon, body, secret="whsec_" + "A" * 32)  # noted once a minute, for 'salon test'
    refusals.settle()
    with listening(program.engine) as heard:
        for slug in (salon.slug, "nobody"):
            assert send(door, program, salon, body, secret="whsec_" + "A" * 32, slug=slug).status_code == 401
        refusals.settle()
    assert heard.commits["write"] == heard.of("write") == 0


def test_a_night_says_as_much_about_one_who_is_due_as_about_a_batch_and_signs_once_for_all(
    program: Program,
) -> None:
    heard: dict[int, Heard] = {}
    for due in (0, 1, nightly_judging.BATCH - 1, 2 * nightly_judging.BATCH - 1):
        aava = connect(program, f"due-{due}")
        tell(program, aava, record("sleeps"))
        compare(program, aava)
        with database.write(program.engine) as db:
            _fill(db.connection(), aava, [aava])
        nightly.run(program, salon=aava.slug)
        tell(program, aava, *[gone_quiet(f"q-{n}") for n in range(due)])
        with listening(program.engine) as heard[due]:
            (report,) = nightly.run(program, salon=aava.slug).salons
        assert (report.looked, len(report.proposed)) == (due, due)
    none, one, batch, more = heard.values()
    turn = 1  # a salon that keeps house takes its turn on a row; on SQLite it sees that it has not moved
    assert len(none.statements) <= NIGHT + turn
    assert len(one.statements) == len(batch.statements) <= NIGHT + JUDGED + turn
    assert len(more.statements) - len(batch.statements) <= BATCH
    assert [some.commits["write"] for some in heard.values()] == [4, 5, 5, 6]
    signed = [sum("UPDATE evidence_head" in text for text, _ in some.statements) for some in heard.values()]
    assert signed == [0, 1, 1, 2]


def test_what_is_known_of_many_is_read_by_as_many_statements_as_of_one(
    program: Program, salon: Account, stranger: Account
) -> None:
    told = [record(f"c-{n}", email=f"c-{n}@example.com") for n in range(60)]
    for account in (salon, stranger):
        tell(program, account, *told)
    policy = policy_of(program, salon, NOON.date())
    counts = []
    for clients in (["c-1"], [f"c-{n}" for n in range(50)]):
        with database.read(program.engine) as db, listening(program.engine) as heard:
            known = facts.known_of(db, salon, clients, policy, NOON.date())
        assert [one.facts.client for one in known] == sorted(clients)
        counts.append(len(heard.statements))
    assert counts == [TABLES, TABLES]


def test_noes_of_many_for_whom_nothing_is_on_are_looked_at_by_as_many_statements_as_one(
    program: Program, salon: Account
) -> None:
    off = {Channel.EMAIL: False}
    tell(program, salon, *[record(f"c-{number}", marketing=off) for number in range(30)])
    counted = []
    for number in (1, 30):
        with listening(program.engine) as heard, database.write(program.engine) as db:
            assert jobs_noes.propose(db, salon, [f"c-{one}" for one in range(number)], now=NOON) == []
        counted.append(len(heard.statements))
    assert counted[0] == counted[1] <= 4


def test_no_statement_of_a_night_walks_through_the_clients(program: Program) -> None:
    """With a register that a planner takes for what it is (ANALYZE), and with everything that the night says."""
    accounts = [connect(program, f"salon-{number}") for number in range(SALONS)]
    aava = accounts[0]
    tell(program, aava, *[gone_quiet(f"q-{n}") for n in range(30)], record("sleeps"))
    compare(program, aava)
    with database.write(program.engine) as db:
        _fill(db.connection(), aava, accounts)
    _analyze(program.engine)
    with planning(program.engine) as plans:
        report = nightly.run(program, salon=aava.slug)
    assert (report.salons[0].looked, len(report.salons[0].proposed)) == (31, 30)
    about = {statement: plan for statement, plan in plans.items() if "client" in _tables(plan)}
    assert any("look_again_on <=" in statement for statement in about)
    for statement, plan in about.items():
        is_bounded = "LIMIT" in statement and "count(*)" in statement  # whether there are as many as that
        for line in plan:
            if line.table == "client" and not line.is_writing:
                assert line.is_sought or is_bounded, (statement, plan)
    if program.settings.is_sqlite:  # PostgreSQL reads small tables whole, and rightly
        of_clients = [line for plan in plans.values() for line in plan if line.table in OF_CLIENTS]
        assert {line.table for line in of_clients} == OF_CLIENTS
        for line in of_clients:
            assert line.by_more_than_the_salon, line.text


def test_neither_a_sweep_nor_a_night_walks_through_what_was_done_long_ago(program: Program) -> None:
    """Jobs and looks stay for years: what is open is found by an index that holds nothing else."""
    aava = connect(program, "aava")
    tell(program, aava, *[gone_quiet(f"q-{n}") for n in range(5)], *[record(f"c-{n}") for n in range(20)])
    compare(program, aava)
    with database.write(program.engine) as db:
        _do_long_ago(db.connection(), aava)
    _analyze(program.engine)
    with planning(program.engine) as plans:
        report = nightly.run(program, salon=aava.slug)
        with database.read(program.engine) as db:
            assert jobs_work.due(db, program.now(), 100) == []
            assert jobs_looks.due(db, program.now(), 100) == []
    assert len(report.salons[0].proposed) == 5
    about = [line for plan in plans.values() for line in plan if line.table in {"job", "look"}]
    assert {line.table for line in about} == {"job", "look"}
    for line in about:
        assert line.is_writing or line.by_more_than_the_salon, line.text


@dataclass(frozen=True)
class Line:
    """One line of a plan that reads a table: is it found by more than its salon?"""

    table: str
    is_sought: bool
    text: str
    is_writing: bool = False  # the rows were found by another line

    @property
    def by_more_than_the_salon(self) -> bool:
        """Whether an index that knows more than the salon finds the rows."""
        return not any(sign in self.text for sign in ("SCAN", "Seq Scan", "(salon=?)", _BY_SALON))


def _tables(plan: list[Line]) -> set[str]:
    return {line.table for line in plan}


@contextmanager
def planning(engine: sa.Engine) -> Iterator[dict[str, list[Line]]]:
    """How the database goes about each statement that it is sent meanwhile."""
    plans: dict[str, list[Line]] = {}

    def explain(
        connection: sa.Connection, cursor: Any, statement: str, parameters: Any, _c: Any, _many: bool
    ) -> None:
        words = statement.split(None, 1)[0].upper()
        if words not in {"SELECT", "UPDATE", "DELETE"} or statement in plans:
            return
        one = parameters[0] if isinstance(parameters, list) and parameters else parameters
        if connection.dialect.name == "sqlite":
            found = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", one).fetchall()
            plans[statement] = [line for row in found if (line := _of_sqlite(row[3])) is not None]
        else:
            with cursor.connection.cursor() as beside:
                beside.execute(f"EXPLAIN (FORMAT JSON) {statement}", one)
                told = beside.fetchone()[0]
            root = json.loads(told) if isinstance(told, str) else told
            plans[statement] = list(_of_postgres(root[0]["Plan"]))

    sqlalchemy.event.listen(engine, "before_cursor_execute", explain)
    yield plans
    sqlalchemy.event.remove(engine, "before_cursor_execute", explain)


def _of_sqlite(text: str) -> Line | None:
    words = text.split()
    if words[0] not in {"SCAN", "SEARCH"}:
        return None
    sought = ("client=?", "look_again_on<", "found_again_on>")
    return Line(words[1], words[0] == "SEARCH" and any(one in text for one in sought), text)


def _of_postgres(node: dict[str, Any]) -> Iterator[Line]:
    if table := node.get("Relation Name"):
        sought = node.get("Index Cond", "") + node.get("Recheck Cond", "")
        is_writing = node["Node Type"] == "ModifyTable"
        is_sought = any(one in sought for one in ("client", "look_again_on", "found_again_on"))
        yield Line(table, is_sought, json.dumps(node), is_writing)
    for part in node.get("Plans", ()):
        yield from _of_postgres(part)


def _fill(connection: sa.Connection, aava: Account, accounts: list[Account]) -> None:
    """Clients of all salons whose day lies ahead, each on another one."""
    client = sa.inspect(Client)
    mine = sa.select(*client.columns).where(col(Client.salon) == aava.slug)
    one = connection.execute(mine).mappings().first()
    assert one is not None
    for account in accounts:
        rows = [
            {
                **one,
                "salon": account.slug,
                "client": f"s-{number}",
                "look_again_on": date(2027, 1, 1) + timedelta(days=number),
            }
            for number in range(EACH)
        ]
        connection.execute(sa.insert(Client), rows)


def _analyze(engine: sa.Engine) -> None:
    """Let the planner know what is there."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _do_long_ago(connection: sa.Connection, account: Account) -> None:
    """Thousands of jobs that came to their end, each looked at three times."""
    at = NOON - timedelta(days=400)
    done: dict[str, Any] = {
        **{"salon": account.slug, "kind": JobKind.ERASE, "state": State.VERIFIED, "content": "{}"},
        **{"digest": "d" * 64, "because": "[]", "policy_digest": "e" * 64, "proposed_at": at, "moved_at": at},
        **{"by_no": False, "automatic": False, "over_limit": False},
        **{"attempt": 1, "failures": 0, "round": 1, "calls_done": 1},
    }
    jobs = [done | {"id": uuid4(), "client_key": uuid4().hex * 2} for _ in range(3000)]
    looked = {"round": 1, "salon": account.slug, "due_at": at, "looked_at": at, "found": "gone"}
    connection.execute(sa.insert(Job), jobs)
    connection.execute(
        sa.insert(Look), [looked | {"job": job["id"], "nth": n} for job in jobs for n in range(3)]
    )


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_lists_contact_points_are_not_looked_up_by_the_salon_alone_while_nothing_is_known_of_the_table(
    program: Program, salon: Account
) -> None:
    """Each of a salon's rows would be held against each client of the batch: a planner takes a salon for a few rows."""
    told = [contacts.Point(f"c-{number}", f"{number:064}", "email", NOON) for number in range(5000)]
    with database.write(program.engine) as db:
        contacts.keep_all(db, salon, told)
    wanted = {"salon": salon.slug, "clients": [one.client for one in told[:1000]]}
    asked = sa.text("EXPLAIN SELECT at FROM contact WHERE salon = :salon AND client = ANY(:clients)")
    with database.read(program.engine) as db:
        plan = "\n".join(db.connection().execute(asked, wanted).scalars())
    assert "ix_contact_index" not in plan
