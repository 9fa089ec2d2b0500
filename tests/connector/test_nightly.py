from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from connector import database, jobs, journal, nightly, nightly_claims, reports, salons, salons_policies
from connector.jobs import Listed
from connector.program import Program
from connector.reports import SalonReport
from connector.salons import Account
from connector.sender import CallFailed
from connector.states import State
from connector.tables import Night, Quarantined, Seen, Tombstone
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY
from tests.connector.night_world import (
    compare,
    gone_quiet,
    quarantine,
    record,
    says_no,
    tell,
    whole_world,
)
from webhooks.calls import Call, Reply
from webhooks.events import ClientDeleted, DeletedBy
from webhooks.vocabulary import Channel

TODAY = date(2026, 11, 24)
POLICY = (LIBRARY / "yearly_purge.toml").read_bytes()


def night(program: Program, account: Account, **more: object) -> SalonReport:
    (found,) = nightly.run(program, salon=account.slug, **more).salons  # type: ignore[arg-type]
    return found


def codes(report: SalonReport) -> list[str]:
    return [finding.code for finding in report.findings]


def standing(program: Program, account: Account, *states: State) -> list[Listed]:
    with database.read(program.engine) as db:
        return jobs.listed(db, account, states or None)


# ---- the gate ---------------------------------------------------------------------------------------


def test_a_salon_that_was_never_compared_is_not_judged(program: Program, salon: Account) -> None:
    tell(program, salon, gone_quiet("c-1"))
    report = night(program, salon)
    assert (report.fresh, report.proposed) == (False, ())
    assert codes(report) == ["no_answer", "never_compared"]  # nobody answers at its address either
    assert standing(program, salon) == []


@pytest.mark.parametrize(
    ("age", "fresh"), [(timedelta(days=2), False), (timedelta(days=2, seconds=-1), True)]
)
def test_the_mirror_is_trusted_for_as_long_as_the_policy_says(
    program: Program, salon: Account, age: timedelta, fresh: bool
) -> None:
    tell(program, salon, gone_quiet("c-1"), *[record(f"k-{n}") for n in range(4)])
    compare(program, salon, at=NOON - age)
    report = night(program, salon)
    assert report.fresh is fresh
    assert len(report.proposed) == int(fresh)
    assert ("stale" in codes(report)) is not fresh


def test_an_event_of_today_does_not_make_a_mirror_fresh(program: Program, salon: Account) -> None:
    compare(program, salon, at=NOON - timedelta(days=30))
    tell(program, salon, gone_quiet("c-1", at=NOON))
    assert night(program, salon).fresh is False


@pytest.mark.parametrize("is_known_type", [True, False])
def test_an_unread_delivery_of_a_known_kind_blocks_that_salon_only(
    program: Program, salon: Account, stranger: Account, is_known_type: bool
) -> None:
    for account in (salon, stranger):
        tell(program, account, gone_quiet("c-1"))
    compare(program, salon, stranger)
    quarantine(program, salon, is_known_type=is_known_type)
    blocked, other = nightly.run(program).salons
    assert blocked.fresh is not is_known_type
    assert ("quarantined_known" if is_known_type else "quarantined") in codes(blocked)
    assert (other.fresh, len(other.proposed)) == (True, 1)


def test_a_salon_without_a_policy_in_force_is_a_finding_and_the_others_go_on(
    program: Program, stranger: Account
) -> None:
    compare(program, stranger)
    tell(program, stranger, gone_quiet("c-1"), *[record(f"k-{n}") for n in range(5)])
    later = POLICY.replace(b"effective_from = 2026-01-01", b"effective_from = 2026-11-25")
    with database.write(program.engine) as db:
        salons.add(db, program.vault, "aava", dialect="standard", policy=later, now=NOON)
    without, other = nightly.run(program).salons
    assert (without.salon, without.fresh, codes(without)) == ("aava", False, ["no_policy"])
    assert (other.fresh, len(other.proposed)) == (True, 1)


# ---- what it finds ----------------------------------------------------------------------------------


def test_a_night_lists_everything_that_stands_proposed_held_and_asked(
    program: Program, salon: Account
) -> None:
    tell(
        program,
        salon,
        gone_quiet("c-1"),
        gone_quiet("c-2", open_invoices=1),
        record("c-3", categories=None),
        *[record(f"k-{n}") for n in range(5)],
    )
    compare(program, salon)
    for report in (night(program, salon), night(program, salon)):  # safe to repeat
        assert [job.client for job in report.proposed if job.kind.value == "erase"] == ["c-1"]
        assert {(one.client, one.because) for one in report.held} == {("c-2", "open_invoice")}
        assert [(one.client, one.category) for one in report.asked] == [("c-3", "identity")]


@pytest.mark.parametrize(("quiet", "over"), [(2, False), (3, True)])
def test_more_than_the_mass_limit_of_the_register_asks_for_a_second_word(
    program: Program, salon: Account, quiet: int, over: bool
) -> None:
    tell(
        program,
        salon,
        *[gone_quiet(f"c-{n}") for n in range(quiet)],
        *[record(f"k-{n}") for n in range(8 - quiet)],
    )
    compare(program, salon)
    report = night(program, salon)
    assert [job.over_limit for job in report.proposed] == [over] * quiet
    assert ("over_limit" in codes(report)) is over


def test_two_nights_of_one_day_do_not_pass_the_limit_in_two_steps(program: Program, salon: Account) -> None:
    tell(program, salon, gone_quiet("c-1"), gone_quiet("c-2"), *[record(f"k-{n}") for n in range(6)])
    compare(program, salon)
    assert [job.over_limit for job in night(program, salon).proposed] == [False, False]
    tell(program, salon, gone_quiet("c-3"))
    assert [job.over_limit for job in night(program, salon).proposed] == [False, False, True]


def test_what_waits_since_an_earlier_night_is_not_counted_again(
    program: Program, salon: Account, clock: Clock
) -> None:
    tell(program, salon, gone_quiet("c-1"), gone_quiet("c-2"), *[record(f"k-{n}") for n in range(6)])
    compare(program, salon)
    night(program, salon)
    clock.at += timedelta(days=1)
    compare(program, salon)
    tell(program, salon, gone_quiet("c-3"))
    assert [job.over_limit for job in night(program, salon).proposed] == [False, False, False]


def test_what_is_automatic_is_held_back_over_the_limit_and_a_recorded_no_is_not(
    program: Program, salon: Account
) -> None:
    make_erasing_automatic(program, salon)
    tell(program, salon, gone_quiet("c-1"), record("c-2", marketing={Channel.EMAIL: True}), says_no("c-2"))
    compare(program, salon)
    report = night(program, salon)
    assert [(job.client, job.over_limit) for job in report.proposed] == [("c-1", True)]
    (off,) = [job for job in standing(program, salon) if job.kind.value == "marketing_off"]
    assert off.state is State.APPROVED


def test_what_is_automatic_goes_by_itself_within_the_limit(program: Program, salon: Account) -> None:
    make_erasing_automatic(program, salon)
    tell(program, salon, gone_quiet("c-1"), *[record(f"k-{n}") for n in range(5)])
    compare(program, salon)
    assert night(program, salon).proposed == ()
    (job,) = standing(program, salon)
    assert (job.state, job.reason) == (
        State.APPROVED,
        "no_connection",
    )  # nobody answers: it is tried again later


@pytest.mark.parametrize(("days", "late"), [(6, 0), (7, 1)])
def test_a_job_that_waits_longer_than_a_word_is_good_for_is_overdue(
    program: Program, salon: Account, clock: Clock, days: int, late: int
) -> None:
    tell(program, salon, gone_quiet("c-1"), *[record(f"k-{n}") for n in range(5)])
    compare(program, salon)
    night(program, salon)
    clock.at += timedelta(days=days)
    compare(program, salon)
    report = night(program, salon)
    assert len(report.overdue) == late
    assert ("overdue" in codes(report)) is bool(late)


def test_somebody_who_was_erased_and_is_told_of_again_is_a_finding(program: Program, salon: Account) -> None:
    compare(program, salon)
    tell(program, salon, record("c-1"), ClientDeleted(client="c-1", by=DeletedBy.STAFF, at=NOON, digest="x"))
    assert "came_back" not in codes(night(program, salon))
    tell(program, salon, record("c-1", at=NOON + timedelta(seconds=1)))
    assert "came_back" in codes(night(program, salon))


# ---- dry runs ---------------------------------------------------------------------------------------


def test_a_dry_run_finds_the_same_and_writes_nothing(
    program: Program, salon: Account, stranger: Account
) -> None:
    tell(
        program,
        salon,
        gone_quiet("c-1"),
        gone_quiet("c-2", open_invoices=1),
        record("c-3", categories=None),
        *[record(f"k-{n}") for n in range(25)],
    )
    compare(program, salon, stranger)
    before = whole_world(program)
    tried = night(program, salon, dry_run=True)
    assert whole_world(program) == before
    done = night(program, salon)
    assert [(job.client, job.digest) for job in tried.proposed] == [
        (job.client, job.digest) for job in done.proposed
    ]
    assert (tried.held, tried.asked, tried.looked) == (done.held, done.asked, done.looked)
    assert [job["job"] for job in tried.as_json()["proposed"]] == [None, None]


def test_a_dry_run_tells_of_what_stands_already_and_of_what_would_be_taken_back(
    program: Program, salon: Account
) -> None:
    tell(program, salon, gone_quiet("c-1"), gone_quiet("c-2"), *[record(f"k-{n}") for n in range(6)])
    compare(program, salon)
    stood = {job.client: str(job.job) for job in night(program, salon).proposed}
    tell(program, salon, record("c-1", NOON, at=NOON))
    tried = night(program, salon, dry_run=True).as_json()["proposed"]
    assert [(job["client"], job["job"]) for job in tried] == [("c-2", stood["c-2"])]
    assert len(standing(program, salon, State.PROPOSED)) == 2


def test_a_day_to_come_is_a_dry_run(program: Program, salon: Account) -> None:
    tell(
        program,
        salon,
        record("c-1", datetime(2025, 12, 1, tzinfo=UTC)),
        *[record(f"k-{n}") for n in range(5)],
    )
    compare(program, salon)
    before = whole_world(program)
    report = night(program, salon, on=date(2027, 1, 15))
    assert report.is_dry_run
    assert [job.client for job in report.proposed] == ["c-1"]
    assert whole_world(program) == before
    assert night(program, salon, on=TODAY).is_dry_run is False


# ---- the schedule -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "runs"),
    [
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), 0),  # 01:00 of its first night, in Helsinki
        (datetime(2026, 11, 25, 0, 59, 59, tzinfo=UTC), 0),
        (datetime(2026, 11, 25, 1, 0, tzinfo=UTC), 1),  # 03:00
        (datetime(2026, 11, 25, 18, 0, tzinfo=UTC), 1),  # it was missed, and is caught up
        (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), 0),  # the day on which it was connected
    ],
)
def test_a_salons_night_comes_at_its_own_three_in_the_morning(
    program: Program, salon: Account, clock: Clock, at: datetime, runs: int
) -> None:
    clock.at = at
    compare(program, salon)
    assert len(nightly.run(program, scheduled=True).salons) == runs


def test_a_scheduled_night_is_run_once_and_the_next_one_again(
    program: Program, salon: Account, stranger: Account, clock: Clock
) -> None:
    ran = []
    for hours in (14, 15, 30, 38):
        clock.at = NOON + timedelta(hours=hours)
        compare(program, salon, stranger)
        ran.append([report.on for report in nightly.run(program, scheduled=True).salons])
    assert ran == [[TODAY + timedelta(days=1)] * 2, [], [], [TODAY + timedelta(days=2)] * 2]


def test_a_night_by_hand_does_not_take_the_scheduled_one_away(
    program: Program, salon: Account, clock: Clock
) -> None:
    clock.at = NOON + timedelta(hours=11)  # one in the morning
    compare(program, salon)
    night(program, salon)
    clock.at = NOON + timedelta(hours=13)
    assert len(nightly.run(program, scheduled=True).salons) == 1


@pytest.mark.parametrize(("later", "runs"), [(timedelta(minutes=59), 0), (timedelta(hours=1), 1)])
def test_a_night_whose_worker_died_is_begun_again_after_an_hour(
    program: Program, salon: Account, clock: Clock, later: timedelta, runs: int
) -> None:
    begun = NOON + timedelta(hours=13)
    with database.write(program.engine) as db:
        db.add(Night(salon=salon.slug, on=TODAY + timedelta(days=1), claimed_at=begun))
    clock.at = begun + later
    compare(program, salon)
    assert len(nightly.run(program, scheduled=True).salons) == runs


def test_a_night_that_two_workers_find_free_at_the_same_moment_is_one_workers(
    program: Program, salon: Account, clock: Clock
) -> None:
    clock.at = NOON + timedelta(days=1)
    claimed: list[nightly_claims.Turn | None] = []

    def in_between(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM night" in statement and not claimed:
            claimed.append(None)
            claimed[0] = nightly_claims.claim(program, salon.slug)

    sa.event.listen(program.engine, "after_cursor_execute", in_between)
    mine = nightly_claims.claim(program, salon.slug)
    sa.event.remove(program.engine, "after_cursor_execute", in_between)
    assert ([turn and turn.on for turn in claimed], mine) == ([TODAY + timedelta(days=1)], None)


def due_at_night(program: Program, clock: Clock, *accounts: Account, clients: int = 50) -> None:
    """The hour has come, and so many clients of each salon are due: three batches."""
    for account in accounts:
        tell(program, account, *[gone_quiet(f"c-{n}") for n in range(clients)])
    clock.at = NOON + timedelta(days=1)
    compare(program, *accounts)


def test_a_night_that_takes_longer_than_an_hour_keeps_its_turn_as_it_goes_on(
    program: Program, salon: Account, clock: Clock
) -> None:
    due_at_night(program, clock, salon)
    others: list[nightly_claims.Turn | None] = []

    def slowly(_line: str) -> None:
        clock.at += timedelta(minutes=59)
        others.append(nightly_claims.claim(program, salon.slug))

    (report,) = nightly.run(program, scheduled=True, progress=slowly).salons
    assert (report.looked, others) == (50, [None, None, None])
    assert nightly_claims.claim(program, salon.slug) is None  # it has run


def test_a_night_whose_calls_take_long_keeps_its_turn_too(
    program: Program, salon: Account, clock: Clock
) -> None:
    for client in ("c-1", "c-2", "c-3"):
        tell(program, salon, record(client, marketing={Channel.EMAIL: True}), says_no(client))
    clock.at = NOON + timedelta(days=1)
    compare(program, salon)
    others: list[nightly_claims.Turn | None] = []

    def slow(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        clock.at += timedelta(minutes=59)
        others.append(nightly_claims.claim(program, salon.slug))
        raise CallFailed("timeout")

    nightly.run(replace(program, send=slow), scheduled=True)
    assert len(others) >= 3
    assert not any(others)


def test_a_night_that_was_silent_for_an_hour_is_another_worker_s_and_ends_without_a_report(
    program: Program, salon: Account, stranger: Account, clock: Clock
) -> None:
    due_at_night(program, clock, salon, stranger)
    taken: list[nightly_claims.Turn] = []

    def hangs(line: str) -> None:
        if line.startswith(salon.slug) and not taken:
            clock.at += nightly_claims.ABANDONED_AFTER
            turn = nightly_claims.claim(program, salon.slug)
            assert turn is not None
            taken.append(turn)

    done = nightly.run(program, scheduled=True, progress=hangs).salons
    assert [report.salon for report in done] == [stranger.slug]
    with database.read(program.engine) as db:
        row = db.get(Night, (salon.slug, TODAY + timedelta(days=1)))
    assert row is not None
    assert (row.claimed_at, row.ran_at, row.report) == (taken[0].at, None, None)
    taken[0].keep()  # whoever has it now goes on


def test_a_worker_that_died_in_a_long_night_is_followed_an_hour_after_it_was_last_heard_of(
    program: Program, salon: Account, clock: Clock
) -> None:
    clock.at = NOON + timedelta(days=1)
    turn = nightly_claims.claim(program, salon.slug)
    assert turn is not None
    clock.at += timedelta(minutes=50)
    turn.keep()
    clock.at += timedelta(minutes=59)
    assert nightly_claims.claim(program, salon.slug) is None
    clock.at += timedelta(minutes=1)
    follower = nightly_claims.claim(program, salon.slug)
    assert follower is not None
    with pytest.raises(nightly_claims.LostTurn):
        turn.keep()


def test_a_night_tells_that_it_goes_on_no_oftener_than_it_has_to(
    program: Program, salon: Account, clock: Clock
) -> None:
    clock.at = begun = NOON + timedelta(days=1)
    turn = nightly_claims.claim(program, salon.slug)
    assert turn is not None
    for later, told in ((timedelta(minutes=5, microseconds=-1), begun), (timedelta(minutes=5), None)):
        clock.at = begun + later
        turn.keep()
        with database.read(program.engine) as db:
            row = db.get(Night, (salon.slug, turn.on))
        assert row is not None
        assert row.claimed_at == (told or clock.at)


# ---- housekeeping and the report --------------------------------------------------------------------


def test_a_report_is_kept_without_any_client_in_it(program: Program, salon: Account) -> None:
    tell(
        program,
        salon,
        gone_quiet("client-marked-1"),
        gone_quiet("client-marked-2", open_invoices=1),
        record("client-marked-3", categories=None),
    )
    compare(program, salon)
    report = night(program, salon)
    with database.read(program.engine) as db:
        row = db.get(Night, (salon.slug, TODAY))
        kept = reports.newest(db, salon.slug)
    assert row is not None
    assert row.report is not None
    assert "client-marked" not in row.report
    assert "client-marked" in str(report.as_json())
    assert kept is not None
    ran_at, document = kept
    assert ran_at == NOON
    assert document["proposed"][0]["job"] == str(report.proposed[0].job)
    assert document["asked"] == [{"category": "identity", "because": "held_not_told", "clients": 1}]


def test_housekeeping_forgets_what_is_over_and_no_more(
    program: Program, salon: Account, stranger: Account, clock: Clock
) -> None:
    compare(program, salon)
    with database.write(program.engine) as db:
        for account, name, days in ((salon, "a", 30), (salon, "b", 29), (stranger, "c", 31)):
            seen_at = NOON - timedelta(days=days)
            db.add(Seen(salon=account.slug, delivery=name, digest="d", received_at=seen_at))
    tell(program, salon, record("c-1"), ClientDeleted(client="c-1", by=DeletedBy.STAFF, at=NOON, digest="x"))
    quarantine(program, salon, is_known_type=False)
    night(program, salon)
    with database.read(program.engine) as db:
        assert sorted(db.exec(select(Seen.delivery))) == ["b", "c"]
        assert [row.client for row in db.exec(select(Tombstone))] == ["c-1"]
        assert [row.state for row in db.exec(select(Quarantined))] == ["waiting"]
    clock.at = NOON + timedelta(days=31)
    report = night(program, salon)
    assert "quarantine_expired" in codes(report)
    with database.read(program.engine) as db:
        assert [row.client for row in db.exec(select(Tombstone))] == [None]
        assert [(row.state, row.key) for row in db.exec(select(Quarantined))] == [("expired", None)]


def test_each_night_anchors_the_chains_head_outside_the_database(program: Program, salon: Account) -> None:
    tell(program, salon, gone_quiet("c-1"))
    compare(program, salon)
    night(program, salon)
    (head,) = journal.heads(program.settings.journal_dir, salon)
    assert head.seq > 0


def test_a_word_that_nobody_acted_on_expires_and_its_client_is_proposed_anew(
    program: Program, salon: Account, clock: Clock
) -> None:
    make_erasing_automatic(program, salon)
    tell(program, salon, gone_quiet("c-1"), *[record(f"k-{n}") for n in range(5)])
    compare(program, salon)
    night(program, salon)
    clock.at += timedelta(days=7)
    compare(program, salon)
    night(program, salon)
    assert sorted(job.state.value for job in standing(program, salon)) == ["approved", "expired"]


def make_erasing_automatic(program: Program, account: Account) -> None:
    body = POLICY.replace(b'erase            = "owner"', b'erase            = "automatic"')
    assert body != POLICY
    with database.write(program.engine) as db:
        salons_policies.activate(db, account.slug, body, now=program.now())
