"""A worker's turn at a night: it is kept while calls take long, and whoever lost it writes no report of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from connector import dispatch, nightly, nightly_claims
from connector.nightly_claims import ABANDONED_AFTER, Turn
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.tables import Night
from tests.builders import NOON, Clock
from tests.connector.booking import Story
from tests.connector.booking import record as told_record
from tests.connector.intake import rows
from tests.connector.night_world import compare, gone_quiet, record, says_no, tell
from webhooks.calls import Call, Reply
from webhooks.vocabulary import Channel

TOMORROW = NOON + timedelta(days=1)
#: two calls are made between one word of the night and the next, at most
SLOW = timedelta(minutes=29)


def the_night(program: Program, account: Account) -> Night:
    """The only row of the salon's nights."""
    row: Night
    (row,) = rows(program, account, Night)
    return row


class Slow:
    """A booking system that takes its time, and another worker that asks for the night at each of its calls."""

    def __init__(self, program: Program, account: Account, clock: Clock, then: Callable[..., Reply]) -> None:
        self.program, self.account, self.clock, self.then = program, account, clock, then
        self.others: list[Turn | None] = []

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Answer one call, half an hour later."""
        self.clock.at += SLOW
        self.others.append(nightly_claims.claim(self.program, self.account.slug))
        return self.then(account, call, idempotency_key=idempotency_key)


def test_a_worker_that_fails_after_it_lost_its_turn_leaves_the_other_s_report(
    program: Program, salon: Account, stranger: Account, clock: Clock
) -> None:
    tell(program, salon, gone_quiet("c-1"))
    clock.at = TOMORROW
    compare(program, salon, stranger)
    finished: list[Night] = []

    def hangs_and_fails(line: str) -> None:
        if line.startswith(salon.slug) and not finished:
            clock.at += ABANDONED_AFTER
            nightly.run(program, salon=salon.slug, scheduled=True)
            finished.append(the_night(program, salon))
            raise OSError

    done = nightly.run(program, scheduled=True, progress=hangs_and_fails).salons
    assert [report.salon for report in done] == [stranger.slug]
    (theirs,) = finished
    assert theirs.ran_at == TOMORROW + ABANDONED_AFTER
    assert theirs.report is not None
    assert "night_failed" not in theirs.report
    now = the_night(program, salon)
    assert (now.claimed_at, now.ran_at, now.report) == (theirs.claimed_at, theirs.ran_at, theirs.report)


def test_a_worker_that_loses_its_turn_in_its_last_call_keeps_no_report(
    program: Program, salon: Account, stranger: Account, clock: Clock
) -> None:
    tell(program, salon, record("c-1", marketing={Channel.EMAIL: True}), says_no("c-1"))
    clock.at = TOMORROW
    compare(program, salon, stranger)
    taken: list[Turn | None] = []

    def hangs(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        clock.at += ABANDONED_AFTER
        taken.append(nightly_claims.claim(program, salon.slug))
        raise CallFailed("timeout")

    done = nightly.run(replace(program, send=hangs), scheduled=True).salons
    assert [report.salon for report in done] == [stranger.slug]
    (theirs,) = (
        taken  # nothing is called after it, so nothing but the report could find that the turn is lost
    )
    assert theirs is not None
    row = the_night(program, salon)
    assert (row.claimed_at, row.ran_at, row.report) == (theirs.at, None, None)


def test_a_night_whose_looks_take_long_keeps_its_turn(story: Story, clock: Clock) -> None:
    program, salon = story.program, story.account
    for client in ("c-1", "c-2"):
        story.approved_job_for(client)
    assert dispatch.send_due(program, limit=10, salon=salon.slug).total() == 2
    clock.at = TOMORROW
    compare(program, salon)

    def silent(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        raise CallFailed("timeout")

    slow = Slow(program, salon, clock, silent)
    (report,) = nightly.run(replace(program, send=slow), salon=salon.slug, scheduled=True).salons
    assert (report.fresh, slow.others) == (True, [None] * 4)


def test_a_night_whose_walk_takes_longer_than_an_hour_keeps_its_turn(
    program: Program, salon: Account, clock: Clock
) -> None:
    clock.at = TOMORROW
    pages = {None: "2", "2": "3", "3": None}

    def listed(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        cursor = call.query.get("cursor")
        return Reply(200, {"clients": [told_record(f"c-{cursor}")], "next_cursor": pages[cursor]})

    slow = Slow(program, salon, clock, listed)
    (report,) = nightly.run(replace(program, send=slow), scheduled=True).salons
    assert (report.fresh, slow.others) == (True, [None] * 3)
