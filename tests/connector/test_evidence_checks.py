"""A chain's check is kept: by the night, or because an owner asked; nobody checks twice at the same time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from connector import database, evidence_checks, nightly, nightly_evidence
from connector.database_transaction import Transaction
from connector.evidence_checks import TAKES_AT_MOST, Standing
from connector.program import Program
from connector.salons import Account
from tests.builders import NOON, Clock
from tests.connector.chains import head_of, tamper, write

CHANGE = "UPDATE evidence SET body = :body WHERE salon = 'aava' AND seq = 2"


@contextmanager
def reading(program: Program) -> Iterator[Transaction]:
    """A look into the database."""
    with database.read(program.engine) as db:
        yield db


def standing(program: Program, account: Account) -> Standing:
    """What is kept of a chain."""
    with reading(program) as db:
        return evidence_checks.standing(db, account.slug)


def ask(program: Program, account: Account) -> None:
    """As its owner does."""
    with database.write(program.engine) as db:
        evidence_checks.ask(db, account.slug, now=program.now())


def test_a_night_checks_the_chain_and_keeps_that_it_is_whole(program: Program, salon: Account) -> None:
    write(program, salon, *[NOON] * 3)
    (report,) = nightly.run(program, salon=salon.slug).salons
    assert "evidence_broken" not in {one.code for one in report.findings}
    kept = standing(program, salon).kept
    assert kept is not None
    assert (kept.whole, kept.by, kept.checked_at, kept.lines) == (True, "night", NOON, 3)


def test_a_night_tells_of_the_line_that_was_changed_and_of_nobody_elses(
    program: Program, salon: Account, stranger: Account
) -> None:
    for account in (salon, stranger):
        write(program, account, *[NOON] * 3)
    tamper(program, CHANGE, body=b"{}")
    found = {one.salon: {f.code for f in one.findings} for one in nightly.run(program).salons}
    assert ("evidence_broken" in found["aava"], "evidence_broken" in found["toinen"]) == (True, False)
    kept, theirs = standing(program, salon).kept, standing(program, stranger).kept
    assert kept is not None
    assert theirs is not None
    assert (kept.broken_at, kept.why, theirs.whole) == (2, "changed", True)


def test_a_dry_run_keeps_nothing(program: Program, salon: Account) -> None:
    nightly.run(program, salon=salon.slug, dry_run=True)
    assert standing(program, salon) == Standing()


def test_a_chain_that_was_cut_off_is_found_by_the_head_in_the_journal(
    program: Program, salon: Account
) -> None:
    write(program, salon, *[NOON] * 3)
    nightly.run(program, salon=salon.slug)  # anchors the head
    head = head_of(program, salon)
    tamper(
        program,
        "DELETE FROM evidence WHERE salon = 'aava'",
        "DELETE FROM evidence_head WHERE salon = 'aava'",
    )
    found = nightly_evidence.check(program, salon, by="night")
    assert (head.seq, found.whole, found.broken_at, found.why) == (3, False, 1, "cut_off")


def test_a_journal_that_is_away_does_not_keep_the_chain_from_being_checked(
    program: Program, salon: Account, tmp_path: Path
) -> None:
    write(program, salon, NOON)
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    away = replace(program, settings=replace(program.settings, journal_dir=blocked))
    assert nightly_evidence.check(away, salon, by="night").whole


def test_what_an_owner_asked_for_is_done_once_and_is_answered(
    program: Program, salon: Account, stranger: Account
) -> None:
    write(program, salon, NOON)
    ask(program, salon)
    ask(program, salon)
    assert standing(program, salon).asked_at == NOON
    assert (nightly_evidence.check_asked(program), nightly_evidence.check_asked(program)) == (1, 0)
    found = standing(program, salon)
    assert found.kept is not None
    assert (found.kept.by, found.asked_at) == ("owner", None)
    assert standing(program, stranger) == Standing()


def test_nobody_begins_what_another_worker_is_at_until_that_one_must_have_died(
    program: Program, salon: Account, clock: Clock
) -> None:
    ask(program, salon)
    taken = []
    for later in (timedelta(0), TAKES_AT_MOST - timedelta(seconds=1), TAKES_AT_MOST):
        clock.at = NOON + later
        with database.write(program.engine) as db:
            taken.append(evidence_checks.take(db, salon.slug, now=program.now()))
    assert taken == [True, False, True]
