"""Jobs: made once, taken back when overtaken, moved by conditional updates with their evidence."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, col, select

from connector import database, evidence, jobs, jobs_content, jobs_work, mirror, salons_policies
from connector.jobs_content import Standing
from connector.program import Program
from connector.salons import Account
from connector.states import MOVES, State
from connector.tables import Client, Evidence, Job
from policies.decisions import Decision, JobKind, Outcome, Proposal, Verdict
from policies.policy import Policy
from policies.vocabulary import Category, Channel
from tests.builders import NOON
from webhooks.events import ClientTold

DAY = timedelta(days=1)


def erasure(anchor: date = date(2024, 3, 1), **more: object) -> Proposal:
    """A proposal to erase a client, counted from a day."""
    verdicts = (
        Verdict(Category.IDENTITY, Outcome.ERASE, "identity[0]", "identity[0]", anchor=anchor),
        Verdict(Category.CONTACT, Outcome.ERASE, "contact[0]", "contact[0]", anchor=anchor),
    )
    return Proposal(JobKind.ERASE, ("contact[0]", "identity[0]"), verdicts, **more)  # type: ignore[arg-type]


def old_notes(before: date) -> Proposal:
    """A proposal to erase what is older than a day of a category that is kept."""
    verdict = Verdict(Category.HEALTH, Outcome.ERASE, "health[0]", anchor=date(2021, 1, 1), before=before)
    return Proposal(JobKind.ERASE_CATEGORIES, ("health[0]",), (verdict,))


def switch_off(*channels: Channel, by_no: bool = True) -> Proposal:
    """A proposal to switch marketing off."""
    because = "marketing.no" if by_no else "marketing.unrecorded"
    return Proposal(JobKind.MARKETING_OFF, (because,), off=frozenset(channels), by_no=by_no)


def policy_of(program: Program, account: Account) -> Policy:
    """The salon's policy."""
    with database.read(program.engine) as db:
        policy = salons_policies.newest(db, account.slug)
    assert policy is not None
    return policy


def propose(
    program: Program,
    account: Account,
    proposal: Proposal,
    client: str = "c-1",
    *,
    days: float = 0,
    over_limit: bool = False,
) -> UUID | None:
    """Propose some days after noon."""
    policy = policy_of(program, account)
    with database.write(program.engine) as db:
        return jobs.propose(
            db, account, client, proposal, policy, now=NOON + DAY * days, over_limit=over_limit
        )


def proposed(
    program: Program, account: Account, proposal: Proposal, client: str = "c-1", days: float = 0
) -> UUID:
    """Propose what must become a job."""
    job_id = propose(program, account, proposal, client, days=days)
    assert job_id is not None
    return job_id


def move(program: Program, account: Account, job_id: UUID, *states: State) -> None:
    """Move a job through states, the first being where it stands."""
    with database.write(program.engine) as db:
        for old, new in pairwise(states):
            assert jobs.move(db, account, job_id, old, new, at=NOON)


def row(program: Program, job_id: UUID) -> Job:
    """A job's row."""
    with database.read(program.engine) as db:
        found = db.get(Job, job_id)
    assert found is not None
    return found


def lines(program: Program, account: Account) -> list[dict[str, object]]:
    """A salon's evidence, read."""
    with database.read(program.engine) as db:
        assert evidence.check(db, account).whole
        bodies = db.exec(
            select(Evidence.body).where(Evidence.salon == account.slug).order_by(col(Evidence.seq))
        )
        return [json.loads(body) for body in bodies]


def test_a_proposal_becomes_a_job_that_says_what_and_why(
    program: Program, salon: Account, stranger: Account
) -> None:
    job_id = proposed(program, salon, erasure())
    with database.read(program.engine) as db:
        (found,) = jobs.listed(db, salon)
        assert jobs.listed(db, stranger) == []
        assert jobs.listed(db, stranger, job_ids=[job_id]) == []
    assert (found.job, found.salon, found.client, found.kind) == (job_id, "aava", "c-1", JobKind.ERASE)
    assert (found.state, found.because, found.by_hand) == (
        State.PROPOSED,
        ("contact[0]", "identity[0]"),
        False,
    )
    assert [verdict.category for verdict in found.content.going] == [Category.CONTACT, Category.IDENTITY]
    assert found.digest == found.content.digest


def test_no_row_of_a_job_shows_the_clients_id(program: Program, salon: Account) -> None:
    job_id = proposed(program, salon, erasure(), client="marker-of-a-client")
    stored = row(program, job_id)
    assert "marker-of-a-client" not in repr(stored.model_dump())
    assert "marker-of-a-client" not in json.dumps(lines(program, salon))
    assert jobs.client_of(salon, stored) == "marker-of-a-client"


def test_the_same_proposal_makes_no_second_job_however_many_nights_pass(
    program: Program, salon: Account
) -> None:
    proposed(program, salon, erasure())
    assert propose(program, salon, erasure(), days=1) is None
    assert propose(program, salon, erasure(), days=200) is None
    assert len(lines(program, salon)) == 1


def test_a_limit_that_moves_on_with_the_day_makes_no_new_job_and_stays_as_it_was_shown(
    program: Program, salon: Account
) -> None:
    job_id = proposed(program, salon, old_notes(date(2024, 11, 24)))
    assert propose(program, salon, old_notes(date(2024, 11, 25)), days=1) is None
    assert jobs_content.read(row(program, job_id).content).going[0].before == date(2024, 11, 24)


def test_the_digest_commits_to_the_limit_that_was_shown() -> None:
    one, other = (
        jobs_content.of("key", old_notes(day), "policy") for day in (date(2024, 11, 24), date(2024, 11, 25))
    )
    assert one.digest != other.digest
    assert one.gist == other.gist


@pytest.mark.parametrize(
    "other",
    [
        jobs_content.of("key", erasure(date(2024, 3, 2)), "policy"),
        jobs_content.of("other", erasure(), "policy"),
        jobs_content.of("key", erasure(), "changed"),
        jobs_content.of("key", erasure(keep=frozenset({Category.BILLING})), "policy"),
        jobs_content.of("key", switch_off(Channel.SMS), "policy"),
        jobs_content.of("key", switch_off(Channel.EMAIL), "policy"),
        jobs_content.of("key", switch_off(Channel.EMAIL, by_no=False), "policy"),
    ],
)
def test_the_digest_covers_client_kind_anchors_what_stays_switches_and_policy(
    other: jobs_content.Content,
) -> None:
    assert other.digest != jobs_content.of("key", erasure(), "policy").digest
    assert jobs_content.read(other.text).digest == other.digest


def test_changed_facts_make_a_new_job_and_the_old_one_gives_way(program: Program, salon: Account) -> None:
    old = proposed(program, salon, erasure(date(2024, 3, 1)))
    new = proposed(program, salon, erasure(date(2024, 4, 1)), days=1)
    assert (row(program, old).state, row(program, old).reason) == (State.WITHDRAWN, "facts_changed")
    assert row(program, new).state is State.PROPOSED


@pytest.mark.parametrize(
    ("path", "gives_way"),
    [
        ((), State.WITHDRAWN),
        ((State.APPROVED,), State.WITHDRAWN),
        ((State.APPROVED, State.HELD), State.WITHDRAWN),
        ((State.APPROVED, State.SENDING, State.STUCK), State.WITHDRAWN),
        ((State.APPROVED, State.BY_HAND), State.EXPIRED),
        ((State.APPROVED, State.SENDING), None),
        ((State.APPROVED, State.SENDING, State.UNKNOWN), None),
        ((State.APPROVED, State.SENDING, State.SENT), None),
        ((State.APPROVED, State.SENDING, State.SENT, State.PENDING), None),
    ],
)
def test_a_job_whose_call_may_be_on_the_way_does_not_give_way(
    program: Program, salon: Account, path: tuple[State, ...], gives_way: State | None
) -> None:
    old = proposed(program, salon, erasure(date(2024, 3, 1)))
    move(program, salon, old, State.PROPOSED, *path)
    new = propose(program, salon, erasure(date(2024, 4, 1)))
    assert (new is not None) is (gives_way is not None)
    assert row(program, old).state is (gives_way or path[-1])


def test_a_job_that_is_done_in_part_does_not_give_way(program: Program, salon: Account) -> None:
    old = proposed(program, salon, erasure(date(2024, 3, 1)))
    move(program, salon, old, State.PROPOSED, State.APPROVED, State.SENDING)
    with database.write(program.engine) as db:
        assert jobs_work.step_done(db, jobs.row_of(db, salon, old))
    move(program, salon, old, State.SENDING, State.APPROVED)
    assert propose(program, salon, erasure(date(2024, 4, 1))) is None


@pytest.mark.parametrize(("days", "comes_back"), [(1, False), (89.9, False), (90.1, True)])
def test_what_was_rejected_comes_back_after_ninety_days(
    program: Program, salon: Account, days: float, comes_back: bool
) -> None:
    move(program, salon, proposed(program, salon, erasure()), State.PROPOSED, State.REJECTED)
    assert (propose(program, salon, erasure(), days=days) is not None) is comes_back


def test_what_was_rejected_comes_back_when_its_facts_change_and_keeps_nobody_else_away(
    program: Program, salon: Account, stranger: Account
) -> None:
    move(program, salon, proposed(program, salon, erasure()), State.PROPOSED, State.REJECTED)
    assert propose(program, salon, erasure(), "c-2") is not None
    assert propose(program, stranger, erasure(), "c-1") is not None
    assert propose(program, salon, erasure(date(2024, 4, 1)), days=1) is not None


def test_the_end_of_a_hold_puts_the_job_before_the_owner_again(program: Program, salon: Account) -> None:
    job_id = proposed(program, salon, erasure())
    move(program, salon, job_id, State.PROPOSED, State.APPROVED, State.HELD)
    assert propose(program, salon, erasure(), days=3) == job_id
    assert row(program, job_id).state is State.PROPOSED


def test_a_recorded_no_needs_no_word_and_no_limit_holds_it_back(program: Program, salon: Account) -> None:
    job_id = propose(program, salon, switch_off(Channel.EMAIL), over_limit=True)
    assert job_id is not None
    stored = row(program, job_id)
    assert (stored.state, stored.expires_at, stored.due_at, stored.over_limit) == (
        State.APPROVED,
        None,
        NOON,
        False,
    )
    assert lines(program, salon)[-1]["word"] == "recorded_no"


def test_what_the_policy_calls_automatic_is_approved_by_it_but_not_in_too_large_a_night(
    program: Program, salon: Account
) -> None:
    assert policy_of(program, salon).approval.is_automatic(JobKind.MARKETING_OFF)
    within = propose(program, salon, switch_off(Channel.SMS, by_no=False))
    beyond = propose(program, salon, switch_off(Channel.SMS, by_no=False), "c-2", over_limit=True)
    assert within is not None
    assert beyond is not None
    assert (row(program, within).state, row(program, within).expires_at) == (State.APPROVED, NOON + 7 * DAY)
    assert row(program, beyond).state is State.PROPOSED


def test_a_recorded_no_lives_beside_a_question_about_another_switch(program: Program, salon: Account) -> None:
    first = propose(program, salon, switch_off(Channel.SMS, by_no=False), over_limit=True)
    assert first is not None
    assert propose(program, salon, switch_off(Channel.EMAIL)) is not None
    assert row(program, first).state is State.PROPOSED


@pytest.mark.parametrize("old", list(State))
def test_a_job_goes_only_where_the_table_of_moves_lets_it(old: State, salon: Account) -> None:
    for new in set(State) - MOVES[old]:
        with pytest.raises(ValueError, match="cannot go"):
            jobs.move(Session(), salon, uuid4(), old, new, at=NOON)


def test_a_move_from_a_state_that_the_job_left_changes_and_proves_nothing(
    program: Program, salon: Account
) -> None:
    job_id = proposed(program, salon, erasure())
    move(program, salon, job_id, State.PROPOSED, State.REJECTED)
    before = len(lines(program, salon))
    with database.write(program.engine) as db:
        assert not jobs.move(db, salon, job_id, State.PROPOSED, State.APPROVED, at=NOON)
    assert row(program, job_id).state is State.REJECTED
    assert len(lines(program, salon)) == before


def test_another_salons_job_cannot_be_moved(program: Program, salon: Account, stranger: Account) -> None:
    job_id = proposed(program, salon, erasure())
    with database.write(program.engine) as db:
        assert not jobs.move(db, stranger, job_id, State.PROPOSED, State.APPROVED, at=NOON)
    assert row(program, job_id).state is State.PROPOSED


def test_each_move_has_its_line_of_evidence_with_nothing_personal_in_it(
    program: Program, salon: Account
) -> None:
    job_id = proposed(program, salon, erasure(), client="marker-of-a-client")
    move(program, salon, job_id, State.PROPOSED, State.APPROVED, State.SENDING, State.SENT)
    told = lines(program, salon)
    assert [(line["from"], line["to"]) for line in told] == [
        (None, "proposed"),
        ("proposed", "approved"),
        ("approved", "sending"),
        ("sending", "sent"),
    ]
    assert {line["job"] for line in told} == {str(job_id)}
    assert {line["client"] for line in told} == {salon.keys.client_key("marker-of-a-client")}


def test_a_move_and_its_evidence_stand_or_fall_together(program: Program, salon: Account) -> None:
    job_id = proposed(program, salon, erasure())

    def fail() -> None:
        with database.write(program.engine) as db:
            assert jobs.move(db, salon, job_id, State.PROPOSED, State.APPROVED, at=NOON)
            raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        fail()
    assert row(program, job_id).state is State.PROPOSED
    assert len(lines(program, salon)) == 1


def test_of_many_workers_one_wins_each_job(program: Program, salon: Account) -> None:
    ids = [proposed(program, salon, erasure(), f"c-{number}") for number in range(8)]
    for job_id in ids:
        move(program, salon, job_id, State.PROPOSED, State.APPROVED)

    def claim(job_id: UUID) -> bool:
        with database.write(program.engine) as db:
            return jobs.move(db, salon, job_id, State.APPROVED, State.SENDING, at=NOON)

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(claim, ids * 4))
    assert sum(won) == len(ids)
    assert {row(program, job_id).attempt for job_id in ids} == {1}


@pytest.mark.parametrize("end", [State.REJECTED, State.WITHDRAWN, State.EXPIRED])
def test_a_job_that_ends_undone_forgets_its_client_and_has_it_looked_at_again(
    program: Program, salon: Account, stranger: Account, end: State
) -> None:
    for account in (salon, stranger):
        with database.write(program.engine) as db:
            mirror.apply(db, account, ClientTold(at=NOON, digest="d", client="c-1"), today=date(2027, 12, 1))
    job_id = proposed(program, salon, erasure())
    move(program, salon, job_id, State.PROPOSED, end)
    assert row(program, job_id).client is None
    with database.read(program.engine) as db:
        days = {one.salon: one.look_again_on for one in db.exec(select(Client))}
    later = date(2027, 2, 21) if end is State.REJECTED else date(2026, 11, 23)
    assert days == {"aava": later, "toinen": date(2027, 12, 1)}


def test_leases_are_renewed_by_the_fencing_token_only(program: Program, salon: Account) -> None:
    job_id = proposed(program, salon, erasure())
    move(program, salon, job_id, State.PROPOSED, State.APPROVED, State.SENDING)
    with database.write(program.engine) as db:
        assert not jobs_work.renew(db, job_id, 0, now=NOON + timedelta(seconds=20))
        assert jobs_work.renew(db, job_id, 1, now=NOON + timedelta(seconds=20))
    assert row(program, job_id).lease_until == NOON + timedelta(seconds=50)


@pytest.mark.parametrize(("seconds", "token"), [(29.9, None), (30, 2)])
def test_a_job_is_taken_over_once_its_lease_ran_out_and_its_old_worker_is_fenced_off(
    program: Program, salon: Account, seconds: float, token: int | None
) -> None:
    job_id = proposed(program, salon, erasure())
    move(program, salon, job_id, State.PROPOSED, State.APPROVED, State.SENDING)
    now = NOON + timedelta(seconds=seconds)
    with database.write(program.engine) as db:
        assert jobs_work.take_over(db, job_id, now=now) == token
        assert jobs_work.take_over(db, job_id, now=now) is None
        assert jobs_work.renew(db, job_id, 1, now=now) is (token is None)
        assert jobs.move(db, salon, job_id, State.SENDING, State.SENT, at=now, attempt=1) is (token is None)


def test_due_is_what_is_approved_unknown_or_left_behind_and_its_time_has_come(
    program: Program, salon: Account, stranger: Account
) -> None:
    ids = {
        name: proposed(program, salon, erasure(), name)
        for name in ("now", "later", "left", "proposed", "lost")
    }
    with database.write(program.engine) as db:
        for name, due_at in (("now", NOON), ("later", NOON + timedelta(seconds=1))):
            jobs.move(db, salon, ids[name], State.PROPOSED, State.APPROVED, at=NOON, due_at=due_at)
        for name in ("left", "lost"):
            jobs.move(db, salon, ids[name], State.PROPOSED, State.APPROVED, at=NOON)
            jobs.move(db, salon, ids[name], State.APPROVED, State.SENDING, at=NOON - timedelta(seconds=30))
        jobs.move(db, salon, ids["lost"], State.SENDING, State.UNKNOWN, at=NOON, due_at=NOON)
    elsewhere = propose(program, stranger, switch_off(Channel.EMAIL))
    with database.read(program.engine) as db:
        everywhere = {one.job for one in jobs_work.due(db, NOON, 10)}
        here = {one.job for one in jobs_work.due(db, NOON, 10, salon="aava")}
        assert len(jobs_work.due(db, NOON, 2)) == 2
    assert here == {ids["now"], ids["left"], ids["lost"]}
    assert everywhere == here | {elsewhere}


def test_what_a_dead_worker_left_does_not_wait_behind_everything_that_has_a_due_time(
    program: Program, salon: Account, stranger: Account
) -> None:
    left, *approved = (proposed(program, salon, erasure(), name) for name in ("left", "one", "two", "three"))
    theirs = proposed(program, stranger, erasure())
    with database.write(program.engine) as db:
        for job_id in (left, *approved):
            jobs.move(db, salon, job_id, State.PROPOSED, State.APPROVED, at=NOON, due_at=NOON)
        jobs.move(db, stranger, theirs, State.PROPOSED, State.APPROVED, at=NOON, due_at=NOON)
        jobs.move(db, salon, left, State.APPROVED, State.SENDING, at=NOON - timedelta(seconds=31))
    with database.read(program.engine) as db:
        assert [one.job for one in jobs_work.due(db, NOON, 1)] == [left]


def test_the_first_retry_comes_within_two_seconds_and_the_later_ones_within_an_hour() -> None:
    seconds = [jobs_work.delay(failures).total_seconds() for failures in (1, 2, 3, 11, 12, 13, 10_000)]
    assert seconds == [2, 4, 8, 2048, 3600, 3600, 3600]


@pytest.mark.parametrize(("days", "expired"), [(6.999, 0), (7, 1)])
def test_a_word_is_good_for_as_long_as_the_policy_says(
    program: Program, salon: Account, stranger: Account, days: float, expired: int
) -> None:
    job_id = proposed(program, salon, erasure())
    theirs = proposed(program, stranger, erasure())
    with database.write(program.engine) as db:
        for account, one in ((salon, job_id), (stranger, theirs)):
            policy = policy_of(program, account)
            jobs.move(
                db,
                account,
                one,
                State.PROPOSED,
                State.APPROVED,
                at=NOON,
                expires_at=jobs.expiry(policy, NOON),
            )
    with database.write(program.engine) as db:
        assert jobs.expire_due(db, salon, now=NOON + DAY * days) == expired
    assert row(program, job_id).state is (State.EXPIRED if expired else State.APPROVED)
    assert row(program, theirs).state is State.APPROVED


def decision(program: Program, account: Account, *proposals: Proposal, hold: bool = False) -> Decision:
    """A decision from which these proposals follow, or in which a category is held."""
    held = Verdict(Category.IDENTITY, Outcome.HOLD, "open_invoice", holds=("open_invoice",))
    verdicts = (held,) if hold else tuple(one for each in proposals for one in each.verdicts)
    return Decision(
        "c-1", date(2026, 11, 24), policy_of(program, account).digest, verdicts, proposals=proposals
    )


def test_what_no_longer_follows_is_withdrawn_and_what_follows_stays(program: Program, salon: Account) -> None:
    erases, switches = (
        proposed(program, salon, erasure()),
        propose(program, salon, switch_off(Channel.SMS, by_no=False)),
    )
    others = proposed(program, salon, erasure(), "c-2")
    assert switches is not None
    with database.write(program.engine) as db:
        assert jobs.withdraw_stale(db, salon, "c-1", decision(program, salon, erasure()), now=NOON) == 0
        assert jobs.withdraw_stale(db, salon, "c-1", decision(program, salon), now=NOON) == 1
    assert (row(program, erases).state, row(program, erases).reason) == (State.WITHDRAWN, "facts_changed")
    assert row(program, others).state is State.PROPOSED
    assert row(program, switches).state is State.APPROVED  # dispatch judges it once more itself


@pytest.mark.parametrize(("hold", "state"), [(True, State.HELD), (False, State.WITHDRAWN)])
def test_a_held_job_waits_for_as_long_as_it_is_held(
    program: Program, salon: Account, hold: bool, state: State
) -> None:
    job_id = proposed(program, salon, erasure())
    move(program, salon, job_id, State.PROPOSED, State.APPROVED, State.HELD)
    with database.write(program.engine) as db:
        jobs.withdraw_stale(db, salon, "c-1", decision(program, salon, hold=hold), now=NOON)
    assert row(program, job_id).state is state


def test_a_job_compares_with_a_decision_item_by_item() -> None:
    content = jobs_content.of("key", erasure(), "policy")
    same = Decision("c-1", date(2026, 11, 24), "policy", erasure().verdicts, proposals=(erasure(),))
    assert jobs_content.compare(content, same)[0] is Standing.FOLLOWS
    other_policy = replace(same, policy_digest="changed")
    assert jobs_content.compare(content, other_policy) == (Standing.CHANGED, "policy_changed")
    nothing = replace(same, proposals=(), verdicts=())
    assert jobs_content.compare(content, nothing) == (Standing.CHANGED, "facts_changed")
    held = replace(nothing, verdicts=(Verdict(Category.CONTACT, Outcome.HOLD, "legal_claim"),))
    assert jobs_content.compare(content, held) == (Standing.HELD, "legal_claim")


def test_a_job_that_is_half_done_compares_by_what_is_left() -> None:
    content = jobs_content.of("key", erasure(), "policy")  # contact is gone first, then identity
    left = Decision("c-1", date(2026, 11, 25), "policy", erasure().verdicts[:1])
    assert jobs_content.compare(content, left, calls_done=1)[0] is Standing.FOLLOWS
    assert jobs_content.compare(content, left)[0] is Standing.CHANGED
    moved = replace(left, verdicts=(replace(left.verdicts[0], anchor=date(2026, 11, 1)),))
    assert jobs_content.compare(content, moved, calls_done=1)[0] is Standing.CHANGED
