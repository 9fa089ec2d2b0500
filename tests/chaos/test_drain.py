"""SIGTERM: what has begun comes to its end, nothing new is begun, and the exit status is 0."""

import signal
import threading
from collections.abc import Iterator

import pytest
import requests

from connector import approvals, clock, database, jobs, owners, salons
from connector.states import State
from tests.chaos import report
from tests.chaos.checking import Line
from tests.chaos.conftest import Installed
from tests.chaos.installation import MAIN, Installation
from tests.chaos.processes import Process
from tests.waiting import until

JOBS = 12
SOON = 20.0  # seconds; by far less than a server waits for open answers


def approve_everything(there: Installation) -> None:
    """The owner's word on every wanted job."""
    with database.write(there.program.engine) as db:
        account = salons.account(db, there.program.vault, MAIN)
        owner = owners.speaks_for(db, there.program.vault, there.speakers[0].email, MAIN)
        assert account is not None
        assert owner is not None
        waiting = [one for one in jobs.listed(db, account, [State.PROPOSED]) if str(one.job) in there.wanted]
        given = approvals.approve(
            db,
            account,
            [one.job for one in waiting],
            seen={one.job: one.digest for one in waiting},
            owner=owner,
            now=clock.now(),
            second=True,
        )
    assert len(given.approved) == len(there.wanted)


def begun(there: Installation) -> set[str]:
    """About whom a destructive call has come."""
    return {line["client"] for line in _calls(there) if line["what"] == "came"}


def answered(there: Installation) -> set[str]:
    """Whose destructive call was answered."""
    return {line["client"] for line in _calls(there) if line["what"] == "answered"}


def _calls(there: Installation) -> Iterator[Line]:
    return (line for line in report.ledger(there.folder, MAIN) if line.get("method") in {"DELETE", "POST"})


@pytest.fixture(params=["serve", "work"])
def worker(request: pytest.FixtureRequest, installed: Installed) -> tuple[Installation, Process]:
    """An installation with approved jobs, and the process that is to carry them out, not started yet."""
    there = installed(JOBS)
    approve_everything(there)
    if request.param == "work":
        return there, there.process("first", "work")
    return there, there.process("web", "serve", "--port", str(there.port))


def test_a_job_in_the_middle_of_its_call_finishes_it_and_no_other_is_begun(
    worker: tuple[Installation, Process],
) -> None:
    there, process = worker
    there.misbehave(late_calls=JOBS, only="erase", hang_for=0.7)
    process.start()
    assert until(lambda: bool(begun(there) - answered(there)))
    process.signal(signal.SIGTERM)
    assert process.ended(SOON) == 0, process.said().decode()
    at_the_end = begun(there)
    assert at_the_end == answered(there)
    states = there.states()
    assert states[State.SENDING] == states[State.UNKNOWN] == 0
    assert states[State.SENT] + states[State.VERIFIED] == len(at_the_end) < JOBS
    assert states[State.APPROVED] == JOBS - len(at_the_end)
    process.start()
    assert until(lambda: len(there.in_states(State.VERIFIED)) == JOBS)


def test_a_steady_sender_does_not_keep_the_server_from_ending(installed: Installed) -> None:
    there, ended = installed(8), threading.Event()
    web = there.web()
    web.start()
    web.wait_until_up()

    def keep_asking() -> None:
        session = requests.session()  # one connection, kept open
        while not ended.is_set():
            try:
                session.get(f"http://127.0.0.1:{there.port}/health", timeout=5)
            except requests.ConnectionError:
                return

    senders = [threading.Thread(target=keep_asking, daemon=True) for _ in range(3)]
    for sender in senders:
        sender.start()
    web.signal(signal.SIGTERM)
    assert web.ended(SOON) == 0, web.said().decode()
    ended.set()
    for sender in senders:
        sender.join(SOON)
        assert not sender.is_alive()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_two_signals_end_it_once(installed: Installed, number: signal.Signals) -> None:
    web = installed(8).web()
    web.start()
    web.wait_until_up()
    web.signal(number)
    web.signal(number)
    assert web.ended(SOON) == 0, web.said().decode()
