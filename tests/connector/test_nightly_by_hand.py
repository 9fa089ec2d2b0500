"""What a night finds means something to a salon without an interface; a mass is what is still to be decided."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from connector import approvals, database, jobs, mirror_returned, nightly
from connector.app import create_app
from connector.program import Program
from connector.reports import SalonReport
from connector.salons import Account
from connector.states import State
from tests.builders import Clock
from tests.connector.console.visitor import Person
from tests.connector.lists import GONE, bring, clients, to_be_done
from tests.connector.night_world import compare, gone_quiet, record, tell
from tests.connector.test_nightly import make_erasing_automatic


def codes(report: SalonReport) -> set[str]:
    """What was found, by code."""
    return {one.code for one in report.findings}


def tonight(program: Program, account: Account) -> SalonReport:
    """A night."""
    return nightly.run(program, salon=account.slug).salons[0]


def approve_all(program: Program, account: Account, owner: UUID) -> None:
    """The owner's word on all that is proposed."""
    with database.write(program.engine) as db:
        listed = jobs.listed(db, account, [State.PROPOSED])
        seen, wanted = approvals.group_digest(listed), [one.job for one in listed]
        done = approvals.approve(db, account, wanted, seen=seen, owner=owner, now=program.now(), second=True)
        assert len(done.approved) == len(wanted)


def test_what_an_owner_approved_today_makes_no_mass_of_what_comes_after_it(
    program: Program, salon: Account, owner: Person
) -> None:
    tell(program, salon, gone_quiet("c-1"), gone_quiet("c-2"), *[record(f"k-{n}") for n in range(6)])
    compare(program, salon)
    assert [job.over_limit for job in tonight(program, salon).proposed] == [False, False]
    approve_all(program, salon, owner.id)
    tell(program, salon, gone_quiet("c-3"))
    report = tonight(program, salon)
    assert [(job.client, job.over_limit) for job in report.proposed] == [("c-3", False)]
    assert "over_limit" not in codes(report)


def test_what_the_policy_approved_by_itself_today_still_counts(program: Program, salon: Account) -> None:
    make_erasing_automatic(program, salon)
    tell(program, salon, gone_quiet("c-1"), gone_quiet("c-2"), *[record(f"k-{n}") for n in range(6)])
    compare(program, salon)
    assert tonight(program, salon).proposed == ()
    tell(program, salon, gone_quiet("c-3"))
    assert [(job.client, job.over_limit) for job in tonight(program, salon).proposed] == [("c-3", True)]


def test_who_was_ticked_and_is_on_the_list_is_proposed_anew_and_not_told_of_twice(
    program: Program, kasin: Account, them: Person, clock: Clock
) -> None:
    assert to_be_done(program, kasin, them.id) == 3
    clock.at += timedelta(minutes=1)
    with database.write(program.engine) as db:
        for job in jobs.listed(db, kasin, [State.BY_HAND]):
            assert approvals.tick(db, kasin, job.job, owner=them.id, now=program.now())
    clock.at += timedelta(minutes=5)
    bring(program, kasin, *clients(range(1, 21)), *GONE)
    with database.read(program.engine) as db:
        assert mirror_returned.count(db, kasin) == 3  # nobody has looked yet
    report = tonight(program, kasin)
    assert len(report.proposed) == 3
    assert "came_back" not in codes(report)
    with database.write(program.engine) as db:
        for one in report.proposed:
            approvals.reject(
                db, kasin, [one.job], seen={one.job: one.digest}, owner=them.id, now=program.now()
            )
    assert "came_back" in codes(tonight(program, kasin))


@pytest.fixture
def application(program: Program) -> Flask:
    """What a stranger finds on the network."""
    return create_app(program)


def test_a_strangers_message_to_a_salon_that_gets_none_is_no_finding(
    program: Program, kasin: Account, salon: Account, application: Flask
) -> None:
    for slug in (kasin.slug, salon.slug):
        assert application.test_client().post(f"/webhooks/{slug}", data=b"{}").status_code == 401
    application.extensions["ovikello-refusals"].settle()
    assert "refused_deliveries" not in codes(tonight(program, kasin))
    assert "refused_deliveries" in codes(tonight(program, salon))
