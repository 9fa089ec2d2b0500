from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from connector import approvals, database, evidence, facts, jobs, jobs_noes, owners, plan, salons_policies
from connector.jobs import Listed
from connector.plan import Judged
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.tables import Standing
from policies.decisions import JobKind
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY
from tests.connector.night_world import (
    HELD,
    LATELY,
    gone_quiet,
    logged_in,
    look_again_days,
    policy_of,
    record,
    says_no,
    tell,
    whole_world,
)
from webhooks.events import ClientDeleted, ClientMerged, DeletedBy, RaffleEntered
from webhooks.vocabulary import Category, Channel

TODAY = date(2026, 11, 24)


def judge(program: Program, account: Account, on: date = TODAY, **more: object) -> Judged:
    policy = policy_of(program, account, on)
    with database.write(program.engine) as db:
        return plan.judge_due(db, account, policy, on, now=program.now(), **more)  # type: ignore[arg-type]


def listed(program: Program, account: Account, *states: State) -> list[Listed]:
    with database.read(program.engine) as db:
        return jobs.listed(db, account, states or None)


def stands(program: Program, account: Account) -> list[tuple[str, str, str, str]]:
    with database.read(program.engine) as db:
        rows = db.exec(select(Standing).where(Standing.salon == account.slug)).all()
    return sorted((row.client, row.category, row.outcome, row.because) for row in rows)


def test_who_is_past_the_period_is_proposed_and_nobody_else(
    program: Program, salon: Account, stranger: Account
) -> None:
    tell(program, salon, gone_quiet("c-1"), record("c-2"))
    tell(program, stranger, gone_quiet("c-1"), gone_quiet("c-3"))
    judge(program, salon)
    assert [(job.client, job.kind, job.state) for job in listed(program, salon)] == [
        ("c-1", JobKind.ERASE, State.PROPOSED)
    ]
    assert listed(program, stranger) == []


def test_a_second_judging_of_the_same_day_proposes_nothing_anew(program: Program, salon: Account) -> None:
    tell(program, salon, gone_quiet("c-1"), record("c-2"))
    first = judge(program, salon)
    second = judge(program, salon)
    assert (first.looked, len(first.jobs)) == (2, 1)
    assert (second.looked, second.jobs) == (0, ())
    assert len(listed(program, salon)) == 1


@pytest.mark.parametrize(("on", "kinds"), [(date(2027, 1, 14), []), (date(2027, 1, 15), [JobKind.ERASE])])
def test_a_client_is_proposed_on_the_first_purge_day_and_not_before(
    program: Program, salon: Account, on: date, kinds: list[JobKind]
) -> None:
    tell(program, salon, record("c-1", datetime(2025, 12, 1, tzinfo=UTC)), record("c-2"))
    judge(program, salon, on)
    assert [job.kind for job in listed(program, salon)] == kinds


def test_everybody_is_looked_at_again_after_the_day_on_which_they_were_judged(
    program: Program, salon: Account
) -> None:
    tell(program, salon, gone_quiet("c-1"), record("c-2"), record("c-3", categories=None))
    judge(program, salon)
    days = look_again_days(program, salon)
    assert all(day > TODAY for day in days.values())
    assert days["c-1"] == TODAY + timedelta(days=1)  # due: every night, until it is done
    assert days["c-2"] == date(2028, 1, 15)  # a year after October 2026, and then the purge day


def test_a_batch_ends_where_the_next_one_begins(program: Program, salon: Account) -> None:
    tell(program, salon, *[gone_quiet(f"c-{n}") for n in range(5)])
    looked = []
    while True:
        judged = judge(program, salon, limit=2)
        looked.append(judged.looked)
        if judged.ended_at is None:
            break
    assert looked == [2, 2, 1]
    assert len(listed(program, salon)) == 5


def test_a_job_whose_client_came_alive_again_is_taken_back(
    program: Program, salon: Account, clock: Clock
) -> None:
    tell(program, salon, gone_quiet("c-1"), gone_quiet("c-2"))
    judge(program, salon)
    tell(program, salon, logged_in("c-1", NOON))
    clock.at += timedelta(days=1)
    judge(program, salon, TODAY + timedelta(days=1))
    assert {(job.client, job.state) for job in listed(program, salon, State.PROPOSED, State.WITHDRAWN)} == {
        (None, State.WITHDRAWN),  # what ended forgets its client
        ("c-2", State.PROPOSED),
    }


def test_a_hold_stands_held_and_is_freed_by_itself(program: Program, salon: Account, clock: Clock) -> None:
    tell(program, salon, gone_quiet("c-1", open_invoices=1, revision=1), gone_quiet("c-2"))
    judge(program, salon)
    assert [row for row in stands(program, salon) if row[2] == "hold"] == [
        ("c-1", "contact", "hold", "open_invoice"),
        ("c-1", "identity", "hold", "open_invoice"),
    ]
    tell(program, salon, gone_quiet("c-1", open_invoices=0, revision=2))
    clock.at += timedelta(days=1)
    judge(program, salon, TODAY + timedelta(days=1))
    assert stands(program, salon) == []
    assert {job.client for job in listed(program, salon, State.PROPOSED) if job.kind is JobKind.ERASE} == {
        "c-1",
        "c-2",
    }


def test_what_was_never_told_is_asked_and_keeps_the_day_since_when(program: Program, salon: Account) -> None:
    tell(program, salon, record("c-1", categories=None))
    judge(program, salon)
    tell(program, salon, record("c-1", categories=None, has_account=False))
    later = TODAY + timedelta(days=3)
    judge(program, salon, later)
    assert stands(program, salon) == [("c-1", "identity", "ask", "held_not_told")]
    with database.read(program.engine) as db:
        assert [row.since_on for row in db.exec(select(Standing))] == [TODAY]


def test_an_unrecorded_switch_is_asked_about_by_its_channel(program: Program, salon: Account) -> None:
    tell(program, salon, record("c-1", marketing={Channel.EMAIL: True, Channel.SMS: False}))
    judge(program, salon)
    assert stands(program, salon) == [("c-1", "marketing:email", "ask", "marketing.unrecorded")]
    assert listed(program, salon) == []


def test_merged_ids_are_judged_once_under_the_id_that_goes_on(program: Program, salon: Account) -> None:
    tell(program, salon, gone_quiet("old"), gone_quiet("new"))
    judge(program, salon)
    assert {job.client for job in listed(program, salon, State.PROPOSED)} == {"old", "new"}
    merged = ClientMerged(client="old", into="new", at=NOON, digest="m")
    tell(program, salon, merged)
    judged = judge(program, salon, TODAY + timedelta(days=1))
    assert judged.looked == 1
    assert judged.clients == {"old", "new"}
    assert [job.client for job in listed(program, salon, State.PROPOSED)] == ["new"]
    assert len(set(look_again_days(program, salon).values())) == 1


def test_activity_of_a_merged_id_keeps_the_whole_client(program: Program, salon: Account) -> None:
    tell(program, salon, gone_quiet("new"), record("old", LATELY))
    tell(program, salon, ClientMerged(client="old", into="new", at=NOON, digest="m"))
    judge(program, salon)
    assert listed(program, salon) == []


def test_who_was_merged_away_and_nobody_told_into_whom_waits(program: Program, salon: Account) -> None:
    tell(program, salon, gone_quiet("c-1"))
    tell(program, salon, ClientDeleted(client="c-1", by=DeletedBy.MERGE, at=NOON, digest="x"))
    judge(program, salon)
    assert listed(program, salon) == []
    assert stands(program, salon) == []


def test_a_rejected_job_comes_back_after_ninety_days_and_not_before(
    program: Program, salon: Account, clock: Clock
) -> None:
    tell(program, salon, gone_quiet("c-1"))
    judge(program, salon)
    owner = _owner(program, salon)
    with database.write(program.engine) as db:
        seen = {job.job: job.digest for job in jobs.listed(db, salon)}
        approvals.reject(db, salon, [*seen], seen=seen, owner=owner, now=NOON)
    clock.at = NOON + timedelta(days=90) - timedelta(seconds=1)
    judge(program, salon, clock.at.date())
    assert listed(program, salon, State.PROPOSED) == []
    clock.at = NOON + timedelta(days=91)
    judge(program, salon, clock.at.date())
    assert [job.client for job in listed(program, salon, State.PROPOSED)] == ["c-1"]


def test_a_recorded_no_makes_its_job_at_once_and_needs_no_word(
    program: Program, salon: Account, stranger: Account
) -> None:
    on = {Channel.EMAIL: True, Channel.SMS: True}
    tell(program, salon, record("c-1", marketing=on), record("c-2", marketing=on))
    tell(program, stranger, record("c-1", marketing=on))
    tell(program, salon, says_no("c-1"))
    with database.write(program.engine) as db:
        made = jobs_noes.propose(db, salon, ["c-1"], now=NOON)
    assert len(made) == 1
    (job,) = listed(program, salon)
    assert (job.client, job.kind, job.state) == ("c-1", JobKind.MARKETING_OFF, State.APPROVED)
    assert [channel.value for channel in job.content.off] == ["email"]
    assert listed(program, stranger) == []


def test_noes_of_many_make_the_jobs_that_each_would_make_and_only_where_something_is_on(
    program: Program, salon: Account, stranger: Account
) -> None:
    for number in range(4):
        client, on = f"c-{number}", {Channel.EMAIL: number != 3, Channel.SMS: number == 1}
        tell(program, salon, record(client, marketing=on), says_no(client))
    tell(program, salon, record("c-4", marketing={Channel.EMAIL: True}))
    tell(program, stranger, record("c-0", marketing={Channel.EMAIL: True}), says_no("c-0"))
    tell(program, salon, ClientMerged(at=NOON, digest="6d", client="c-2", into="c-3"))
    with database.write(program.engine) as db:
        made = jobs_noes.propose(db, salon, [f"c-{number}" for number in (4, 3, 2, 1, 0)], now=NOON)
    assert len(made) == 3
    found = {
        job.client: (job.state, [one.value for one in job.content.off]) for job in listed(program, salon)
    }
    assert found == {client: (State.APPROVED, ["email"]) for client in ("c-0", "c-1", "c-3")}
    with database.read(program.engine) as db:
        assert [evidence.check(db, salon).whole, len(list(evidence.lines(db, salon)))] == [True, 2 * 3]
    assert listed(program, stranger) == []


def test_the_same_noes_of_many_again_make_no_second_jobs(
    program: Program, salon: Account, stranger: Account
) -> None:
    clients = ("c-1", "c-2", "c-3")
    for account, ids in ((salon, clients), (stranger, clients[:1])):
        for client in ids:
            tell(program, account, record(client, marketing={Channel.EMAIL: True}), says_no(client))
    with database.write(program.engine) as db:
        assert len(jobs_noes.propose(db, salon, clients, now=NOON)) == 3
        assert jobs_noes.propose(db, salon, clients, now=NOON) == []
    assert len(listed(program, salon)) == 3
    assert listed(program, stranger) == []


def test_the_same_no_again_makes_no_second_job(program: Program, salon: Account) -> None:
    tell(program, salon, record("c-1", marketing={Channel.EMAIL: True}), says_no("c-1"))
    with database.write(program.engine) as db:
        assert len(jobs_noes.propose(db, salon, ["c-1"], now=NOON)) == 1
        assert jobs_noes.propose(db, salon, ["c-1"], now=NOON) == []
    judge(program, salon)
    assert len(listed(program, salon)) == 1


def test_what_does_not_follow_from_a_no_waits_for_the_night(program: Program, salon: Account) -> None:
    tell(program, salon, gone_quiet("c-1", marketing={Channel.EMAIL: True}), says_no("c-1"))
    with database.write(program.engine) as db:
        jobs_noes.propose(db, salon, ["c-1"], now=NOON)
    assert {job.kind for job in listed(program, salon)} == {JobKind.MARKETING_OFF}


def test_a_no_waits_for_no_policys_first_day(program: Program, salon: Account) -> None:
    tell(program, salon, record("c-1", marketing={Channel.EMAIL: True}), says_no("c-1"))
    early = datetime(2025, 12, 1, tzinfo=UTC)
    with database.read(program.engine) as db:
        assert salons_policies.in_force(db, salon.slug, early.date()) is None
    with database.write(program.engine) as db:
        assert len(jobs_noes.propose(db, salon, ["c-1"], now=early)) == 1
    assert [job.state for job in listed(program, salon)] == [State.APPROVED]


def test_a_no_is_judged_by_the_policy_in_force_and_not_by_one_whose_day_is_ahead(
    program: Program, salon: Account
) -> None:
    tell(program, salon, record("c-1", marketing={Channel.EMAIL: True}), says_no("c-1"))
    now = policy_of(program, salon, TODAY)
    body = (LIBRARY / "yearly_purge.toml").read_text()
    later = body.replace(f"effective_from = {now.effective_from}", "effective_from = 2027-05-04")
    with database.write(program.engine) as db:
        ahead = salons_policies.activate(db, salon.slug, later.encode(), now=NOON)
        jobs_noes.propose(db, salon, ["c-1"], now=NOON)
    assert ahead.effective_from > TODAY
    assert [job.content.policy_digest for job in listed(program, salon)] == [now.digest]


def test_counting_those_who_would_go_writes_nothing(
    program: Program, salon: Account, stranger: Account
) -> None:
    tell(program, salon, gone_quiet("c-1"), gone_quiet("c-2"), record("c-3"))
    tell(program, stranger, gone_quiet("c-9"))
    before = whole_world(program)
    policy = policy_of(program, salon, TODAY)
    with database.read(program.engine) as db:
        first = plan.count_destructive(db, salon, policy, TODAY, limit=1)
        rest = plan.count_destructive(db, salon, policy, TODAY, limit=5, after=first.ended_at)
        assert plan.count_due(db, salon.slug, TODAY) == 3
    assert first.clients | rest.clients == {"c-1", "c-2"}
    assert rest.ended_at is None
    assert whole_world(program) == before


def test_over_the_limit_only_what_destroys_is_marked(program: Program, salon: Account) -> None:
    tell(program, salon, gone_quiet("c-1"))
    tell(program, salon, record("c-2", marketing={Channel.EMAIL: True}), says_no("c-2"))
    judge(program, salon, over_limit=True)
    assert {(job.kind, job.over_limit) for job in listed(program, salon)} == {
        (JobKind.ERASE, True),
        (JobKind.MARKETING_OFF, False),
    }


def test_an_erased_client_is_nobody_to_judge(program: Program, salon: Account) -> None:
    tell(program, salon, gone_quiet("c-1"))
    tell(program, salon, ClientDeleted(client="c-1", by=DeletedBy.STAFF, at=NOON, digest="x"))
    assert judge(program, salon).looked == 0
    with database.read(program.engine) as db:
        assert facts.register_size(db, salon.slug) == 0


def test_a_category_is_erased_by_itself_where_others_stay(program: Program, salon: Account) -> None:
    raffle = RaffleEntered(
        raffle="r", client="c-1", may_publish_name=None, at=datetime(2025, 9, 2, tzinfo=UTC), digest="r"
    )
    tell(program, salon, record("c-1", categories=HELD | {Category.RAFFLES}), raffle)
    judge(program, salon)
    (job,) = listed(program, salon)
    assert job.kind is JobKind.ERASE_CATEGORIES
    assert [verdict.category.value for verdict in job.content.going] == ["raffles"]


def _owner(program: Program, account: Account) -> UUID:
    with database.write(program.engine) as db:
        owners.add(db, program.vault, "omistaja@aava.example", account.slug, now=NOON)
        found = owners.speaks_for(db, program.vault, "omistaja@aava.example", account.slug)
    assert found is not None
    return found
