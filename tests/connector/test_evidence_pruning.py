"""Pruning: what is older than its period goes, what is still needed stays, and the rest still proves."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from connector import database, evidence, jobs, jobs_looks, nightly, salons, salons_policies
from connector import evidence_verifier as verifier
from connector.evidence import Head
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.tables import Evidence, EvidenceCheckpoint, EvidenceHead
from policies.decisions import JobKind, Outcome, Proposal, Verdict
from policies.vocabulary import Category
from tests.builders import NOON, Clock
from tests.conftest import connect
from tests.connector.chains import check, gaps_of, head_of, lines_of, prune, tamper, write

DAY = timedelta(days=1)
OVER = datetime(2036, 11, 24, 12, 0, tzinfo=UTC)  # ten years after NOON


def propose(program: Program, account: Account) -> UUID:
    """A job that waits for the owner's word; its line is written at the hour that the clock shows."""
    verdict = Verdict(Category.IDENTITY, Outcome.ERASE, "period_over", "identity[0]")
    with database.write(program.engine) as db:
        policy = salons_policies.newest(db, account.slug)
        assert policy is not None
        proposal = Proposal(JobKind.ERASE, ("identity[0]",), (verdict,))
        made = jobs.propose(db, account, "c-1", proposal, policy, now=program.now())
    assert made is not None
    return made


def move(program: Program, account: Account, job: UUID, *states: State) -> None:
    """Lead a job from state to state."""
    with database.write(program.engine) as db:
        for old, new in pairwise(states):
            assert jobs.move(db, account, job, old, new, at=program.now())


@pytest.mark.parametrize(
    ("at", "left"),
    [
        # the salon's day is Helsinki's: it begins at 22:00 in winter, by UTC
        (datetime(2036, 11, 23, 21, 59, tzinfo=UTC), [1, 2, 3]),  # the last day of the period
        (datetime(2036, 11, 23, 22, 0, tzinfo=UTC), [3, 4]),  # the first day after it; line 4 tells of it
    ],
)
def test_a_line_goes_on_the_first_day_after_its_period_and_not_a_day_before(
    program: Program, clock: Clock, salon: Account, at: datetime, left: list[int]
) -> None:
    write(program, salon, NOON, NOON, NOON + DAY)
    clock.at = at
    assert prune(program, salon) == []
    assert list(lines_of(program, salon)) == left
    assert check(program, salon).whole


def test_what_goes_leaves_a_checkpoint_and_a_line_that_tells_of_it(
    program: Program, clock: Clock, salon: Account, stranger: Account
) -> None:
    write(program, salon, NOON, NOON + DAY, NOON + 3 * DAY)
    write(program, stranger, NOON)
    clock.at = OVER + 2 * DAY
    prune(program, salon)
    assert gaps_of(program, salon) == [(1, 2)]
    told = lines_of(program, salon)[4]
    assert told.pop("salt")
    assert told.pop("digest")
    assert told.pop("policy")
    assert told == {
        "what": "pruned",
        "first": 1,
        "last": 2,
        "from": NOON.isoformat(),
        "until": (NOON + DAY).isoformat(),
        "period": "P10Y",
        "at": clock.at.isoformat(),
    }
    found = check(program, salon)
    assert (found.whole, found.lines, found.pruned) == (True, 2, 2)
    assert list(lines_of(program, stranger)) == [1]


def test_a_second_night_on_the_same_day_finds_nothing_to_prune(
    program: Program, clock: Clock, salon: Account
) -> None:
    write(program, salon, NOON, NOON)
    clock.at = OVER
    for period in ("P10Y", "P0D", "P0D"):
        prune(program, salon, period)
        assert list(lines_of(program, salon)) == [3]


def test_what_is_pruned_later_is_joined_to_what_was_pruned_before(
    program: Program, clock: Clock, salon: Account
) -> None:
    write(program, salon, *(NOON + number * DAY for number in range(5)))
    for number in range(5):
        clock.at = OVER + number * DAY
        prune(program, salon)
    assert gaps_of(program, salon) == [(1, 5)]
    assert check(program, salon).whole


def test_lines_that_tell_of_earlier_prunings_go_too_once_their_own_period_is_over(
    program: Program, clock: Clock, salon: Account
) -> None:
    write(program, salon, *(NOON + number * DAY for number in range(30)))
    for number in range(60):
        clock.at = NOON + (number + 2) * DAY
        prune(program, salon, "P2D")
        assert check(program, salon).whole
    last = head_of(program, salon).seq
    assert gaps_of(program, salon) == [(1, last - 2)]
    assert list(lines_of(program, salon)) == [last - 1, last]  # one a day, and each is kept for two days


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 500])
def test_batches_of_any_size_come_to_the_same(
    program: Program, clock: Clock, salon: Account, batch: int
) -> None:
    write(program, salon, *(NOON for _ in range(10)), OVER, OVER)
    clock.at = OVER
    assert prune(program, salon, batch=batch) == []
    assert gaps_of(program, salon) == [(1, 10)]
    assert check(program, salon).whole


def test_the_line_of_a_job_that_still_lives_stays_and_those_around_it_go(
    program: Program, clock: Clock, salon: Account
) -> None:
    write(program, salon, NOON, NOON)
    job = propose(program, salon)
    write(program, salon, NOON)
    clock.at = OVER
    prune(program, salon)
    assert gaps_of(program, salon) == [(1, 2), (4, 4)]
    assert lines_of(program, salon)[3]["job"] == str(job)
    assert check(program, salon).whole


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_it_goes_once_the_job_is_over(program: Program, clock: Clock, salon: Account, batch: int) -> None:
    write(program, salon, NOON)
    job = propose(program, salon)
    write(program, salon, NOON)
    clock.at = OVER
    prune(program, salon)
    assert gaps_of(program, salon) == [(1, 1), (3, 3)]
    move(program, salon, job, State.PROPOSED, State.REJECTED)
    prune(program, salon, batch=batch)
    assert gaps_of(program, salon) in ([(1, 3)], [(1, 2), (3, 3)])
    assert check(program, salon).whole


def test_the_lines_of_a_job_stay_until_its_last_look(program: Program, clock: Clock, salon: Account) -> None:
    job = propose(program, salon)
    move(program, salon, job, State.PROPOSED, State.APPROVED, State.SENDING, State.SENT, State.VERIFIED)
    with database.write(program.engine) as db:
        jobs_looks.plan(db, salon, job, 1, sent_at=NOON)
    clock.at = OVER
    for nth in range(3):
        prune(program, salon)
        assert list(lines_of(program, salon)) == [1, 2, 3, 4, 5]
        with database.write(program.engine) as db:
            jobs_looks.record(db, job, 1, nth, found="gone", at=OVER)
    prune(program, salon)
    assert gaps_of(program, salon) == [(1, 5)]


def test_what_a_stranger_s_live_job_needs_is_no_reason_to_keep_ours(
    program: Program, clock: Clock, salon: Account, stranger: Account
) -> None:
    job = propose(program, stranger)
    write(program, salon, NOON, job=str(job))
    clock.at = OVER
    prune(program, salon)
    assert gaps_of(program, salon) == [(1, 1)]
    assert gaps_of(program, stranger) == []


TAMPERED = [
    "UPDATE evidence SET body = body || body WHERE salon = 'aava' AND seq = 2",
    "UPDATE evidence SET digest = body WHERE salon = 'aava' AND seq = 2",
    "DELETE FROM evidence WHERE salon = 'aava' AND seq = 2",
    "DELETE FROM evidence WHERE salon = 'aava' AND seq = 1",
]


def test_the_night_prunes_and_anchors_the_head_that_comes_of_it(
    program: Program, clock: Clock, salon: Account, stranger: Account
) -> None:
    write(program, salon, NOON, NOON)
    write(program, stranger, NOON)
    clock.at = OVER
    nightly.run(program, salon="aava", dry_run=True)
    assert gaps_of(program, salon) == []
    nightly.run(program, salon="aava")
    assert (gaps_of(program, salon), gaps_of(program, stranger)) == ([(1, 2)], [])
    anchored = "".join(file.read_text() for file in program.settings.journal_dir.rglob("*") if file.is_file())
    assert head_of(program, salon).digest.hex() in anchored


@pytest.mark.parametrize("statement", TAMPERED)
def test_what_was_tampered_with_is_never_pruned_but_found(
    program: Program, clock: Clock, salon: Account, stranger: Account, statement: str
) -> None:
    write(program, salon, *(NOON for _ in range(4)))
    write(program, stranger, NOON)
    tamper(program, statement)
    broken_at, clock.at = check(program, salon).broken_at, OVER
    (found,) = prune(program, salon)
    assert (found.code, found.params) == ("evidence_broken", {"line": broken_at})
    assert gaps_of(program, salon) == []
    assert prune(program, stranger) == []


def test_a_checkpoint_that_was_forged_is_not_joined_to_another(
    program: Program, clock: Clock, salon: Account
) -> None:
    write(program, salon, NOON, NOON + DAY)
    clock.at = OVER
    prune(program, salon)
    tamper(program, "UPDATE evidence_checkpoint SET signature = digest WHERE salon = 'aava'")
    clock.at = OVER + DAY
    (found,) = prune(program, salon)
    assert found.params == {"line": 1}
    assert check(program, salon).why == "forged"


def test_a_head_that_lies_among_pruned_lines_is_said_to_prove_nothing(
    program: Program, clock: Clock, salon: Account
) -> None:
    write(program, salon, NOON)
    gone = head_of(program, salon)
    write(program, salon, NOON)
    edge = head_of(program, salon)
    write(program, salon, OVER)
    clock.at = OVER
    prune(program, salon)
    found = check(program, salon, gone, edge)
    assert (found.whole, found.unproven) == (True, (1,))
    assert check(program, salon, Head("aava", 2, b"\x01" * 32)).why == "forged"


# ---- any chain, any prunes, any tampering -----------------------------------------------------------

#: what somebody may do who can write into the database, but has not the keys; {at} is a line that is there
CHANGES = {
    "changed": ["UPDATE evidence SET body = :other WHERE salon = :salon AND seq = :at"],
    "redigested": ["UPDATE evidence SET digest = :other WHERE salon = :salon AND seq = :at"],
    "removed": ["DELETE FROM evidence WHERE salon = :salon AND seq = :at"],
    "cut off": ["DELETE FROM evidence WHERE salon = :salon AND seq >= :at"],
    "inserted": [
        "UPDATE evidence SET seq = seq + 9999 WHERE salon = :salon AND seq >= :at",
        "UPDATE evidence SET seq = seq - 9998 WHERE salon = :salon AND seq > 9999",
        "INSERT INTO evidence (salon, seq, body, digest)"
        " SELECT salon, :at, body, digest FROM evidence WHERE salon = :salon AND seq = :at + 1",
    ],
    "closed up": [
        "DELETE FROM evidence WHERE salon = :salon AND seq = :at",
        "UPDATE evidence SET seq = seq + 9999 WHERE salon = :salon AND seq > :at",
        "UPDATE evidence SET seq = seq - 10000 WHERE salon = :salon AND seq > 9999",
    ],
    "head back": ["UPDATE evidence_head SET seq = seq - 1 WHERE salon = :salon"],
    "head forged": ["UPDATE evidence_head SET signature = :other WHERE salon = :salon"],
    "head gone": ["DELETE FROM evidence_head WHERE salon = :salon"],
    "checkpoint gone": ["DELETE FROM evidence_checkpoint WHERE salon = :salon AND seq = :gap"],
    "checkpoint longer": ["UPDATE evidence_checkpoint SET seq = seq + 1 WHERE salon = :salon AND seq = :gap"],
    "checkpoint moved": [
        "UPDATE evidence_checkpoint SET first = first + 1 WHERE salon = :salon AND seq = :gap"
    ],
    "checkpoint redigested": [
        "UPDATE evidence_checkpoint SET digest = :other WHERE salon = :salon AND seq = :gap"
    ],
    "checkpoint forged": [
        "UPDATE evidence_checkpoint SET signature = :other WHERE salon = :salon AND seq = :gap"
    ],
    "checkpoint untold": [
        "UPDATE evidence_checkpoint SET told = told - 1 WHERE salon = :salon AND seq = :gap"
    ],
    "checkpoint invented": [
        "INSERT INTO evidence_checkpoint (salon, seq, first, previous, digest, from_at, until_at, told, signature)"
        " SELECT salon, :at, :at, digest, digest, at, at, seq, signature FROM evidence_head WHERE salon = :salon"
    ],
}


@given(data=st.data())
@pytest.mark.story
def test_any_chain_with_any_prunes_is_whole_and_whatever_is_done_to_it_is_found(
    program: Program, clock: Clock, data: st.DataObject
) -> None:
    clock.at = NOON
    account = connect(program, f"s{head_count(program)}")
    for days, lines, period in data.draw(
        st.lists(
            st.tuples(st.integers(0, 3), st.integers(0, 4), st.sampled_from(["P1D", "P2D", "P5D"])),
            min_size=1,
            max_size=6,
        )
    ):
        clock.at += days * DAY
        write(program, account, *[clock.at] * lines)
        if lines == 3:
            propose_once(program, account)
        prune(program, account, period, batch=data.draw(st.integers(1, 6)))
        assert check(program, account).whole
    write(program, account, clock.at)
    there, gaps = list(lines_of(program, account)), gaps_of(program, account)
    kind = data.draw(st.sampled_from([one for one in CHANGES if gaps or ":gap" not in CHANGES[one][0]]))
    values = {
        "salon": account.slug,
        "at": data.draw(st.sampled_from(there)),
        "gap": data.draw(st.sampled_from(gaps))[1] if gaps else 0,
        "other": b"\x01" * 32,
    }
    with database.write(program.engine) as db:
        undo = db.begin_nested()
        for statement in CHANGES[kind]:
            names = {name: value for name, value in values.items() if f":{name}" in statement}
            db.connection().execute(sa.text(statement), names)
        found = evidence.check(db, account)
        undo.rollback()
    assert not found.whole, (kind, values)
    assert check(program, account).whole


def propose_once(program: Program, account: Account) -> None:
    """A job that lives, if it does not live already."""
    with database.read(program.engine) as db:
        if (
            db.connection()
            .execute(sa.text("SELECT 1 FROM job WHERE salon = :s"), {"s": account.slug})
            .first()
        ):
            return
    propose(program, account)


def head_count(program: Program) -> int:
    """How many salons there are."""
    with database.read(program.engine) as db:
        return len(salons.slugs(db))


def resign(db: Session, account: Account, first: int) -> None:
    """Rewrite a chain from one line on and sign it all anew, as somebody could who has the keys."""
    previous = evidence.FIRST
    for line in list(evidence.lines(db, account)):
        body = (line.body or b"").replace(b"test", b"lies") if line.seq >= first else line.body or b""
        previous = evidence.line_digest(line.seq, previous, body)
        db.connection().execute(
            sa.update(Evidence)
            .where(sa.text("salon = :salon AND seq = :seq").bindparams(salon=account.slug, seq=line.seq))
            .values(body=body, digest=previous)
        )
        signature = evidence.sign(account, verifier.head_statement(account.slug, line.seq, previous))
        db.connection().execute(
            sa.update(EvidenceHead)
            .where(sa.text("salon = :salon").bindparams(salon=account.slug))
            .values(seq=line.seq, digest=previous, signature=signature)
        )


def test_a_history_that_was_rewritten_and_signed_anew_is_found_by_a_head_that_was_kept(
    program: Program, salon: Account, stranger: Account
) -> None:
    write(program, salon, NOON, NOON, NOON)
    write(program, stranger, NOON)
    kept = head_of(program, salon)
    write(program, salon, NOON)
    with database.write(program.engine) as db:
        resign(db, salon, first=2)
    assert check(program, salon).whole  # nothing inside the database can tell
    found = check(program, salon, kept)
    assert (found.whole, found.why) == (False, "forged")
    assert check(program, stranger, kept).whole


def test_lines_that_somebody_with_the_keys_hid_behind_a_checkpoint_are_missed(
    program: Program, salon: Account
) -> None:
    write(program, salon, NOON, NOON, NOON)
    with database.write(program.engine) as db:
        first, second, _ = evidence.lines(db, salon)
        unsigned = verifier.Checkpoint(
            2, 2, first.digest, second.digest, NOON.isoformat(), NOON.isoformat(), 3, b""
        )
        signature = evidence.sign(salon, verifier.checkpoint_statement("aava", unsigned))
        values = unsigned._asdict() | {"signature": signature, "from_at": NOON, "until_at": NOON}
        db.connection().execute(sa.insert(EvidenceCheckpoint).values(salon="aava", **values))
        db.connection().execute(sa.text("DELETE FROM evidence WHERE salon = 'aava' AND seq = 2"))
    found = check(program, salon)
    assert (found.whole, found.broken_at, found.why) == (False, 2, "forged")
