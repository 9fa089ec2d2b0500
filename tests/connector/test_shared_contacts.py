"""A telephone that somebody erased had too: an old no holds for who comes later; who it is, is asked, never guessed."""

import json
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlmodel import select

from connector import contacts_carried, database, facts, mirror, owners, plan, salons_policies
from connector.commands.door import Door
from connector.program import Program
from connector.salons import Account
from connector.tables import Client, Job, Standing
from policies.facts import Answer as Answered
from policies.vocabulary import Channel, Purpose
from tests.builders import NOON, Clock
from tests.connector.command_line import ovikello
from tests.connector.intake import TODAY, answered, apply, at, told
from webhooks.events import Answer
from webhooks.vocabulary import Channel as Told
from webhooks.vocabulary import Purpose as ToldPurpose

PHONE = "040 123 4567"
#: the erasure of the mother, in days before noon
ERASED = 10


@pytest.fixture
def family(program: Program, salon: Account, stranger: Account) -> Account:
    """A mother who said no and was erased; a son who was there beside her; somebody who came afterwards."""
    apply(
        program,
        salon,
        told("mother", day=100, phone=PHONE),
        told("son", day=90, phone="+358401234567", marketing={Told.SMS: True}),
        answered(
            Answer.WITHDRAWN, "mother", day=50, purpose=ToldPurpose.DIRECT_MARKETING, channels=(Told.SMS,)
        ),
    )
    with database.write(program.engine) as db:
        mirror.bury(db, salon, "mother", at=at(ERASED), by="ovikello")
    apply(program, salon, told("newcomer", day=2, phone=PHONE, marketing={Told.SMS: True}))
    apply(program, stranger, told("newcomer", day=2, phone=PHONE, marketing={Told.SMS: True}))
    return salon


def settle(program: Program, salon: Account) -> None:
    """Thirty days later nothing is left of the mother but her no."""
    with database.write(program.engine) as db:
        assert mirror.settle_tombstones(db, salon, NOON + timedelta(days=31)) == 1


def has_no(program: Program, salon: Account, client: str) -> bool:
    """Whether a no to text messages stands for a client."""
    with database.read(program.engine) as db:
        policy = salons_policies.newest(db, salon.slug)
        assert policy is not None
        known = facts.facts_of(db, salon, client, policy, TODAY)
    said = known.consents.get((Purpose.DIRECT_MARKETING, Channel.SMS))
    return said is not None and said.answer is Answered.REFUSED


def judge(program: Program, salon: Account) -> None:
    """Judge everybody, as a night does."""
    with database.write(program.engine) as db:
        policy = salons_policies.in_force(db, salon.slug, TODAY)
        assert policy is not None
        plan.judge_due(db, salon, policy, TODAY, now=NOON)


def asked(program: Program) -> set[tuple[str, str, str]]:
    """Who is asked about because of a contact point."""
    with database.read(program.engine) as db:
        rows = db.exec(select(Standing).where(Standing.because == "shared_contact"))
        return {(row.salon, row.client, row.category) for row in rows}


@pytest.mark.parametrize("is_settled", [False, True], ids=["within thirty days", "later"])
def test_an_old_no_holds_for_who_comes_later_and_not_for_who_was_there(
    program: Program, family: Account, stranger: Account, is_settled: bool
) -> None:
    if is_settled:
        settle(program, family)
    assert has_no(program, family, "newcomer")
    assert not has_no(program, family, "son")
    assert not has_no(program, stranger, "newcomer")


def test_whether_it_is_the_same_person_is_asked_and_nothing_is_merged_or_erased(
    program: Program, family: Account, stranger: Account
) -> None:
    for account in (family, stranger):
        judge(program, account)
    assert asked(program) == {("aava", "newcomer", "contact:phone"), ("aava", "son", "contact:phone")}
    with database.read(program.engine) as db:
        assert {one.client for one in db.exec(select(Client).where(Client.salon == "aava"))} == {
            "newcomer",
            "son",
        }
        assert [job for job in db.exec(select(Job)) if job.kind.is_destructive] == []


@pytest.mark.parametrize("is_settled", [False, True], ids=["within thirty days", "later"])
@pytest.mark.parametrize(("word", "holds"), [("same", True), ("somebody_else", False)])
def test_the_owners_answer_decides_and_is_not_asked_for_again(
    program: Program, clock: Clock, family: Account, word: str, holds: bool, is_settled: bool
) -> None:
    if is_settled:
        settle(program, family)
    judge(program, family)
    with database.write(program.engine) as db:
        owners.add(db, program.vault, "o@example.com", "aava", now=NOON)
        given = owners.give_secrets(db, program.vault, "o@example.com", now=NOON)
    assert given is not None
    totp = pyotp.parse_uri(given.totp_uri)
    assert isinstance(totp, pyotp.TOTP)
    command = ["answer", "aava", word, "--owner", "o@example.com", "--code", totp.at(NOON), "--json"]
    result = ovikello(Door(settings=program.settings, now=clock), *command)
    assert (result.exit_code, json.loads(result.stdout)["answered"]) == (0, 2)
    for client in ("son", "newcomer"):
        assert has_no(program, family, client) is holds
    judge(program, family)
    assert asked(program) == set()


def test_a_newer_yes_of_their_own_counts_for_themselves(program: Program, family: Account) -> None:
    yes = answered(
        Answer.GIVEN, "newcomer", day=1, purpose=ToldPurpose.DIRECT_MARKETING, channels=(Told.SMS,)
    )
    apply(program, family, yes)
    assert not has_no(program, family, "newcomer")


def test_a_no_over_the_telephone_says_nothing_about_the_mail(program: Program, family: Account) -> None:
    with database.read(program.engine) as db:
        found = contacts_carried.read(db, "aava", ["newcomer", "son"]).refused(["newcomer"])
    assert {channel for _, channel, _ in found} <= {"sms", "phone"}


def test_without_somebody_erased_a_shared_telephone_is_nobodys_business(
    program: Program, salon: Account
) -> None:
    apply(program, salon, told("one", phone=PHONE), told("other", phone=PHONE))
    judge(program, replace(salon))
    assert asked(program) == set()
