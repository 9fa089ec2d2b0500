"""A process that is stopped (SIGSTOP, a frozen machine) and wakes up does nothing that is somebody else's by then."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import PosixPath
from typing import Any

import pytest
import sqlalchemy as sa

from connector import dispatch
from connector.sender_pace import Pace, StoodStill
from connector.states import State
from tests.builders import NOON
from tests.connector.booking import Odd, Story

#: how long it is stopped: longer than a lease, and than any call may be under way
STOPPED = timedelta(seconds=60)


@dataclass
class Stopping:
    """A clock whose process is stopped right before its nth reading, while another worker goes on."""

    other: Story
    job: object
    nth: int
    read: int = 0
    states: list[State] = field(default_factory=list)

    def __call__(self) -> datetime:
        """What it shows."""
        self.read += 1
        if self.read == self.nth:
            for second in range(0, 50, 2):
                at = NOON + timedelta(seconds=31 + second)
                dispatch.send_due(self.other.at(at).program, limit=10)
        return NOON if self.read < self.nth else NOON + STOPPED * 2


@pytest.mark.parametrize("nth", range(1, 10))
@pytest.mark.story
def test_a_worker_that_was_stopped_anywhere_sends_nothing_that_another_sent_meanwhile(
    story: Story, nth: int
) -> None:
    job_id = story.approved_job_for("c-1")
    clock = Stopping(story, job_id, nth)
    dispatch.run_one(replace(story.program, now=clock), job_id)
    assert [(method, path) for method, path, _ in story.booking.writes] == [("DELETE", "clients/c-1")]
    assert story.state(job_id) is State.SENT
    assert set(story.records) == {"c-2"}
    assert set(story.booking.clients["toinen"]) == {"c-1"}


def test_a_worker_that_wakes_up_before_its_intent_while_anothers_call_is_under_way_sends_nothing(
    story: Story,
) -> None:
    job_id, at = story.approved_job_for("c-1"), [NOON]
    is_under_way, go_on = threading.Event(), threading.Event()

    def dawdle() -> None:
        is_under_way.set()
        assert go_on.wait(30)

    def other() -> None:
        for second in (31, 32):  # takes it over; then claims it anew and calls
            dispatch.run_one(story.at(NOON + timedelta(seconds=second)).program, job_id)

    story.booking.odd.append(Odd(is_done=True, first=dawdle))
    another = threading.Thread(target=other)

    def stopped_before_its_intent() -> datetime:
        if story.state(job_id) is State.SENDING and not is_under_way.is_set():
            another.start()
            assert is_under_way.wait(30)
            at[0] = NOON + timedelta(seconds=33)
        return at[0]

    assert dispatch.run_one(replace(story.program, now=stopped_before_its_intent), job_id) == "lost"
    go_on.set()
    another.join()
    assert [(method, path) for method, path, _ in story.booking.writes] == [("DELETE", "clients/c-1")]
    assert story.state(job_id) is State.SENT
    assert set(story.booking.clients["toinen"]) == {"c-1"}


@pytest.mark.story
def test_a_worker_whose_disk_hung_between_its_intent_and_its_call_does_not_make_it(story: Story) -> None:
    job_id, at = story.approved_job_for("c-1"), [NOON]
    is_well: list[bool] = []

    class Hanging(PosixPath):
        """The journal's folder, on a disk that hangs when it is first used; others go on meanwhile."""

        def mkdir(self, *args: Any, **more: Any) -> None:
            if not is_well:
                is_well.append(True)
                for second in range(31, 81, 2):
                    dispatch.send_due(story.at(NOON + timedelta(seconds=second)).program, limit=10)
                at[0] = NOON + STOPPED * 2
            super().mkdir(*args, **more)

    settings = replace(story.program.settings, journal_dir=Hanging(story.program.settings.journal_dir))
    dispatch.run_one(replace(story.program, now=lambda: at[0], settings=settings), job_id)
    assert is_well
    assert [(method, path) for method, path, _ in story.booking.writes] == [("DELETE", "clients/c-1")]
    assert story.state(job_id) is State.SENT
    assert set(story.records) == {"c-2"}
    assert set(story.booking.clients["toinen"]) == {"c-1"}


@pytest.mark.parametrize(("overslept", "is_late"), [(1.9, False), (2.1, True)])
def test_a_call_whose_turn_came_far_too_late_is_not_made(overslept: float, is_late: bool) -> None:
    at = [100.0]

    def sleep(seconds: float) -> None:
        at[0] += seconds + overslept

    pace = Pace(rate=1, monotonic=lambda: at[0], sleep=sleep)
    for _ in range(10):
        pace.wait("one")
    if is_late:
        with pytest.raises(StoodStill):
            pace.wait("one")
    else:
        pace.wait("one")


def test_nobody_waits_for_ever_for_who_was_stopped_within_a_transaction(engine: sa.Engine) -> None:
    ask = {"postgresql": "SHOW idle_in_transaction_session_timeout", "sqlite": "PRAGMA busy_timeout"}
    with engine.connect() as connection:
        limit = connection.exec_driver_sql(ask[engine.dialect.name]).scalar_one()
    assert limit in {"10s", 5000}
