import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from sqlmodel import select

from connector import census, database, dispatch, jobs, jobs_leases, owners, plan
from connector.config import ConfigError, Settings
from connector.engine import Engine
from connector.pretend.records import Record
from connector.program import Program
from connector.salons import Account
from connector.sender import Sender
from connector.states import State
from connector.tables import Job, Letter, Night
from tests.builders import NOON
from tests.conftest import LIBRARY, connect
from tests.connector.night_world import LATELY, LONG_AGO, policy_of
from tests.connector.pretend_world import World, pretending
from tests.waiting import until
from webhooks.calls import Call, Reply

pytestmark = pytest.mark.journey  # workers, and processes that are killed

#: everything automatic, so that the engine has something to carry out
POLICY = (
    (LIBRARY / "yearly_purge.toml")
    .read_bytes()
    .replace(b'"owner"', b'"automatic"')
    .replace(b'mass_limit       = "25%"', b'mass_limit       = "100%"')
)
QUIET = ("quiet-1", "quiet-2", "quiet-3")
SOON = 30.0  # seconds; far more than is needed, so that a busy machine is no failure


@dataclass
class Watched:
    """A sender that tells when something was erased; it can be made to break before."""

    inner: Sender
    breaks: int = 0
    erased: list[str] = field(default_factory=list)
    is_done: threading.Event = field(default_factory=threading.Event)
    enough: int = 1

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Send it on."""
        if self.breaks:
            self.breaks -= 1
            raise ZeroDivisionError("client-marked-1")
        reply = self.inner(account, call, idempotency_key=idempotency_key)
        if call.method == "DELETE" and "/categories/" not in call.path:
            self.erased.append(call.path)
            if len(self.erased) >= self.enough:
                self.is_done.set()
        return reply


@dataclass
class Running:
    """A program whose salon has a booking system that answers."""

    program: Program
    account: Account
    world: World
    watched: Watched

    def states(self) -> list[State]:
        """Where the jobs that erase stand."""
        with database.read(self.program.engine) as db:
            return sorted(job.state for job in db.exec(select(Job).where(Job.kind == "erase")))


@pytest.fixture
def running(program: Program) -> Iterator[Running]:
    with pretending() as world:
        world.system.register.records = {client: quiet(client) for client in QUIET}
        world.system.register.records["lively"] = replace(quiet("lively"), last_activity_at=LATELY)
        watched = Watched(program.send)
        program = replace(program, send=watched)
        account = connect(program, "aava", policy=POLICY, base_url=world.base_url, token=world.system.token)
        yield Running(program, account, world, watched)


def quiet(client: str) -> Record:
    """A client of the booking system that should have been erased on the last purge day."""
    return Record(
        id=client,
        created_at=LONG_AGO,
        created_via="self_service",
        updated_at=LONG_AGO,
        has_account=True,
        fields={"name": "Maija Esimerkki"},
        last_activity_at=LONG_AGO,
    )


@contextmanager
def working(*engines: Engine) -> Iterator[None]:
    for engine in engines:
        engine.start()
    try:
        yield
    finally:
        for engine in engines:
            engine.stop()


def approve_erasures(running: Running) -> None:
    """Have the quiet ones' erasure approved by the policy, and carry nothing out."""
    program, account = running.program, running.account
    census.run(program, account.slug)
    policy = policy_of(program, account, NOON.date())
    with database.write(program.engine) as db:
        plan.judge_due(db, account, policy, NOON.date(), now=NOON)
    assert running.states() == [State.APPROVED] * len(QUIET)


def test_the_engine_carries_out_what_is_approved_and_looks_at_it(running: Running) -> None:
    approve_erasures(running)
    running.watched.enough = len(QUIET)
    with working(Engine(running.program, sweep_every=0.05)):
        assert running.watched.is_done.wait(SOON)
    assert set(running.world.system.register.records) == {"lively"}
    assert set(running.states()) <= {State.SENT, State.VERIFIED}
    with working(Engine(running.program, sweep_every=0.05)) as _:
        assert until(lambda: running.states() == [State.VERIFIED] * len(QUIET))


def test_what_was_done_is_looked_at_at_once_and_not_at_the_next_sweep(running: Running) -> None:
    approve_erasures(running)
    with working(Engine(running.program, sweep_every=600)):
        assert until(lambda: running.states() == [State.VERIFIED] * len(QUIET))


def test_two_engines_on_one_database_erase_each_client_once(running: Running) -> None:
    approve_erasures(running)
    running.watched.enough = len(QUIET)
    elsewhere = replace(running.program.settings, data_dir=running.program.settings.data_dir / "elsewhere")
    other = replace(running.program, settings=elsewhere)
    with working(Engine(running.program, sweep_every=0.02), Engine(other, sweep_every=0.02)):
        assert until(lambda: running.states() == [State.VERIFIED] * len(QUIET))
    assert sorted(running.watched.erased) == [f"clients/{client}" for client in QUIET]


def test_engines_that_share_a_queue_erase_each_client_once_and_leave_nothing_in_it(running: Running) -> None:
    if running.program.settings.is_sqlite:
        with pytest.raises(ConfigError, match="needs a PostgreSQL database"):
            Settings.from_env({"OVIKELLO_ENGINE": "postgresql"})
        return
    approve_erasures(running)
    shared = replace(running.program, settings=replace(running.program.settings, engine="postgresql"))
    one, other = Engine(shared, sweep_every=0.02), Engine(shared, sweep_every=0.02)
    assert one.sweep() == len(QUIET)
    assert other.sweep() == 0  # what one has woken, the other sees waiting
    assert _waiting(shared) == len(QUIET)
    with working(one, other):
        assert until(lambda: running.states() == [State.VERIFIED] * len(QUIET))
        assert until(lambda: _waiting(shared) == 0)
    assert sorted(running.watched.erased) == [f"clients/{client}" for client in QUIET]
    assert not (shared.settings.data_dir / "queue.db").exists()


def _waiting(program: Program) -> int:
    with database.read(program.engine) as db:
        found: int = db.connection().exec_driver_sql("SELECT count(*) FROM ovikello_queue_task").scalar_one()
    return found


def test_a_lost_wake_up_and_a_broken_task_lose_nothing(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    approve_erasures(running)
    running.watched.breaks, running.watched.enough = 3, len(QUIET)
    with caplog.at_level(logging.DEBUG), working(Engine(running.program, sweep_every=0.05)):
        assert running.watched.is_done.wait(SOON)
    assert "work failed: ZeroDivisionError" in caplog.text
    assert "client-marked" not in caplog.text


def test_what_a_dead_worker_left_is_taken_over_when_its_lease_has_run_out(running: Running) -> None:
    approve_erasures(running)
    claim_all(running)
    engine = Engine(running.program)
    assert engine.sweep() == 0  # the leases still run
    later = replace(running.program, now=lambda: NOON + timedelta(seconds=31))
    with working(Engine(later, sweep_every=0.05)):
        assert until(lambda: set(running.world.system.register.records) == {"lively"})


def test_what_a_killed_worker_left_is_carried_on_at_the_next_start_where_nobody_else_can_be_at_it(
    running: Running,
) -> None:
    approve_erasures(running)
    with elsewhere_at_a_job(running.program) as worker:
        claim_all(running)
        assert jobs_leases.end_of_the_dead(running.program.engine, now=NOON) == 0
        with working(Engine(running.program, sweep_every=600)):
            assert running.states() == [State.SENDING] * len(QUIET)  # it lives: its leases are its own
        worker.kill()
        worker.wait()
    with working(Engine(running.program, sweep_every=0.05)):
        if running.program.settings.is_sqlite:
            assert until(lambda: running.states() == [State.VERIFIED] * len(QUIET))
    if (
        not running.program.settings.is_sqlite
    ):  # who else is at work cannot be known: the lease runs out by itself
        assert running.states() == [State.SENDING] * len(QUIET)


def test_nobody_takes_the_lease_of_a_worker_whose_call_is_under_way(running: Running) -> None:
    approve_erasures(running)
    called, answered = threading.Event(), threading.Event()

    def hang(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        if call.method == "DELETE":
            called.set()
            assert answered.wait(SOON)
        return running.watched(account, call, idempotency_key=idempotency_key)

    with database.read(running.program.engine) as db:
        (job, *_) = jobs.listed(db, running.account, [State.APPROVED])
    slow = threading.Thread(target=dispatch.run_one, args=(replace(running.program, send=hang), job.job))
    slow.start()
    assert called.wait(SOON)
    assert jobs_leases.end_of_the_dead(running.program.engine, now=NOON) == 0
    with working(Engine(running.program, sweep_every=0.02)):
        assert until(lambda: running.states().count(State.VERIFIED) == len(QUIET) - 1)
        assert running.states().count(State.SENDING) == 1
    answered.set()
    slow.join()
    assert sorted(running.watched.erased) == [f"clients/{client}" for client in QUIET]


@contextmanager
def elsewhere_at_a_job(program: Program) -> Iterator["subprocess.Popen[str]"]:
    """Another process that is at a job of this database until it is killed."""
    code = (
        "import sys; from connector import database, jobs_leases\n"
        "with jobs_leases.held(database.make_engine(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, program.settings.database_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def claim_all(running: Running) -> None:
    """Take every approved job, as a worker does that is about to call."""
    with database.write(running.program.engine) as db:
        for job in jobs.listed(db, running.account, [State.APPROVED]):
            jobs.move(db, running.account, job.job, State.APPROVED, State.SENDING, at=NOON)


def test_the_scheduled_night_runs_by_itself(running: Running) -> None:
    at_night = replace(running.program, now=lambda: NOON + timedelta(hours=14))
    running.watched.enough = len(QUIET)
    with working(Engine(at_night, sweep_every=0.05, night_every=0.1)):
        assert running.watched.is_done.wait(SOON)
        assert until(lambda: _has_run(running))
    assert set(running.world.system.register.records) == {"lively"}


def test_only_ids_of_jobs_cross_into_the_engine(running: Running) -> None:
    approve_erasures(running)
    engine = Engine(running.program)
    assert engine.sweep() == len(QUIET)
    assert engine.sweep() == 0  # the workers have enough to do
    file = running.program.settings.data_dir / "queue.db"
    connection = sqlite3.connect(file)
    held = b"".join(bytes(data) for (data,) in connection.execute("SELECT data FROM task"))
    connection.close()
    with database.read(running.program.engine) as db:
        ids = [str(job) for job in db.exec(select(Job.id))]
    assert all(job.encode() in held for job in ids)
    assert not any(client.encode() in held for client in (*QUIET, "aava"))
    assert file.stat().st_mode & 0o077 == 0


def test_a_wake_up_is_enough_without_waiting_for_the_sweep(running: Running) -> None:
    engine = Engine(running.program, sweep_every=3600)
    with working(engine):
        approve_erasures(running)
        with database.read(running.program.engine) as db:
            (job, *_) = jobs.listed(db, running.account, [State.APPROVED])
        engine.wake(job.job)
        assert running.watched.is_done.wait(SOON)
    assert f"clients/{job.client}" in running.watched.erased


def test_without_an_engine_nothing_is_carried_out(running: Running) -> None:
    approve_erasures(running)
    none = replace(running.program, settings=replace(running.program.settings, engine="none"))
    engine = Engine(none, sweep_every=0.01)
    with working(engine):
        engine.wake(uuid4())
        assert engine.sweep() == 0
    assert running.watched.erased == []
    assert not (running.program.settings.data_dir / "queue.db").exists()


def test_a_stopped_engine_leaves_no_thread_behind(running: Running) -> None:
    before = set(threading.enumerate())
    engine = Engine(running.program, sweep_every=0.01)
    with working(engine):
        assert set(threading.enumerate()) - before
    assert set(threading.enumerate()) - before == set()
    engine.stop()  # a second time does no harm


def _has_run(running: Running) -> bool:
    with database.read(running.program.engine) as db:
        return [night.report is not None for night in db.exec(select(Night))] == [True]


def test_a_mail_server_that_dawdles_keeps_one_worker_and_no_more(program: Program, salon: Account) -> None:
    with database.write(program.engine) as db:
        for number in range(3):
            address = f"omistaja{number}@aava.example"
            owners.add(db, program.vault, address, salon.slug, now=program.now())
            owners.give_secrets(db, program.vault, address, now=program.now())
    begun, goes_on = threading.Event(), threading.Event()

    def dawdles(_: EmailMessage) -> None:
        begun.set()
        assert goes_on.wait(SOON)

    engine = Engine(replace(program, post=dawdles))
    first = threading.Thread(target=engine.send_mail)
    first.start()
    try:
        assert begun.wait(SOON)
        engine.send_mail()  # the next turn comes while the first letter is still on its way
    finally:
        goes_on.set()
        first.join(SOON)
    with database.read(program.engine) as db:
        assert [letter.sent_at is not None for letter in db.exec(select(Letter))] == [True] * 3
