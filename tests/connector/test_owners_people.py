"""The people of a salon: how a right is offered, taken up and ended, and what the evidence says of it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
import sqlalchemy as sa
from sqlmodel import Session

from connector import (
    database,
    evidence,
    owners,
    owners_codes,
    owners_invitations,
    owners_people,
    owners_recovery,
    sessions,
)
from connector.owners_invitations import INVITED_FOR, Link
from connector.program import Program
from connector.salons import Account
from connector.tables import Owner
from tests.builders import NOON, Clock
from tests.connector.console.visitor import Person

SISTER = "sisko@aava.example"
SECOND = timedelta(seconds=1)


def invite(db: Session, program: Program, account: Account, email: str, by: Person) -> str:
    """A link for somebody."""
    token = owners_people.invite(db, program.vault, account, email, by=by.id, now=NOON)
    assert token is not None
    return token


def set_up(db: Session, program: Program, token: str) -> UUID:
    """Whoever holds the link chooses a password and writes the first code."""
    who = owners.invited(db, token, now=NOON)
    assert who is not None
    owners.accept(db, program.vault, who, "hash")
    secret = owners_codes.waiting_secret(db, program.vault, who)
    assert secret is not None
    assert owners.finish(db, program.vault, token, who, pyotp.TOTP(secret).at(NOON), now=NOON).ok
    return who


def told(program: Program, account: Account) -> list[tuple[str, str, str, str | None]]:
    """What the salon's evidence says of its people: what, of whom, by which word, by whom."""
    with database.read(program.engine) as db:
        bodies = [json.loads(line[2] or b"") for line in evidence.lines(db, account)]
    mine = [body for body in bodies if body["what"] == "owner"]
    return [(body["to"], body["person"], body["word"], body.get("owner")) for body in mine]


def emails(program: Program, account: Account, now_later: timedelta = timedelta()) -> list[tuple[str, bool]]:
    """Who is listed, and whether they may speak."""
    with database.read(program.engine) as db:
        found = owners_people.listed(db, program.vault, account.slug, now=NOON + now_later)
    return [(one.email, one.may_speak) for one in found]


def test_an_offered_right_begins_when_it_is_taken_up(
    program: Program, salon: Account, stranger: Account, owner: Person
) -> None:
    with database.write(program.engine) as db:
        token = invite(db, program, salon, SISTER, owner)
        assert owners.speaks_for(db, program.vault, SISTER, salon.slug) is None
    assert emails(program, salon) == [(owner.email, True), (SISTER, False)]
    with database.write(program.engine) as db:
        sister = set_up(db, program, token)
        assert owners.salons_of(db, sister) == [salon.slug]
        assert owners_invitations.link(db, token, now=NOON) is Link.USED
    assert emails(program, salon) == [(owner.email, True), (SISTER, True)]
    assert told(program, salon) == [
        ("invited", str(sister), "owner", str(owner.id)),
        ("added", str(sister), "owner", str(sister)),
    ]
    assert told(program, stranger) == []


def test_an_offer_is_over_after_three_days(program: Program, salon: Account, owner: Person) -> None:
    with database.write(program.engine) as db:
        token = invite(db, program, salon, SISTER, owner)
        assert owners_invitations.link(db, token, now=NOON + INVITED_FOR - SECOND) is Link.OPEN
        assert owners_invitations.link(db, token, now=NOON + INVITED_FOR) is Link.OVER
        assert owners_invitations.link(db, f"{token}x", now=NOON) is Link.UNKNOWN
    assert emails(program, salon, INVITED_FOR) == [(owner.email, True)]


def test_a_newer_link_takes_the_older_ones_place(program: Program, salon: Account, owner: Person) -> None:
    with database.write(program.engine) as db:
        old, new = (invite(db, program, salon, SISTER, owner) for _ in range(2))
        assert owners_invitations.link(db, old, now=NOON) is Link.USED
        assert owners_invitations.link(db, new, now=NOON) is Link.OPEN


def test_who_may_speak_already_is_not_invited(program: Program, salon: Account, owner: Person) -> None:
    with database.write(program.engine) as db:
        email = f" {owner.email.upper()} "
        assert owners_people.invite(db, program.vault, salon, email, by=owner.id, now=NOON) is None
    assert told(program, salon) == []


def test_somebody_with_a_log_in_takes_a_right_up_and_only_they(
    program: Program, clock: Clock, salon: Account, stranger: Account, owner: Person, other_owner: Person
) -> None:
    with database.write(program.engine) as db:
        token = invite(db, program, salon, other_owner.email, owner)
        assert owners_invitations.link(db, token, now=NOON) is Link.TAKE_UP
        assert owners.invited(db, token, now=NOON) is None  # it sets nothing up anew
        assert owners_people.take_up(db, program.vault, token, owner.id, now=NOON) is None
        assert owners.salons_of(db, other_owner.id) == [stranger.slug]
        assert owners_people.take_up(db, program.vault, token, other_owner.id, now=NOON) == salon.slug
        assert owners.salons_of(db, other_owner.id) == [salon.slug, stranger.slug]
        assert owners_people.take_up(db, program.vault, token, other_owner.id, now=NOON) is None


def test_a_salons_link_never_sets_up_who_speaks_for_another_salon(
    program: Program, salon: Account, stranger: Account, owner: Person
) -> None:
    with database.write(program.engine) as db:
        token = invite(db, program, salon, SISTER, owner)
        theirs = owners.add(db, program.vault, SISTER, stranger.slug, now=NOON)
        assert owners_invitations.link(db, token, now=NOON) is Link.WAITS
        assert owners.invited(db, token, now=NOON) is None
        set_up(db, program, theirs)
        assert owners_invitations.link(db, token, now=NOON) is Link.USED


def test_an_ended_right_ends_the_sessions_there_and_nowhere_else(
    program: Program, salon: Account, stranger: Account, owner: Person, other_owner: Person
) -> None:
    with database.write(program.engine) as db:
        owners.give_right(db, program.vault, other_owner.id, salon.slug, now=NOON)
        here, there = (_looking_at(db, other_owner, slug) for slug in (salon.slug, stranger.slug))
        mine = _looking_at(db, owner, salon.slug)
        assert owners_people.end(db, salon, other_owner.id, by=owner.id, now=NOON) is None
        found = [sessions.find(db, token, now=NOON) is not None for token in (here, there, mine)]
        assert found == [False, True, True]
        assert owners.salons_of(db, other_owner.id) == [stranger.slug]
        assert owners_people.end(db, salon, other_owner.id, by=owner.id, now=NOON) == "not_here"
    assert [line[0] for line in told(program, salon)] == ["added", "ended"]
    assert told(program, stranger) == []


def test_the_last_who_can_log_in_stays_whoever_else_is_invited(
    program: Program, salon: Account, owner: Person, other_owner: Person
) -> None:
    with database.write(program.engine) as db:
        invite(db, program, salon, SISTER, owner)
        owners.add(db, program.vault, "kutsuttu@aava.example", salon.slug, now=NOON)
        assert owners_people.end(db, salon, owner.id, by=owner.id, now=NOON) == "last"
        owners.give_right(db, program.vault, other_owner.id, salon.slug, now=NOON)
        assert owners_people.end(db, salon, owner.id, by=other_owner.id, now=NOON) is None
        assert owners_people.end(db, salon, other_owner.id, by=other_owner.id, now=NOON) == "last"


def test_who_was_invited_and_never_came_leaves_nothing_behind(
    program: Program, salon: Account, stranger: Account, owner: Person, other_owner: Person
) -> None:
    with database.write(program.engine) as db:
        token = invite(db, program, salon, SISTER, owner)
        theirs = invite(db, program, stranger, SISTER, other_owner)
        sister = owners_invitations.whose(db, token)
        assert sister is not None
        assert owners_people.end(db, salon, sister, by=owner.id, now=NOON) is None
        assert owners_invitations.link(db, token, now=NOON) is Link.USED
        assert owners_invitations.link(db, theirs, now=NOON) is Link.OPEN  # still awaited elsewhere
        assert owners_people.end(db, stranger, sister, by=other_owner.id, now=NOON) is None
        assert db.get(Owner, sister) is None
        assert db.connection().execute(sa.text("SELECT count(*) FROM invitation")).scalar() == 2


def test_offers_that_are_open_end_with_somebodys_right_and_no_other_salons(
    program: Program, salon: Account, stranger: Account, owner: Person, other_owner: Person
) -> None:
    with database.write(program.engine) as db:
        owners.give_right(db, program.vault, other_owner.id, salon.slug, now=NOON)
        door = invite(db, program, salon, SISTER, other_owner)
        theirs = invite(db, program, stranger, "kutsuttu@toinen.example", other_owner)
        assert owners_people.end(db, salon, other_owner.id, by=owner.id, now=NOON) is None
        assert owners_invitations.link(db, door, now=NOON) in {Link.USED, Link.UNKNOWN}
        assert owners_invitations.link(db, theirs, now=NOON) is Link.OPEN
    assert emails(program, salon) == [(owner.email, True)]
    assert [line[0] for line in told(program, salon)] == ["added", "invited", "ended", "ended"]


def test_an_offer_that_is_taken_back_leaves_other_offers_open(
    program: Program, salon: Account, owner: Person
) -> None:
    with database.write(program.engine) as db:
        token = invite(db, program, salon, SISTER, owner)
        invite(db, program, salon, "kutsuttu@aava.example", owner)
        sister = owners_invitations.whose(db, token)
        assert sister is not None
        assert owners_people.end(db, salon, sister, by=owner.id, now=NOON) is None
    assert emails(program, salon) == [(owner.email, True), ("kutsuttu@aava.example", False)]


def test_who_takes_up_an_offer_while_it_is_taken_back_either_has_the_right_or_not(
    program: Program, salon: Account, stranger: Account, owner: Person, other_owner: Person
) -> None:
    def take_up(token: str) -> bool:
        with database.write(program.engine) as db:
            return owners_people.take_up(db, program.vault, token, other_owner.id, now=NOON) is not None

    def take_back() -> bool:
        with database.write(program.engine) as db:
            return owners_people.end(db, salon, other_owner.id, by=owner.id, now=NOON) is None

    with ThreadPoolExecutor(4) as pool:
        for _ in range(15):
            with database.write(program.engine) as db:
                token = invite(db, program, salon, other_owner.email, owner)
            twice = [pool.submit(take_up, token) for _ in range(2)]
            assert pool.submit(take_back).result()  # of the offer, or of the right
            assert sum(one.result() for one in twice) <= 1
            with database.read(program.engine) as db:
                assert owners.salons_of(db, other_owner.id) == [stranger.slug]


def test_who_sets_up_a_log_in_while_the_offer_is_taken_back_either_has_the_right_or_not(
    program: Program, salon: Account, stranger: Account, owner: Person
) -> None:
    def finish(token: str, who: UUID, code: str) -> None:
        with database.write(program.engine) as db:
            owners.finish(db, program.vault, token, who, code, now=NOON)

    def take_back(who: UUID) -> bool:
        with database.write(program.engine) as db:
            return owners_people.end(db, salon, who, by=owner.id, now=NOON) is None

    with ThreadPoolExecutor(2) as pool:
        for number in range(15):
            with database.write(program.engine) as db:
                token = invite(db, program, salon, f"kutsuttu{number}@aava.example", owner)
                who = owners.invited(db, token, now=NOON)
                assert who is not None
                owners.accept(db, program.vault, who, "hash")
                secret = owners_codes.waiting_secret(db, program.vault, who)
                assert secret is not None
            setting_up = pool.submit(finish, token, who, pyotp.TOTP(secret).at(NOON))
            assert pool.submit(take_back, who).result()
            setting_up.result()
            with database.read(program.engine) as db:
                assert owners.salons_of(db, who) == []


def test_a_reset_ends_recovery_codes_and_is_told_in_each_salon(
    program: Program, salon: Account, stranger: Account, owner: Person, other_owner: Person
) -> None:
    with database.write(program.engine) as db:
        owners.give_right(db, program.vault, owner.id, stranger.slug, now=NOON)
        owners_recovery.make(db, program.vault, owner.id)
        owners_recovery.make(db, program.vault, other_owner.id)
        assert owners.reset(db, program.vault, owner.email, now=NOON) is not None
        assert (owners_recovery.left(db, owner.id), owners_recovery.left(db, other_owner.id)) == (0, 10)
    for account in (salon, stranger):
        assert told(program, account)[-1] == ("reset", str(owner.id), "command", None)


@pytest.mark.parametrize(
    ("address", "good"),
    [("a@b", True), (" a@b ", True), ("a@", False), ("@b", False), ("a b@c", False), ("a@b\0", False),
     ("x" * 250 + "@b.c", True), ("x" * 251 + "@b.c", False),
     ("o'neill+kampaamo_2@sub.aava.example", True), ("yrittäjä@hyvä.example", True), ("sisko", False),
     ("a@b@c", False), ("a@b,c@d", False), ("a@b;c", False), ("a@[1", False), ("<a@b>", False), ("a:b@c", False),
     ("=?utf-8?q?=0a?=@b", False), ("a@b\nBcc:c@d", False), ("a..b@c", False), (".a@b", False), ("a@b.", False)],
)  # fmt: skip
def test_an_address_is_one_that_a_letter_can_be_sent_to(address: str, good: bool) -> None:
    assert owners_people.is_address(address) is good


def _looking_at(db: Session, who: Person, slug: str) -> str:
    half = sessions.find(db, sessions.start(db, who.id, now=NOON), now=NOON)
    assert half is not None
    token = sessions.make_whole(db, half, now=NOON)
    found = sessions.find(db, token, now=NOON)
    assert found is not None
    assert sessions.look_at(db, found, slug)
    return token
