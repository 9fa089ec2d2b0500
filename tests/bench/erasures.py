"""Erasures from the owner's word to verified, against the pretend booking system, beside the bare calls."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import col

from connector import approvals, census, clock, database, engine, jobs, nightly
from connector.engine import Engine
from connector.pretend.api import create_api
from connector.pretend.system import Pretend
from connector.program import Program
from connector.salons import Account
from connector.sender import HttpSender
from connector.sender_pace import Pace
from connector.serving import make_server
from connector.states import State
from connector.tables import Job, Owner
from policies.decisions import JobKind
from tests.bench.figures import Figure, rate, say, seconds
from tests.bench.places import Open, connect

ROOT = Path(__file__).parent.parent.parent
#: so far ahead that whatever a law keeps is over as well, and every client is erased whole
LATER = timedelta(days=365 * 13)
TOKEN = "pretend-token"
#: what an erasure asks of a booking system: the record before, the erasure, the record after
CALLS = 3


@dataclass(frozen=True)
class Size:
    """How many are erased at each speed of answering (milliseconds)."""

    erasures: int
    answers_in: tuple[int, ...] = (0, 20, 100)


def later() -> datetime:
    """The clock that all of this goes by."""
    return clock.now() + LATER


def run(open_place: Open, size: Size) -> Iterator[Figure]:
    """A fresh installation for each speed; the rate that is kept to out of politeness is lifted."""
    for wait in size.answers_in:
        with open_place() as there, _booking_system(200 + 3 * size.erasures, wait) as url:
            send = HttpSender(frozenset({"127.0.0.1"}), pace=Pace(1_000_000))
            place = there.at(later)
            (account,) = connect(place, 1, base_url=url, token=TOKEN)
            settings = replace(place.program.settings, engine="embedded")
            program = replace(place.program, send=send, settings=settings)
            waiting = _proposed(program, account)
            ours, others = waiting[: size.erasures], waiting[size.erasures : 2 * size.erasures]
            if len(others) < size.erasures:
                raise RuntimeError(f"only {len(waiting)} erasures were proposed")
            say(f"{place.name}: {size.erasures} erasures, answers in {wait} ms")
            took = _erase(program, account, [one.job for one in ours])
            bare = _bare_calls(send, account, [str(one.client) for one in others])
        yield Figure(
            "",
            f"erasures verified, answers in {wait} ms",
            place.name,
            rate(size.erasures, took),
            f"{rate(size.erasures, bare)} by their {CALLS} calls alone, {engine.WORKERS} at once",
            bare / took,
        )


def _proposed(program: Program, account: Account) -> list[jobs.Listed]:
    census.run(program, account.slug)
    nightly.run(program)
    with database.read(program.engine) as db:
        found = jobs.listed(db, account, [State.PROPOSED])
    return [one for one in found if one.kind is JobKind.ERASE]


def _erase(program: Program, account: Account, ours: list[UUID]) -> float:
    """From the word until the last one is verified; the worker is at work before it."""
    owner = uuid4()
    with database.write(program.engine) as db:
        db.add(Owner(id=owner, email_key=uuid4().hex, email=b"nobody", made_at=program.now()))
    worker = Engine(program)
    worker.start()
    try:
        return seconds(lambda: _until_verified(program, worker, account, ours, owner))
    finally:
        worker.stop()


def _until_verified(
    program: Program, worker: Engine, account: Account, ours: list[UUID], owner: UUID
) -> None:
    """The word, and the wake-ups that the console gives after it."""
    with database.write(program.engine) as db:
        seen = {one.job: one.digest for one in jobs.listed(db, account, job_ids=ours)}
        said = approvals.approve(db, account, ours, seen=seen, owner=owner, now=program.now(), second=True)
    if said.refused:
        raise RuntimeError(f"not approved: {said.refused[0].because}")
    for job in ours:
        worker.wake(job)
    done = sa.select(sa.func.count()).where(col(Job.state) == State.VERIFIED, col(Job.salon) == account.slug)
    paused = threading.Event()
    until = time.monotonic() + 600
    while time.monotonic() < until:
        with database.read(program.engine) as db:
            if db.connection().execute(done).scalar_one() >= len(ours):
                return
        paused.wait(0.05)
    raise RuntimeError("the erasures did not come to their end")


def _bare_calls(send: HttpSender, account: Account, clients: list[str]) -> float:
    """The same calls by as many threads as there are workers, and nothing else."""

    def one(client: str) -> None:
        send(account, account.dialect.look_up(client))
        assert account.dialect.erase is not None
        send(account, account.dialect.erase(client), idempotency_key=uuid4().hex)
        send(account, account.dialect.look_up(client))

    with ThreadPoolExecutor(engine.WORKERS) as workers:
        return seconds(lambda: list(workers.map(one, clients)))


@contextmanager
def _booking_system(clients: int, wait: int) -> Iterator[str]:
    """The pretend one in a process of its own; its address."""
    command = [sys.executable, "-m", "tests.bench.erasures", str(clients), str(wait)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _answer(clients: int, wait: int) -> None:
    """Be the booking system: each answer takes so many milliseconds longer."""
    system = Pretend(today=clock.now().date(), now=later, size=clients, token=TOKEN)
    app = create_api(system, threading.Event())
    paused = threading.Event()

    @app.before_request
    def take_time() -> None:
        if wait:
            paused.wait(wait / 1000)

    server: Any = make_server(app, host="127.0.0.1", port=0, threads=engine.WORKERS * 2)
    print(server.effective_port, flush=True)  # noqa: T201 - read by whoever started it
    server.run()


if __name__ == "__main__":
    _answer(int(sys.argv[1]), int(sys.argv[2]))
